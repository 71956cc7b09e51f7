//! W0977: something that a step uses before the stack that creates it is deployed.

use std::sync::Arc;

use crate::catalog::Category;
use crate::check::support::deploys::{Deploy, STACK_SET, deploys};
use crate::check::support::existence::can_coexist;
use crate::check::support::inside_templates::inside_templates;
use crate::check::support::rivals::same_place;
use crate::check::support::stack_exports::{exports, imports};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, ActionId, Moment};
use crate::source::{Span, Spanned};
use crate::workspace::document::Document;

pub(super) const RULE: Rule = Rule { name: "late-creation", codes: &[Code::W0977], run: check };

/// The type of the alarms that conditions check.
const ALARM: &str = "AWS::CloudWatch::Alarm";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let all: Vec<Deploy<'_>> = deploys(subject).into_iter().filter(|it| it.template.declares_all_names()).collect();
    let inside = inside_templates(subject);
    let document = |deploy: &Deploy<'_>| -> Option<Arc<Document>> {
        Some(Arc::clone(&inside.iter().find(|it| it.path == deploy.path)?.document))
    };
    let mut reported: Vec<Span> = Vec::new();
    for user in all.iter().filter(|it| !it.pipeline.incomplete) {
        let own = exports(user.template);
        let imported = document(user).map(|document| imports(&document)).unwrap_or_default();
        for import in imported.iter().filter(|it| !own.iter().any(|own| own.node == it.node)) {
            let creates = |deploy: &Deploy<'_>| exports(deploy.template).iter().any(|it| it.node == import.node);
            if let Some(creator) = late(subject, user.as_place(), &all, creates)
                && !reported.contains(&import.span)
            {
                reported.push(import.span);
                findings.about(user.as_place(), imported_early(user.action, import, creator));
            }
        }
    }
    let deploying = |place: &Place<'_>| place.action.category == Category::Deploy && !place.action.incomplete;
    for place in subject.actions().filter(|place| deploying(place) && !place.pipeline.incomplete) {
        if let Some((value, creator)) = late_target(subject, place, &all) {
            findings.about(place, used_early(&place.action.name.node, value, creator));
        } else if let Some((set, creator)) = late_set(subject, place) {
            findings.about(place, extended_early(set, creator));
        }
    }
    for rule in subject.rules().filter(|it| it.condition.moment == Moment::Entry && !it.rule.incomplete) {
        let Some(value) = rule.rule.value("AlarmName") else { continue };
        let Some(name) = value.as_str() else { continue };
        let creators: Vec<&Deploy<'_>> = all.iter().filter(|deploy| names(deploy, ALARM, name)).collect();
        let is_late = |it: &&&Deploy<'_>| it.pipeline_id == rule.pipeline_id && it.action.stage >= rule.stage;
        if creators.len() == creators.iter().filter(is_late).count()
            && let (Some(creator), Some(stage)) = (creators.first(), rule.pipeline.stages.get(rule.stage))
        {
            findings.push(alarm_of_own(&stage.name.node, Spanned::new(name, value.span), creator.action));
        }
    }
}

/// Returns whether a template always creates a resource of a type with this name.
fn names(deploy: &Deploy<'_>, kind: &str, name: &str) -> bool {
    deploy.template.resources.iter().any(|resource| {
        resource.kind.node == kind
            && resource.condition.is_none()
            && resource.explicit_name().is_some_and(|entry| entry.value.literal() == Some(name))
    })
}

/// Returns the name of the target of a deployment, and the later stack that creates it.
fn late_target<'a>(
    subject: &Subject<'_>,
    place: Place<'a>,
    all: &'a [Deploy<'a>],
) -> Option<(Spanned<&'a str>, &'a Action)> {
    place.action.action_type.works_on_types.iter().find_map(|(key, kind)| {
        let value = place.action.value(key)?;
        let name = value.as_str()?;
        let creator = late(subject, place, all, |deploy| names(deploy, kind, name))?;
        Some((Spanned::new(name, value.span), creator))
    })
}

