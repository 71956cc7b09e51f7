//! E0810: roles whose permissions fit into no policies.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::roles;

pub(super) const RULE: Rule = Rule { name: "policy-size", codes: &[Code::E0810], run: check };

/// Measures the policies of every role that is made.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for role in subject.plan.roles.iter().filter(|role| role.identity.is_owned()) {
        if role.overflow.is_none() {
            findings.push(roles::too_many_permissions(&role.display, role.identity.span));
        }
    }
}
