//! W0957: a target that is deployed from the source, although another stage deploys it from a build.

use crate::catalog::Category;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{ArtifactFile, Input, ValueKind};
use crate::plan::Position;
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "other-artifacts", codes: &[Code::W0957], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    wholes(subject, findings);
    let deploying: Vec<(Place<'_>, &ArtifactFile)> = subject
        .actions()
        .filter(|place| !place.action.incomplete)
        .filter_map(|place| match &place.action.value("TemplatePath")?.kind {
            ValueKind::ArtifactFile(file) => Some((place, file)),
            _ => None,
        })
        .collect();
    for (index, (later, file)) in deploying.iter().enumerate() {
        let tested = deploying.iter().take(index).find(|(first, other)| {
            first.pipeline_id == later.pipeline_id
                && position(subject, *first) < position(subject, *later)
                && stack(*first).is_some()
                && stack(*first) == stack(*later)
                && other.path.as_literal().is_some()
                && other.path.as_literal() == file.path.as_literal()
                && is_built(*first, other)
                && is_source(*later, file)
        });
        if let Some((_, other)) = tested {
            findings.about(
                *later,
                from_source(&format!("stack `{}`", later.action.symbol), &artifact(*later, file), other.path_span),
            );
        }
    }
}

/// Checks actions that deploy an artifact as a whole: an earlier one with the same provider deploys a build.
fn wholes(subject: &Subject<'_>, findings: &mut Findings) {
    let deploying: Vec<(Place<'_>, Input)> = subject
        .actions()
        .filter(|place| {
            let action = place.action;
            let is_whole = !action.action_type.works_on.is_empty() && action.stack_operation().is_none();
            action.category == Category::Deploy && !action.incomplete && is_whole
        })
        .filter_map(|place| match place.action.inputs.as_slice() {
            [input] => Some((place, *input)),
            _ => None,
        })
        .collect();
    let category = |place: &Place<'_>, input: &Input| {
        let artifact = place.pipeline.artifacts.get(input.artifact)?;
        Some(place.pipeline.actions.get(artifact.producer)?.category)
    };
    let keys = |place: &Place<'_>| place.action.configuration.keys().cloned().collect::<Vec<_>>();
    for (index, (later, input)) in deploying.iter().enumerate() {
        let tested = deploying.iter().take(index).find(|(first, built)| {
            first.pipeline_id == later.pipeline_id
                && position(subject, *first) < position(subject, *later)
                && first.action.action_type.provider == later.action.action_type.provider
                && keys(first) == keys(later)
                && category(first, built).is_some_and(|category| category != Category::Source)
                && category(later, input) == Some(Category::Source)
        });
        if let Some((_, built)) = tested {
            let name = later.pipeline.artifacts.get(input.artifact).map(|artifact| artifact.name.node.clone());
            let artifact = Spanned::new(name.unwrap_or_default(), input.span);
            findings.about(*later, from_source(&format!("`{}`", later.action.name.node), &artifact, built.span));
        }
    }
}

fn position(subject: &Subject<'_>, place: Place<'_>) -> Option<Position> {
    subject.plan.pipelines.get(place.pipeline_id)?.positions.get(place.id).copied()
}

fn stack(place: Place<'_>) -> Option<&str> {
    place.action.stack_operation()?.stack.as_literal()
}

fn producer(place: Place<'_>, file: &ArtifactFile) -> Option<Category> {
    let artifact = place.pipeline.artifacts.get(file.artifact?)?;
    Some(place.pipeline.actions.get(artifact.producer)?.category)
}

fn is_built(place: Place<'_>, file: &ArtifactFile) -> bool {
    producer(place, file).is_some_and(|category| category != Category::Source)
}

fn is_source(place: Place<'_>, file: &ArtifactFile) -> bool {
    producer(place, file) == Some(Category::Source)
}

fn artifact(place: Place<'_>, file: &ArtifactFile) -> Spanned<String> {
    let name = file.artifact.and_then(|id| place.pipeline.artifacts.get(id)).map(|artifact| artifact.name.node.clone());
    Spanned::new(name.unwrap_or_default(), file.path_span)
}

/// A target whose last deployment does not use what was tested.
fn from_source(what: &str, artifact: &Spanned<String>, tested: Span) -> Diagnostic {
    let message = format!("{what} is deployed from `{}`, not from the build that was tested", artifact.node);
    Diagnostic::new(Code::W0957, message, artifact.span, "comes from the source, without a build")
        .label(tested, "deployed from the build here")
        .help("deploy the same artifact in every stage")
}
