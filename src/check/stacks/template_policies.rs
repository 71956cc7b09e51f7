//! E0105, E0107: policies of roles whose statements lack an element, or have a value that IAM rejects. W0811: managed
//! policies that AWS does not have.

use crate::check::support::documents::inner;
use crate::check::support::inside_templates::inside_templates;
use crate::check::support::managed_policies::managed_policy_meant;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};

pub(super) const RULE: Rule =
    Rule { name: "template-policies", codes: &[Code::E0105, Code::E0107, Code::W0811], run: check };

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
    for inside in inside_templates(subject).iter().filter(|inside| inside.template.declares_all_names()) {
        let mut found = Findings::default();
        for Entry { value, .. } in inside.section("Resources") {
            let kind = value.get("Type").and_then(Node::literal).unwrap_or_default();
            let Some(properties) = value.get("Properties") else { continue };
            if TYPES.contains(&kind) {
                resource(properties, &mut found);
            }
            attached(kind, properties, &mut found);
        }
        findings.append(found.labeled(inside.deployed_here()));
    }
}

fn resource(properties: &Node, findings: &mut Findings) {
    if let Some(trust) = properties.get("AssumeRolePolicyDocument") {
        policy(trust, true, findings);
    }
    let inline = properties.get("Policies").map(Node::items).unwrap_or_default();
    let documents = inline.iter().filter_map(|policy| policy.get("PolicyDocument"));
    for document in documents.chain(properties.get("PolicyDocument")) {
        policy(document, false, findings);
    }
}

/// Checks the managed policies of AWS that a role or function has.
fn attached(kind: &str, properties: &Node, findings: &mut Findings) {
    let key = if kind.starts_with("AWS::Serverless::") { "Policies" } else { "ManagedPolicyArns" };
    for policy in properties.get(key).map(Node::one_or_more).unwrap_or_default() {
        let text = match policy.intrinsic() {
            Some(call) if call.name == "Fn::Sub" => call.argument.scalar(),
            Some(_) => None,
            None => policy.scalar(),
        };
        let Some(text) = text.filter(|text| text.text.contains(":iam::aws:policy/")) else { continue };
        if let Some(meant) = managed_policy_meant(&text.text) {
            findings.push(no_such_policy(&text.text, inner(policy), &meant));
        }
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

/// The ARN of a managed policy that AWS does not have.
fn no_such_policy(text: &str, place: Span, meant: &str) -> Diagnostic {
    let name = text.rsplit('/').next().unwrap_or(text);
    Diagnostic::new(Code::W0811, format!("AWS has no managed policy `{name}` with this ARN"), place, "")
        .note("the deployment would fail with \"Policy ... does not exist or is not attachable\"")
        .suggest(place, Some(meant))
}
