//! E0501: sources stand in the first stage, and nothing else does.

use crate::catalog::Category;
use crate::check::{Rule, Subject};
use crate::diagnostic::families::structure;
use crate::diagnostic::{Code, Diagnostics};
use crate::hir::{Action, Pipeline};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "first-stage", codes: &[Code::E0501], run: check };

fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for (_, pipeline) in subject.pipelines() {
        one(pipeline, diagnostics);
    }
}

fn one(pipeline: &Pipeline, diagnostics: &mut Diagnostics) {
    let Some(first) = pipeline.stages.first() else { return };
    let is_source = |action: &&Action| action.category == Category::Source;
    let (here, later): (Vec<&Action>, Vec<&Action>) = pipeline.actions.iter().partition(|action| action.stage == 0);
    // What a loop writes out several times is reported once.
    let mut reported: Vec<Span> = Vec::new();
    let mut is_new = |action: &&Action| {
        let new = !reported.contains(&action.name.span);
        reported.push(action.name.span);
        new
    };
    for action in later.iter().copied().filter(is_source).filter(&mut is_new) {
        diagnostics.push(structure::source_outside(&action.name, &first.name));
    }
    if here.iter().copied().any(|action| is_source(&action)) {
        for action in here.iter().copied().filter(|action| !is_source(action)).filter(&mut is_new) {
            let next = pipeline.stages.get(1).map(|stage| stage.name.node.as_str());
            diagnostics.push(structure::not_a_source(&action.name, next));
        }
        return;
    }
    // Sources that stand elsewhere have been reported; a stage that could not be read may hold one.
    let has_sources = later.iter().any(is_source);
    if !here.is_empty() && !has_sources && !first.incomplete && !pipeline.incomplete {
        diagnostics.push(structure::no_source(&first.name));
    }
}
