//! Artifacts and the files in them.

mod artifact_counts;
mod artifact_files;
mod artifact_functions;
mod artifact_order;
mod artifact_readers;
mod artifact_stores;
mod artifact_unused;
mod build_files;
mod buildspec_outputs;
mod command_files;
mod command_inputs;
mod copied_folders;
mod flattened_artifacts;
mod full_clone;
mod input_files;
mod parsed_files;
mod report_files;
mod stored_archives;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    artifact_counts::RULE,
    artifact_files::RULE,
    artifact_functions::RULE,
    artifact_order::RULE,
    artifact_readers::RULE,
    artifact_stores::RULE,
    artifact_unused::RULE,
    build_files::RULE,
    buildspec_outputs::RULE,
    command_files::RULE,
    command_inputs::RULE,
    copied_folders::RULE,
    flattened_artifacts::RULE,
    full_clone::RULE,
    input_files::RULE,
    parsed_files::RULE,
    report_files::RULE,
    stored_archives::RULE,
];
