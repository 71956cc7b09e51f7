//! E0101, E0102, E0104, E0105, E0106, E0107: elements of policies that IAM does not know, lacks, or rejects. E0883: operators of
//! conditions that IAM does not have. E0884: resources of statements that are not ARNs.

use crate::catalog::accounts::is_account_id;
use crate::catalog::conditions;
use crate::check::support::documents::inner;
use crate::check::support::inside_templates::{InsideTemplate, each_template};
use crate::check::support::policy_documents::{PolicyKind, WrittenPolicy, policies_in};
use crate::check::support::policy_resources::{no_arn_of, not_an_arn_of};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::policies::unknown_operator;
use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::hir::ValueKind;
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};

pub(super) const RULE: Rule = Rule {
    name: "policy-elements",
    codes: &[
        Code::E0101,
        Code::E0102,
        Code::E0104,
        Code::E0105,
        Code::E0106,
        Code::E0107,
        Code::E0471,
        Code::E0883,
        Code::E0884,
    ],
    run: check,
};

/// The elements of a policy, of a statement, and of a principal.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html> (2026-11-30)
const OF_POLICIES: [&str; 3] = ["Version", "Id", "Statement"];
const OF_STATEMENTS: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];
const OF_PRINCIPALS: [&str; 4] = ["AWS", "Federated", "Service", "CanonicalUser"];

/// The values of `Effect` and `Version`. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>
/// (2026-11-29)
const EFFECTS: [&str; 2] = ["Allow", "Deny"];
const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];

/// The elements of which a statement needs exactly one.
const ACTIONS: [&str; 2] = ["Action", "NotAction"];
const RESOURCES: [&str; 2] = ["Resource", "NotResource"];
const PRINCIPALS: [&str; 2] = ["Principal", "NotPrincipal"];

/// How the names of services end.
const SERVICE: &str = ".amazonaws.com";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let read = Read::of(subject);
    each_template(subject, findings, |inside, findings| {
        for policy in policies_in(inside) {
            let look = Look { inside, policy: &policy, read: &read };
            look.document(findings);
        }
    });
}

/// What the rules about the statements of the file check.
struct Read {
    operators: Vec<Span>,
    resources: Vec<Span>,
}

impl Read {
    fn of(subject: &Subject<'_>) -> Self {
        let statements = || subject.hir.statements().map(|(_, statement)| statement);
        let operators = statements().filter_map(|it| match &it.condition.as_ref()?.kind {
            ValueKind::Map(operators) => Some(operators.iter().map(|(operator, _)| operator.span)),
            _ => None,
        });
        let resources = statements().flat_map(|statement| statement.resources.iter().map(|resource| resource.span));
        Self { operators: operators.flatten().collect(), resources: resources.collect() }
    }
}

/// A policy that is checked.
struct Look<'a> {
    inside: &'a InsideTemplate,
    policy: &'a WrittenPolicy<'a>,
    read: &'a Read,
}

