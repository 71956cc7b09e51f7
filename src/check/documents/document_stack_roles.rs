//! E0105: an action on a stack without a role.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "document-stack-roles", codes: &[Code::E0105], run: check };

/// The key of the role.
const ROLE: &str = "RoleArn";

/// The modes that need a role.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html> (2026-11-29)
const MODES: [&str; 4] = ["CREATE_UPDATE", "CHANGE_SET_REPLACE", "REPLACE_ON_FAILURE", "DELETE_ONLY"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.document.is_none() {
        return;
    }
    for place in subject.actions().filter(|place| place.action.action_type.deploys_stack()) {
        let action = place.action;
        let mode = action.literal("ActionMode").filter(|mode| MODES.contains(mode));
        if let Some(mode) = mode.filter(|_| action.value(ROLE).is_none() && !action.incomplete) {
            findings.about(place, no_role(&action.name.node, mode, action.name.span));
        }
    }
}

/// An action without a role whose mode requires one.
fn no_role(action: &str, mode: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0105, format!("action `{action}` needs `{ROLE}`"), place, format!("its mode is {mode}"))
        .help(format!("add `{ROLE}` with the ARN of the role that CloudFormation assumes"))
}
