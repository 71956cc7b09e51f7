//! E0106: the name of a role instead of its ARN. E0801: a role whose trust policy does not let the service that uses it
//! assume it.

use crate::check::support::documents::{Document, inner, pipelines};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};
use crate::workspace::pipeline_document::DocumentKind;

pub(super) const RULE: Rule = Rule { name: "document-trust", codes: &[Code::E0106, Code::E0801], run: check };

const ROLE: &str = "AWS::IAM::Role";

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
    for used in uses(document) {
        let Some(role) = document.resources(ROLE).find(|entry| entry.key.node == used.role) else { continue };
        if used.by_name {
            findings.push(name_for_arn(&used, &role.key));
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
    let statements = role.value.at(&["Properties", "AssumeRolePolicyDocument", "Statement"])?;
    if statements.intrinsic().is_some() {
        return None;
    }
    let mut found = Vec::new();
    for statement in statements.one_or_more() {
        let allows = statement.get("Effect").and_then(Node::literal) == Some("Allow");
        let actions = statement.get("Action").map(Node::one_or_more).unwrap_or_default();
        if !allows || !actions.iter().any(|action| action.literal().is_some_and(may_assume)) {
            continue;
        }
        let principal = statement.get("Principal")?;
        let [only] = principal.entries() else { return None };
        if only.key.node != "Service" {
            return None;
        }
        for service in only.value.one_or_more() {
            found.push(Spanned::new(service.literal()?.to_owned(), inner(service)));
        }
    }
    Some(found)
}

/// Returns whether an action of a trust policy lets a service assume the role.
fn may_assume(action: &str) -> bool {
    matches!(action, "*" | "sts:*") || action.eq_ignore_ascii_case("sts:AssumeRole")
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
        let stages = document.items(pipeline, "Stages");
        for action in stages.iter().flat_map(|stage| document.items(stage, "Actions")) {
            let provider = document.get(action, "ActionTypeId").and_then(|id| document.get(id, "Provider"));
            if provider.and_then(Node::literal) == Some("CloudFormation") {
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
        .help(format!("write `!GetAtt {}.Arn`, or `Fn::GetAtt` in JSON", role.node))
}

/// A role that does not trust the service that uses it.
fn cannot_assume(used: &Use, role: &Spanned<String>, principals: &[Spanned<String>]) -> Diagnostic {
    let names: Vec<&str> = principals.iter().map(|principal| principal.node.as_str()).collect();
    let near = principals.iter().find(|it| suggest::similar(&it.node, [used.service]).is_some());
    let place = near.or(principals.first()).map_or(role.span, |principal| principal.span);
    let message = format!("role `{}` does not trust {}, which needs to assume it", role.node, used.called);
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
