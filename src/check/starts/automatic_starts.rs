//! W0608: a pipeline that nothing starts. W0641: a pipeline that starts automatically, but has a variable without a
//! value.

use crate::catalog::Category;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, DocumentText};
use crate::hir::{Action, Pipeline, PipelineId};
use crate::plan::ActionPlan;
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "automatic-starts", codes: &[Code::W0608, Code::W0641], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, pipeline) in subject.pipelines() {
        without_value(subject, id, pipeline, findings);
        if !pipeline.schedules.is_empty() || !pipeline.events.is_empty() {
            continue;
        }
        if pipeline.incomplete || pipeline.restart_on_update || pipeline.stages.iter().any(|stage| stage.incomplete) {
            continue;
        }
        let sources: Vec<_> = pipeline.actions().filter(|(_, action)| action.category == Category::Source).collect();
        let off = |planned: Option<&ActionPlan>, action: &Action| planned.is_some_and(|it| is_off(it, action));
        let all_off = sources.iter().all(|(source, action)| off(subject.plan.action(id, *source), action));
        if let (true, Some((_, first))) = (all_off, sources.first()) {
            let switch = switch(first).map(|(key, setting)| {
                let word = setting.word(key, first.action_type.slot_of_key(key));
                (word, setting.attribute.to(setting.value.span))
            });
            findings.push(never(&pipeline.symbol, first.name.span, switch));
        }
    }
}

/// Checks for variables without a default in a pipeline that starts automatically, so that no one enters a value.
fn without_value(subject: &Subject<'_>, id: PipelineId, pipeline: &Pipeline, findings: &mut Findings) {
    let source = pipeline.actions().find(|(source, action)| {
        action.category == Category::Source
            && !action.incomplete
            && subject.plan.action(id, *source).is_some_and(|planned| !is_off(planned, action))
    });
    let source = source.map(|(_, action)| action.name.span);
    let schedule = pipeline.schedules.first().map(|schedule| schedule.expression.span);
    let event = pipeline.events.first().map(|event| event.span);
    let Some(starter) = source.or(schedule).or(event) else { return };
    for variable in pipeline.variables.iter().filter(|variable| variable.default.is_none()) {
        findings.push(nobody_gives(&variable.name, starter));
    }
}

/// Returns whether changes of a source are not detected.
fn is_off(planned: &ActionPlan, action: &Action) -> bool {
    let Some(detection) = &action.action_type.change_detection else { return false };
    if !action.filters.is_empty() {
        return false;
    }
    let set_so = |(key, off): (&String, &String)| {
        planned.configuration.get(key).is_some_and(|value| value.text.as_text() == Some(off))
    };
    !detection.off.is_empty() && detection.off.iter().all(set_so)
}

/// Returns the setting that turns off the detection.
fn switch(action: &Action) -> Option<(&str, &crate::hir::Setting)> {
    let detection = action.action_type.change_detection.as_ref()?;
    detection.off.keys().find_map(|key| Some((key.as_str(), action.configuration.get(key)?)))
}

/// A pipeline without a source that reports changes. `switch` is the attribute that turns that off.
fn never(pipeline: &Spanned<String>, source: Span, switch: Option<(&str, Span)>) -> Diagnostic {
    let place = switch.map_or(source, |(_, place)| place);
    let message = format!("nothing starts pipeline `{}`", pipeline.node);
    let diagnostic = Diagnostic::new(Code::W0608, message, place, "source changes are not detected")
        .note("you can still start it in the console or with `aws codepipeline start-pipeline-execution`");
    match switch {
        Some((word, _)) => diagnostic.help(format!("remove `{word}` to start the pipeline on source changes")),
        None => diagnostic.help("add `on schedule \"rate(1 day)\"` to the pipeline to start it every day"),
    }
}

/// A pipeline variable without a default, in a pipeline that starts automatically.
fn nobody_gives(variable: &Spanned<String>, starter: Span) -> Diagnostic {
    let name = &variable.node;
    Diagnostic::new(
        Code::W0641,
        format!("variable `{name}` has no default, but the pipeline starts automatically"),
        variable.span,
        "",
    )
    .label(starter, "starts the pipeline")
    .note("CodePipeline does not start an execution while a variable has no value")
    .help(format!("add a default: `variable {name}: string = \"...\"`"))
    .help_in_document(DocumentText::with_keys(|key| format!("add {} to variable `{name}`", key("DefaultValue"))))
}
