//! W0805, E0809, W0813: problems in `allow` and `deny` themselves.

use crate::catalog::{permissions, verbs};
use crate::check::support::coverage::meant_action;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::policies;
use crate::diagnostic::families::roles::ResourceName;
use crate::diagnostic::{AllowCode, AllowedOn, Code, Diagnostic, PipeCode, phrase, wording};
use crate::hir::{Declaration, Part, PartKind, Permission, Statement, Text, Value, ValueKind};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "statements", codes: &[Code::W0805, Code::E0809, Code::W0813], run: check };

/// Checks every statement of the file.
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for role in &subject.hir.roles {
        look_at_managed(&role.declaration, findings);
    }
    for (_, statement) in subject.hir.statements() {
        match &statement.permission {
            Permission::Verb(verb) => {
                for resource in &statement.resources {
                    look_at_verb(subject, verb, resource, findings);
                }
            }
            Permission::Actions(actions) => {
                look_at_actions(actions, findings);
                // In existing roles, only permissions for the roles of others are checked.
                if !statement.deny && (subject.document.is_none() || takes_roles(actions)) {
                    look_at_wildcards(statement, actions, subject.document.is_some(), findings);
                }
            }
        }
    }
}

fn look_at_verb(subject: &Subject<'_>, verb: &Spanned<String>, resource: &Value, findings: &mut Findings) {
    let (kind, name) = match &resource.kind {
        ValueKind::Entity(entity) => (entity.word(), subject.hir.symbol(*entity).node.clone()),
        ValueKind::Text(text) => match kind_of_text(text) {
            Some(kind) => (kind, subject.written(resource.span).unquoted().to_owned()),
            // A string with unknown parts may become the ARN of anything.
            None if text.as_literal().is_some() => {
                return findings.push(verb_without_kind(verb, resource.span));
            }
            None => return,
        },
        _ => return,
    };
    if verbs::grants(&verb.node, kind).is_none() {
        let valid: Vec<&str> = verbs::verbs_of(kind).collect();
        findings.push(wrong_verb(verb, ResourceName { kind, name: &name }, &valid));
    }
}

/// Returns the kind of resource of an ARN, regardless of the values of its unknown parts.
fn kind_of_text(text: &Text) -> Option<&'static str> {
    let shown = |part: &Part| if let PartKind::Literal(text) = &part.kind { text.clone() } else { "x".to_owned() };
    let arn: String = text.parts.iter().map(shown).collect();
    verbs::kind_of_arn(&arn)
}

fn look_at_actions(actions: &[Spanned<String>], findings: &mut Findings) {
    for action in actions.iter().filter(|action| !action.node.contains(['*', '?'])) {
        if let Some(near) = meant_action(&action.node) {
            findings.push(policies::unknown_action(action, &near));
        }
    }
}

fn look_at_wildcards(statement: &Statement, actions: &[Spanned<String>], of_document: bool, findings: &mut Findings) {
    let all = |action: &&Spanned<String>| action.node == "*" || action.node.ends_with(":*");
    if let Some(action) = actions.iter().find(all) {
        findings.push(wildcard_action(action));
        return;
    }
    if statement.condition.is_some() {
        return;
    }
    let Some(everything) = statement.resources.iter().find(|resource| resource.as_str() == Some("*")) else {
        return look_at_roles(statement, actions, findings);
    };
    let limitable = actions.iter().filter(|action| !of_document || takes_role(action)).find_map(|action| {
        let known = permissions::iam_action(&action.node)?;
        let pattern = known.resources.iter().copied().min_by_key(|pattern| pattern.len())?;
        Some((action, pattern))
    });
    if let Some((action, pattern)) = limitable {
        findings.push(wildcard_resource(&action.node, everything.span, Some(pattern)));
    }
}

/// Returns whether one of the actions assumes or passes roles.
fn takes_roles(actions: &[Spanned<String>]) -> bool {
    actions.iter().any(takes_role)
}

fn takes_role(action: &Spanned<String>) -> bool {
    ROLE_ACTIONS.iter().any(|known| action.node.eq_ignore_ascii_case(known))
}

/// The actions that assume or pass roles.
const ROLE_ACTIONS: [&str; 2] = ["iam:PassRole", "sts:AssumeRole"];

