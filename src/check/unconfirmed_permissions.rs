//! I0880: derived permissions for an action for which AWS documents no names.

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::roles;

use super::Subject;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for place in subject.actions() {
        let action_type = &place.action.action_type;
        let derived = place.action.role.is_none() && place.pipeline.role.is_none();
        if derived && action_type.grants_unconfirmed.is_some() {
            diagnostics.push(roles::unconfirmed(&place.action.name, action_type.managed_policy.as_deref()));
        }
    }
}
