//! W0954: approvals after which nothing happens. W0968: two approvals in a row.

use crate::catalog::Category;
use crate::check::support::environment_words::words;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, ActionId, Moment, PartKind, StackMode, Value, ValueKind};
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule { name: "idle-approvals", codes: &[Code::W0954, Code::W0968], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| place.action.category == Category::Approval) {
        let Some(planned) = subject.plan.pipelines.get(place.pipeline_id) else { continue };
        let position = |id| planned.positions.get(id).copied();
        let own = position(place.id);
        let actions = || place.pipeline.actions();
        let before: Vec<(ActionId, &Action)> =
            actions().filter(|(id, action)| position(*id) < own && deploys_here(place.action, action)).collect();
        let later = actions().any(|(id, action)| position(id) > own && follows(action));
        // A message with an output of the deployment asks to inspect it.
        let shows = ["CustomData", "ExternalEntityLink"].iter().filter_map(|key| place.action.value(key)).any(|text| {
            let mut found = text.is_poisoned();
            text.each_part(&mut |part| found |= is_about(&part.kind, &before));
            found
        });
        // A rejected approval fails its stage, which may then be rolled back.
        let reacts =
            place.pipeline.stages.get(place.action.stage).is_some_and(|stage| {
                stage.on_failure.is_some() || stage.conditions_on(Moment::Failure).next().is_some()
            });
        if let Some((_, first)) = before.first()
            && !(later || shows || reacts || place.pipeline.incomplete)
        {
            findings.about(place, nothing_behind(&place.action.name, first));
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

/// Returns whether an action deploys in the stage of an approval.
fn deploys_here(approval: &Action, action: &Action) -> bool {
    let prepares = action.stack_operation().is_some_and(|operation| operation.mode == StackMode::ChangeSetReplace);
    action.stage == approval.stage && action.category == Category::Deploy && !prepares
}

/// Words in the names of functions that only tell somebody about the deployment.
const TELLING: [&str; 8] = ["announce", "inform", "invalidate", "message", "notify", "report", "slack", "tell"];

/// Returns whether an action may be what an approval is for. Storing another artifact, or telling somebody, is not.
fn follows(action: &Action) -> bool {
    match action.category {
        Category::Approval => false,
        Category::Deploy => !is_archive(action),
        Category::Invoke => !words(&action.name.node).iter().any(|word| TELLING.contains(&word.as_str())),
        Category::Test => false,
        _ => true,
    }
}

/// Returns whether an action stores files under a key that differs in each execution.
fn is_archive(action: &Action) -> bool {
    action.value("ObjectKey").is_some_and(|key| !key.is_poisoned() && key.as_str().is_none())
}

/// Returns whether a part of a message is an output of one of the deployments, or a resource that one of them changes.
fn is_about(part: &PartKind, before: &[(ActionId, &Action)]) -> bool {
    match part {
        PartKind::Output(id, _) => before.iter().any(|(deploy, _)| deploy == id),
        PartKind::Member(entity, _) => {
            let names = |value: &Value| matches!(&value.kind, ValueKind::Entity(other) if other == entity);
            before.iter().any(|(_, deploy)| deploy.configuration.values().any(|setting| names(&setting.value)))
        }
        _ => false,
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
fn nothing_behind(name: &Spanned<String>, deploy: &Action) -> Diagnostic {
    let first = if deploy.stack_operation().is_some() { &deploy.symbol } else { &deploy.name.node };
    let message = format!("nothing is deployed after approval `{}`", name.node);
    Diagnostic::new(Code::W0954, message, name.span, "too late to stop the deployment")
        .label(deploy.name.span, "deployed before it")
        .help(format!("move it before `{first}`"))
}
