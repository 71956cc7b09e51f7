//! Action types that a file declares, and fields of actions.

mod action_fields;
mod declared_types;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[action_fields::RULE, declared_types::RULE];
