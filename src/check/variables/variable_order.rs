//! E0704, E0410: a variable or stack output used before its action has run. E0709: a pipeline variable in a source.

use crate::catalog::Category;
use crate::check::support::references::written_action;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::variables::{self, Use};
use crate::hir::{ActionId, Part, PartKind};

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
                findings.push(variables::pipeline_variable_in_source(&variable.name, part.span));
            }
        }
        _ => {}
    }
}

fn output(subject: &Subject<'_>, place: Place<'_>, part: &Part, id: ActionId, name: &str, findings: &mut Findings) {
    let setter = place.pipeline.action(id);
    // A source outside the first stage has been reported.
    if setter.category == Category::Source && setter.stage > 0 {
        return;
    }
    let operation = setter.stack_operation();
    if operation.is_some_and(|operation| !operation.mode.deploys()) {
        let stack = setter.literal("StackName").unwrap_or(&setter.symbol);
        findings.push(variables::output_of_undeployed_stack(&setter.name, stack, name, part.span));
    } else if !subject.plan.ran_before(place.pipeline_id, id, place.id) {
        let action = written_action(subject, part, name).unwrap_or_else(|| setter.symbol.clone());
        let used = Use { action: &action, set_at: setter.name.span, variable: name, place: part.span };
        findings.push(match operation {
            _ if id == place.id => variables::used_by_itself(&used),
            Some(_) => variables::output_too_early(&used),
            None => variables::used_too_early(&used),
        });
    }
}