impl Look<'_> {
    fn document(&self, findings: &mut Findings) {
        let document = self.policy.document;
        let near = keys("a policy", document, &OF_POLICIES, findings);
        if let Some(version) = document.get("Version") {
            value("Version", version, &VERSIONS, findings);
        }
        if document.get("Statement").is_none() && !near.contains(&"Statement") && is_plain(document) {
            findings.push(self.noted(missing("a policy", "Statement", start(document))));
        }
        let mut names: Vec<Spanned<String>> = Vec::new();
        for statement in self.policy.statements() {
            self.statement(statement.node, findings);
            let Some(name) = statement.node.get("Sid").filter(|it| it.literal().is_some()) else { continue };
            let name = Spanned::new(name.literal().unwrap_or_default().to_owned(), inner(name));
            self.name(&name, &names, findings);
            names.push(name);
        }
    }

    /// Checks the name of a statement. Services other than IAM allow further characters.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html> (2026-11-30)
    fn name(&self, name: &Spanned<String>, others: &[Spanned<String>], findings: &mut Findings) {
        if self.policy.kind == PolicyKind::Resource || name.node.contains("{{") {
            return;
        }
        if !name.node.chars().all(|c| c.is_ascii_alphanumeric()) {
            findings.push(self.noted(wrong_name(name)));
        }
        if let Some(first) = others.iter().find(|other| other.node == name.node && !name.node.is_empty()) {
            findings.push(self.noted(same_name(name, first.span)));
        }
    }

    fn statement(&self, statement: &Node, findings: &mut Findings) {
        let near = keys("a statement of a policy", statement, &OF_STATEMENTS, findings);
        let place = start(statement);
        let lacks = |names: &[&str]| names.iter().all(|name| statement.get(name).is_none() && !near.contains(name));
        let is_plain = is_plain(statement);
        if let Some(effect) = statement.get("Effect") {
            value("Effect", effect, &EFFECTS, findings);
        } else if lacks(&["Effect"]) && is_plain {
            findings.push(self.noted(missing("a statement of a policy", "Effect", place)));
        }
        let (wanted, prohibited): (&[[&str; 2]], _) = match self.policy.kind {
            PolicyKind::Trust => (&[ACTIONS, PRINCIPALS], RESOURCES),
            PolicyKind::Identity => (&[ACTIONS, RESOURCES], PRINCIPALS),
            PolicyKind::Resource => (&[ACTIONS, PRINCIPALS], [""; 2]),
        };
        for names in wanted.iter().filter(|names| is_plain && lacks(&names[..])) {
            findings.push(self.noted(missing("a statement of a policy", names[0], place)));
        }
        for key in prohibited.iter().filter_map(|name| statement.entry(name)) {
            findings.push(self.noted(prohibited_here(&key.key, self.policy.kind)));
        }
        for name in PRINCIPALS {
            if let Some(principal) = statement.get(name) {
                self.principal(name, principal, findings);
            }
        }
        if self.policy.kind == PolicyKind::Trust {
            statement.get("Action").map(Node::one_or_more).unwrap_or_default().iter().for_each(|action| {
                findings.extend(not_of_sts(action).map(|found| self.noted(found)));
            });
        }
        let actions = ACTIONS.iter().filter_map(|name| statement.get(name)).flat_map(Node::one_or_more);
        findings.extend(actions.filter_map(other_action).map(|found| self.noted(found)));
        self.resources(statement, findings);
        for operator in statement.get("Condition").map(Node::entries).unwrap_or_default() {
            let key = &operator.key;
            let is_known = key.node.starts_with("Fn::") || conditions::operator(&key.node).is_some();
            if !is_known && !self.read.operators.contains(&key.span) {
                let known = conditions::operators_like(&key.node);
                findings.push(unknown_operator(key, suggest::similar(&key.node, known.iter().map(String::as_str))));
            }
        }
    }

    fn principal(&self, name: &str, principal: &Node, findings: &mut Findings) {
        if let Some(key) = key_of_principal(principal) {
            findings.push(self.noted(bare_principal(name, key, principal)));
        }
        let of_own_trust = self.inside.own && self.policy.kind == PolicyKind::Trust;
        for Entry { key, value } in principal.entries().iter().filter(|_| principal.intrinsic().is_none()) {
            // The rules about roles report a service under another key.
            if key.node == "AWS" {
                findings.extend(value.one_or_more().iter().filter_map(other_principal));
                let services = value.one_or_more().iter().filter(|_| !of_own_trust);
                findings.extend(services.filter_map(|it| under_other_key(it, "Service", is_service)));
            }
            if key.node == "Service" && !of_own_trust {
                let others = value.one_or_more().iter();
                findings.extend(others.filter_map(|it| under_other_key(it, "AWS", is_identity)));
            }
            let services = value.one_or_more().iter().filter_map(Node::literal);
            let is_compared = of_own_trust && services.into_iter().any(|name| name.ends_with(SERVICE));
            if !OF_PRINCIPALS.contains(&key.as_str()) && !key.node.starts_with("Fn::") && !is_compared {
                findings.push(self.noted(unknown_key(name_in_ticks(name).as_str(), key, &OF_PRINCIPALS)));
            }
        }
    }

    /// Checks for resources that are not ARNs. Other services than IAM and Amazon S3 may accept them.
    fn resources(&self, statement: &Node, findings: &mut Findings) {
        if self.policy.kind == PolicyKind::Resource && self.policy.of != "AWS::S3::BucketPolicy" {
            return;
        }
        let resources = RESOURCES.iter().filter_map(|name| statement.get(name)).flat_map(Node::one_or_more);
        for resource in resources {
            let type_of = |id: &str| {
                let declared = self.inside.section("Resources").find(|entry| entry.key.node == id)?;
                declared.value.get("Type")?.literal()
            };
            let is_read = self.read.resources.iter().any(|read| resource.span.covers(*read));
            if let Some(fault) = no_arn_of(resource, type_of).filter(|_| !is_read) {
                let actions = statement.get("Action").map(Node::one_or_more).unwrap_or_default();
                findings.push(self.noted(not_an_arn_of(&fault, resource, actions)));
            }
        }
    }

    /// Adds what IAM says about it.
    fn noted(&self, found: Diagnostic) -> Diagnostic {
        if self.policy.kind == PolicyKind::Resource {
            return found;
        }
        found.note("the deployment would fail with \"MalformedPolicyDocument\"")
    }
}

