//! E0105, E0107: policies of roles whose statements lack an element, or have a value that IAM rejects.

use crate::check::support::documents::{Document, inner};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};
use crate::workspace::pipeline_document::DocumentKind;

pub(super) const RULE: Rule = Rule { name: "document-policies", codes: &[Code::E0105, Code::E0107], run: check };

/// The values of `Effect`. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>
/// (2026-11-29)
const EFFECTS: [&str; 2] = ["Allow", "Deny"];
const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];

/// The elements of which a statement needs exactly one.
const ACTIONS: [&str; 2] = ["Action", "NotAction"];
const RESOURCES: [&str; 2] = ["Resource", "NotResource"];
const PRINCIPALS: [&str; 2] = ["Principal", "NotPrincipal"];

/// The resources that have policies for roles.
const TYPES: [&str; 4] = ["AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(document) = Document::of(subject).filter(|it| it.kind == DocumentKind::Template) else { return };
    for ty in TYPES {
        for entry in document.resources(ty) {
            resource(entry, findings);
        }
    }
}

fn resource(entry: &Entry, findings: &mut Findings) {
    let Some(properties) = entry.value.get("Properties") else { return };
    if let Some(trust) = properties.get("AssumeRolePolicyDocument") {
        policy(trust, true, findings);
    }
    let inline = properties.get("Policies").map(Node::items).unwrap_or_default();
    let documents = inline.iter().filter_map(|policy| policy.get("PolicyDocument"));
    for document in documents.chain(properties.get("PolicyDocument")) {
        policy(document, false, findings);
    }
}

fn policy(document: &Node, trust: bool, findings: &mut Findings) {
    if document.intrinsic().is_some() {
        return;
    }
    if let Some(version) = document.get("Version") {
        value("Version", version, &VERSIONS, findings);
    }
    let Some(statements) = document.get("Statement").filter(|it| it.intrinsic().is_none()) else { return };
    for statement in statements.one_or_more().iter().filter(|it| it.intrinsic().is_none()) {
        let place = statement.entries().first().map_or(statement.span, |entry| entry.key.span);
        match statement.get("Effect") {
            Some(effect) => value("Effect", effect, &EFFECTS, findings),
            None => findings.push(missing(&["Effect"], place)),
        }
        let wanted = if trust { [ACTIONS, PRINCIPALS] } else { [ACTIONS, RESOURCES] };
        for names in wanted {
            if names.iter().all(|name| statement.get(name).is_none()) {
                findings.push(missing(&names, place));
            }
        }
    }
}

fn value(name: &str, node: &Node, known: &[&str], findings: &mut Findings) {
    let Some(text) = node.literal() else { return };
    if !known.contains(&text) {
        findings.push(unknown(name, &Spanned::new(text.to_owned(), inner(node)), known));
    }
}

/// A statement without an element that it needs.
fn missing(names: &[&str], place: Span) -> Diagnostic {
    let first = names.first().copied().unwrap_or_default();
    Diagnostic::new(Code::E0105, format!("a statement of a policy needs `{first}`"), place, "")
        .note("the deployment would fail with \"MalformedPolicyDocument\"")
        .help(format!("add `{first}`"))
}

/// A value that IAM rejects.
fn unknown(name: &str, given: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::E0107, format!("`{}` is not a valid value for `{name}`", given.node), given.span, "");
    match suggest::similar(&given.node, known.iter().copied()) {
        Some(near) => diagnostic.suggest(given.span, Some(near)),
        None => diagnostic.help(format!("write {}", wording::or_list(known.iter().copied()))),
    }
}
