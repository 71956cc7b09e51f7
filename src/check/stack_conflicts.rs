//! E0403: two actions deploy one stack with different templates.

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::stacks;
use crate::hir::{Action, Pipeline, Value};

use super::Subject;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for (_, pipeline) in subject.pipelines() {
        one(pipeline, diagnostics);
    }
}

fn one(pipeline: &Pipeline, diagnostics: &mut Diagnostics) {
    let deploys: Vec<(&Action, &Value)> = pipeline.actions.iter().filter_map(deploy).collect();
    for (index, (action, template)) in deploys.iter().enumerate() {
        let mut before = deploys.iter().take(index);
        let other = before.find(|(other, used)| same_stack(action, other) && !used.same(template));
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

/// Whether two actions deploy one stack of one account and region.
pub(super) fn same_stack(first: &Action, second: &Action) -> bool {
    let region = |action: &Action| action.region.as_ref().map(|region| region.node.clone());
    let environment = |action: &Action| action.environment.as_ref().map(|environment| environment.node);
    let role = |action: &Action| action.role.as_ref().map(|role| role.node);
    let stack = |action: &Action| action.literal("StackName").map(str::to_owned);
    stack(first).is_some()
        && stack(first) == stack(second)
        && region(first) == region(second)
        && role(first) == role(second)
        && environment(first) == environment(second)
}
