//! W0403: two actions deploy one stack with different templates.

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::stacks;
use crate::hir::{Action, Pipeline, Value};
use crate::plan::{Plan, site_of};

use super::Subject;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
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

/// Whether two actions deploy one stack of one account and region, however the file says the place.
pub(super) fn same_stack(plan: &Plan, first: &Action, second: &Action) -> bool {
    let stack = |action: &Action| action.literal("StackName").map(str::to_owned);
    stack(first).is_some() && stack(first) == stack(second) && same_place(plan, first, second)
}

/// Whether two actions work in one account and region.
pub(super) fn same_place(plan: &Plan, first: &Action, second: &Action) -> bool {
    // Without an environment, a role may take the action to another account.
    let role = |action: &Action| action.role.as_ref().filter(|_| action.environment.is_none()).map(|role| role.node);
    let (one, other) = (site_of(plan, first), site_of(plan, second));
    role(first) == role(second)
        && plan.same_account(&one, &other)
        && plan.region_of(&one) == plan.region_of(&other)
        && first.region.as_ref().map(|it| &it.node) == second.region.as_ref().map(|it| &it.node)
}
