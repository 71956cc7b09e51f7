//! I0880: derived permissions for an action whose permissions AWS does not document by name.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule { name: "unconfirmed-permissions", codes: &[Code::I0880], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        let action_type = &place.action.action_type;
        let derived = place.action.role.is_none() && place.pipeline.role.is_none();
        if derived && action_type.grants_unconfirmed.is_some() {
            findings.about(place, unconfirmed(&place.action.name, action_type.managed_policy.as_deref()));
        }
    }
}

/// Derived permissions that are not confirmed. `policy` is a managed policy of AWS that allows enough.
fn unconfirmed(action: &Spanned<String>, policy: Option<&str>) -> Diagnostic {
    let message = format!("AWS does not document the exact permissions for action `{}`", action.node);
    let label = "the derived permissions may not be sufficient";
    let diagnostic = Diagnostic::new(Code::I0880, message, action.span, label);
    let Some(policy) = policy else { return diagnostic };
    diagnostic.help(phrase![
        "if a call is denied, use ",
        PipeCode::set("action-role", "Role"),
        format!(" with `role Role for pipeline {{ managed = [\"arn:aws:iam::aws:policy/{policy}\"] }}`")
    ])
}
