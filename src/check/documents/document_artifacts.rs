//! E0101: an artifact that an action lists twice.

use crate::check::support::documents::{Document, inner, pipelines};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::workspace::document::Node;

pub(super) const RULE: Rule = Rule { name: "document-artifacts", codes: &[Code::E0101], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(document) = Document::of(subject) else { return };
    for (_, pipeline) in pipelines(&document) {
        for action in document.actions(pipeline) {
            for list in ["InputArtifacts", "OutputArtifacts"] {
                twice(document, document.items(action, list), findings);
            }
        }
    }
}

fn twice(document: Document<'_>, items: &[Node], findings: &mut Findings) {
    let mut known: Vec<Spanned<&str>> = Vec::new();
    for item in items {
        let Some(name) = document.get(item, "Name") else { continue };
        let Some(text) = name.literal() else { continue };
        match known.iter().find(|other| other.node == text) {
            Some(first) => findings.push(listed_twice(text, inner(name), first.span)),
            None => known.push(Spanned::new(text, inner(name))),
        }
    }
}

/// An artifact that the list already contains.
fn listed_twice(artifact: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::E0101, format!("artifact `{artifact}` is listed twice"), place, "listed again here")
        .label(first, "first listed here")
        .help("remove one of the two")
}
