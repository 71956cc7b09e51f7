//! Build projects and their buildspecs.

mod build_machine;
mod buildspec_form;
mod cache_paths;
mod docker;
mod shared_projects;
mod test_timeouts;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    build_machine::RULE,
    buildspec_form::RULE,
    cache_paths::RULE,
    docker::RULE,
    shared_projects::RULE,
    test_timeouts::RULE,
];
