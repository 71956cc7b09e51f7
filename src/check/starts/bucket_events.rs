//! I0609: a source in an existing bucket, which must send its events.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Entity, Ownership, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "bucket-events", codes: &[Code::I0609], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        let Some(detection) = &place.action.action_type.change_detection else { continue };
        let Some(planned) = subject.plan.action(place.pipeline_id, place.id) else { continue };
        let as_set = |key: &str, text: &str| {
            planned.configuration.get(key).is_some_and(|value| value.text.as_text() == Some(text))
        };
        if !detection.set.iter().all(|(key, text)| as_set(key, text)) {
            continue;
        }
        let Some(value) = detection.sender.as_ref().and_then(|key| place.action.value(key)) else { continue };
        let name = match &value.kind {
            ValueKind::Entity(Entity::Bucket(index)) => subject.hir.buckets.get(*index).and_then(|bucket| {
                matches!(bucket.ownership, Ownership::Imported(_)).then_some(bucket.symbol.as_str())
            }),
            _ => value.as_str(),
        };
        findings.extend(name.map(|name| silent_bucket(name, value.span)));
    }
}

/// An existing bucket whose changes start a pipeline.
fn silent_bucket(bucket: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::I0609,
        format!("existing bucket `{bucket}` must send its events to EventBridge"),
        place,
        "not created by this file",
    )
    .note("otherwise changes do not start the pipeline, and AWS reports no error")
    .help("enable Amazon EventBridge in the bucket's event notifications, if it is disabled")
}
