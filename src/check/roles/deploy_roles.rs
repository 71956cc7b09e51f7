//! W0804: declared roles with which a template cannot be deployed.

use crate::catalog::permissions::{self, iam_action, is_unlisted};
use crate::catalog::written_calls::{WrittenCall, written_calls};
use crate::check::support::coverage;
use crate::check::support::deploys::{Deploy, deploys};
use crate::check::support::elsewhere::elsewhere;
use crate::check::support::extra::is_in_extra;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::roles as families;
use crate::diagnostic::wording::tick;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::{Action, Entity, RoleId, StackMode, Value, ValueKind};
use crate::plan::{Grant, RolePlan, handler_calls};
use crate::source::{Span, Spanned};
use crate::workspace::template::MadeResource;

pub(super) const RULE: Rule = Rule { name: "deploy-roles", codes: &[Code::W0804], run: check };

/// Checks the deploys that name a role of this file.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for deploy in deploys(subject) {
        let Some((id, span)) = role_of(subject, &deploy) else { continue };
        let (Some(declared), Some(role)) = (subject.hir.roles.get(id), subject.plan.roles.get(id)) else {
            continue;
        };
        let known = !declared.declaration.incomplete
            && role.identity.is_owned()
            && role.states_all()
            // A policy in a file of resources may allow more.
            && !is_in_extra(subject, &role.identity.logical_id);
        if !known {
            continue;
        }
        let wanted = wanted(subject, &deploy);
        findings.extend(denied(subject, &deploy, role, &declared.declaration.symbol, &wanted));
        let lacking = lacking(subject, &deploy, role, &wanted);
        if !lacking.is_empty() {
            let named: Vec<(&str, Span, Vec<String>)> =
                lacking.iter().map(|(kind, span, actions)| (kind.as_str(), *span, actions.clone())).collect();
            let found = cannot_create(&declared.declaration.symbol, deploy.path.as_str(), &named, span);
            let stack = deploy.operation.and_then(|operation| operation.stack.as_literal());
            let calls = handler_calls(deploy.template, stack.unwrap_or("*"));
            let near = |(kind, _, actions): &(String, Span, Vec<String>)| {
                let arn = |action: &str| targets(subject, &calls, kind, action).concat().into_iter().next();
                actions
                    .iter()
                    .find_map(|action| elsewhere(subject.plan, role, declared.all_statements(), action, &arn(action)?))
            };
            findings.push(lacking.iter().find_map(near).iter().fold(found, |found, elsewhere| elsewhere.show(found)));
        }
    }
}

/// Returns the declared role of a deploy, and the span that names it: in the action, or in its environment.
fn role_of(subject: &Subject<'_>, deploy: &Deploy<'_>) -> Option<(RoleId, Span)> {
    match deploy.action.value("RoleArn") {
        Some(Value { kind: ValueKind::Entity(Entity::Role(id)), span }) => Some((*id, *span)),
        Some(_) => None,
        None => subject.hir.environment(deploy.action)?.role().map(|role| (role.node, role.span)),
    }
}

/// A type of the template, with the calls that its resources require.
struct Wanted<'t> {
    kind: &'t str,
    /// Each with the span of a resource that requires it.
    actions: Vec<(String, Span)>,
}

/// Returns the calls for each type: its own `Create...`, without which no resource can be created, and those that the
/// catalog lists for written properties. If the stack is deleted, `Delete...` is checked, too.
fn wanted<'t>(subject: &Subject<'_>, deploy: &Deploy<'t>) -> Vec<Wanted<'t>> {
    let stack = deploy.operation.and_then(|operation| operation.stack.as_literal());
    let is_deletion = |action: &Action| {
        let operation = action.stack_operation().filter(|operation| operation.mode == StackMode::DeleteOnly);
        operation.is_some_and(|operation| operation.stack.as_literal() == stack)
    };
    let deleted = stack.is_some() && subject.actions().any(|place| is_deletion(place.action));
    let mut found: Vec<Wanted<'t>> = Vec::new();
    for made in deploy.template.made_resources() {
        let is_written = |call: &WrittenCall| {
            call.property.as_ref().is_none_or(|name| made.property(name).is_some_and(|value| !value.is_no_value()))
        };
        let written = written_calls(&made.kind).filter(|call| is_written(call)).flat_map(|call| &call.calls);
        let mut written: Vec<(String, Span)> = written.map(|action| (action.clone(), made.span)).collect();
        if let Some(known) = found.iter_mut().find(|known| known.kind == made.kind) {
            written.retain(|(action, _)| known.actions.iter().all(|(other, _)| other != action));
            known.actions.extend(written);
            continue;
        }
        let Some(last) = made.kind.rsplit("::").next() else { continue };
        let handlers = permissions::handlers(&made.kind).unwrap_or_default();
        let own = |list: Vec<String>, call: &str| {
            let name = format!(":{call}{last}");
            list.into_iter()
                .filter(move |action| action.ends_with(&name) && (iam_action(action).is_some() || is_unlisted(action)))
                .collect::<Vec<_>>()
        };
        let mut actions = own(handlers.create, "Create");
        if deleted {
            actions.extend(own(handlers.delete, "Delete"));
        }
        let mut actions: Vec<(String, Span)> = actions.into_iter().map(|action| (action, made.span)).collect();
        written.retain(|(action, _)| actions.iter().all(|(other, _)| other != action));
        actions.extend(written);
        found.push(Wanted { kind: &made.kind, actions });
    }
    found
}

