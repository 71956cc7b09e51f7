//! W0414: two actions that change one stack at the same time.

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::stacks;
use crate::hir::{Action, ActionId, PipelineId, StackMode};

use super::Subject;
use super::stack_conflicts::same_stack;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for (id, pipeline) in subject.pipelines() {
        let changing: Vec<(ActionId, &Action)> = pipeline.actions().filter(|(_, action)| changes(action)).collect();
        for (index, (later, action)) in changing.iter().enumerate() {
            let mut before = changing.iter().take(index);
            let rival = before
                .find(|(first, other)| same_stack(subject.plan, action, other) && at_once(subject, id, *first, *later));
            if let (Some((_, rival)), Some(stack)) = (rival, action.literal("StackName")) {
                diagnostics.push(stacks::changed_at_once(stack, action.name.span, rival.name.span));
            }
        }
    }
}

/// Whether an action starts an operation on its stack; one that prepares a change set does not.
fn changes(action: &Action) -> bool {
    let operation = action.stack_operation().filter(|_| !action.incomplete);
    operation.is_some_and(|operation| operation.mode != StackMode::ChangeSetReplace)
}

pub(super) fn at_once(subject: &Subject<'_>, pipeline: PipelineId, first: ActionId, second: ActionId) -> bool {
    let position = |id: ActionId| subject.plan.pipelines.get(pipeline)?.positions.get(id).copied();
    position(first).is_some() && position(first) == position(second)
}
