//! E0810: roles whose permissions fit into no policies.

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::roles;

use super::Subject;

/// Measures the policies of every role that is made.
pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for role in subject.plan.roles.iter().filter(|role| role.identity.is_owned()) {
        if role.overflow.is_none() {
            diagnostics.push(roles::too_many_permissions(&role.display, role.identity.span));
        }
    }
}
