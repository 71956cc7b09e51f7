//! Action types of AWS.

mod outdated_sources;
mod unconfirmed_permissions;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[outdated_sources::RULE, unconfirmed_permissions::RULE];
