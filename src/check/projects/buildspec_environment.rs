//! E0214: shells, parameters, and secrets under `env` of a buildspec that no build can have.
//!
//! Facts: <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.env> (2026-11-30)

use crate::catalog::images::{Image, image};
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::Project;
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::Build;

pub(super) const RULE: Rule = Rule { name: "buildspec-environment", codes: &[Code::E0214], run: check };

/// How a reference in a template starts.
const REFERENCE: &str = "{{resolve:";

/// The most fields of a secret: `secret-id:json-key:version-stage:version-id`, and those of an ARN.
const FIELDS: usize = 4;
const FIELDS_OF_ARN: usize = 7;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let project = repository::project(subject.hir, place.action);
        for build in subject.action_files.builds(place.pipeline_id, place.id) {
            if seen.is_new(build) && !build.spec.computed {
                let env = &build.spec.env;
                findings.extend(project.and_then(|project| other_shell(build, project)));
                findings.extend(env.parameter_store.iter().filter_map(|own| invalid_parameter(&own.value)));
                findings.extend(env.secrets_manager.iter().filter_map(|own| invalid_secret(&own.value)));
            }
        }
    }
}

/// Checks for a shell of another operating system.
fn other_shell(build: &Build, project: &Project) -> Option<Diagnostic> {
    let shell = build.spec.env.shell.as_ref()?;
    let attributes = &project.declaration.attributes;
    let written = attributes.get("image")?;
    let Image::Curated { environment, .. } = image(written.value.as_str()?) else { return None };
    let batch = build.spec.batch.as_ref();
    let is_other = batch.is_some_and(|batch| !batch.images.is_empty() || !batch.environment_types.is_empty());
    if is_other || project.declaration.raw().is_some() || attributes.contains_key("environment-type") {
        return None;
    }
    let is_windows_shell = ["powershell.exe", "cmd.exe"].iter().any(|known| shell.node.ends_with(known));
    let is_linux_shell = ["bash", "sh"].contains(&shell.node.rsplit('/').next().unwrap_or_default());
    let on_windows = environment.contains("WINDOWS");
    match (on_windows, is_windows_shell, is_linux_shell) {
        (true, false, true) => Some(wrong_shell(shell, written.value.span, "Windows", "powershell.exe")),
        (false, true, false) => Some(wrong_shell(shell, written.value.span, "Linux", "bash")),
        _ => None,
    }
}

/// Checks for a text that is not the name of a parameter.
/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html> (2026-11-30)
fn invalid_parameter(value: &Spanned<String>) -> Option<Diagnostic> {
    let text = value.node.as_str();
    if text.starts_with("arn:") || text.contains('$') {
        return None;
    }
    let inside = text.strip_prefix(REFERENCE).map(|rest| rest.trim_end_matches('}'));
    let named = inside.unwrap_or(text);
    let named = ["ssm-secure:", "ssm:"].iter().find_map(|prefix| named.strip_prefix(prefix)).unwrap_or(named);
    if named != text {
        return Some(no_parameter(value, "takes the name alone", Some(named)));
    }
    let name = text.split(':').next().unwrap_or_default();
    // A name with folders starts with a slash.
    if name.contains('/') && !name.starts_with('/') {
        return Some(no_parameter(value, "a name with folders starts with `/`", Some(&format!("/{text}"))));
    }
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "_.-/".contains(c);
    let other = name.chars().find(|c| !is_allowed(*c))?;
    Some(no_parameter(value, &format!("a name contains no `{other}`"), None))
}

/// Checks for a text that is not the name of a secret with its key, stage, and version.
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html> (2026-11-30)
fn invalid_secret(value: &Spanned<String>) -> Option<Diagnostic> {
    let text = value.node.as_str();
    if text.contains('$') {
        return None;
    }
    let fields: Vec<&str> = text.trim_start_matches(REFERENCE).trim_end_matches('}').split(':').collect();
    let after = fields.strip_prefix(&["secretsmanager"]).unwrap_or(&fields);
    if text.starts_with(REFERENCE) || matches!(after, [_, "SecretString", key, ..] if !key.is_empty()) {
        let meant = match after {
            [secret, "SecretString", key, ..] => format!("{secret}:{key}"),
            _ => after.join(":"),
        };
        return Some(no_secret(value, "this is a reference of CloudFormation", Some(&meant)));
    }
    let most = if text.starts_with("arn:") { FIELDS + FIELDS_OF_ARN - 1 } else { FIELDS };
    (fields.len() > most).then(|| no_secret(value, "too many colons", None))
}

/// A shell that the operating system does not have.
fn wrong_shell(shell: &Spanned<String>, project: Span, system: &str, right: &str) -> Diagnostic {
    let message = format!("`{}` is no shell of {system}", shell.node);
    Diagnostic::new(Code::E0214, message, shell.span, "CodeBuild rejects it")
        .label(project, format!("an image for {system}"))
        .help(format!("write `{right}`, or remove `shell`"))
}

/// A text that is not the name of a parameter.
fn no_parameter(value: &Spanned<String>, reason: &str, meant: Option<&str>) -> Diagnostic {
    let message = format!("`{}` is not the name of a parameter", value.node);
    let found = Diagnostic::new(Code::E0214, message, value.span, reason);
    match meant {
        Some(meant) => found.help(format!("write `{meant}`")).edit(value.span, meant),
        None => found.help("write the name of the parameter"),
    }
}

/// A text that is not the name of a secret.
fn no_secret(value: &Spanned<String>, reason: &str, meant: Option<&str>) -> Diagnostic {
    let message = format!("`{}` is not the name of a secret", value.node);
    let found = Diagnostic::new(Code::E0214, message, value.span, reason);
    match meant {
        Some(meant) => found.help(format!("write `{meant}`")),
        None => found.help("write `NAME:KEY:STAGE:VERSION`, of which only the name is required"),
    }
}
