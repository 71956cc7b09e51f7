//! Files of the repository.

mod repository_files;
mod resource_files;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[repository_files::RULE, resource_files::RULE];
