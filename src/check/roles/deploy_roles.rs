//! W0804: declared roles with which a template cannot be deployed.

use crate::catalog::permissions;
use crate::check::support::coverage;
use crate::check::support::deploys::{Deploy, deploys};
use crate::check::support::extra::is_in_extra;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::{Action, Entity, RoleId, StackMode, Value, ValueKind};
use crate::plan::{RolePlan, handler_calls};
use crate::source::{Span, Spanned};

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
        let lacking = if known { lacking(subject, &deploy, role) } else { Vec::new() };
        if !lacking.is_empty() {
            let named: Vec<(&str, Span, Vec<String>)> =
                lacking.iter().map(|(kind, span, actions)| (kind.as_str(), *span, actions.clone())).collect();
            findings.push(cannot_create(&declared.declaration.symbol, deploy.path.as_str(), &named, span));
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

/// Returns types that the role cannot create, each once, with the missing permissions. Only a type's own `Create...` is
/// checked: no resource can be created without it, regardless of its properties. If the stack is deleted, `Delete...`
/// is checked, too.
fn lacking(subject: &Subject<'_>, deploy: &Deploy<'_>, role: &RolePlan) -> Vec<(String, Span, Vec<String>)> {
    let stack = deploy.operation.and_then(|operation| operation.stack.as_literal());
    let is_deletion = |action: &Action| {
        let operation = action.stack_operation().filter(|operation| operation.mode == StackMode::DeleteOnly);
        operation.is_some_and(|operation| operation.stack.as_literal() == stack)
    };
    let deleted = stack.is_some() && subject.actions().any(|place| is_deletion(place.action));
    let calls = handler_calls(deploy.template, stack.unwrap_or("*"));
    // A name that CloudFormation generates is not known.
    let allowed = |kind: &str, action: &str| {
        let grants = calls.iter().filter(|(made, _)| made.kind == kind).flat_map(|(_, grants)| grants);
        let mut on = grants.filter(|grant| grant.actions.iter().any(|it| it == action)).peekable();
        if on.peek().is_none() {
            return coverage::names_anywhere(role, action);
        }
        on.all(|grant| {
            let mut resources = grant.resources.iter();
            resources.any(|it| coverage::allows_arn(subject.plan, role, action, &coverage::pattern(subject.plan, it)))
        })
    };
    let mut found: Vec<(String, Span, Vec<String>)> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for made in deploy.template.made_resources() {
        if seen.contains(&made.kind.as_str()) {
            continue;
        }
        seen.push(&made.kind);
        let Some(last) = made.kind.rsplit("::").next() else { continue };
        let handlers = permissions::handlers(&made.kind).unwrap_or_default();
        let own = |list: Vec<String>, call: &str| {
            let name = format!(":{call}{last}");
            list.into_iter().filter(move |action| action.ends_with(&name)).collect::<Vec<_>>()
        };
        let mut wanted = own(handlers.create, "Create");
        if deleted {
            wanted.extend(own(handlers.delete, "Delete"));
        }
        let missing: Vec<String> = wanted.into_iter().filter(|action| !allowed(&made.kind, action)).collect();
        if !missing.is_empty() {
            found.push((made.kind.clone(), made.span, missing));
        }
    }
    found
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
        diagnostic = diagnostic.label(*span, format!("needs {}", actions.join(", ")));
    }
    let mut actions: Vec<&str> =
        lacking.iter().flat_map(|(_, _, actions)| actions.iter().map(String::as_str)).collect();
    actions.sort_unstable();
    actions.dedup();
    diagnostic.help(format!("also allow {}, or remove `role` to have one derived", wording::and_list(actions)))
}
