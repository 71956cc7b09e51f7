//! E0106: the name of a role instead of its ARN. W0805: a role that anyone can assume. E0801: a role whose trust policy does not let the service that uses it
//! assume it.

use crate::check::support::documents::{Document, inner, pipelines};
use crate::check::support::policy_statements::everyone;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node, PolicyStatement};
use crate::workspace::pipeline_document::DocumentKind;

pub(super) const RULE: Rule =
    Rule { name: "document-trust", codes: &[Code::E0106, Code::E0801, Code::W0805], run: check };

const ROLE: &str = "AWS::IAM::Role";

/// How the names of services end.
const SERVICE: &str = ".amazonaws.com";

/// The action that lets a service assume a role.
const ASSUME: &str = "sts:AssumeRole";

/// A use of a role.
struct Use {
    role: String,
    place: Span,
    service: &'static str,
    called: &'static str,
    /// Whether `Ref` refers to it, which yields its name rather than its ARN.
    by_name: bool,
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(document) = Document::of(subject).filter(|it| it.kind == DocumentKind::Template) else { return };
    let mut seen: Vec<(String, &str)> = Vec::new();
    let mut open: Vec<Span> = Vec::new();
    for used in uses(document) {
        let Some(role) = document.resources(ROLE).find(|entry| entry.key.node == used.role) else { continue };
        if used.by_name {
            findings.push(name_for_arn(&used, &role.key));
            continue;
        }
        for statement in statements_of_trust(role) {
            if let Some(everyone) = everyone(statement).map(inner).filter(|span| !open.contains(span)) {
                open.push(everyone);
                findings.push(anyone(&role.key, everyone, used.service));
            }
        }
        if let Some(action) = misspelled_action(role) {
            findings.push(no_such_action(&used, &role.key, &action));
            continue;
        }
        let Some(principals) = principals(role) else { continue };
        if principals.iter().any(|principal| principal.node == used.service) {
            continue;
        }
        let key = (used.role.clone(), used.service);
        if !seen.contains(&key) {
            seen.push(key);
            findings.push(cannot_assume(&used, &role.key, &principals));
        }
    }
}

/// Returns the services that a role trusts, or `None` if they are not literal or the role trusts another kind of
/// principal.
fn principals(role: &Entry) -> Option<Vec<Spanned<String>>> {
    if trust(role)?.get("Statement")?.intrinsic().is_some() {
        return None;
    }
    let mut found = Vec::new();
    for statement in statements_of_trust(role) {
        let principal = statement.principal()?;
        let [only] = principal.entries() else { return None };
        let of_services = only.key.node == "Service";
        for principal in only.value.one_or_more() {
            let name = principal.literal()?;
            // A service under another key is not the principal that was meant.
            if !of_services && !name.ends_with(SERVICE) {
                return None;
            }
            let name = if of_services { name.to_owned() } else { format!("{}: {name}", only.key.node) };
            found.push(Spanned::new(name, inner(principal)));
        }
    }
    Some(found)
}

fn trust(role: &Entry) -> Option<&Node> {
    role.value.at(&["Properties", "AssumeRolePolicyDocument"])
}

/// Returns the statements of a trust policy that let someone assume the role.
fn statements_of_trust(role: &Entry) -> impl Iterator<Item = PolicyStatement<'_>> {
    trust(role).into_iter().flat_map(PolicyStatement::written).filter(|statement| {
        let mut actions = statement.actions().unwrap_or_default().iter();
        statement.allows() && actions.any(|action| action.literal().is_some_and(may_assume))
    })
}

/// Returns whether an action of a trust policy lets a service assume the role.
fn may_assume(action: &str) -> bool {
    matches!(action, "*" | "sts:*") || action.eq_ignore_ascii_case(ASSUME)
}

/// Returns the action of a trust policy that is a typo of the one that lets a service assume the role.
fn misspelled_action(role: &Entry) -> Option<Spanned<String>> {
    if statements_of_trust(role).next().is_some() {
        return None;
    }
    let statements = trust(role).into_iter().flat_map(PolicyStatement::written);
    let actions = statements.filter_map(PolicyStatement::actions).flatten();
    let named = actions.filter_map(|action| Some(Spanned::new(action.literal()?.to_owned(), inner(action))));
    named.into_iter().find(|action| suggest::is_misspelling(&action.node, ASSUME))
}

