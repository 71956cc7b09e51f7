//! Notifications, dashboards, and triggers of a pipeline.

mod dashboards;
mod fifo_topics;
mod home_regions;
mod idle_notifications;
mod notified;
mod repeated_notifications;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    dashboards::RULE,
    fifo_topics::RULE,
    home_regions::RULE,
    idle_notifications::RULE,
    notified::RULE,
    repeated_notifications::RULE,
];
