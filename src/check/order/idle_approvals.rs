//! W0954: approvals after which nothing happens. W0968: two approvals in a row.

use crate::catalog::Category;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, Moment, StackMode};
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule { name: "idle-approvals", codes: &[Code::W0954, Code::W0968], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| place.action.category == Category::Approval) {
        let Some(planned) = subject.plan.pipelines.get(place.pipeline_id) else { continue };
        let position = |id| planned.positions.get(id).copied();
        let own = position(place.id);
        let actions = || place.pipeline.actions();
        let later = actions().any(|(id, action)| position(id) > own && action.category != Category::Approval);
        let prepares = |action: &Action| {
            action.stack_operation().is_some_and(|operation| operation.mode == StackMode::ChangeSetReplace)
        };
        let here = |action: &Action| {
            action.stage == place.action.stage && action.category == Category::Deploy && !prepares(action)
        };
        // A message with an output of the deployment asks to inspect it.
        let shows = place.action.value("CustomData").is_some_and(|message| message.as_str().is_none());
        let before = actions().any(|(id, action)| position(id) < own && here(action));
        // A rejected approval fails its stage, which may then be rolled back.
        let reacts =
            place.pipeline.stages.get(place.action.stage).is_some_and(|stage| {
                stage.on_failure.is_some() || stage.conditions_on(Moment::Failure).next().is_some()
            });
        if !later && before && !shows && !reacts && !place.pipeline.incomplete {
            findings.about(place, nothing_behind(&place.action.name));
        }
        // Two groups of people may be asked one after the other.
        let asked = |action: &Action| action.value("NotificationArn").cloned();
        let same_people = |action: &Action| match (asked(place.action), asked(action)) {
            (Some(one), Some(other)) => one.same(&other),
            _ => false,
        };
        let next = actions().filter(|(id, _)| position(*id) > own).min_by_key(|(id, _)| position(*id));
        let alone = |at| actions().filter(|(id, _)| position(*id) == at).count() == 1;
        if let Some((id, next)) = next
            && next.category == Category::Approval
            && next.stage == place.action.stage
            && alone(own)
            && alone(position(id))
            && same_people(next)
            && !place.pipeline.incomplete
        {
            findings.push(in_a_row(&next.name, &place.action.name));
        }
    }
}

/// An approval directly after another one.
fn in_a_row(name: &Spanned<String>, before: &Spanned<String>) -> Diagnostic {
    let message = format!("approval `{}` directly follows approval `{}`", name.node, before.node);
    Diagnostic::new(Code::W0968, message, name.span, "nothing happens between them")
        .label(before.span, "the first approval")
        .help(format!("remove one of them, or notify other people with `notify` in `{}`", name.node))
}

/// An approval at the end.
fn nothing_behind(name: &Spanned<String>) -> Diagnostic {
    let message = format!("nothing happens after approval `{}`", name.node);
    Diagnostic::new(Code::W0954, message, name.span, "everything has been deployed before it")
        .help("move it before the deployment that it approves")
}
