//! E0612: topics and event buses of a different region from the pipeline's.

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::notifications;
use crate::hir::{Declaration, Entity, Ownership, Value, ValueKind};

use super::Subject;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let Some(home) = subject.plan.home.region.as_deref() else { return };
    for (_, pipeline) in subject.pipelines() {
        for notification in &pipeline.notifications {
            let topic = &subject.hir.topics[notification.topic.node];
            if let Some(region) = foreign_region(topic, home) {
                let place = notification.topic.span;
                diagnostics.push(notifications::in_other_region("topic", region, home, place, Some(topic.symbol.span)));
            }
        }
        for event in &pipeline.events {
            let Some(bus) = event.attributes.get("bus").map(|bus| &bus.value) else { continue };
            if let Some(region) = region_of(bus).filter(|region| *region != home) {
                diagnostics.push(notifications::in_other_region("event bus", region, home, bus.span, None));
            }
        }
    }
    for place in subject.actions() {
        let Some(told) = place.action.value("NotificationArn") else { continue };
        let topic = match told.kind {
            ValueKind::Entity(Entity::Topic(id)) => subject.hir.topics.get(id),
            _ => None,
        };
        let declared = topic.and_then(|topic| Some((foreign_region(topic, home)?, Some(topic.symbol.span))));
        let written = || Some((region_of(told).filter(|region| *region != home)?, None));
        if let Some((region, declared)) = declared.or_else(written) {
            diagnostics.push(notifications::in_other_region("topic", region, home, told.span, declared));
        }
    }
}

/// The region of a topic that exists already, if another than the pipeline's.
pub(super) fn foreign_region<'a>(topic: &'a Declaration, home: &str) -> Option<&'a str> {
    let Ownership::Imported(arn) = &topic.ownership else { return None };
    region_of(arn).filter(|region| *region != home)
}

/// The region in an ARN.
fn region_of(arn: &Value) -> Option<&str> {
    let text = arn.as_str().filter(|text| text.starts_with("arn:"))?;
    text.split(':').nth(3).filter(|region| !region.is_empty())
}
