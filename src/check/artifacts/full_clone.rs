//! E0209: a full clone that is read by something other than CodeBuild.

use crate::check::support::catalog_conditions::Conditions;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, Phrase, PipeCode, phrase};
use crate::hir::{Action, ConditionRule, Input, PipelineId};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "full-clone", codes: &[Code::E0209], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        let Action { action_type, inputs, .. } = place.action;
        for input in inputs {
            if let Some(found) =
                one(subject, (place.pipeline_id, input), (&place.owner().into(), &action_type.provider))
            {
                findings.about(place, found);
            }
        }
    }
    for place in subject.rules() {
        let ConditionRule { word, rule_type, inputs, .. } = place.rule;
        let shown = phrase!["rule ", PipeCode::Rule((*word).to_owned())];
        let found = |input| one(subject, (place.pipeline_id, input), (&shown, &rule_type.provider));
        findings.extend(inputs.iter().filter_map(found));
    }
}

/// Reports an input artifact if the catalog says that the `reader`, a name and a provider, cannot read it.
fn one(
    subject: &Subject<'_>,
    (pipeline_id, input): (PipelineId, &Input),
    (reader, provider): (&Phrase, &String),
) -> Option<Diagnostic> {
    let pipeline = &subject.hir.pipelines[pipeline_id];
    let artifact = pipeline.artifact(input.artifact);
    let (id, action) = (artifact.producer, pipeline.action(artifact.producer));
    let limits = action.action_type.consumer_limit.iter().filter(|limit| !limit.providers.contains(provider));
    let mut limits = limits.peekable();
    limits.peek()?;
    let conditions = Conditions::of(subject, Place { pipeline_id, pipeline, id, action })?;
    let limit = limits.find(|limit| conditions.all_hold(&limit.when))?;
    let format = action.configuration.get(&limit.when.first()?.key)?;
    let set_at = format.attribute.to(format.value.span);
    Some(full_clone(&artifact.name.node, (reader, &limit.providers), input.span, set_at))
}

/// A full clone whose reader cannot clone.
fn full_clone(artifact: &str, (reader, readers): (&Phrase, &[String]), place: Span, set_at: Span) -> Diagnostic {
    let readers = readers.join(" and ");
    Diagnostic::new(
        Code::E0209,
        phrase![reader, format!(" cannot read artifact `{artifact}`, a full clone")],
        place,
        format!("only {readers} actions and rules can read a full clone"),
    )
    .label(set_at, "turns the artifact into a reference to the repository")
    .help(phrase![
        "set ",
        PipeCode::set("clone", "zip"),
        " in the source, or let a build produce the files that are needed here"
    ])
}
