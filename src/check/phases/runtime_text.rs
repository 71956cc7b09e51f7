//! E0705: `#{namespace.Name}` that nothing sets, in raw strings and in values from outside the pipeline.

use crate::catalog::RUN_VARIABLE;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::phases::unset_in_plain_text;
use crate::hir::{Action, Part, PartKind, Pipeline};
use crate::plan::references;
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "runtime-text", codes: &[Code::E0705], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // A part that could not be read may set the namespace.
    if subject.hir.incomplete {
        return;
    }
    for (id, pipeline) in subject.pipelines() {
        pipeline.each_value(id, &mut |place| {
            if place.is_configured() {
                place.value.each_part(&mut |part| one(subject, pipeline, part, findings));
            }
        });
    }
}

fn one(subject: &Subject<'_>, pipeline: &Pipeline, part: &Part, findings: &mut Findings) {
    let mut report = |namespace: &str, variable: &str, place: Span| {
        let setters: Vec<&str> = setters(pipeline, variable);
        let raw = is_raw(subject, part.span);
        findings.push(unset_in_plain_text((namespace, variable), place, raw, &setters));
    };
    match &part.kind {
        PartKind::Namespace(namespace, variable) if !is_set(pipeline, namespace, variable) => {
            report(namespace, variable, part.span);
        }
        PartKind::Literal(text) => {
            for reference in references(text) {
                if !is_set(pipeline, reference.namespace, reference.variable) {
                    let place = place(subject, part.span, text.get(reference.at.clone()).unwrap_or_default());
                    report(reference.namespace, reference.variable, place);
                }
            }
        }
        _ => {}
    }
}

/// Returns whether something sets a variable. The variables of actions are checked separately.
fn is_set(pipeline: &Pipeline, namespace: &str, variable: &str) -> bool {
    let declared = || pipeline.variables.iter().any(|known| known.name.node == variable);
    let of_action = || pipeline.actions.iter().filter_map(|action| action.namespace.as_ref());
    match namespace {
        "variables" => declared(),
        _ if namespace == RUN_VARIABLE.0 => variable == RUN_VARIABLE.1,
        // An action in `raw` may set it.
        _ if pipeline.stages.iter().any(|stage| stage.incomplete) => true,
        _ => of_action().any(|known| known.node == namespace),
    }
}

/// Returns whether a string is in single quotes, which its span may not include.
fn is_raw(subject: &Subject<'_>, place: Span) -> bool {
    let start = place.range().start;
    let before = Span::new(place.file, start.saturating_sub(1), start);
    subject.written(place).quote() == Some('\'') || subject.written(before).is("'")
}

/// Returns the smallest span that contains a text, if the file contains it literally.
fn place(subject: &Subject<'_>, whole: Span, text: &str) -> Span {
    subject.written(whole).find(text, 0).unwrap_or(whole)
}

/// Returns the actions whose type sets a variable, by their names in the file.
fn setters<'a>(pipeline: &'a Pipeline, variable: &str) -> Vec<&'a str> {
    let sets = |action: &&Action| action.action_type.variable.iter().any(|known| known.name == variable);
    pipeline.actions.iter().filter(sets).map(|action| action.symbol.as_str()).collect()
}
