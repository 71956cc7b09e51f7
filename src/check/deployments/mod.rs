//! Files that deployments read: AppSpecs, task definitions, image definitions, feature flags, manifests.

mod application_bundles;
mod appspec_services;
mod appspecs;
mod container_dependencies;
mod fargate_tasks;
mod feature_flags;
mod image_files;
mod manifests;
mod server_files;
mod service_containers;
mod task_definitions;
mod task_forms;
mod task_processors;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    application_bundles::RULE,
    appspec_services::RULE,
    appspecs::RULE,
    container_dependencies::RULE,
    fargate_tasks::RULE,
    feature_flags::RULE,
    image_files::RULE,
    manifests::RULE,
    server_files::RULE,
    service_containers::RULE,
    task_definitions::RULE,
    task_forms::RULE,
    task_processors::RULE,
];
