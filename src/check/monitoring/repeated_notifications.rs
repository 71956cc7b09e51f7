//! W0101: notifications that one topic receives twice.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "repeated-notifications", codes: &[Code::W0101], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (_, pipeline) in subject.pipelines() {
        for (index, notification) in pipeline.notifications.iter().enumerate() {
            let repeats = pipeline.notifications.iter().take(index).find(|first| {
                let is_always = first.condition.is_none() && notification.condition.is_none();
                let is_same_topic = first.topic.node == notification.topic.node && first.span != notification.span;
                is_always && is_same_topic && notification.events.iter().any(|event| first.events.contains(event))
            });
            if let Some(first) = repeats {
                let topic = &subject.hir.topics[notification.topic.node].symbol.node;
                findings.push(told_twice(topic, notification.span, first.span));
            }
        }
    }
}

/// A second notification of the same topic with events of the first one.
fn told_twice(topic: &str, place: Span, first: Span) -> Diagnostic {
    let message = format!("topic `{topic}` is notified of the same event twice");
    Diagnostic::new(Code::W0101, message, place, "lists an event again")
        .label(first, "first one")
        .help("list each event in one of them")
}
