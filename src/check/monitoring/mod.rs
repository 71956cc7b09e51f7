//! Notifications, dashboards, and triggers of a pipeline.

mod dashboards;
mod home_regions;
mod notified;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[dashboards::RULE, home_regions::RULE, notified::RULE];
