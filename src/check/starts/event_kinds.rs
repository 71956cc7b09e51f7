//! W0617: detail types that no event of the service has.

use crate::catalog::event_patterns::sender;
use crate::check::support::inside_templates::with_merged;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::{is_misspelling, similar};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::{Value, ValueKind};
use crate::source::{Span, Spanned};
use crate::workspace::document::Node;

pub(super) const RULE: Rule = Rule { name: "event-kinds", codes: &[Code::W0617], run: check };

/// The start and the end of the detail types of events about API calls, which any service can have.
const OF_CLOUDTRAIL: (&str, &str) = ("AWS ", " via CloudTrail");

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // Other rules compare the rules of a document with its pipelines.
    for (_, pipeline) in subject.pipelines().filter(|_| subject.document.is_none()) {
        for event in &pipeline.events {
            let given = |word: &str| event.attributes.get(word).and_then(|attribute| texts(&attribute.value));
            if let Some((senders, kinds)) = given("source").zip(given("detail-type")) {
                findings.extend(unknown(&senders, &kinds));
            }
        }
    }
    for inside in with_merged(subject).filter(|inside| !inside.own && inside.template.declares_all_names()) {
        let rules = inside
            .section("Resources")
            .filter(|entry| entry.value.get("Type").and_then(Node::literal) == Some("AWS::Events::Rule"));
        for pattern in rules.filter_map(|entry| entry.value.at(&["Properties", "EventPattern"])) {
            let given = |word: &str| pattern.get(word).and_then(nodes);
            if let Some((senders, kinds)) = given("source").zip(given("detail-type")) {
                let found = unknown(&senders, &kinds).into_iter();
                findings.extend(found.map(|diagnostic| diagnostic.labels(inside.deployed_here())));
            }
        }
    }
}

/// Returns the strings of a list, or `None` if there is anything else in it.
fn texts(value: &Value) -> Option<Vec<Spanned<String>>> {
    let ValueKind::List(items) = &value.kind else { return None };
    items.iter().map(|item| Some(Spanned::new(item.as_str()?.to_owned(), item.span))).collect()
}

fn nodes(list: &Node) -> Option<Vec<Spanned<String>>> {
    list.items().iter().map(Node::spanned).collect()
}

/// Reports the detail types that no event of the senders has. Nothing is known about other senders.
fn unknown(senders: &[Spanned<String>], kinds: &[Spanned<String>]) -> Vec<Diagnostic> {
    let Some(known) = senders.iter().map(|name| sender(&name.node)).collect::<Option<Vec<_>>>() else {
        return Vec::new();
    };
    let all: Vec<&str> = known.iter().flat_map(|sender| &sender.kinds).map(String::as_str).collect();
    let Some(first) = senders.first() else { return Vec::new() };
    let is_known =
        |kind: &str| all.contains(&kind) || kind.starts_with(OF_CLOUDTRAIL.0) && kind.ends_with(OF_CLOUDTRAIL.1);
    let unknown = kinds.iter().filter(|kind| !is_known(&kind.node));
    unknown.map(|kind| never_sent(kind, (&first.node, first.span), &all)).collect()
}

/// A detail type that a service does not send.
fn never_sent(kind: &Spanned<String>, (sender, place): (&str, Span), known: &[&str]) -> Diagnostic {
    let message = format!("no event of `{sender}` has the detail type `{}`", kind.node);
    let found =
        Diagnostic::new(Code::W0617, message, kind.span, "matches no event").label(place, "sent by this service");
    match similar(&kind.node, known.iter().copied().filter(|known| is_misspelling(&kind.node, known))) {
        Some(near) => found.did_you_mean(&format!("\"{near}\"")),
        None => found.help(format!("write {}, or the source that sends it", wording::or_list(known.iter().copied()))),
    }
}
