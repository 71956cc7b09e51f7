//! What starts a pipeline.

mod automatic_starts;
mod bucket_events;
mod double_starts;
mod polled_sources;
mod rival_sources;
mod schedules;
mod trigger_paths;
mod triggers;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    automatic_starts::RULE,
    bucket_events::RULE,
    double_starts::RULE,
    polled_sources::RULE,
    rival_sources::RULE,
    schedules::RULE,
    trigger_paths::RULE,
    triggers::RULE,
];
