//! E0808, E0811: ARNs that are malformed, or name another kind of thing than is wanted.

use crate::catalog::{self, Slot, Target};
use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::arns;
use crate::hir::{Ownership, Value};

use super::Subject;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for (kind, declaration) in subject.hir.declarations() {
        if matches!(kind, "provider" | "environment") {
            continue;
        }
        if let Ownership::Imported(value) = &declaration.ownership {
            let only_arn = !matches!(kind, "project" | "bucket" | "repository");
            one(kind, only_arn, value, diagnostics);
        }
    }
    for place in subject.actions() {
        for (key, setting) in &place.action.configuration {
            in_slot(place.action.action_type.slot_of_key(key), &setting.value, diagnostics);
        }
    }
    for place in subject.rules() {
        for (key, setting) in &place.rule.configuration {
            in_slot(place.rule.rule_type.slot_of_key(key), &setting.value, diagnostics);
        }
    }
}

fn in_slot(slot: Option<&Slot>, value: &Value, diagnostics: &mut Diagnostics) {
    let Some(slot) = slot else { return };
    if let Some(kind) = slot.to.and_then(kind_of) {
        one(kind, slot.member.as_deref() == Some("arn"), value, diagnostics);
    }
}

/// The keyword that declares a kind of thing.
fn kind_of(target: Target) -> Option<&'static str> {
    Some(match target {
        Target::Project => "project",
        Target::Role => "role",
        Target::Bucket => "bucket",
        Target::Topic => "topic",
        Target::Connection => "connection",
        Target::Repository => "repository",
        _ => return None,
    })
}

/// `only_arn`: a name would not do.
fn one(kind: &str, only_arn: bool, value: &Value, diagnostics: &mut Diagnostics) {
    let Some(text) = value.as_str() else { return };
    let Some(entry) = catalog::declaration(kind) else { return };
    let services = entry.arn_services.as_slice();
    if text.starts_with("{{resolve:") {
        return;
    }
    if !text.starts_with("arn:") {
        if only_arn {
            diagnostics.push(arns::not_an_arn(kind, text, services, value.span));
        }
        return;
    }
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let [_, _, service, _, account, resource] = fields.as_slice() else {
        diagnostics.push(arns::malformed(kind, services, value.span));
        return;
    };
    let of_kind = services.iter().any(|known| known == service) && (kind != "role" || resource.starts_with("role/"));
    if !of_kind {
        diagnostics.push(arns::wrong_service(kind, service, services, value.span));
    } else if !(is_account(account) || (account.is_empty() && kind == "bucket")) {
        diagnostics.push(arns::bad_account(account, value.span));
    }
}

/// Whether a text is an account's id.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
