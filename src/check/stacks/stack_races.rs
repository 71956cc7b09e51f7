//! W0414: two actions that change the same stack at the same time.

use crate::check::support::rivals::{at_once, same_stack};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, DocumentText};
use crate::hir::{Action, ActionId, StackMode};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "stack-races", codes: &[Code::W0414], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, pipeline) in subject.pipelines() {
        let changing: Vec<(ActionId, &Action)> = pipeline.actions().filter(|(_, action)| changes(action)).collect();
        for (index, (later, action)) in changing.iter().enumerate() {
            let mut before = changing.iter().take(index);
            let rival = before
                .find(|(first, other)| same_stack(subject.plan, action, other) && at_once(subject, id, *first, *later));
            if let (Some((_, rival)), Some(stack)) = (rival, action.literal("StackName")) {
                let place = Place { pipeline_id: id, pipeline, id: *later, action };
                findings.about(place, changed_at_once(stack, action.name.span, rival.name.span));
            }
        }
    }
}

/// Returns whether an action starts an operation on its stack. One that prepares a change set does not.
fn changes(action: &Action) -> bool {
    let operation = action.stack_operation().filter(|_| !action.incomplete);
    operation.is_some_and(|operation| operation.mode != StackMode::ChangeSetReplace)
}

/// Two actions of one step that change the same stack.
fn changed_at_once(stack: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::W0414, format!("two actions change stack `{stack}` at the same time"), place, "second action")
        .label(first, "first action")
        .note("CloudFormation rejects the second: a stack accepts one operation at a time")
        .help("run them one after the other, outside `parallel`, or give the stacks different names")
        .help_in_document(DocumentText::with_keys(|key| {
            format!("run them one after the other, by their {}, or give the stacks different names", key("RunOrder"))
        }))
}
