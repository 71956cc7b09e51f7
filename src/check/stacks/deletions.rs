//! W0431: a stack that is deleted and never deployed, with a name that resembles a deployed one's.

use crate::check::support::deletions::{meant, stack};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::stacks;

pub(super) const RULE: Rule = Rule { name: "deletions", codes: &[Code::W0431], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.hir.incomplete {
        return;
    }
    for place in subject.actions() {
        if let (Some(near), Some(stack)) = (meant(subject, place), stack(place.action)) {
            findings.about(place, stacks::deletes_nothing(stack, place.action.name.span, &near));
        }
    }
}