/// Reports an action without its service, or several in one string.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html> (2026-11-30)
fn other_action(action: &Node) -> Option<Diagnostic> {
    let text = action.literal().filter(|text| !text.contains(['{', '<', '$', '*']) && !text.is_empty())?;
    let place = inner(action);
    if text.contains(',') {
        let message = format!("`{text}` is not one action");
        return Some(Diagnostic::new(Code::E0471, message, place, "").help("write a list with one action per element"));
    }
    (!text.contains(':')).then(|| {
        let message = format!("action `{text}` does not name its service");
        Diagnostic::new(Code::E0471, message, place, "").help(format!("write `<service>:{text}`"))
    })
}

/// Returns whether a text is the name of a service.
fn is_service(text: &str) -> bool {
    text.ends_with(SERVICE) && !text.contains([':', '/'])
}

/// Returns whether a text is an account, or the ARN of one, of a role, or of a user.
fn is_identity(text: &str) -> bool {
    text.starts_with("arn:") && text.contains(":iam:") || is_account_id(text)
}

/// Reports a principal under the key of another kind.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html> (2026-11-30)
fn under_other_key(principal: &Node, key: &str, is_other: impl Fn(&str) -> bool) -> Option<Diagnostic> {
    let text = principal.literal().filter(|text| !text.contains(['{', '<', '$', '*']) && is_other(text))?;
    let what = if key == "AWS" { "not a service" } else { "a service" };
    Some(
        Diagnostic::new(Code::E0471, format!("principal `{text}` is {what}"), inner(principal), "under another key")
            .note("the deployment would fail with \"Invalid principal in policy\"")
            .help(format!("write it under `{key}`")),
    )
}

/// Reports an ARN that no account, role, or user has.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html> (2026-11-30)
fn other_principal(principal: &Node) -> Option<Diagnostic> {
    let text = principal.literal().filter(|text| !text.contains(['{', '<', '$', '*']))?;
    let rest = text.strip_prefix("arn:").filter(|rest| rest.contains(":iam:"))?;
    let parts: Vec<&str> = rest.splitn(5, ':').collect();
    let fits = matches!(parts.as_slice(), [_, "iam", "", _, "root"])
        || matches!(parts.as_slice(), [_, "iam", "", _, resource] if resource.contains('/'));
    let is_role = parts.last().is_some_and(|last| ["role", "user"].contains(last));
    let help = if is_role { "write the name after `role/` or `user/`" } else { "write `arn:aws:iam::<account>:root`" };
    (!fits).then(|| {
        Diagnostic::new(Code::E0471, format!("`{text}` is not the ARN of a principal"), inner(principal), "")
            .note("the deployment would fail with \"Invalid principal in policy\"")
            .help(help)
    })
}

/// Returns whether a map has no further keys that a function adds.
fn is_plain(node: &Node) -> bool {
    !node.entries().is_empty() && !node.entries().iter().any(|entry| entry.key.node.starts_with("Fn::"))
}

/// Returns the start of a map.
fn start(node: &Node) -> Span {
    node.entries().first().map_or(node.span, |entry| entry.key.span)
}

fn name_in_ticks(name: &str) -> String {
    format!("`{name}`")
}

