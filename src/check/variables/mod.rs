//! Variables of actions.

mod variable_names;
mod variable_order;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[variable_names::RULE, variable_order::RULE];
