//! Build projects and their buildspecs.

mod absent_packages;
mod bash_syntax;
mod batches;
mod build_machine;
mod build_state;
mod build_variables;
mod buildspec_environment;
mod buildspec_form;
mod cache_paths;
mod docker;
mod dockerfiles;
mod image_arguments;
mod image_logins;
mod misspelled_programs;
mod package_managers;
mod powershell_variables;
mod program_arguments;
mod program_words;
mod questions;
mod read_before_set;
mod requirements;
mod resource_arguments;
mod runtimes;
mod s3_paths;
mod shared_projects;
mod shell_faults;
mod test_timeouts;
mod unbuilt_images;
mod unreplaced;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    absent_packages::RULE,
    bash_syntax::RULE,
    batches::RULE,
    build_machine::RULE,
    build_state::RULE,
    build_variables::RULE,
    buildspec_environment::RULE,
    buildspec_form::RULE,
    cache_paths::RULE,
    docker::RULE,
    dockerfiles::RULE,
    image_arguments::RULE,
    image_logins::RULE,
    misspelled_programs::RULE,
    package_managers::RULE,
    powershell_variables::RULE,
    program_arguments::RULE,
    program_words::RULE,
    questions::RULE,
    read_before_set::RULE,
    requirements::RULE,
    resource_arguments::RULE,
    runtimes::RULE,
    s3_paths::RULE,
    shared_projects::RULE,
    shell_faults::RULE,
    test_timeouts::RULE,
    unbuilt_images::RULE,
    unreplaced::RULE,
];
