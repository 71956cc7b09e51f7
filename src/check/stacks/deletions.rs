//! W0431: a deleted stack, or a StackSet that gets instances, that nothing deploys, with a name that resembles a
//! deployed one.

use crate::check::support::deletions::{meant, stack};
use crate::check::support::deploys::STACK_SET;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::hir::Action;
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
        instances(subject, place, findings);
    }
}

/// The key with the template of a StackSet. An action without it only adds instances.
const TEMPLATE: &str = "TemplatePath";

fn instances(subject: &Subject<'_>, place: Place<'_>, findings: &mut Findings) {
    let adds = place.action.action_type.slot_of_key(TEMPLATE).is_none();
    let Some(set) = place.action.literal(STACK_SET).filter(|_| adds && !place.action.incomplete) else { return };
    let deploys = |other: &Place<'_>| other.action.action_type.slot_of_key(TEMPLATE).is_some();
    let deployed: Vec<&Action> = subject.actions().filter(deploys).map(|other| other.action).collect();
    let names: Vec<&str> = deployed.iter().filter_map(|action| action.literal(STACK_SET)).collect();
    if names.contains(&set) {
        return;
    }
    // The name of a stack is seldom also that of a StackSet.
    if let (Some(only), Some(deployed)) = (only_set(&deployed), of_stack(subject, set)) {
        return findings.about(place, instances_of_stack(set, place.action.name.span, only, deployed));
    }
    let near = suggest::slip(set, names);
    let other = deployed.iter().find(|action| near.is_some() && action.literal(STACK_SET) == near);
    if let (Some(near), Some(other)) = (near, other) {
        findings.about(place, instances_of_nothing(set, place.action.name.span, near, other.name.span));
    }
}

/// Returns the StackSet that the actions deploy, if it is only one, and its name is known.
fn only_set<'a>(deployed: &[&'a Action]) -> Option<&'a str> {
    let sets = deployed.iter().filter(|action| action.action_type.slot_of_key(STACK_SET).is_some());
    let mut names = sets.map(|action| action.literal(STACK_SET));
    let first = names.next()??;
    names.all(|name| name == Some(first)).then_some(first)
}

/// Returns the span of the action that deploys a stack with a name.
fn of_stack(subject: &Subject<'_>, name: &str) -> Option<Span> {
    let mut actions = subject.actions().filter(|other| stack(other.action) == Some(name));
    actions.next().map(|other| other.action.name.span)
}

/// Instances of a StackSet with the name of a stack.
fn instances_of_stack(set: &str, place: Span, only: &str, deployed: Span) -> Diagnostic {
    let message = format!("no action deploys StackSet `{set}`, which gets instances here");
    Diagnostic::new(Code::W0431, message, place, "the action fails if there is no such StackSet")
        .label(deployed, format!("deploys stack `{set}`, which is not a StackSet"))
        .did_you_mean(only)
}

/// Instances of a StackSet that nothing deploys, with a name that resembles a deployed one.
fn instances_of_nothing(set: &str, place: Span, near: &str, deployed: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0431,
        format!("no action deploys StackSet `{set}`, which gets instances here"),
        place,
        "the action fails if there is no such StackSet",
    )
    .label(deployed, "a StackSet with a similar name is deployed here")
    .did_you_mean(near)
}

/// A deletion of a stack that nothing deploys, with a name that resembles a deployed one.
fn deletes_nothing(stack: &str, place: Span, near: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::W0431,
        format!("no action deploys stack `{stack}`, which is deleted here"),
        place,
        "deleting a nonexistent stack succeeds without a warning",
    )
    .label(near.span, "a stack with a similar name is deployed here")
    .did_you_mean(&near.node)
}
