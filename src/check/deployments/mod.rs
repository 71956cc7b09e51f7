//! Files that deployments read: AppSpecs, task definitions, image definitions.

mod appspecs;
mod fargate_tasks;
mod image_files;
mod task_definitions;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[appspecs::RULE, fargate_tasks::RULE, image_files::RULE, task_definitions::RULE];
