//! E0705: `#{namespace.Name}` that nothing sets, in text that is taken as it is and in values from outside the pipeline.

use crate::catalog::RUN_VARIABLE;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Part, PartKind, Pipeline};
use crate::plan::references;
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "runtime-text", codes: &[Code::E0705], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // What could not be read may set the namespace.
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
    match &part.kind {
        PartKind::Namespace(namespace, variable) if !is_set(pipeline, namespace, variable) => {
            findings.push(unset_in_plain_text(namespace, variable, part.span));
        }
        PartKind::Literal(text) => {
            for reference in references(text) {
                if !is_set(pipeline, reference.namespace, reference.variable) {
                    let place = place(subject, part.span, text.get(reference.at.clone()).unwrap_or_default());
                    findings.push(unset_in_plain_text(reference.namespace, reference.variable, place));
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

/// The smallest span that contains a text, if the file contains it literally.
fn place(subject: &Subject<'_>, whole: Span, text: &str) -> Span {
    subject.written(whole).find(text, 0).unwrap_or(whole)
}

/// `#{namespace.Name}` in a raw string, which nothing sets.
fn unset_in_plain_text(namespace: &str, variable: &str, place: Span) -> Diagnostic {
    let message = format!("nothing in this pipeline sets `#{{{namespace}.{variable}}}`");
    Diagnostic::new(Code::E0705, message, place, "CodePipeline resolves this as a variable")
        .note("CodePipeline resolves `#{...}` in every string, including those in single quotes")
        .help("write `${Action.Variable}` in a double-quoted string, or avoid `#{` in the string")
}
