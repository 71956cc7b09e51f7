//! E0842: a source in a bucket without versioning.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::hir::{Entity, Ownership, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "bucket-versions", codes: &[Code::E0842], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        for (key, setting) in &place.action.configuration {
            let Some(slot) = place.action.action_type.slot_of_key(key).filter(|slot| slot.versioned) else { continue };
            let ValueKind::Entity(Entity::Bucket(id)) = setting.value.kind else { continue };
            let Some(bucket) = subject.hir.buckets.get(id).filter(|bucket| bucket.ownership == Ownership::Owned) else {
                continue;
            };
            let off = bucket.value("versioned").filter(|value| value.kind == ValueKind::Bool(false));
            if let Some(off) = off {
                let name = &bucket.symbol.node;
                findings.about(place, without_versions(name, &slot.attribute, off.span, setting.value.span));
            }
        }
    }
}

/// A source bucket without versioning.
fn without_versions(bucket: &str, attribute: &str, place: Span, used: Span) -> Diagnostic {
    let message = format!("source bucket `{bucket}` must have versioning enabled");
    Diagnostic::new(Code::E0842, message, place, "")
        .label(used, format!("`{attribute}` of the source"))
        .help(phrase!["write ", PipeCode::set("versioned", "true"), ", or remove `versioned`"])
        .help_in_document("set `Status` of `VersioningConfiguration` to `Enabled`")
}
