//! E0886, W0886: service principals that do not exist.

use crate::catalog::permissions;
use crate::check::support::inside_templates::{InsideTemplate, each_template};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::{is_misspelling, similar};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::ValueKind;
use crate::source::Spanned;
use crate::workspace::document::{Entry, Node};

pub(super) const RULE: Rule = Rule { name: "service-principals", codes: &[Code::E0886, Code::W0886], run: check };

/// The ending of the names of services.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html> (2026-11-29)
const ENDING: &str = ".amazonaws.com";

/// The endings of partitions.
const ENDINGS: [&str; 7] =
    [ENDING, ".amazonaws.com.cn", ".amazonaws.eu", ".aws.internal", ".c2s.ic.gov", ".sc2s.sgov.gov", ".csp.hci.ic.gov"];

/// Principals whose names are not the prefixes of IAM actions.
const OTHERS: [&str; 8] = [
    "application-autoscaling",
    "ecs-tasks",
    "edgelambda",
    "eks-fargate-pods",
    "eks-nodegroup",
    "spotfleet",
    "vpc-flow-logs",
    "airflow-env",
];

/// The keys of conditions whose values are such names.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html> (2026-11-30)
const OF_CONDITIONS: [&str; 3] = ["iam:AWSServiceName", "iam:PassedToService", "sts:AWSServiceName"];

/// The minimum length of a name of which another one is a misspelling.
const SHORTEST: usize = 5;

/// The services for which the trust policies of documents are compared with the use of the role.
const COMPARED: [&str; 4] = ["cloudformation", "codebuild", "codepipeline", "events"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for role in &subject.hir.roles {
        let Some(ValueKind::Map(entries)) = role.declaration.value("trusts").map(|value| &value.kind) else { continue };
        for (_, value) in entries.iter().filter(|(key, _)| key.node == "Service") {
            let values = match &value.kind {
                ValueKind::List(items) => items.as_slice(),
                _ => std::slice::from_ref(value),
            };
            let names = values.iter().filter_map(|item| Some(Spanned::new(item.as_str()?.to_owned(), item.span)));
            findings.extend(names.filter_map(|name| fault(&name)));
        }
    }
    for (_, statement) in subject.hir.statements() {
        let Some(ValueKind::Map(operators)) = statement.condition.as_ref().map(|value| &value.kind) else { continue };
        for (_, value) in operators.iter().filter(|(operator, _)| operator.node.starts_with("StringEquals")) {
            let ValueKind::Map(entries) = &value.kind else { continue };
            for (key, value) in entries.iter().filter(|(key, _)| OF_CONDITIONS.contains(&key.as_str())) {
                let name = value.as_str().filter(|text| services().any(|service| service == *text));
                findings.extend(name.map(|name| never_equal(&key.node, &Spanned::new(name.to_owned(), value.span))));
            }
        }
    }
    each_template(subject, findings, |inside, findings| {
        let mut names: Vec<Spanned<String>> = Vec::new();
        for Entry { value, .. } in inside.section("Resources") {
            let Some(properties) = value.get("Properties") else { continue };
            if value.get("Type").and_then(Node::literal) == Some("AWS::Lambda::Permission") {
                let principal = properties.get("Principal").and_then(Node::spanned);
                names.extend(principal.filter(|name| name.node.contains('.')));
            } else {
                in_policies(properties, &mut names);
            }
        }
        let reported = names.into_iter().filter(|name| !is_compared(inside, name));
        findings.extend(reported.filter_map(|name| fault(&name)));
    });
}

/// Collects the services in the statements of all policies of a resource.
fn in_policies(node: &Node, found: &mut Vec<Spanned<String>>) {
    for Entry { key, value } in node.entries() {
        if key.node == "Principal" || key.node == "NotPrincipal" {
            let services = value.get("Service").map(Node::one_or_more).unwrap_or_default();
            found.extend(services.iter().filter_map(Node::spanned));
        } else {
            in_policies(value, found);
        }
    }
    node.items().iter().for_each(|item| in_policies(item, found));
}

/// Returns whether the name is compared with that of the service that uses the role.
fn is_compared(inside: &InsideTemplate, name: &Spanned<String>) -> bool {
    let compared: Vec<String> = COMPARED.iter().map(|service| format!("{service}{ENDING}")).collect();
    let first = name.node.split('.').next().unwrap_or_default();
    inside.own && (COMPARED.contains(&first) || similar(&name.node, compared.iter().map(String::as_str)).is_some())
}

/// Returns the names of services before their ending.
fn services() -> impl Iterator<Item = &'static str> {
    permissions::services().chain(OTHERS)
}

fn fault(name: &Spanned<String>) -> Option<Diagnostic> {
    let text = name.as_str();
    let (first, rest) = text.split_once('.').unwrap_or((text, ""));
    if !ENDINGS.iter().any(|ending| text.ends_with(ending)) {
        let service = services().find(|service| *service == first)?;
        return Some(wrong_ending(name, &format!("{service}{ENDING}")));
    }
    if !ENDING.ends_with(rest) || services().any(|service| service == first) || first.len() < SHORTEST {
        return None;
    }
    let near = similar(first, services().filter(|it| it.len() >= SHORTEST && is_misspelling(first, it)))?;
    Some(misspelled(name, &format!("{near}{ENDING}")))
}

/// A value of a condition that is only the first part of a name.
fn never_equal(key: &str, name: &Spanned<String>) -> Diagnostic {
    let message = format!("`{key}` is never `{}`", name.node);
    Diagnostic::new(Code::W0886, message, name.span, "so the permission has no effect")
        .suggest(name.span, Some(&format!("\"{}{ENDING}\"", name.node)))
}

/// A name that no service has, because all end in another way.
fn wrong_ending(name: &Spanned<String>, meant: &str) -> Diagnostic {
    Diagnostic::new(Code::E0886, format!("no AWS service has the principal `{}`", name.node), name.span, "")
        .note("the deployment would fail with \"Invalid principal in policy\"")
        .suggest(name.span, Some(meant))
}

/// A name that resembles that of a service.
fn misspelled(name: &Spanned<String>, meant: &str) -> Diagnostic {
    let message = format!("no AWS service has the principal `{}`, as far as dotpipe knows", name.node);
    Diagnostic::new(Code::W0886, message, name.span, "")
        .note("if it does not exist, the deployment would fail with \"Invalid principal in policy\"")
        .suggest(name.span, Some(meant))
}
