//! Build projects and their buildspecs.

mod batches;
mod build_machine;
mod build_state;
mod build_variables;
mod buildspec_form;
mod cache_paths;
mod docker;
mod dockerfiles;
mod image_logins;
mod package_managers;
mod powershell_variables;
mod program_words;
mod resource_arguments;
mod runtimes;
mod shared_projects;
mod shell_faults;
mod test_timeouts;
mod unbuilt_images;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    batches::RULE,
    build_machine::RULE,
    build_state::RULE,
    build_variables::RULE,
    buildspec_form::RULE,
    cache_paths::RULE,
    docker::RULE,
    dockerfiles::RULE,
    image_logins::RULE,
    package_managers::RULE,
    powershell_variables::RULE,
    program_words::RULE,
    resource_arguments::RULE,
    runtimes::RULE,
    shared_projects::RULE,
    shell_faults::RULE,
    test_timeouts::RULE,
    unbuilt_images::RULE,
];
