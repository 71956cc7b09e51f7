//! The order of events: each step is right, and the pipeline as a whole does not do what it seems to.

mod deleted_stacks;
mod idle_approvals;
mod other_artifacts;
mod parallel_runs;
mod repeated_targets;
mod sure_tests;
mod tests_beside;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    deleted_stacks::RULE,
    idle_approvals::RULE,
    other_artifacts::RULE,
    parallel_runs::RULE,
    repeated_targets::RULE,
    sure_tests::RULE,
    tests_beside::RULE,
];
