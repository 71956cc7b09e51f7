//! E0208: differences between the outputs of a build and the artifacts of its buildspec. An entry without an output is
//! harmless.

use std::sync::Arc;

use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase, wording};
use crate::hir::{Artifact, ArtifactId};
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::buildspec::{Artifacts, Buildspec};
use crate::workspace::pipeline_document::is_computed_artifact;

pub(super) const RULE: Rule = Rule { name: "buildspec-outputs", codes: &[Code::E0208], run: check };

/// Compares both lists of every build.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        let build = subject.action_files.build(place.pipeline_id, place.id);
        let sound = |build: &&Arc<Build>| repository::is_sound(build) && !repository::is_batch(place.action);
        if let Some(build) = build.filter(sound) {
            compare(place, &build.spec, findings);
        }
    }
}

fn compare(place: Place<'_>, spec: &Buildspec, findings: &mut Findings) {
    let Place { pipeline, action, .. } = place;
    let outputs: Vec<&Artifact> = action.outputs.iter().filter_map(|id| pipeline.artifacts.get(*id)).collect();
    let Some(first) = outputs.first() else { return };
    if spec.hides_artifacts() {
        return;
    }
    let name = &action.name.node;
    let Some(section) = &spec.artifacts else {
        // The build itself succeeds then, and an action that reads the artifact fails.
        let read = |id: &ArtifactId| pipeline.actions.iter().flat_map(|it| &it.inputs).any(|it| it.artifact == *id);
        let used = action.outputs.iter().find(|id| read(id)).and_then(|id| pipeline.artifacts.get(*id));
        if let Some(used) = used.filter(|_| !spec.phases.is_empty()) {
            findings.about(place, build_without_artifacts(name, &used.name));
        }
        return;
    };
    if outputs.iter().any(|output| is_computed_artifact(&output.name.node)) {
        return;
    }
    if outputs.len() > 1 {
        several(&outputs, section, findings);
    } else if section.files.is_empty() && !section.secondary.is_empty() {
        findings.about(place, only_secondary(name, &first.name, section.key.span));
    }
}

fn several(outputs: &[&Artifact], section: &Artifacts, findings: &mut Findings) {
    let is_output = |identifier: &str| outputs.iter().any(|output| output.name.node == identifier);
    let mut free: Vec<&Spanned<String>> =
        section.secondary.iter().map(|secondary| &secondary.key).filter(|key| !is_output(&key.node)).collect();
    let is_secondary = |name: &str| section.secondary.iter().any(|secondary| secondary.key.node == name);
    let mut missing: Vec<&Spanned<String>> = Vec::new();
    for output in outputs.iter().filter(|output| !is_secondary(&output.name.node)) {
        let name = &output.name;
        if !name.node.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            let suggestion: String =
                name.node.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
            free.retain(|key| key.node != suggestion);
            findings.push(not_an_identifier(name, &suggestion));
            continue;
        }
        let near = similar(&name.node, free.iter().map(|key| key.as_str())).map(str::to_owned);
        let near = near.and_then(|near| free.iter().copied().find(|key| key.node == near));
        free.retain(|key| Some(*key) != near);
        match near {
            Some(near) => findings.push(other_secondary(name, near)),
            None => missing.push(name),
        }
    }
    findings.extend(no_secondary(&missing, section.key.span));
}

/// An action with outputs whose buildspec has no artifacts.
fn build_without_artifacts(action: &str, output: &Spanned<String>) -> Diagnostic {
    let message = format!("the buildspec of `{action}` has no `artifacts`");
    Diagnostic::new(Code::E0208, message, output.span, "would be empty").help(phrase![
        "add `artifacts` with `files` to the buildspec, or remove ",
        PipeCode::to_artifact(output.node.as_str())
    ])
}

/// An action with one output whose buildspec has secondary artifacts only.
fn only_secondary(action: &str, output: &Spanned<String>, section: Span) -> Diagnostic {
    let message = format!("the buildspec of `{action}` has no top-level `files`");
    Diagnostic::new(Code::E0208, message, output.span, "a single output contains the top-level `files`")
        .label(section, "has only secondary artifacts")
        .note("the build would fail with \"no definition for primary artifacts in buildspec\"")
        .help("add `files` to `artifacts` in the buildspec")
}

/// The label of an output that is a secondary artifact.
const SECONDARY: &str = "with several outputs, each is a secondary artifact";

/// One of several outputs that the buildspec has under a similar name.
fn other_secondary(output: &Spanned<String>, near: &Spanned<String>) -> Diagnostic {
    let name = &output.node;
    let message = format!("the buildspec has no secondary artifact `{name}`");
    Diagnostic::new(Code::E0208, message, output.span, SECONDARY)
        .label(near.span, format!("is this meant to be `{name}`?"))
        .help(format!("use the same name: write `{name}` in the buildspec"))
        .edit(near.span, name.as_str())
}

/// Some of several outputs that the buildspec does not have.
fn no_secondary(outputs: &[&Spanned<String>], section: Span) -> Option<Diagnostic> {
    let (first, others) = outputs.split_first()?;
    let names = wording::and_list(outputs.iter().map(|output| output.as_str()));
    let (artifact, each) = if others.is_empty() { ("artifact", "its") } else { ("artifacts", "their") };
    let message = format!("the buildspec has no secondary {artifact} {names}");
    let found = Diagnostic::new(Code::E0208, message, first.span, SECONDARY);
    let found = others.iter().fold(found, |found, output| found.label(output.span, "also missing"));
    Some(
        found
            .label(section, "has other artifacts")
            .help(format!("add {names} with {each} `files` to `secondary-artifacts` in the buildspec")),
    )
}

/// One of several outputs, whose name cannot be that of a secondary artifact.
fn not_an_identifier(output: &Spanned<String>, suggestion: &str) -> Diagnostic {
    Diagnostic::new(
        Code::E0208,
        format!("`{}` cannot be the name of a secondary artifact", output.node),
        output.span,
        SECONDARY,
    )
    .note("the build would fail with \"identifier must contain only alphanumeric characters and underscores\"")
    .help(format!("rename it to `{suggestion}`"))
}