/// Checks for actions that may assume or pass every role of an account.
fn look_at_roles(statement: &Statement, actions: &[Spanned<String>], findings: &mut Findings) {
    let takes_roles =
        |action: &&Spanned<String>| ROLE_ACTIONS.iter().any(|known| action.node.eq_ignore_ascii_case(known));
    let Some(action) = actions.iter().find(takes_roles) else { return };
    let every =
        |resource: &&Value| resource.as_str().is_some_and(|arn| arn.starts_with("arn:") && arn.ends_with(":role/*"));
    if let Some(resource) = statement.resources.iter().find(every) {
        findings.push(wildcard_role(&action.node, resource.span));
    }
}

/// Managed policies of AWS that allow everything, or to grant oneself everything.
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html>, and likewise for the
/// others (2026-11-28)
const EVERYTHING: [&str; 3] = [":policy/AdministratorAccess", ":policy/IAMFullAccess", ":policy/PowerUserAccess"];

fn look_at_managed(role: &Declaration, findings: &mut Findings) {
    let Some(managed) = role.attributes.get("managed") else { return };
    let single = std::slice::from_ref(&managed.value);
    let items = if let ValueKind::List(items) = &managed.value.kind { items.as_slice() } else { single };
    for item in items {
        let Some(policy) = item.as_str().filter(|arn| EVERYTHING.iter().any(|end| arn.ends_with(end))) else {
            continue;
        };
        let name = policy.rsplit('/').next().unwrap_or(policy);
        findings.push(managed_everything(&role.symbol.node, name, item.span));
    }
}

/// `allow ["s3:*"] on ...`
fn wildcard_action(action: &Spanned<String>) -> Diagnostic {
    let message = if action.node == "*" {
        "`*` allows every action".to_owned()
    } else {
        format!("`{}` allows every action of the service", action.node)
    };
    Diagnostic::new(Code::W0805, message, action.span, "").help("list only the actions that are needed")
}

/// `managed = ["arn:aws:iam::aws:policy/AdministratorAccess"]`
fn managed_everything(role: &str, policy: &str, place: Span) -> Diagnostic {
    let message = format!("role `{role}` has the managed policy `{policy}`");
    Diagnostic::new(Code::W0805, message, place, "allows nearly everything in the account")
        .help(phrase!["replace it with the permissions that are needed: ", example()])
}

/// `allow ["s3:PutObject"] on "*"`
fn wildcard_resource(action: &str, place: Span, pattern: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::W0805,
        format!("`{action}` is allowed on all resources"),
        place,
        "this action supports resource-level permissions",
    );
    match pattern {
        Some(pattern) => {
            let example = wording::arn_example(pattern);
            diagnostic.help(format!("name a resource, or use an ARN such as `{example}`"))
        }
        None => diagnostic.help("name a resource, or use its ARN"),
    }
}

/// An example of a statement.
fn example() -> PipeCode {
    PipeCode::Allow(AllowCode::of_actions(&["service:Action"], vec![AllowedOn::Any]))
}

/// A verb that the resource does not support.
fn wrong_verb(verb: &Spanned<String>, resource: ResourceName<'_>, valid: &[&str]) -> Diagnostic {
    let message = format!("{} `{}` does not support `allow {}`", resource.kind, resource.name, verb.node);
    let diagnostic = Diagnostic::new(Code::E0809, message, verb.span, "");
    match valid {
        [] => diagnostic.help(phrase!["list IAM actions instead: ", example()]),
        verbs => diagnostic.help(format!("write {}", wording::or_list(verbs.iter().copied()))),
    }
}

/// A verb on a string that does not show the kind of the resource.
fn verb_without_kind(verb: &Spanned<String>, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0809,
        format!("`{}` needs a resource whose type is known", verb.node),
        place,
        "neither a declared resource nor the ARN of one",
    )
    .help(format!("name a declared resource, or list the IAM actions instead of `{}`", verb.node))
}

/// `allow ["iam:PassRole"] on "arn:aws:iam::111122223333:role/*"`
fn wildcard_role(action: &str, place: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::W0805,
        format!("`{action}` is allowed on every role"),
        place,
        "`*` matches every role name",
    );
    if action.eq_ignore_ascii_case("iam:PassRole") {
        return diagnostic.help(
            "name the roles, or restrict the service: `when { StringEquals = { \"iam:PassedToService\" = \"...\" } }`",
        );
    }
    diagnostic.help("name the roles")
}
