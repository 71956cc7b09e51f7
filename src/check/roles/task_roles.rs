//! W0876, I0876: deployments to Amazon ECS that can pass any role that ECS tasks can assume. E0876: roles that they
//! cannot pass.

use camino::Utf8PathBuf;

use crate::catalog::Category;
use crate::check::support::artifact_files::{Wanted, missing};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::artifacts::Named;
use crate::diagnostic::{Code, Diagnostic, Intent};
use crate::hir::{Artifact, ArtifactFile, Value, ValueKind};
use crate::plan::{TASK_DEFINITION, TASK_ROLES, repository, site_of};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "task-roles", codes: &[Code::I0876, Code::E0876, Code::W0876], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        of_other_accounts(subject, place, findings);
        // The file decides the permissions of a role that it names.
        if place.action.role.is_some() || place.pipeline.role.is_some() || place.action.value(TASK_ROLES).is_some() {
            continue;
        }
        if place.action.action_type.slot_of_key(TASK_ROLES).is_none() {
            continue;
        }
        let generic = place.action.word.is_none();
        // A rolling deployment copies the service's task definition: a push can change the image, but not the roles.
        if place.action.action_type.slot_of_key(TASK_DEFINITION).is_none() {
            findings.about(place, any_passed_role(&place.action.name, generic));
            continue;
        }
        // A file that does not exist, or is not valid JSON, is reported separately, like a value that names no file.
        match place.action.value(TASK_DEFINITION).map(|value| &value.kind) {
            Some(ValueKind::ArtifactFile(file))
                if is_missing(subject, place, file)
                    || is_unread(subject, place, file)
                    || is_broken(subject, place, file)
                    || is_unwritten(subject, place, file) =>
            {
                continue;
            }
            Some(ValueKind::ArtifactFile(_)) => {}
            None if generic => {}
            _ => continue,
        }
        let found = subject.action_files.task_definition(place.pipeline_id, place.id);
        if found.is_none_or(|definition| definition.roles.is_none()) {
            let file = place.action.value(TASK_DEFINITION).map(|value| (value.span, why_unknown(place, value)));
            findings.about(place, any_task_role(&place.action.name, file, generic));
        }
    }
}

/// Checks for roles in another account than that of the action. A service can be given only roles of its own account:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html> (2026-11-30)
fn of_other_accounts(subject: &Subject<'_>, place: Place<'_>, findings: &mut Findings) {
    // A role may move the action to another account.
    if place.action.role.is_some() {
        return;
    }
    let Some(account) = subject.plan.account_of(&site_of(subject.plan, place.action)) else { return };
    let Some(ValueKind::List(roles)) = place.action.value(TASK_ROLES).map(|value| &value.kind) else { return };
    for role in roles {
        let Some(text) = role.as_str() else { continue };
        let mut parts = text.split(':').skip(4);
        let Some((other, name)) = parts.next().zip(parts.next().and_then(|path| path.strip_prefix("role/"))) else {
            continue;
        };
        let is_account = other.len() == account.len() && other.chars().all(|c| c.is_ascii_digit());
        if is_account && other != account {
            let meant = text.replacen(other, account, 1);
            findings.about(place, of_other_account(name, (other, account), &place.action.name, role.span, meant));
        }
    }
}

/// A role of another account.
fn of_other_account(
    name: &str,
    (other, own): (&str, &str),
    action: &Spanned<String>,
    place: Span,
    meant: String,
) -> Diagnostic {
    let message = format!("role `{name}` belongs to account {other}, not to that of `{}`", action.node);
    Diagnostic::new(Code::E0876, message, place, format!("the action runs in account {own}"))
        .note("the deployment would fail with \"Cross-account pass role is not allowed\"")
        .help(format!("write `\"{meant}\"`"))
        .intend(Intent::SetString { place, text: meant })
}

/// Returns whether the artifact certainly does not contain a file.
fn is_missing(subject: &Subject<'_>, place: Place<'_>, file: &ArtifactFile) -> bool {
    let (Some(artifact), Some(path)) = (file.artifact, file.path.as_literal()) else { return false };
    let wanted = Wanted { artifact, path, span: file.path_span, named: Named::AfterColons };
    missing(subject, place.pipeline_id, &wanted).is_some()
}

