//! E0810: roles whose permissions fit into no policies.

use crate::check::{Rule, Subject};
use crate::diagnostic::families::roles;
use crate::diagnostic::{Code, Diagnostics};

pub(super) const RULE: Rule = Rule { name: "policy-size", codes: &[Code::E0810], run: check };

/// Measures the policies of every role that is made.
fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for role in subject.plan.roles.iter().filter(|role| role.identity.is_owned()) {
        if role.overflow.is_none() {
            diagnostics.push(roles::too_many_permissions(&role.display, role.identity.span));
        }
    }
}
