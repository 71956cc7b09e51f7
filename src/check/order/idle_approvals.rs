//! W0954: approvals after which nothing happens, or beside what they approve. W0968: two approvals in a row.

use crate::catalog::Category;
use crate::check::support::environment_words::words;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, Entity, Moment, Part, PartKind, Value, ValueKind};
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule { name: "idle-approvals", codes: &[Code::W0954, Code::W0968], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| place.action.category == Category::Approval) {
        let Some(planned) = subject.plan.pipelines.get(place.pipeline_id) else { continue };
        let position = |id| planned.positions.get(id).copied();
        let own = position(place.id);
        let actions = || place.pipeline.actions();
        let later = actions().any(|(id, action)| position(id) > own && follows(action));
        let here = |action: &Action| action.stage == place.action.stage && action.changes_deployment();
        let before: Vec<&Action> =
            actions().filter(|(id, action)| position(*id) < own && here(action)).map(|(_, action)| action).collect();
        let beside = actions().find(|(id, action)| position(*id) == own && here(action) && follows(action));
        // A message with an output of a deployment asks to inspect it.
        let is_of_deployment = |part: &Part| match part.kind {
            PartKind::Output(id, _) => {
                place.pipeline.actions.get(id).is_some_and(|action| action.category == Category::Deploy)
            }
            // A resource that is deployed to.
            PartKind::Member(entity, _) => before.iter().any(|deploy| names(deploy, entity)),
            PartKind::Poisoned => true,
            _ => false,
        };
        let shows = TEXTS.iter().filter_map(|key| place.action.value(key)).any(|text| {
            let mut found = false;
            text.each_part(&mut |part| found |= is_of_deployment(part));
            found
        });
        // A rejected approval fails its stage, which may then be rolled back.
        let reacts =
            place.pipeline.stages.get(place.action.stage).is_some_and(|stage| {
                stage.on_failure.is_some() || stage.conditions_on(Moment::Failure).next().is_some()
            });
        let idle = !later && !reacts && !place.pipeline.incomplete;
        match beside {
            Some((_, deployment)) if idle => findings.push(asked_beside(&place.action.name, &deployment.name)),
            None if idle && !shows => {
                if let Some(first) = before.first() {
                    findings.about(place, nothing_behind(&place.action.name, first));
                }
            }
            _ => {}
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

/// The texts that people see when they are asked.
const TEXTS: [&str; 2] = ["CustomData", "ExternalEntityLink"];

/// Words in the names of functions that only tell somebody about the deployment.
const TELLING: [&str; 8] = ["announce", "inform", "invalidate", "message", "notify", "report", "slack", "tell"];

/// Returns whether an action may be what an approval is for. Storing a copy, telling somebody, and testing are not.
fn follows(action: &Action) -> bool {
    match action.category {
        Category::Approval | Category::Test => false,
        Category::Deploy => !stores_archive(action),
        Category::Invoke => !words(&action.name.node).iter().any(|word| TELLING.contains(&word.as_str())),
        _ => true,
    }
}

/// Returns whether an action keeps a copy of an artifact, as it is or under a key that differs in each execution.
fn stores_archive(action: &Action) -> bool {
    let as_it_is = action.value("Extract").is_some_and(|value| value.kind == ValueKind::Bool(false));
    as_it_is || action.value("ObjectKey").is_some_and(|key| !key.is_poisoned() && key.as_str().is_none())
}

/// Returns whether a setting of an action is a declared resource.
fn names(action: &Action, entity: Entity) -> bool {
    let is_it = |value: &Value| matches!(&value.kind, ValueKind::Entity(other) if *other == entity);
    action.configuration.values().any(|setting| is_it(&setting.value))
}

/// An approval that runs at the same time as the deployment.
fn asked_beside(name: &Spanned<String>, deployment: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` does not wait for approval `{}`", deployment.node, name.node);
    Diagnostic::new(Code::W0954, message, name.span, "asked while the deployment runs")
        .label(deployment.span, "starts at the same time")
        .help(format!("move approval `{}` before `{}`", name.node, deployment.node))
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
    let first = deploy.deployed_name().node;
    let message = format!("nothing is deployed after approval `{}`", name.node);
    Diagnostic::new(Code::W0954, message, name.span, "too late to stop the deployment")
        .label(deploy.name.span, "deployed before it")
        .help(format!("move it before `{first}`"))
}
