//! W0403: two actions deploy one stack with different templates.

use crate::check::support::rivals::same_stack;
use crate::check::{Rule, Subject};
use crate::diagnostic::families::stacks;
use crate::diagnostic::{Code, Diagnostics};
use crate::hir::{Action, Pipeline, Value};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule { name: "stack-conflicts", codes: &[Code::W0403], run: check };

fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for (_, pipeline) in subject.pipelines() {
        one(subject.plan, pipeline, diagnostics);
    }
}

fn one(plan: &Plan, pipeline: &Pipeline, diagnostics: &mut Diagnostics) {
    let deploys: Vec<(&Action, &Value)> = pipeline.actions.iter().filter_map(deploy).collect();
    for (index, (action, template)) in deploys.iter().enumerate() {
        let mut before = deploys.iter().take(index);
        let other = before.find(|(other, used)| same_stack(plan, action, other) && !used.same(template));
        if let (Some((_, first)), Some(stack)) = (other, action.literal("StackName")) {
            diagnostics.push(stacks::two_templates(stack, template.span, first.span));
        }
    }
}

/// The action and its template, if it deploys one.
fn deploy(action: &Action) -> Option<(&Action, &Value)> {
    let template = action.value("TemplatePath").filter(|template| !template.is_poisoned())?;
    action.stack_operation().filter(|operation| operation.mode.takes_template()).map(|_| (action, template))
}
