//! Values that are known only while the pipeline runs.

mod command_values;
mod json_values;
mod runtime_text;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[command_values::RULE, json_values::RULE, runtime_text::RULE];
