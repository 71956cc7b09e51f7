//! Configuration keys, attributes, and `raw`.

mod canned_acl;
mod commands;
mod declared_keys;
mod environment_texts;
mod exclusive_keys;
mod ineffective_keys;
mod json_texts;
mod missing_keys;
mod raw_environment;
mod raw_keys;
mod raw_properties;
mod raw_refused;
mod refused_values;
mod repeated_elements;
mod repository_ids;
mod value_forms;
mod value_lengths;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    canned_acl::RULE,
    commands::RULE,
    declared_keys::RULE,
    exclusive_keys::RULE,
    ineffective_keys::RULE,
    environment_texts::RULE,
    json_texts::RULE,
    missing_keys::RULE,
    raw_environment::RULE,
    raw_keys::RULE,
    raw_properties::RULE,
    raw_refused::RULE,
    refused_values::RULE,
    repeated_elements::RULE,
    repository_ids::RULE,
    value_forms::RULE,
    value_lengths::RULE,
];
