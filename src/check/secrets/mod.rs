//! Secrets and credentials.

mod credentials;
mod foreign_secrets;
mod secret_parameters;
mod shown_secrets;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] =
    &[credentials::RULE, foreign_secrets::RULE, secret_parameters::RULE, shown_secrets::RULE];
