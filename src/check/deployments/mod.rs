//! Files that deployments read: AppSpecs, task definitions, image definitions.

mod application_bundles;
mod appspecs;
mod container_dependencies;
mod fargate_tasks;
mod image_files;
mod service_containers;
mod task_definitions;
mod task_forms;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    application_bundles::RULE,
    appspecs::RULE,
    container_dependencies::RULE,
    fargate_tasks::RULE,
    image_files::RULE,
    service_containers::RULE,
    task_definitions::RULE,
    task_forms::RULE,
];
