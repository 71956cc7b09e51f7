//! W0431: a stack that is deleted and never deployed, with a name that resembles a deployed one's.

use crate::diagnostic::families::stacks;
use crate::diagnostic::{Diagnostics, suggest};
use crate::hir::{Action, StackMode};
use crate::source::Spanned;

use super::{Place, Subject};

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    if subject.hir.incomplete {
        return;
    }
    for place in subject.actions() {
        if let (Some(near), Some(stack)) = (meant(subject, place), stack(place.action)) {
            diagnostics.push(stacks::deletes_nothing(stack, place.action.name.span, &near));
        }
    }
}

/// Of an action that deletes a stack which nothing deploys: the stack that is meant, if that is clear.
pub(super) fn meant(subject: &Subject<'_>, place: Place<'_>) -> Option<Spanned<String>> {
    let deleted = stack(place.action).filter(|_| mode(place.action) == Some(StackMode::DeleteOnly))?;
    let deploys = |other: &Place<'_>| mode(other.action).is_some_and(|mode| mode != StackMode::DeleteOnly);
    let deployed: Vec<Place<'_>> = subject.actions().filter(deploys).collect();
    let names: Vec<&str> = deployed.iter().filter_map(|other| stack(other.action)).collect();
    if names.contains(&deleted) {
        return None;
    }
    let near = suggest::slip(deleted, names)?;
    let other = deployed.iter().find(|other| stack(other.action) == Some(near))?;
    Some(Spanned::new(near.to_owned(), other.action.name.span))
}

fn mode(action: &Action) -> Option<StackMode> {
    action.stack_operation().map(|operation| operation.mode)
}

fn stack(action: &Action) -> Option<&str> {
    action.stack_operation()?.stack.as_literal()
}
