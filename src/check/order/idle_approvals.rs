//! W0954: approvals after which nothing happens, or beside what they approve. W0968: two approvals in a row.

use crate::catalog::Category;
use crate::check::support::approvals::may_wait;
use crate::check::support::environment_words::{is_production, words_of_stage};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, ActionId, Entity, Moment, Part, PartKind, Pipeline, PipelineId, StackMode, Value, ValueKind};
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule { name: "idle-approvals", codes: &[Code::W0954, Code::W0968], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| place.action.category == Category::Approval) {
        if place.pipeline.incomplete {
            continue;
        }
        if let Some(found) = idle(subject, place) {
            findings.about(place, found);
        }
        if let Some(next) = directly_after(subject, place) {
            findings.push(in_a_row(next, &place.action.name));
        }
    }
}

/// Checks for an approval whose answer changes nothing.
fn idle(subject: &Subject<'_>, place: Place<'_>) -> Option<Diagnostic> {
    let position = |id: ActionId| subject.plan.position_of(place.pipeline_id, id);
    let own = position(place.id)?;
    let actions = || place.pipeline.actions();
    let follows = actions().any(|(id, action)| position(id) > Some(own) && may_wait(action));
    // A rejected approval fails its stage, which may then be rolled back.
    let stage = place.pipeline.stages.get(place.action.stage)?;
    let reacts = stage.on_failure.is_some() || stage.conditions_on(Moment::Failure).next().is_some();
    if follows || reacts || executes_early(subject, place.pipeline_id, place.pipeline) {
        return None;
    }
    let here = |action: &Action| action.stage == place.action.stage && action.changes_deployment();
    let beside = actions().find(|(id, action)| position(*id) == Some(own) && here(action) && may_wait(action));
    if let Some((_, deployment)) = beside {
        return Some(asked_beside(&place.action.name, &deployment.name));
    }
    let before = || actions().filter(|(id, action)| position(*id) < Some(own) && action.changes_deployment());
    let before_here: Vec<&Action> = before().map(|(_, action)| action).filter(|action| here(action)).collect();
    if let Some(first) = before_here.first() {
        return (!shows(place, &before_here)).then(|| nothing_behind(&place.action.name, first));
    }
    // In a stage of its own, it may accept what an earlier environment shows.
    let (_, last) = before().max_by_key(|(id, _)| position(*id))?;
    let of_last = words_of_stage(subject.hir, place.pipeline, last.stage);
    let is_live = of_last.iter().any(|word| is_production(word));
    // Tests beside it may be what it accepts.
    let is_alone = actions().all(|(_, it)| it.stage != place.action.stage || it.category == Category::Approval);
    let is_last = is_alone && actions().all(|(id, _)| position(id) <= Some(own));
    let invites = place.action.value(LINK).is_some() || shows(place, &[last]);
    (is_live && is_last && !invites).then(|| nothing_behind(&place.action.name, last))
}

/// Returns whether a change set is executed before it is prepared: then the steps are in the wrong order, which is reported
/// separately.
fn executes_early(subject: &Subject<'_>, id: PipelineId, pipeline: &Pipeline) -> bool {
    let of_mode = |mode: StackMode| {
        pipeline.actions().filter_map(move |(id, action)| {
            let operation = action.stack_operation().filter(|operation| operation.mode == mode)?;
            Some((id, operation.stack))
        })
    };
    of_mode(StackMode::ChangeSetExecute).any(|(execution, stack)| {
        let mut prepared = of_mode(StackMode::ChangeSetReplace).filter(|(_, other)| other.same(stack)).peekable();
        prepared.peek().is_some() && !prepared.any(|(other, _)| subject.plan.ran_before(id, other, execution))
    })
}

/// Returns whether the message of an approval contains an output of a deployment, and so asks to inspect it.
fn shows(place: Place<'_>, before: &[&Action]) -> bool {
    let is_of_deployment = |part: &Part| match part.kind {
        PartKind::Output(id, _) => {
            place.pipeline.actions.get(id).is_some_and(|action| action.category == Category::Deploy)
        }
        // A resource that is deployed to.
        PartKind::Member(entity, _) => before.iter().any(|deploy| names(deploy, entity)),
        PartKind::Poisoned => true,
        _ => false,
    };
    TEXTS.iter().filter_map(|key| place.action.value(key)).any(|text| {
        let mut found = false;
        text.each_part(&mut |part| found |= is_of_deployment(part));
        found
    })
}

/// Returns the name of an approval of the same people that directly follows another one.
fn directly_after<'a>(subject: &Subject<'_>, place: Place<'a>) -> Option<&'a Spanned<String>> {
    let position = |id: ActionId| subject.plan.position_of(place.pipeline_id, id);
    let actions = || place.pipeline.actions();
    let own = position(place.id)?;
    // Two groups of people may be asked one after the other.
    let asked = |action: &Action| action.value("NotificationArn").cloned();
    let same_people = |action: &Action| match (asked(place.action), asked(action)) {
        (Some(one), Some(other)) => one.same(&other),
        _ => false,
    };
    // Two different questions are asked on purpose: each may have its own approvers, by the permissions of IAM.
    let question = |action: &Action| TEXTS.map(|key| action.value(key).cloned());
    let same_question = |action: &Action| {
        question(place.action).iter().zip(&question(action)).all(|pair| match pair {
            (Some(one), Some(other)) => one.same(other),
            (None, None) => true,
            _ => false,
        })
    };
    let (id, next) = actions().filter(|(id, _)| position(*id) > Some(own)).min_by_key(|(id, _)| position(*id))?;
    let alone = |at| actions().filter(|(id, _)| position(*id) == at).count() == 1;
    let is_next = next.category == Category::Approval
        && next.stage == place.action.stage
        && same_people(next)
        && same_question(next);
    (is_next && alone(Some(own)) && alone(position(id))).then_some(&next.name)
}

/// The key with the address that people are asked to look at.
const LINK: &str = "ExternalEntityLink";

/// The texts that people see when they are asked.
const TEXTS: [&str; 2] = ["CustomData", LINK];

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
