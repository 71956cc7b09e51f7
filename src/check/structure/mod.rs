//! Stages and actions.

mod action_names;
mod conditional_parts;
mod empty_stage;
mod first_stage;
mod given_stores;
mod size_limits;
mod stage_count;
mod uneven_parallel;
mod version_one;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    action_names::RULE,
    conditional_parts::RULE,
    empty_stage::RULE,
    first_stage::RULE,
    given_stores::RULE,
    size_limits::RULE,
    stage_count::RULE,
    uneven_parallel::RULE,
    version_one::RULE,
];
