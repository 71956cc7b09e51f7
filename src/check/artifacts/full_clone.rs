//! E0209: a full clone is read by CodeBuild only.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Input, Pipeline};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "full-clone", codes: &[Code::E0209], run: check };

/// The key, and the value that makes the artifact a reference to clone from.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html> (2026-11-23)
const FORMAT: (&str, &str) = ("OutputArtifactFormat", "CODEBUILD_CLONE_REF");

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| !place.action.action_type.clones) {
        let action = &place.action.name.node;
        for input in &place.action.inputs {
            if let Some(found) = one(place.pipeline, input, action) {
                findings.about(place, found);
            }
        }
    }
    for place in subject.rules().filter(|place| !place.rule.rule_type.clones) {
        findings.extend(place.rule.inputs.iter().filter_map(|input| one(place.pipeline, input, place.rule.word)));
    }
}

fn one(pipeline: &Pipeline, input: &Input, reader: &str) -> Option<Diagnostic> {
    let artifact = pipeline.artifact(input.artifact);
    let producer = pipeline.action(artifact.producer);
    let format = producer.configuration.get(FORMAT.0).filter(|_| producer.literal(FORMAT.0) == Some(FORMAT.1))?;
    let set_at = format.attribute.to(format.value.span);
    Some(full_clone(&artifact.name.node, reader, input.span, set_at))
}

/// A full clone read by something that cannot clone.
fn full_clone(artifact: &str, action: &str, place: Span, set_at: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0209,
        format!("`{action}` cannot read `{artifact}`, a full clone"),
        place,
        "only CodeBuild actions can read a full clone",
    )
    .label(set_at, "turns the artifact into a reference to the repository")
    .help("set `clone = zip` in the source, or let a build produce the files that this action needs")
}
