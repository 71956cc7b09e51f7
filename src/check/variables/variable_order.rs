//! E0704, E0410: a variable or stack output that is used before its action has run. E0709: a pipeline variable in a
//! source.

use crate::catalog::Category;
use crate::check::support::references::written_action;
use crate::check::support::undeployed_outputs::undeployed;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::variables::Use;
use crate::diagnostic::{Code, Diagnostic, by_run_order};
use crate::hir::{ActionId, Part, PartKind};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule =
    Rule { name: "variable-order", codes: &[Code::E0410, Code::E0704, Code::E0709], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        for setting in place.action.configuration.values() {
            setting.value.each_part(&mut |part| one(subject, place, part, findings));
        }
    }
}

fn one(subject: &Subject<'_>, place: Place<'_>, part: &Part, findings: &mut Findings) {
    match &part.kind {
        PartKind::Output(action, name) => output(subject, place, part, *action, name, findings),
        PartKind::Variable(id) if place.action.category == Category::Source => {
            if let Some(variable) = place.pipeline.variables.get(*id) {
                findings.push(pipeline_variable_in_source(&variable.name, part.span));
            }
        }
        _ => {}
    }
}

fn output(subject: &Subject<'_>, place: Place<'_>, part: &Part, id: ActionId, name: &str, findings: &mut Findings) {
    let setter = place.pipeline.action(id);
    // A source outside the first stage is reported separately.
    if setter.category == Category::Source && setter.stage > 0 {
        return;
    }
    let reader = place.owner();
    if let Some(found) = undeployed(setter, name, part.span, &reader) {
        findings.push(found);
    } else if !subject.plan.ran_before(place.pipeline_id, id, place.id) {
        let action = written_action(subject, part, name).unwrap_or_else(|| setter.symbol.clone());
        let namespace = setter.namespace.as_ref().map(Spanned::as_str);
        let used = Use { action: &action, namespace, set_at: setter.declared, variable: name, place: part.span };
        findings.push(match setter.stack_operation() {
            _ if id == place.id => used_by_itself(&used),
            Some(_) => output_too_early(&used, &reader),
            None if place.action.category == Category::Source => used_by_source(&used),
            None => used_too_early(&used, &reader),
        });
    }
}

/// A variable that is used before its action has run.
fn used_too_early(used: &Use<'_>, reader: &str) -> Diagnostic {
    let (action, variable) = (used.action, used.variable);
    let message = format!("`{action}.{variable}` is used before `{action}` has run");
    too_early(Code::E0704, message, ("not set yet when this action runs", "set by this action"), used)
        .message_in_document(format!("`{}` is used before `{action}` has run", used.reference()))
        .help(format!("move `{action}` before {reader}; {TOGETHER}"))
        .help_in_document(by_run_order(&format!("move `{action}` before {reader}")))
}

/// A variable of a source that another source uses.
fn used_by_source(used: &Use<'_>) -> Diagnostic {
    let (action, variable) = (used.action, used.variable);
    let message = format!("`{action}.{variable}` is used before `{action}` has run");
    too_early(Code::E0704, message, ("not set yet when this action runs", "set by this action"), used)
        .message_in_document(format!("`{}` is used before `{action}` has run", used.reference()))
        .note("all sources start at the same time")
        .help(format!("remove `{action}.{variable}` from the value"))
        .help_in_document(format!("remove `{}` from the value", used.reference()))
}

/// A variable that its own action uses.
fn used_by_itself(used: &Use<'_>) -> Diagnostic {
    let (action, variable) = (used.action, used.variable);
    let message = format!("`{action}.{variable}` is used by `{action}` itself");
    Diagnostic::new(Code::E0704, message, used.place, "set only after the action has run")
        .message_in_document(format!("`{}` is used by `{action}` itself", used.reference()))
        .label(used.set_at, "set by this action")
        .help("use it in a later action")
}

/// A stack output that is used before the stack is deployed.
fn output_too_early(used: &Use<'_>, reader: &str) -> Diagnostic {
    let message = format!("output `{}` is used before stack `{}` is deployed", used.variable, used.action);
    too_early(Code::E0410, message, ("not known yet when this action runs", "deployed here"), used)
        .help(format!("deploy stack `{}` before {reader}; {TOGETHER}", used.action))
        .help_in_document(by_run_order(&format!("deploy stack `{}` before {reader}", used.action)))
}

/// The reason that an action in the same block is not early enough.
const TOGETHER: &str = "actions inside one `parallel` block start together";

fn too_early(code: Code, message: String, (here, there): (&str, &str), used: &Use<'_>) -> Diagnostic {
    Diagnostic::new(code, message, used.place, here).label(used.set_at, there)
}

/// A pipeline-level variable in a source.
fn pipeline_variable_in_source(variable: &Spanned<String>, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0709,
        format!("pipeline variable `{}` cannot be used in a source action", variable.node),
        place,
        "resolved only after the sources have run",
    )
    .label(variable.span, "declared here")
    .note("AWS: \"Variables at the pipeline level cannot be used in source actions\"")
    .help("use an `option` or a `param` instead")
    .help_in_document("write the value itself, or use a parameter of the template")
}
