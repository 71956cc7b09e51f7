//! W0970: files that are deployed to the bucket in which the pipeline keeps its artifacts.

use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{BucketId, Entity, Value, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "artifact-bucket", codes: &[Code::W0970], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let extracts = place.action.value("Extract").is_some_and(|value| value.kind == ValueKind::Bool(true));
        let bucket = place.action.value("BucketName").and_then(|value| Some((declared(value)?, value.span)));
        let Some((bucket, span)) = bucket.filter(|_| extracts && place.action.value("ObjectKey").is_none()) else {
            continue;
        };
        let store = &place.pipeline.store;
        let buckets = store.bucket.iter().chain(store.regions.iter().map(|region| &region.bucket));
        if let Some(used) = buckets.into_iter().find(|used| used.node == bucket) {
            findings.about(place, among_artifacts(place, span, used.span));
        }
    }
}

fn declared(value: &Value) -> Option<BucketId> {
    match value.kind {
        ValueKind::Entity(Entity::Bucket(id)) => Some(id),
        _ => None,
    }
}

/// Files that are extracted among the artifacts.
fn among_artifacts(place: Place<'_>, bucket: Span, used: Span) -> Diagnostic {
    let message = format!("`{}` extracts its files among the artifacts of the pipeline", place.action.name.node);
    Diagnostic::new(Code::W0970, message, bucket, "they expire and are readable like the artifacts")
        .label(used, "the artifact bucket")
        .help("deploy to another bucket")
}
