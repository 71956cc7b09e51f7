//! E0812: resources that would have the same name in AWS.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::roles;
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
        if !declared_twice && !reported.contains(&pair) && !are_alternatives(subject, pair) {
            reported.push(pair);
            let (first, second) = pair;
            findings.push(roles::same_name(&collision.name, collision.named, collision.of_action, first, second));
        }
    }
}

/// Returns whether two resources of a document have different conditions, of which only one may be true.
fn are_alternatives(subject: &Subject<'_>, (first, second): (Span, Span)) -> bool {
    let resources = subject.document.and_then(|document| document.root.get("Resources")).map(Node::entries);
    let condition = |place: Span| {
        let resource = resources.unwrap_or_default().iter().find(|entry| entry.key.span.covers(place))?;
        resource.value.get("Condition")?.literal()
    };
    condition(first).zip(condition(second)).is_some_and(|(one, other)| one != other)
}
