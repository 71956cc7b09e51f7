//! I0880: derived permissions for an action for which AWS documents no names.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::roles;

pub(super) const RULE: Rule = Rule { name: "unconfirmed-permissions", codes: &[Code::I0880], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        let action_type = &place.action.action_type;
        let derived = place.action.role.is_none() && place.pipeline.role.is_none();
        if derived && action_type.grants_unconfirmed.is_some() {
            findings.about(place, roles::unconfirmed(&place.action.name, action_type.managed_policy.as_deref()));
        }
    }
}
