//! Triggers of a pipeline.

mod automatic_starts;
mod bucket_events;
mod double_starts;
mod event_kinds;
mod invoked_pipelines;
mod polled_sources;
mod rival_sources;
mod schedules;
mod trigger_branches;
mod trigger_paths;
mod triggers;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    automatic_starts::RULE,
    bucket_events::RULE,
    double_starts::RULE,
    event_kinds::RULE,
    invoked_pipelines::RULE,
    polled_sources::RULE,
    rival_sources::RULE,
    schedules::RULE,
    trigger_branches::RULE,
    trigger_paths::RULE,
    triggers::RULE,
];
