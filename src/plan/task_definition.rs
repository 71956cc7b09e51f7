//! What a deployment to Amazon ECS registers: its family and the roles of its tasks, as far as the file or the repository
//! says.

use camino::Utf8PathBuf;
use serde_json::Value as Json;

use crate::hir::{ActionId, ArtifactFile, PipelineId, ValueKind};

use super::behind::Behind;
use super::value::Scope;
use super::{Expr, repository};

/// The attribute that names the roles of the tasks.
pub const TASK_ROLES: &str = "TaskRoles";

/// The key of the file that a blue/green deployment registers.
pub const TASK_DEFINITION: &str = "TaskDefinitionTemplateArtifact";

/// What is known of a task definition.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TaskDefinition {
    /// Its family.
    pub family: Option<String>,
    /// ARNs of the roles that it names; absent if they are unknown.
    pub roles: Option<Vec<Expr>>,
}

/// The task definition of an action; `None` for an action that registers none.
pub fn task_definition(
    scope: &Scope,
    behind: &Behind<'_>,
    pipeline: PipelineId,
    id: ActionId,
) -> Option<TaskDefinition> {
    let action = &scope.hir.pipelines[pipeline].actions[id];
    action.action_type.slot_of_key(TASK_ROLES)?;
    let file = behind.task_definition(pipeline, id).cloned().unwrap_or_default();
    let given = match action.value(TASK_ROLES).map(|value| &value.kind) {
        Some(ValueKind::List(items)) => Some(items.iter().map(|item| scope.plain(item)).collect()),
        _ => None,
    };
    Some(TaskDefinition { roles: given.or(file.roles), ..file })
}

/// The file, if it is in the repository.
pub(super) fn of_file(behind: &Behind<'_>, pipeline: PipelineId, action: ActionId) -> Option<TaskDefinition> {
    let action = &behind.hir.pipelines[pipeline].actions[action];
    let ValueKind::ArtifactFile(file) = &action.value(TASK_DEFINITION)?.kind else { return None };
    let path = file_behind(behind, pipeline, file)?;
    let text = behind.workspace.text(behind.workspace.load(&path).ok()?);
    let read: Json = serde_json::from_str(&text).ok()?;
    // A placeholder such as <IMAGE1_NAME> is filled in by the pipeline.
    let field = |key: &str| read.get(key).and_then(Json::as_str).filter(|text| !text.is_empty());
    let named: Vec<&str> = ["executionRoleArn", "taskRoleArn"].into_iter().filter_map(field).collect();
    let family = field("family").filter(|family| !family.contains('<')).map(str::to_owned);
    let roles = if named.iter().any(|name| name.contains('<')) {
        None
    } else {
        Some(named.into_iter().map(role_arn).collect())
    };
    Some(TaskDefinition { family, roles })
}

/// The file of the repository that a file of an artifact is: of a checkout, or of a build whose commands do not mention it.
fn file_behind(behind: &Behind<'_>, pipeline_id: PipelineId, file: &ArtifactFile) -> Option<Utf8PathBuf> {
    let pipeline = &behind.hir.pipelines[pipeline_id];
    let (id, path) = (file.artifact?, file.path.as_literal()?);
    if let Some(folder) = repository::checkout(pipeline, id) {
        return Some(folder.join(path));
    }
    let artifact = pipeline.artifacts.get(id)?;
    let producer = pipeline.actions.get(artifact.producer)?;
    let folder = repository::checkout(pipeline, repository::primary_input(producer)?)?;
    let build = behind.build(pipeline_id, artifact.producer)?;
    let name = path.rsplit('/').next()?;
    let mut commands = build.spec.phases.iter().flat_map(|phase| &phase.commands);
    if repository::is_batch(producer) || !repository::is_sound(build) || commands.any(|it| it.text.contains(name)) {
        return None;
    }
    let section = Some(artifact.name.node.as_str()).filter(|_| producer.outputs.len() > 1);
    let paths = build.spec.contents(section).build_paths(path);
    paths.iter().map(|path| folder.join(path)).find(|path| behind.workspace.files().is_file(path))
}

/// A task definition names a role by its ARN or its name.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html> (2026-11-28)
fn role_arn(name: &str) -> Expr {
    if name.starts_with("arn:") {
        return Expr::text(name);
    }
    Expr::fill("arn:${Partition}:iam::${Account}:role/", &|_| None).then(name)
}
