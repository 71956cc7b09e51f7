//! E0409: outputs of a stack that its template does not have.

use crate::check::support::deploys::{Deploy, deploy_of, deploys};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::{Part, PartKind, Pipeline};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "template-outputs", codes: &[Code::E0409], run: check };

/// Checks every `S.outputs.X`.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let deploys = deploys(subject);
    for pipeline in &subject.hir.pipelines {
        for setting in pipeline.actions.iter().flat_map(|action| action.configuration.values()) {
            setting.value.each_part(&mut |part| look(subject, pipeline, &deploys, part, findings));
        }
    }
}

fn look(subject: &Subject<'_>, pipeline: &Pipeline, deploys: &[Deploy<'_>], part: &Part, findings: &mut Findings) {
    let PartKind::Output(id, name) = &part.kind else { return };
    let Some(deploy) = deploy_of(pipeline, deploys, *id) else { return };
    if !deploy.template.declares_all_names() || deploy.template.output(name).is_some() {
        return;
    }
    let known: Vec<&str> = deploy.template.outputs.iter().map(|output| output.name.node.as_str()).collect();
    // The name of the output is the last word of the reference.
    let word = subject.written(part.span).find_last(name);
    let near = similar(name, known.iter().copied());
    let place = word.unwrap_or(part.span);
    findings.push(unknown_output(deploy.path.as_str(), name, place, near.filter(|_| word.is_some()), &known));
}

/// An output that the stack does not have.
fn unknown_output(template: &str, name: &str, place: Span, near: Option<&str>, known: &[&str]) -> Diagnostic {
    let message = format!("template `{template}` has no output `{name}`");
    let diagnostic = Diagnostic::new(Code::E0409, message, place, "");
    match (near, known) {
        (Some(_), _) => diagnostic.suggest(place, near),
        (None, []) => diagnostic.note("the template has no outputs"),
        (None, [only]) => diagnostic.help(format!("write `{only}`, the only output of the template")),
        (None, few) if few.len() <= 7 => {
            diagnostic.help(format!("its outputs are {}", wording::and_list(few.iter().copied())))
        }
        _ => diagnostic,
    }
}
