//! W0973: production that is deployed before the environment in which the same is tested.

use crate::catalog::Category;
use crate::check::support::environment_words::{is_production, precedes_production, words_of_stage};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, ArtifactId, Pipeline, Stage, ValueKind};

pub(super) const RULE: Rule = Rule { name: "stage-order", codes: &[Code::W0973], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (_, pipeline) in subject.pipelines().filter(|(_, pipeline)| !pipeline.incomplete) {
        for (index, stage) in pipeline.stages.iter().enumerate() {
            let words = words_of_stage(subject.hir, pipeline, index);
            if !words.iter().any(|word| is_production(word)) || words.iter().any(|word| precedes_production(word)) {
                continue;
            }
            if let Some(tested) = tested_later(subject, pipeline, index) {
                findings.push(deployed_first(stage, tested));
            }
        }
    }
}

/// Returns a later stage, named after an environment before production, that deploys an artifact with a provider with
/// which a stage deploys it, too.
fn tested_later<'a>(subject: &Subject<'_>, pipeline: &'a Pipeline, stage: usize) -> Option<&'a Stage> {
    let deploying = |index: usize| {
        let of_stage = pipeline.actions.iter().filter(move |it| it.stage == index && it.category == Category::Deploy);
        of_stage.filter(|it| !it.incomplete)
    };
    let is_counterpart = |one: &Action, other: &Action| {
        one.action_type.provider == other.action_type.provider
            && artifacts(one).any(|artifact| artifacts(other).any(|other| other == artifact))
    };
    let mut later = pipeline.stages.iter().enumerate().skip(stage + 1);
    later.find_map(|(index, later)| {
        let words = words_of_stage(subject.hir, pipeline, index);
        let is_before =
            words.iter().any(|word| precedes_production(word)) && !words.iter().any(|word| is_production(word));
        let again = || {
            deploying(stage).any(Action::changes_deployment)
                && deploying(stage).any(|one| deploying(index).any(|other| is_counterpart(one, other)))
        };
        (is_before && again()).then_some(later)
    })
}

/// Returns the artifacts that an action deploys.
fn artifacts(action: &Action) -> impl Iterator<Item = ArtifactId> {
    let of_files = action.configuration.values().filter_map(|setting| match &setting.value.kind {
        ValueKind::ArtifactFile(file) => file.artifact,
        _ => None,
    });
    action.inputs.iter().map(|input| input.artifact).chain(of_files)
}

/// A stage in front of the one that tests what it deploys.
fn deployed_first(stage: &Stage, tested: &Stage) -> Diagnostic {
    let message = format!("stage `{}` deploys before stage `{}`", stage.name.node, tested.name.node);
    let diagnostic = Diagnostic::new(Code::W0973, message, stage.name.span, "deploys what has not been tested yet");
    let help = format!("move stage `{}` after stage `{}`", stage.name.node, tested.name.node);
    // The stages of a loop have one place.
    if stage.name.span.covers(tested.name.span) {
        return diagnostic.help(help);
    }
    diagnostic.label(tested.name.span, "deploys the same artifact later").help(help)
}
