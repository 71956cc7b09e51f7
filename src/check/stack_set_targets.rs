//! E0430: organizational units where the roles are the user's own. E0808: accounts that are none.
//! <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StackSets.html> (2026-11-23)

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::{arns, stacks};
use crate::hir::{Value, ValueKind};
use crate::source::Span;

use super::arns::is_account;
use super::{Place, Subject};

/// Where the stacks of a set are made.
const TARGETS: &str = "DeploymentTargets";

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for place in subject.actions() {
        let Some(value) = place.action.value(TARGETS) else { continue };
        let own_roles = own_roles(place);
        for (target, span) in targets(value) {
            let is_unit = ["ou-", "r-"].iter().any(|start| target.starts_with(start));
            if is_unit && let Some(said) = own_roles {
                diagnostics.push(stacks::unit_with_own_roles(target, span, said));
            } else if target.bytes().all(|byte| byte.is_ascii_digit()) && !target.is_empty() && !is_account(target) {
                diagnostics.push(arns::bad_target(target, span));
            }
        }
    }
}

/// Whether a stack set works under roles of the user's own, as it does unless told otherwise; and where that is said.
fn own_roles(place: Place<'_>) -> Option<Option<Span>> {
    let slot = place.action.action_type.slot_of_key("PermissionModel")?;
    match place.action.value(slot.key.as_deref()?) {
        None => Some(None),
        Some(value) => (value.as_str() == Some("SELF_MANAGED")).then_some(Some(value.span)),
    }
}

/// The accounts and units; as text they stand between commas.
fn targets(value: &Value) -> Vec<(&str, Span)> {
    match &value.kind {
        ValueKind::List(items) => items.iter().filter_map(|item| Some((item.as_str()?, item.span))).collect(),
        _ => match value.as_str() {
            Some(text) if !text.contains("::") => text.split(',').map(|it| (it.trim(), value.span)).collect(),
            _ => Vec::new(),
        },
    }
}
