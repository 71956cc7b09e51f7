//! E0501: sources outside the first stage, and other actions in it.

use crate::catalog::Category;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::Pipeline;
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "first-stage", codes: &[Code::E0501], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, pipeline) in subject.pipelines() {
        let actions = subject.actions().filter(|place| place.pipeline_id == id);
        one(pipeline, actions, findings);
    }
}

fn one<'a>(pipeline: &Pipeline, actions: impl Iterator<Item = Place<'a>>, findings: &mut Findings) {
    let Some(first) = pipeline.stages.first() else { return };
    let is_source = |place: &Place<'_>| place.action.category == Category::Source;
    let (here, later): (Vec<Place<'_>>, Vec<Place<'_>>) = actions.partition(|place| place.action.stage == 0);
    // Problems in several iterations of a loop are reported once.
    let mut reported: Vec<Span> = Vec::new();
    let mut is_new = |place: &Place<'_>| {
        let new = !reported.contains(&place.action.name.span);
        reported.push(place.action.name.span);
        new
    };
    for place in later.iter().copied().filter(is_source).filter(&mut is_new) {
        findings.about(place, source_outside(&place.action.name, &first.name));
    }
    if here.iter().any(is_source) {
        for place in here.iter().copied().filter(|place| !is_source(place)).filter(&mut is_new) {
            let next = pipeline.stages.get(1).map(|stage| stage.name.node.as_str());
            findings.about(place, not_a_source(&place.action.name, next));
        }
        return;
    }
    // Sources in other stages are reported separately. A stage that could not be read may contain one.
    let has_sources = later.iter().any(is_source);
    if !here.is_empty() && !has_sources && !first.incomplete && !pipeline.incomplete {
        findings.push(no_source(&first.name));
    }
}

/// A source after the first stage.
fn source_outside(action: &Spanned<String>, first_stage: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0501,
        format!("source `{}` is outside the first stage", action.node),
        action.span,
        "sources start the execution",
    )
    .label(first_stage.span, "the first stage")
    .note("AWS: \"Source actions can only be included in the first stage of the pipeline\"")
    .help(format!("move it to stage `{}`", first_stage.node))
}

/// Another action among the sources.
fn not_a_source(action: &Spanned<String>, next_stage: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0501,
        format!("action `{}` is in the first stage, which is for sources only", action.node),
        action.span,
        "not a source",
    )
    .note("AWS: \"Pipeline should start with a stage that only contains source actions\"");
    match next_stage {
        Some(stage) => diagnostic.help(format!("move it to stage `{stage}`")),
        None => diagnostic.help("move it to a separate stage"),
    }
}

/// A first stage without sources.
fn no_source(stage: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0501,
        format!("the first stage, `{}`, has no source", stage.node),
        stage.span,
        "nothing provides the input files",
    )
    .note("AWS: \"Pipeline should start with a stage that only contains source actions\"")
    .help("add a stage with a `source` action before it")
}
