//! W0431: a stack that is deleted and never deployed, with a name that resembles a deployed one's.

use crate::check::support::deletions::{meant, stack};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "deletions", codes: &[Code::W0431], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.hir.incomplete {
        return;
    }
    for place in subject.actions() {
        if let (Some(near), Some(stack)) = (meant(subject, place), stack(place.action)) {
            findings.about(place, deletes_nothing(stack, place.action.name.span, &near));
        }
    }
}

/// A deletion of a stack that nothing deploys, and whose name resembles one that is deployed.
fn deletes_nothing(stack: &str, place: Span, near: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::W0431,
        format!("no action deploys stack `{stack}`, which is deleted here"),
        place,
        "deleting a nonexistent stack succeeds without notice",
    )
    .label(near.span, "a stack with a similar name is deployed here")
    .help(format!("did you mean `{}`?", near.node))
}