/// Reports the unknown keys of a map. Returns those that are meant by them.
fn keys(owner: &str, node: &Node, known: &[&'static str], findings: &mut Findings) -> Vec<&'static str> {
    let mut meant = Vec::new();
    for Entry { key, .. } in node.entries() {
        if known.contains(&key.as_str()) || key.node.starts_with("Fn::") {
            continue;
        }
        let free = known.iter().copied().filter(|name| node.get(name).is_none());
        meant.extend(suggest::similar(&key.node, free));
        findings.push(unknown_key(owner, key, known));
    }
    meant
}

fn value(name: &str, node: &Node, known: &[&str], findings: &mut Findings) {
    let Some(text) = node.literal() else { return };
    if !known.contains(&text) {
        findings.push(unknown(name, &Spanned::new(text.to_owned(), inner(node)), known));
    }
}

/// Returns the key under which a principal that is only a string belongs; `None` if it is a map, everyone, or unknown.
fn key_of_principal(principal: &Node) -> Option<&'static str> {
    if let Some(call) = principal.intrinsic() {
        let is_arn = match call.name.as_ref() {
            "Fn::Sub" => call.argument.text().is_some_and(|text| text.starts_with("arn:")),
            "Fn::GetAtt" => true,
            _ => false,
        };
        return is_arn.then_some("AWS");
    }
    let items = principal.items();
    let text = principal.literal().or_else(|| items.first()?.literal())?;
    let is_everyone = items.is_empty() && text == "*";
    let key = if text.ends_with(SERVICE) { "Service" } else { "AWS" };
    (!is_everyone && !text.contains("{{")).then_some(key)
}

/// Reports an action of a trust policy that assumes no role. `sts:AssumeRole` with a typo is reported where the role is
/// used.
fn not_of_sts(action: &Node) -> Option<Diagnostic> {
    let text = action.literal()?;
    let (service, _) = text.split_once(':')?;
    let is_open = service.contains(['*', '?', '{']) || suggest::is_misspelling(service, "sts");
    (!is_open && !service.eq_ignore_ascii_case("sts")).then(|| {
        let message = format!("a trust policy cannot allow `{text}`");
        Diagnostic::new(Code::E0107, message, inner(action), "only actions of AWS STS")
            .help("write `sts:AssumeRole`, and allow other actions in `Policies`")
    })
}

/// An element that does not exist.
fn unknown_key(owner: &str, key: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let found = Diagnostic::new(Code::E0104, format!("{owner} has no element `{}`", key.node), key.span, "");
    match suggest::similar(&key.node, known.iter().copied()) {
        Some(near) => found.suggest(key.span, Some(near)),
        None => found.help(format!("its elements are {}", wording::and_list(known.iter().copied()))),
    }
}

/// A missing element.
fn missing(owner: &str, name: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0105, format!("{owner} needs `{name}`"), place, "").help(format!("add `{name}`"))
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

/// The name of a statement with characters that IAM rejects.
fn wrong_name(name: &Spanned<String>) -> Diagnostic {
    let valid: String = name.node.chars().filter(char::is_ascii_alphanumeric).collect();
    let message = format!("`{}` is not valid as the `Sid` of a statement", name.node);
    let found = Diagnostic::new(Code::E0102, message, name.span, "only letters and digits are allowed");
    if valid.is_empty() {
        found.help("remove `Sid`")
    } else {
        found.help(format!("write `{valid}`")).edit(name.span, valid)
    }
}

/// Two statements with one name.
fn same_name(name: &Spanned<String>, first: Span) -> Diagnostic {
    let message = format!("two statements of a policy have the `Sid` `{}`", name.node);
    Diagnostic::new(Code::E0101, message, name.span, "").label(first, "the other one").help("rename one of them")
}

/// An element that policies of another kind have.
fn prohibited_here(key: &Spanned<String>, kind: PolicyKind) -> Diagnostic {
    let (owner, label) = match kind {
        PolicyKind::Trust => ("a trust policy", "it always applies to its role"),
        _ => ("a policy of a role or user", "it always applies to its role or user"),
    };
    Diagnostic::new(Code::E0104, format!("{owner} cannot have `{}`", key.node), key.span, label)
        .help(format!("remove `{}`", key.node))
}

/// A principal without the key that tells its kind.
fn bare_principal(name: &str, key: &str, principal: &Node) -> Diagnostic {
    let message = format!("`{name}` takes a map or `*`, not a string");
    let found = Diagnostic::new(Code::E0106, message, principal.span, "its kind is missing");
    match principal.literal() {
        Some(text) => found.help(format!("write `{key}: {text}` under `{name}`")),
        None => found.help(format!("write it as the value of `{key}` under `{name}`")),
    }
}