/// Returns the uses of roles of the template by services.
fn uses(document: Document<'_>) -> Vec<Use> {
    let mut found = Vec::new();
    let mut add = |node: Option<&Node>, service, called| {
        if let Some((role, node)) = node.and_then(|node| Some((node.referred()?, node))) {
            let by_name = node.intrinsic().is_some_and(|call| call.name == "Ref");
            found.push(Use { role, place: node.span, service, called, by_name: by_name && called != "CodeBuild" });
        }
    };
    for (_, pipeline) in pipelines(&document) {
        add(document.get(pipeline, "RoleArn"), "codepipeline.amazonaws.com", "CodePipeline");
        for action in document.actions(pipeline) {
            if document.action_type(action).is_some_and(|it| it.deploys_stack()) {
                let role = document.get(action, "Configuration").and_then(|it| it.get("RoleArn"));
                add(role, "cloudformation.amazonaws.com", "CloudFormation");
            }
        }
    }
    for project in document.resources("AWS::CodeBuild::Project") {
        add(project.value.at(&["Properties", "ServiceRole"]), "codebuild.amazonaws.com", "CodeBuild");
    }
    for rule in document.resources("AWS::Events::Rule") {
        let targets = rule.value.at(&["Properties", "Targets"]).map(Node::items).unwrap_or_default();
        for target in targets {
            add(target.get("RoleArn"), "events.amazonaws.com", "EventBridge");
        }
    }
    found
}

/// The name of a role instead of its ARN.
fn name_for_arn(used: &Use, role: &Spanned<String>) -> Diagnostic {
    let message = format!("`Ref` returns the name of role `{}`, but {} needs its ARN", role.node, used.called);
    Diagnostic::new(Code::E0106, message, used.place, "")
        .help_in(|notation| format!("write `{}`", notation.attribute(&role.node, "Arn")))
}

/// A role that every AWS account can assume.
fn anyone(role: &Spanned<String>, place: Span, service: &str) -> Diagnostic {
    let message = format!("anyone can assume role `{}`", role.node);
    Diagnostic::new(Code::W0805, message, place, "allows every AWS account")
        .help(format!("write `Service: {service}` under `Principal`"))
}

/// A trust policy with an action that does not exist.
fn no_such_action(used: &Use, role: &Spanned<String>, action: &Spanned<String>) -> Diagnostic {
    let message = format!("role `{}` does not trust {}, which needs to assume it", role.node, used.called);
    Diagnostic::new(Code::E0801, message, action.span, format!("there is no action `{}`", action.node))
        .label(used.place, format!("{} uses it here", used.called))
        .suggest(action.span, Some(ASSUME))
}

/// A role that does not trust the service that uses it.
fn cannot_assume(used: &Use, role: &Spanned<String>, principals: &[Spanned<String>]) -> Diagnostic {
    let message = format!("role `{}` does not trust {}, which needs to assume it", role.node, used.called);
    let misplaced = principals.iter().find_map(|principal| {
        let (key, service) = principal.node.split_once(": ")?;
        (service == used.service).then_some((key, principal.span))
    });
    if let Some((key, place)) = misplaced {
        return Diagnostic::new(Code::E0801, message, place, format!("a service cannot be under `{key}`"))
            .label(used.place, format!("{} uses it here", used.called))
            .help(format!("write `Service` instead of `{key}`"));
    }
    let names: Vec<&str> = principals.iter().map(|principal| principal.node.as_str()).collect();
    let near = principals.iter().find(|it| suggest::similar(&it.node, [used.service]).is_some());
    let place = near.or(principals.first()).map_or(role.span, |principal| principal.span);
    let diagnostic =
        Diagnostic::new(Code::E0801, message, place, "").label(used.place, format!("{} uses it here", used.called));
    match near {
        Some(principal) => diagnostic.suggest(principal.span, Some(used.service)),
        None if names.is_empty() => diagnostic.help(format!("add the principal `{}`", used.service)),
        None => {
            let trusted = wording::and_list(names);
            diagnostic.help(format!("add the principal `{}`; it trusts only {trusted}", used.service))
        }
    }
}
