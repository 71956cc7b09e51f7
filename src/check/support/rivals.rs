//! Whether two actions change the same stack, in the same account and Region, at the same time.

use crate::check::Subject;
use crate::check::support::existence::can_coexist;
use crate::hir::{Action, ActionId, PipelineId};
use crate::plan::{Plan, site_of};

/// Returns whether two actions deploy the same stack in the same account and Region, however the file sets these.
pub(in crate::check) fn same_stack(plan: &Plan, first: &Action, second: &Action) -> bool {
    let stack = |action: &Action| action.literal("StackName").map(str::to_owned);
    stack(first).is_some() && stack(first) == stack(second) && same_place(plan, first, second)
}

/// Returns whether two actions run in the same account and Region.
pub(in crate::check) fn same_place(plan: &Plan, first: &Action, second: &Action) -> bool {
    // Without an environment, a role may move the action to another account.
    let role = |action: &Action| action.role.as_ref().filter(|_| action.environment.is_none()).map(|role| role.node);
    let (one, other) = (site_of(plan, first), site_of(plan, second));
    role(first) == role(second)
        && plan.same_account(&one, &other)
        && plan.region_of(&one) == plan.region_of(&other)
        && first.region.as_ref().map(|it| &it.node) == second.region.as_ref().map(|it| &it.node)
}

/// Returns whether conditions at deployment exclude that both actions of a pipeline exist.
pub(in crate::check) fn are_alternatives(
    subject: &Subject<'_>,
    pipeline: PipelineId,
    first: ActionId,
    second: ActionId,
) -> bool {
    let Some(pipeline) = subject.hir.pipelines.get(pipeline) else { return false };
    let both = pipeline.actions.get(first).zip(pipeline.actions.get(second));
    both.is_some_and(|(one, other)| !can_coexist(subject.hir, pipeline, one, other))
}

/// Returns whether two actions of a pipeline run at the same time.
pub(in crate::check) fn at_once(
    subject: &Subject<'_>,
    pipeline: PipelineId,
    first: ActionId,
    second: ActionId,
) -> bool {
    let position = |id: ActionId| subject.plan.position_of(pipeline, id);
    !are_alternatives(subject, pipeline, first, second)
        && position(first).is_some()
        && position(first) == position(second)
}