/// Returns whether a build produces a file whose buildspec cannot be read, which is reported there.
fn is_unread(subject: &Subject<'_>, place: Place<'_>, file: &ArtifactFile) -> bool {
    let Some(producer) = file.artifact.map(|id| place.pipeline.artifact(id).producer) else { return false };
    let build = subject.action_files.build(place.pipeline_id, producer);
    let action = &place.pipeline.actions[producer];
    repository::buildspec(subject.hir, place.pipeline, action).is_some()
        && !build.is_some_and(|build| repository::is_sound(build))
}

/// Returns whether a build lists a file that neither its source contains nor a command writes, which is reported there.
fn is_unwritten(subject: &Subject<'_>, place: Place<'_>, file: &ArtifactFile) -> bool {
    let (Some(id), Some(path)) = (file.artifact, file.path.as_literal()) else { return false };
    let artifact = place.pipeline.artifact(id);
    let Some(build) = subject.action_files.build(place.pipeline_id, artifact.producer) else { return false };
    let paths = subject.action_files.contents(place.pipeline_id, id).files.build_paths(path);
    let is_written = |path: &Utf8PathBuf| build.may_write(path);
    let is_listed = repository::is_sound(build) && !paths.is_empty();
    is_listed
        && subject.action_files.repository_file(place.pipeline_id, file).is_none()
        && !paths.iter().any(is_written)
}

/// Returns whether a file of the repository is not valid JSON.
fn is_broken(subject: &Subject<'_>, place: Place<'_>, file: &ArtifactFile) -> bool {
    let Some(path) = subject.action_files.repository_file(place.pipeline_id, file) else { return false };
    let text = subject.workspace.load(&path).ok().map(|id| subject.workspace.text(id));
    text.is_some_and(|text| serde_json::from_str::<serde_json::Value>(&text).is_err())
}

/// Returns why the contents of a task definition are unknown.
fn why_unknown(place: Place<'_>, value: &Value) -> String {
    let ValueKind::ArtifactFile(file) = &value.kind else { return "the contents of this file are unknown".to_owned() };
    let artifact = file.artifact.and_then(|id| place.pipeline.artifacts.get(id));
    let elsewhere = |artifact: &&Artifact| {
        let producer = &place.pipeline.actions[artifact.producer];
        producer.category == Category::Source && producer.checkout.is_none()
    };
    artifact.filter(elsewhere).map_or_else(
        || "the contents of this file are unknown".to_owned(),
        |artifact| {
            format!("artifact `{}` is not from this repository, so the file's contents are unknown", artifact.name.node)
        },
    )
}

/// A rolling deployment to Amazon ECS that can pass any role. `generic` is whether it is an `action` with a type.
fn any_passed_role(action: &Spanned<String>, generic: bool) -> Diagnostic {
    let message = format!("the pipeline can pass any role to the ECS tasks of action `{}`", action.node);
    Diagnostic::new(Code::I0876, message, action.span, "the roles in the service's task definition are unknown")
        .help(task_roles(generic, "deploy ecs"))
}

/// Returns how to list the roles of tasks. `statement` is the one that supports it, instead of `action`.
fn task_roles(generic: bool, statement: &str) -> String {
    if generic {
        format!("use `{statement}`, and list the task definition's roles in `roles`")
    } else {
        "list the task definition's roles: `roles = [\"arn:${AWS::Partition}:iam::${AWS::AccountId}:role/Name\"]`"
            .to_owned()
    }
}

/// A deployment to Amazon ECS of a task definition that can name any role. `file` is the task definition that cannot be
/// read; `generic` is whether it is an `action` with a type.
fn any_task_role(action: &Spanned<String>, file: Option<(Span, String)>, generic: bool) -> Diagnostic {
    let message = format!("action `{}` can run containers with any role that ECS tasks can assume", action.node);
    let label = "the task definition's roles are unknown";
    let mut diagnostic = Diagnostic::new(Code::W0876, message, action.span, label);
    if let Some((file, why)) = file {
        diagnostic = diagnostic.label(file, why);
    }
    diagnostic
        .note("anyone who can change the task definition can choose the role, because the pipeline can pass every role to ECS")
        .help(task_roles(generic, "deploy ecs-bluegreen"))
}
