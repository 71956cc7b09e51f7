//! The parameters of the template: what they accept, and what they are given.

mod param_constraints;
mod param_values;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[param_constraints::RULE, param_values::RULE];
