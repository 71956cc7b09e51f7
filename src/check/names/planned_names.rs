//! E0812: resources that would have the same name in AWS.

use crate::check::support::documents::Document;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::roles;
use crate::plan::Collision;
use crate::source::Span;
use crate::workspace::document::Node;

pub(super) const RULE: Rule = Rule { name: "planned-names", codes: &[Code::E0812], run: check };

/// Reports the collisions of the plan, once for each pair.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut reported: Vec<(Span, Span)> = Vec::new();
    for collision in &subject.plan.collisions {
        let pair = (collision.first, collision.second);
        // If they also have the same name in the file, that is reported separately.
        let declared_twice = subject.written(collision.first).is(subject.written(collision.second).shown());
        if !declared_twice && !reported.contains(&pair) && !are_alternatives(subject, collision) {
            reported.push(pair);
            let (first, second) = pair;
            findings.push(roles::same_name(&collision.name, collision.named, collision.of_action, first, second));
        }
    }
}

/// Returns whether two resources of a template exist under different conditions, so that perhaps only one of them is
/// created.
fn are_alternatives(subject: &Subject<'_>, collision: &Collision) -> bool {
    let resources = Document::of(subject).and_then(|document| document.root.get("Resources"));
    let resources = resources.map(Node::entries).unwrap_or_default();
    let condition = |place: Span| {
        let resource = resources.iter().find(|entry| entry.key.span.to(entry.value.span).covers(place))?;
        resource.value.get("Condition").and_then(Node::literal)
    };
    match (condition(collision.first), condition(collision.second)) {
        (Some(first), Some(second)) => first != second,
        _ => false,
    }
}