/// Returns the resources that a call for a type applies to, as patterns. Empty if they are not known.
fn targets(subject: &Subject<'_>, calls: &[(&MadeResource, Vec<Grant>)], kind: &str, action: &str) -> Vec<Vec<String>> {
    let grants = calls.iter().filter(|(made, _)| made.kind == kind).flat_map(|(_, grants)| grants);
    let on = grants.filter(|grant| grant.actions.iter().any(|it| it == action));
    on.map(|grant| grant.resources.iter().map(|it| coverage::pattern(subject.plan, it)).collect()).collect()
}

/// Returns types that the role cannot create, each once, with the missing permissions.
fn lacking(
    subject: &Subject<'_>,
    deploy: &Deploy<'_>,
    role: &RolePlan,
    wanted: &[Wanted<'_>],
) -> Vec<(String, Span, Vec<String>)> {
    let stack = deploy.operation.and_then(|operation| operation.stack.as_literal());
    let calls = handler_calls(deploy.template, stack.unwrap_or("*"));
    // A name that CloudFormation generates is not known.
    let allowed = |kind: &str, action: &str| {
        let on = targets(subject, &calls, kind, action);
        if on.is_empty() {
            return coverage::names_anywhere(role, action);
        }
        on.iter().all(|arns| arns.iter().any(|arn| coverage::allows_arn(subject.plan, role, action, arn)))
    };
    let lacks = |wanted: &Wanted<'_>| {
        let missing: Vec<&(String, Span)> =
            wanted.actions.iter().filter(|(action, _)| !allowed(wanted.kind, action)).collect();
        let (_, span) = missing.first()?;
        Some((wanted.kind.to_owned(), *span, missing.iter().map(|(action, _)| action.clone()).collect()))
    };
    wanted.iter().filter_map(lacks).collect()
}

/// Returns the first statement that denies calls on every resource that they apply to.
fn denied(
    subject: &Subject<'_>,
    deploy: &Deploy<'_>,
    role: &RolePlan,
    name: &Spanned<String>,
    wanted: &[Wanted<'_>],
) -> Option<Diagnostic> {
    let stack = deploy.operation.and_then(|operation| operation.stack.as_literal());
    let calls = handler_calls(deploy.template, stack.unwrap_or("*"));
    let denying = |kind: &str, action: &str| -> Option<Span> {
        let service = action.split(':').next().unwrap_or("*");
        let arns: Vec<String> = targets(subject, &calls, kind, action).concat();
        let arns = if arns.is_empty() { vec![format!("arn:*:{service}:*:*:*")] } else { arns };
        let mut statements = arns.iter().map(|arn| coverage::denying(subject.plan, role, action, arn));
        let first = statements.next()??;
        statements.all(|other| other.is_some()).then_some(first.cause)
    };
    let each = wanted.iter().flat_map(|wanted| wanted.actions.iter().map(move |action| (wanted.kind, action)));
    let found: Vec<(Span, &str, Span, &str)> = each
        .filter_map(|(kind, (action, span))| Some((denying(kind, action)?, kind, *span, action.as_str())))
        .collect();
    let (statement, kind, _, action) = *found.first()?;
    let of_statement: Vec<_> = found.iter().filter(|(span, ..)| *span == statement).collect();
    let verb = if action.contains(":Delete") { "delete" } else { "create" };
    let message = format!("role `{}` denies {}, which is needed to {verb} {kind}", name.node, tick(action));
    let needed = of_statement.iter().map(|(_, _, span, action)| (*span, format!("needs {action}")));
    let actions: Vec<&str> = of_statement.iter().map(|(.., action)| *action).collect();
    Some(families::denied(Code::W0804, message, statement, &needed.collect::<Vec<_>>(), &actions))
}

/// A declared role that cannot deploy a template.
fn cannot_create(
    role: &Spanned<String>,
    template: &str,
    lacking: &[(&str, Span, Vec<String>)],
    used: Span,
) -> Diagnostic {
    let types: Vec<&str> = lacking.iter().map(|(kind, ..)| *kind).collect();
    let only_deletes = lacking.iter().all(|(_, _, actions)| actions.iter().all(|action| action.contains(":Delete")));
    let verb = if only_deletes { "delete" } else { "create" };
    let message = match types.as_slice() {
        [only] => format!("role `{}` lacks permissions to {verb} {only}", role.node),
        [first, others @ ..] => {
            format!(
                "role `{}` lacks permissions to {verb} {first} and {}",
                role.node,
                wording::count(others.len(), "other type")
            )
        }
        [] => format!("role `{}` lacks permissions to create the template's resources", role.node),
    };
    let mut diagnostic = Diagnostic::new(Code::W0804, message, role.span, format!("deploys `{template}`"));
    diagnostic = diagnostic.label(used, "used here");
    for (_, span, actions) in lacking.iter().take(3) {
        diagnostic =
            diagnostic.label(*span, format!("needs {}", wording::and_list(actions.iter().map(String::as_str))));
    }
    let mut actions: Vec<&str> =
        lacking.iter().flat_map(|(_, _, actions)| actions.iter().map(String::as_str)).collect();
    actions.sort_unstable();
    actions.dedup();
    let help = format!("also allow {}", wording::and_list(actions));
    diagnostic.help(format!("{help}, or remove `role` to have one derived")).help_in_document(help)
}
