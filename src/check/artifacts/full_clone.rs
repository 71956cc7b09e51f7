//! E0209: a full clone is read by CodeBuild only.

use crate::check::{Rule, Subject};
use crate::diagnostic::families::artifacts;
use crate::diagnostic::{Code, Diagnostics};
use crate::hir::{Input, Pipeline};

pub(super) const RULE: Rule = Rule { name: "full-clone", codes: &[Code::E0209], run: check };

/// The key, and the value that makes the artifact a reference to clone from.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html> (2026-11-23)
const FORMAT: (&str, &str) = ("OutputArtifactFormat", "CODEBUILD_CLONE_REF");

/// The provider that can clone.
const READER: &str = "CodeBuild";

fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for place in subject.actions().filter(|place| !place.action.is_provider(READER)) {
        let action = &place.action.name.node;
        place.action.inputs.iter().for_each(|input| one(place.pipeline, input, action, diagnostics));
    }
    for place in subject.rules().filter(|place| place.rule.rule_type.provider != READER) {
        place.rule.inputs.iter().for_each(|input| one(place.pipeline, input, place.rule.word, diagnostics));
    }
}

fn one(pipeline: &Pipeline, input: &Input, reader: &str, diagnostics: &mut Diagnostics) {
    let artifact = pipeline.artifact(input.artifact);
    let producer = pipeline.action(artifact.producer);
    if producer.literal(FORMAT.0) == Some(FORMAT.1)
        && let Some(format) = producer.configuration.get(FORMAT.0)
    {
        let set_at = format.attribute.to(format.value.span);
        diagnostics.push(artifacts::full_clone(&artifact.name.node, reader, input.span, set_at));
    }
}
