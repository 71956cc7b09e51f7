//! What tells of a pipeline, and what it listens to.

mod dashboards;
mod home_regions;
mod notified;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[dashboards::RULE, home_regions::RULE, notified::RULE];
