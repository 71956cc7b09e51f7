//! ARNs.

mod arn_forms;
mod arn_places;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[arn_forms::RULE, arn_places::RULE];
