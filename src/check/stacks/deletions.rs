//! W0431: a stack that is deleted and never deployed, with a name that resembles a deployed one's.

use crate::check::support::deletions::{meant, stack};
use crate::check::{Rule, Subject};
use crate::diagnostic::families::stacks;
use crate::diagnostic::{Code, Diagnostics};

pub(super) const RULE: Rule = Rule { name: "deletions", codes: &[Code::W0431], run: check };

fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    if subject.hir.incomplete {
        return;
    }
    for place in subject.actions() {
        if let (Some(near), Some(stack)) = (meant(subject, place), stack(place.action)) {
            diagnostics.push(stacks::deletes_nothing(stack, place.action.name.span, &near));
        }
    }
}
