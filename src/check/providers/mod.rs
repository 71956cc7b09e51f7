//! Action types of AWS.

mod connection_providers;
mod outdated_sources;
mod unconfirmed_permissions;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[connection_providers::RULE, outdated_sources::RULE, unconfirmed_permissions::RULE];
