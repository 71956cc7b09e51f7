//! The task definition that a deployment to Amazon ECS registers: its family and the roles of its tasks, if the file or
//! the repository contains them.

use serde_json::Value as Json;

use crate::hir::{ActionId, PipelineId, ValueKind};

use super::Expr;
use super::action_files::ActionFiles;
use super::value::ValueScope;

/// The attribute that names the roles of the tasks.
pub const TASK_ROLES: &str = "TaskRoles";

/// The key of the file that a blue/green deployment registers.
pub const TASK_DEFINITION: &str = "TaskDefinitionTemplateArtifact";

/// The known parts of a task definition.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TaskDefinition {
    /// Its family.
    pub family: Option<String>,
    /// The ARNs of the roles that it names; `None` if they are unknown.
    pub roles: Option<Vec<Expr>>,
}

/// Returns the task definition of an action, or `None` for an action that registers none.
pub fn task_definition(
    scope: &ValueScope,
    action_files: &ActionFiles<'_>,
    pipeline: PipelineId,
    id: ActionId,
) -> Option<TaskDefinition> {
    let action = &scope.hir.pipelines[pipeline].actions[id];
    action.action_type.slot_of_key(TASK_ROLES)?;
    let file = action_files.task_definition(pipeline, id).cloned().unwrap_or_default();
    let given = match action.value(TASK_ROLES).map(|value| &value.kind) {
        Some(ValueKind::List(items)) => Some(items.iter().map(|item| scope.plain(item)).collect()),
        _ => None,
    };
    Some(TaskDefinition { roles: given.or(file.roles), ..file })
}

/// Reads the task definition from the file, if it is in the repository.
pub(super) fn of_file(
    action_files: &ActionFiles<'_>,
    pipeline: PipelineId,
    action: ActionId,
) -> Option<TaskDefinition> {
    let action = &action_files.hir.pipelines[pipeline].actions[action];
    let ValueKind::ArtifactFile(file) = &action.value(TASK_DEFINITION)?.kind else { return None };
    let edited = || action_files.edited_file_in(pipeline, file.artifact?, file.path.as_literal()?);
    let (path, edited) = match action_files.repository_file(pipeline, file) {
        Some(path) => (path, None),
        None => edited().map(|edited| (edited.source.clone(), Some(edited)))?,
    };
    let text = action_files.workspace.text(action_files.workspace.load(&path).ok()?);
    let read: Json = serde_json::from_str(&text).ok()?;
    let is_open = |text: &str| text.contains('<') || edited.as_ref().is_some_and(|edited| edited.changes(text));
    // A placeholder such as <IMAGE1_NAME> is filled in by the pipeline.
    let field = |key: &str| read.get(key).and_then(Json::as_str).filter(|text| !text.is_empty());
    let named: Vec<&str> = ["executionRoleArn", "taskRoleArn"].into_iter().filter_map(field).collect();
    let family = field("family").filter(|family| !is_open(family)).map(str::to_owned);
    let roles =
        if named.iter().any(|name| is_open(name)) { None } else { Some(named.into_iter().map(role_arn).collect()) };
    Some(TaskDefinition { family, roles })
}

/// Returns the ARN of a role. A task definition names a role by its ARN or its name.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html> (2026-11-28)
fn role_arn(name: &str) -> Expr {
    if name.starts_with("arn:") {
        return Expr::text(name);
    }
    Expr::fill("arn:${Partition}:iam::${Account}:role/", &|_| None).then(name)
}
