//! Names, and what they refer to.

mod conditional_uses;
mod logical_ids;
mod namespaces;
mod placeholders;
mod planned_names;
mod unused;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    conditional_uses::RULE,
    logical_ids::RULE,
    namespaces::RULE,
    placeholders::RULE,
    planned_names::RULE,
    unused::RULE,
];
