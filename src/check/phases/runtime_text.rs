//! E0705: `#{namespace.Name}` that nothing sets, in text that is taken as it is and in values from outside the pipeline.

use crate::catalog::RUN_VARIABLE;
use crate::check::{Rule, Subject};
use crate::diagnostic::families::phases;
use crate::diagnostic::{Code, Diagnostics};
use crate::hir::{Part, PartKind, Pipeline};
use crate::plan::references;
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "runtime-text", codes: &[Code::E0705], run: check };

fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    // What could not be read may set the namespace.
    if subject.hir.incomplete {
        return;
    }
    for (id, pipeline) in subject.pipelines() {
        pipeline.each_value(id, &mut |place| {
            if place.is_configured() {
                place.value.each_part(&mut |part| one(subject, pipeline, part, diagnostics));
            }
        });
    }
}

fn one(subject: &Subject<'_>, pipeline: &Pipeline, part: &Part, diagnostics: &mut Diagnostics) {
    match &part.kind {
        PartKind::Namespace(namespace, variable) if !is_set(pipeline, namespace, variable) => {
            diagnostics.push(phases::unset_in_plain_text(namespace, variable, part.span));
        }
        PartKind::Literal(text) => {
            for reference in references(text) {
                if !is_set(pipeline, reference.namespace, reference.variable) {
                    let place = place(subject, part.span, text.get(reference.at.clone()).unwrap_or_default());
                    diagnostics.push(phases::unset_in_plain_text(reference.namespace, reference.variable, place));
                }
            }
        }
        _ => {}
    }
}

/// Whether something sets a variable. What an action sets is another matter.
fn is_set(pipeline: &Pipeline, namespace: &str, variable: &str) -> bool {
    let declared = || pipeline.variables.iter().any(|known| known.name.node == variable);
    let of_action = || pipeline.actions.iter().filter_map(|action| action.namespace.as_ref());
    match namespace {
        "variables" => declared(),
        _ if namespace == RUN_VARIABLE.0 => variable == RUN_VARIABLE.1,
        _ => of_action().any(|known| known.node == namespace),
    }
}

/// The smallest place that holds a text, where the file has it letter by letter.
fn place(subject: &Subject<'_>, whole: Span, text: &str) -> Span {
    let sources = subject.workspace.sources();
    let written = sources.slice(whole);
    let start = whole.range().start;
    written.find(text).map_or(whole, |at| Span::new(whole.file, start + at, start + at + text.len()))
}
