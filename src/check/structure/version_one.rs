//! E0508: features that pipelines of type V1 lack.

use crate::catalog::PipelineType;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, Phrase, PipeCode, phrase};
use crate::hir::Pipeline;
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "version-one", codes: &[Code::E0508], run: check };

/// The only execution mode of V1.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/pipeline-types-planning.html> (2026-11-23)
const ONLY_MODE: &str = "SUPERSEDED";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (_, pipeline) in subject.pipelines().filter(|(_, pipeline)| pipeline.pipeline_type == PipelineType::V1) {
        one(pipeline, findings);
    }
}

fn one(pipeline: &Pipeline, findings: &mut Findings) {
    let asked = pipeline.pipeline_type_span.unwrap_or(pipeline.span);
    if let Some(variable) = pipeline.variables.first() {
        let what = format!("variable `{}`", variable.name.node);
        let said = "Pipeline variable can only be used with V2 pipelines";
        findings.push(needs_version_two(what, variable.name.span, asked, Some(said)));
    }
    if let Some(mode) = pipeline.mode.as_ref().filter(|mode| mode.node != ONLY_MODE) {
        let what = format!("mode {}", mode.node);
        let said = "QUEUED or PARALLEL mode can only be used with V2 pipelines";
        findings.push(needs_version_two(what, mode.span, asked, Some(said)));
    }
    if let Some(outcome) = pipeline.stages.iter().find_map(|stage| stage.on_failure.as_ref()) {
        let said = "Stage level conditions can only be used with V2 pipelines.";
        findings.push(needs_version_two(PipeCode::on("failure"), outcome.span, asked, Some(said)));
    }
    if let Some(condition) = pipeline.stages.iter().find_map(|stage| stage.conditions.first()) {
        let what = PipeCode::on_with(condition.moment.word(), "require");
        let said = "Stage level conditions can only be used with V2 pipelines.";
        findings.push(needs_version_two(what, condition.span, asked, Some(said)));
    }
    if let Some(filter) = pipeline.actions.iter().find_map(|action| action.filters.first()) {
        let what = PipeCode::on(filter.event.word());
        findings.push(needs_version_two(what, filter.span, asked, None));
    }
    for action in pipeline.actions.iter().filter(|it| !it.action_type.pipeline_types.contains(&PipelineType::V1)) {
        let what = format!("provider {}", action.action_type.provider);
        let said = format!("{} Action can only be used with V2 pipelines.", action.action_type.provider);
        findings.push(needs_version_two(what, action.name.span, asked, Some(&said)));
    }
}

/// A feature that V1 lacks.
fn needs_version_two(what: impl Into<Phrase>, place: Span, asked: Span, said: Option<&str>) -> Diagnostic {
    let message = phrase![what, " needs a pipeline of type V2"];
    let diagnostic = Diagnostic::new(Code::E0508, message, place, "not available in V1")
        .label(asked, "set here")
        .help(phrase!["remove ", PipeCode::set("type", "V1"), "; the default is V2"])
        .help_in_document("set the type of the pipeline to V2");
    match said {
        Some(text) => diagnostic.note(format!("AWS: \"{text}\"")),
        None => diagnostic,
    }
}
