//! Conditions of stages and their rules.

mod condition_rules;
mod condition_values;
mod idle_rollbacks;
mod repeated_rules;
mod retried_approvals;
mod reversed_gates;
mod rollbacks;
mod stage_conditions;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    condition_rules::RULE,
    condition_values::RULE,
    idle_rollbacks::RULE,
    repeated_rules::RULE,
    retried_approvals::RULE,
    reversed_gates::RULE,
    rollbacks::RULE,
    stage_conditions::RULE,
];
