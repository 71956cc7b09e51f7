//! Files of the repository.

mod cfn_conditions;
mod checkout_folders;
mod repository_files;
mod resource_files;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] =
    &[cfn_conditions::RULE, checkout_folders::RULE, repository_files::RULE, resource_files::RULE];
