//! Stacks that are deleted.

use crate::check::{Place, Subject};
use crate::diagnostic::suggest;
use crate::hir::{Action, StackMode};
use crate::source::Spanned;

/// For an action that deletes a stack that nothing deploys, returns the stack that is meant, if it is clear.
pub(in crate::check) fn meant(subject: &Subject<'_>, place: Place<'_>) -> Option<Spanned<String>> {
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

/// Returns the literal name of the stack that an action deploys or deletes.
pub(in crate::check) fn stack(action: &Action) -> Option<&str> {
    action.stack_operation()?.stack.as_literal()
}
