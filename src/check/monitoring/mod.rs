//! Notifications, dashboards, and triggers of a pipeline.

mod dashboards;
mod home_regions;
mod idle_notifications;
mod notified;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[dashboards::RULE, home_regions::RULE, idle_notifications::RULE, notified::RULE];