/// Returns the name of the StackSet to which an action adds stacks, and the later action that creates the set.
fn late_set<'a>(subject: &Subject<'a>, place: Place<'a>) -> Option<(Spanned<&'a str>, &'a Action)> {
    let creates = |action: &Action| action.action_type.slot_of_key("PermissionModel").is_some();
    let value = place.action.value(STACK_SET).filter(|_| !creates(place.action))?;
    let name = value.as_str()?;
    let is_it = |it: &Place<'_>| creates(it.action) && it.action.literal(STACK_SET) == Some(name);
    let mut creators = subject.actions().filter(is_it).peekable();
    let first = creators.peek()?.action;
    let is_late = |it: Place<'_>| {
        it.pipeline_id == place.pipeline_id
            && !it.action.incomplete
            && can_coexist(subject.hir, place.pipeline, it.action, place.action)
            && !subject.plan.ran_before(place.pipeline_id, it.id, place.id)
    };
    creators.all(is_late).then_some((Spanned::new(name, value.span), first))
}

/// Returns the deployment that creates what an action uses, if each one that does runs at the same time or later.
fn late<'a>(
    subject: &Subject<'_>,
    user: Place<'_>,
    all: &'a [Deploy<'a>],
    creates: impl Fn(&Deploy<'_>) -> bool,
) -> Option<&'a Action> {
    let creators: Vec<&Deploy<'_>> = all.iter().filter(|deploy| creates(deploy)).collect();
    let executed = |deploy: &Deploy<'_>| deploy.action.pair.map_or(deploy.action_id, |pair| pair.execute);
    let is_late = |deploy: &&&Deploy<'_>| {
        let done: ActionId = executed(deploy);
        deploy.pipeline_id == user.pipeline_id
            && deploy.action_id != user.id
            && deploy.action.literal("StackName") != user.action.literal("StackName")
            && can_coexist(subject.hir, user.pipeline, deploy.action, user.action)
            && same_place(subject.plan, deploy.action, user.action)
            && !subject.plan.ran_before(user.pipeline_id, done, user.id)
    };
    let late = creators.iter().filter(is_late).count();
    creators.first().filter(|_| late == creators.len()).map(|deploy| deploy.action)
}

/// An import of an export that a later stack creates.
fn imported_early(user: &Action, import: &Spanned<String>, creator: &Action) -> Diagnostic {
    let (own, stack) = (user.deployed_name().node, creator.deployed_name());
    let message = format!("stack `{own}` imports `{}` before `{}` exports it", import.node, stack.node);
    Diagnostic::new(Code::W0977, message, import.span, "does not exist in the first execution")
        .label(stack.span, "exported here")
        .label(user.name.span, "imported here")
        .help(format!("move `deploy stack {}` before `{own}`", stack.node))
}

/// A target that a later stack creates.
fn used_early(user: &str, name: Spanned<&str>, creator: &Action) -> Diagnostic {
    let stack = creator.deployed_name();
    let message = format!("`{user}` uses `{}` before stack `{}` creates it", name.node, stack.node);
    Diagnostic::new(Code::W0977, message, name.span, "does not exist in the first execution")
        .label(stack.span, "created here")
        .help(format!("move `deploy stack {}` before `{user}`", stack.node))
}

/// Stacks of a StackSet that a later action creates.
fn extended_early(set: Spanned<&str>, creator: &Action) -> Diagnostic {
    let message = format!("StackSet `{}` gets stacks before `{}` creates it", set.node, creator.name.node);
    Diagnostic::new(Code::W0977, message, set.span, "does not exist in the first execution")
        .label(creator.name.span, "created here")
        .help(format!("move `deploy stackset {}` before it", set.node))
}

/// An alarm that must exist before the stage that creates it starts.
fn alarm_of_own(stage: &str, name: Spanned<&str>, creator: &Action) -> Diagnostic {
    let stack = creator.deployed_name();
    let message = format!("stage `{stage}` waits for alarm `{}`, which only a later step creates", name.node);
    Diagnostic::new(Code::W0977, message, name.span, "does not exist in the first execution")
        .label(stack.span, "created here")
        .help(format!("deploy the alarm in an earlier stage, or check it with `on success` of stage `{stage}`"))
}
