//! E0131: a timeout on something other than an approval. E0830: a role on an action type that cannot have one.

use crate::catalog::{Category, Owner};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "action-fields", codes: &[Code::E0131, Code::E0830], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let action = place.action;
        if let Some(timeout) = action.timeout.as_ref().filter(|_| action.category != Category::Approval) {
            findings.about(place, timeout_of_other(&action.name.node, timeout.span));
        }
        // In another account, the whole action is invalid, which is reported separately.
        if let Some(role) = action.role.as_ref().filter(|_| action.action_type.owner != Owner::Aws)
            && action.environment.is_none()
        {
            findings.about(place, role_of_custom(&action.name.node, &action.action_type.provider, role.span));
        }
    }
}

/// A timeout on an action that is not an approval.
fn timeout_of_other(action: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0131,
        format!("action `{action}` cannot have a timeout"),
        place,
        "only manual approvals have a timeout",
    )
    .help("remove `timeout`")
}

/// A role on an action of an action type that is not AWS's.
fn role_of_custom(action: &str, provider: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0830,
        format!("action `{action}` of provider `{provider}` cannot have a role"),
        place,
        "only AWS actions can have an action role",
    )
    .help("remove `action-role`")
}
