//! Secrets and credentials.

mod credentials;
mod secret_parameters;
mod shown_secrets;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[credentials::RULE, secret_parameters::RULE, shown_secrets::RULE];
