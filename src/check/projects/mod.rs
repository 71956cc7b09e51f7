//! Build projects and their buildspecs.

mod build_machine;
mod build_state;
mod build_variables;
mod buildspec_form;
mod cache_paths;
mod docker;
mod runtimes;
mod shared_projects;
mod test_timeouts;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    build_machine::RULE,
    build_state::RULE,
    build_variables::RULE,
    buildspec_form::RULE,
    cache_paths::RULE,
    docker::RULE,
    runtimes::RULE,
    shared_projects::RULE,
    test_timeouts::RULE,
];
