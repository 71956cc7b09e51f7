//! The order of steps: each step is valid, but the pipeline as a whole does not do what it seems to do.

mod approvals_early;
mod approvals_elsewhere;
mod artifact_bucket;
mod deleted_stacks;
mod environment_values;
mod expiring_artifacts;
mod idle_approvals;
mod late_creation;
mod late_publishing;
mod named_targets;
mod other_artifacts;
mod other_environments;
mod other_targets;
mod parallel_runs;
mod pushed_tags;
mod repeated_targets;
mod rival_stacks;
mod self_starts;
mod shared_names;
mod stage_order;
mod sure_tests;
mod swapped_targets;
mod tests_beside;
mod tests_early;
mod uneven_approvals;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    approvals_early::RULE,
    approvals_elsewhere::RULE,
    artifact_bucket::RULE,
    deleted_stacks::RULE,
    environment_values::RULE,
    expiring_artifacts::RULE,
    idle_approvals::RULE,
    late_creation::RULE,
    late_publishing::RULE,
    named_targets::RULE,
    other_artifacts::RULE,
    other_environments::RULE,
    other_targets::RULE,
    parallel_runs::RULE,
    pushed_tags::RULE,
    repeated_targets::RULE,
    rival_stacks::RULE,
    self_starts::RULE,
    shared_names::RULE,
    stage_order::RULE,
    sure_tests::RULE,
    swapped_targets::RULE,
    tests_beside::RULE,
    tests_early::RULE,
    uneven_approvals::RULE,
];
