//! W0617: events of a kind that their service does not send.

use crate::catalog::event_patterns::sender;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::{is_misspelling, similar};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{StartEvent, Value, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "event-kinds", codes: &[Code::W0617], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (_, pipeline) in subject.pipelines() {
        for event in &pipeline.events {
            let senders: Vec<_> = texts(event, "source").filter_map(|(source, _)| sender(source)).collect();
            let [sender] = senders.as_slice() else { continue };
            for (kind, place) in texts(event, "detail-type") {
                if sender.kinds.iter().any(|known| known == kind) {
                    continue;
                }
                let kinds = || sender.kinds.iter().map(String::as_str);
                let near = similar(kind, kinds().filter(|known| is_misspelling(kind, known)));
                if let Some(near) = near.or_else(|| sender.never.get(kind).map(String::as_str)) {
                    findings.push(no_such_kind(&sender.source, kind, place, near));
                }
            }
        }
    }
}

/// Returns the strings of an attribute of an event, with their places.
fn texts<'a>(event: &'a StartEvent, word: &str) -> impl Iterator<Item = (&'a str, Span)> {
    let items: &[Value] = match event.attributes.get(word).map(|attribute| &attribute.value.kind) {
        Some(ValueKind::List(items)) => items,
        _ => &[],
    };
    items.iter().filter_map(|item| Some((item.as_str()?, item.span)))
}

/// A kind of event that is never sent.
fn no_such_kind(source: &str, kind: &str, place: Span, near: &str) -> Diagnostic {
    let message = format!("`{source}` sends no event of type `{kind}`");
    Diagnostic::new(Code::W0617, message, place, "so this never starts the pipeline")
        .suggest(place, Some(&format!("\"{near}\"")))
}
