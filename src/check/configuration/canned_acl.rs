//! E0877, W0877: access control lists for objects of a bucket that rejects them.
//!
//! If the owner of a bucket owns all objects, which is the default for new buckets, a list other than
//! `bucket-owner-full-control` is rejected:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html> (2026-11-28).

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Entity, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "canned-acl", codes: &[Code::E0877, Code::W0877], run: check };

/// The list that such a bucket accepts.
const ACCEPTED: &str = "bucket-owner-full-control";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        let (Some(setting), Some(planned)) =
            (place.action.configuration.get("CannedACL"), subject.plan.action(place.pipeline_id, place.id))
        else {
            continue;
        };
        let list = planned.configuration.get("CannedACL").and_then(|value| value.text.as_text());
        let Some(list) = list.filter(|list| *list != ACCEPTED && !list.is_empty()) else { continue };
        let bucket = match place.action.value("BucketName").map(|value| &value.kind) {
            Some(ValueKind::Entity(Entity::Bucket(index))) => subject.plan.buckets.get(*index),
            _ => None,
        };
        match bucket.filter(|bucket| bucket.identity.is_owned()) {
            // `raw` may enable lists again, and an older bucket may have had them enabled from the start.
            Some(bucket) if bucket.raw.is_some() || !bucket.generate => {}
            Some(bucket) => {
                let owned = (bucket.identity.symbol.as_str(), bucket.identity.span);
                findings.push(refused_acl(list, setting.value.span, Some(owned)));
            }
            None => findings.push(refused_acl(list, setting.value.span, None)),
        }
    }
}

/// A canned ACL for objects of a bucket whose ACLs are disabled. `owned` is the bucket if this file declares it; others
/// are unknown.
fn refused_acl(list: &str, span: Span, owned: Option<(&str, Span)>) -> Diagnostic {
    let help = "remove `canned-acl`; the bucket owner owns every object";
    if let Some((bucket, declared)) = owned {
        let message = format!("bucket `{bucket}` does not accept ACL `{list}`");
        Diagnostic::new(Code::E0877, message, span, "the deployment would fail with AccessControlListNotSupported")
            .label(declared, "the bucket owner owns every object, and ACLs are disabled")
            .help(help)
    } else {
        let message = format!("a bucket with ACLs disabled rejects `{list}`");
        Diagnostic::new(Code::W0877, message, span, "new buckets have ACLs disabled").help(help)
    }
}
