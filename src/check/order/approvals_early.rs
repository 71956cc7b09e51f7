//! W0972: approvals that start at the same time as a deployment, which does not wait for them, or before the deployment that
//! they ask about.

use crate::catalog::Category;
use crate::check::support::approvals::may_wait;
use crate::check::support::rivals::at_once;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, ActionId, Origin, PartKind, StackMode, Value, ValueKind};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "approvals-early", codes: &[Code::W0972], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| place.action.category == Category::Approval) {
        // An approval after which nothing happens is reported separately.
        let position = |id: ActionId| subject.plan.position_of(place.pipeline_id, id);
        let mut actions = place.pipeline.actions();
        if !actions.any(|(id, action)| position(id) > position(place.id) && may_wait(action)) {
            continue;
        }
        let beside = place.pipeline.actions().find(|(id, action)| {
            action.changes_deployment() && !action.incomplete && at_once(subject, place.pipeline_id, place.id, *id)
        });
        // What comes after an approval in the last step is reported separately.
        let goes_on = place.pipeline.actions().any(|(id, action)| {
            action.stage == place.action.stage
                && action.changes_deployment()
                && subject.plan.ran_before(place.pipeline_id, place.id, id)
        });
        if let Some((_, deploy)) = beside.filter(|_| goes_on) {
            findings.about(place, holds_nothing_back(&place.action.name, deploy));
        } else if let Some((prepare, execute)) = before_change_set(subject, place) {
            findings.about(place, nothing_to_see(&place.action.name, prepare, execute));
        } else if let Some((text, deploy)) = shown_early(subject, place) {
            findings.about(place, asked_early(&place.action.name, text, deploy));
        }
    }
}

/// Returns the two steps of a change set after an approval, if they are written apart and nobody is asked between them:
/// the change set exists only to be looked at.
fn before_change_set<'a>(subject: &Subject<'_>, place: Place<'a>) -> Option<(&'a Action, &'a Action)> {
    let before = |one: ActionId, other: ActionId| subject.plan.ran_before(place.pipeline_id, one, other);
    let of_mode = |mode: StackMode| {
        let in_stage = place.pipeline.actions().filter(|(_, it)| it.stage == place.action.stage && it.pair.is_none());
        in_stage.filter(move |(_, it)| it.stack_operation().is_some_and(|operation| operation.mode == mode))
    };
    let (prepared, prepare) = of_mode(StackMode::ChangeSetReplace)
        .find(|(id, it)| it.origin == Origin::PrepareStack && before(place.id, *id))?;
    let stack = prepare.stack_operation()?.stack;
    let is_same = |action: &Action| action.stack_operation().is_some_and(|operation| operation.stack.same(stack));
    let (executed, execute) =
        of_mode(StackMode::ChangeSetExecute).find(|(id, it)| is_same(it) && before(prepared, *id))?;
    let mut between = place.pipeline.actions().filter(|(id, _)| before(prepared, *id) && before(*id, executed));
    between.next().is_none().then_some((prepare, execute))
}

/// Returns the message of an approval that names a resource to which only the next deployment of its stage deploys.
fn shown_early<'a>(subject: &Subject<'_>, place: Place<'a>) -> Option<(Span, &'a Action)> {
    let mut found = None;
    let texts = ["CustomData", "ExternalEntityLink"].iter().filter_map(|key| place.action.value(key));
    for text in texts.filter(|text| !text.is_poisoned()) {
        text.each_part(&mut |part| {
            let PartKind::Member(entity, _) = &part.kind else { return };
            let names = |value: &Value| matches!(&value.kind, ValueKind::Entity(other) if other == entity);
            let using = |action: &Action| action.configuration.values().any(|setting| names(&setting.value));
            let mut all = place.pipeline.actions().filter(|(_, action)| using(action)).peekable();
            let first = all.peek().map(|(_, action)| *action);
            let is_late = all.all(|(id, action)| {
                action.stage >= place.action.stage
                    && action.changes_deployment()
                    && subject.plan.ran_before(place.pipeline_id, place.id, id)
            });
            let here = first.filter(|action| is_late && action.stage == place.action.stage);
            found = found.or(here.map(|action| (part.span, action)));
        });
    }
    found
}

/// An approval for which a deployment does not wait.
fn holds_nothing_back(approval: &Spanned<String>, deploy: &Action) -> Diagnostic {
    let deploy_name = deploy.deployed_name().node;
    let message = format!("`{deploy_name}` does not wait for approval `{}`", approval.node);
    Diagnostic::new(Code::W0972, message, approval.span, "both start at the same time")
        .label(deploy.name.span, "deploys without the approval")
        .help(format!("move `{}` before `{deploy_name}`, or after it", approval.node))
}

/// An approval before there is a change set to look at.
fn nothing_to_see(approval: &Spanned<String>, prepare: &Action, execute: &Action) -> Diagnostic {
    let stack = &prepare.symbol;
    let message = format!("approval `{}` is asked before the change set of stack `{stack}` exists", approval.node);
    Diagnostic::new(Code::W0972, message, approval.span, "nobody sees the change set before it is executed")
        .label(prepare.name.span, "prepared here")
        .label(execute.name.span, "executed here")
        .help(format!("move the approval between `prepare stack {stack}` and `execute stack {stack}`"))
}

/// An approval that asks about what is deployed after it.
fn asked_early(approval: &Spanned<String>, text: Span, deploy: &Action) -> Diagnostic {
    let message = format!("approval `{}` asks about what `{}` deploys later", approval.node, deploy.name.node);
    Diagnostic::new(Code::W0972, message, text, "still the previous version, or empty")
        .label(deploy.name.span, "deploys after the approval")
        .help(format!("move `{}` before the approval", deploy.name.node))
}
