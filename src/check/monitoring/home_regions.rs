//! E0612: topics and event buses in a different Region from the pipeline's.

use crate::check::support::topics::{foreign_region, region_of};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Entity, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "home-regions", codes: &[Code::E0612], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(home) = subject.plan.home.region.as_deref() else { return };
    for (_, pipeline) in subject.pipelines() {
        for notification in &pipeline.notifications {
            let topic = &subject.hir.topics[notification.topic.node];
            if let Some(region) = foreign_region(topic, home) {
                let place = notification.topic.span;
                findings.push(in_other_region("topic", region, home, place, Some(topic.symbol.span)));
            }
        }
        for event in &pipeline.events {
            let Some(bus) = event.attributes.get("bus").map(|bus| &bus.value) else { continue };
            if let Some(region) = region_of(bus).filter(|region| *region != home) {
                findings.push(in_other_region("event bus", region, home, bus.span, None));
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
            findings.push(in_other_region("topic", region, home, told.span, declared));
        }
    }
}

/// A topic or an event bus in another Region. `declared` is the span of its declaration.
fn in_other_region(what: &str, region: &str, home: &str, place: Span, declared: Option<Span>) -> Diagnostic {
    let article = crate::diagnostic::wording::article(what);
    let diagnostic = Diagnostic::new(
        Code::E0612,
        format!("{article} {what} in `{region}` cannot be used by a pipeline in `{home}`"),
        place,
        "must be in the pipeline's Region",
    )
    .help(format!("use {article} {what} in `{home}`"));
    match declared {
        Some(declared) => diagnostic.label(declared, "its ARN is in another Region"),
        None => diagnostic,
    }
}
