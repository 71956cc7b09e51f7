//! E0889: stack policies in template configurations that CloudFormation rejects.

use crate::check::support::deploys::deploys;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::ValueKind;
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};
use crate::workspace::template::Template;

pub(super) const RULE: Rule = Rule { name: "stack-policies", codes: &[Code::E0889], run: check };

/// The elements of a statement, and those without which it is rejected.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html> (2026-11-30)
const ELEMENTS: [&str; 8] =
    ["Action", "Condition", "Effect", "NotAction", "NotResource", "Principal", "Resource", "Sid"];
const NEEDED: [&[&str]; 4] = [&["Effect"], &["Action", "NotAction"], &["Principal"], &["Resource", "NotResource"]];

/// The values of `Effect`.
const EFFECTS: [&str; 2] = ["Allow", "Deny"];

/// The actions of stack policies.
const ACTIONS: [&str; 4] = ["Update:*", "Update:Delete", "Update:Modify", "Update:Replace"];

/// What a resource starts with, before its logical ID, which the template must have: the message is in
/// <https://github.com/sparkleformation/sfn/issues/238> (2026-11-30).
const RESOURCE: &str = "LogicalResourceId/";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: Vec<Span> = Vec::new();
    for deploy in deploys(subject) {
        let value = deploy.action.value("TemplateConfiguration").map(|value| &value.kind);
        let Some(ValueKind::ArtifactFile(file)) = value else { continue };
        let path = subject.action_files.repository_file(deploy.pipeline_id, file);
        let Some(document) = path.and_then(|path| subject.workspace.document(&path).ok()) else { continue };
        let policy = document.root.as_ref().and_then(|root| root.get("StackPolicy"));
        for statement in policy.and_then(|policy| policy.get("Statement")).map(Node::one_or_more).unwrap_or_default() {
            if statement.entries().is_empty() || seen.contains(&statement.span) {
                continue;
            }
            let found = fault(statement, deploy.template);
            if found.is_some() {
                seen.push(statement.span);
            }
            findings.extend(found.map(|diagnostic| diagnostic.label(deploy.place(), "deployed here")));
        }
    }
}

/// Returns the first fault of a statement.
fn fault(statement: &Node, template: &Template) -> Option<Diagnostic> {
    let unknown = statement.entries().iter().find(|entry| !ELEMENTS.contains(&entry.key.as_str()));
    if let Some(Entry { key, .. }) = unknown {
        let free = ELEMENTS.into_iter().filter(|name| statement.get(name).is_none());
        return Some(unknown_element(key, similar(&key.node, free)));
    }
    if let Some(missing) = NEEDED.iter().find(|names| names.iter().all(|name| statement.get(name).is_none())) {
        return Some(lacks(missing, statement));
    }
    let effect = statement.get("Effect").and_then(Node::spanned).filter(|it| !EFFECTS.contains(&it.as_str()));
    if let Some(effect) = effect {
        return Some(other_value("Effect", &effect, similar(&effect.node, EFFECTS), &EFFECTS));
    }
    if let Some(principal) = statement.get("Principal").and_then(Node::spanned).filter(|it| it.node != "*") {
        return Some(other_value("Principal", &principal, Some("*"), &["*"]));
    }
    let texts = |names: [&str; 2]| {
        let listed = names.into_iter().filter_map(|name| statement.get(name)).flat_map(Node::one_or_more);
        listed.filter_map(Node::spanned).collect::<Vec<_>>()
    };
    let is_action = |text: &str| ACTIONS.iter().any(|known| known.eq_ignore_ascii_case(text)) || text == "*";
    if let Some(action) = texts(["Action", "NotAction"]).iter().find(|it| !is_action(&it.node)) {
        return Some(other_value("Action", action, similar(&action.node, ACTIONS), &ACTIONS));
    }
    texts(["Resource", "NotResource"]).iter().find_map(|resource| other_resource(resource, template))
}

/// Reports a resource that the template does not have, or that is not a logical ID.
fn other_resource(resource: &Spanned<String>, template: &Template) -> Option<Diagnostic> {
    if resource.node == "*" {
        return None;
    }
    let known = || template.resources.iter().map(|it| it.id.node.as_str());
    let Some(id) = resource.node.strip_prefix(RESOURCE) else {
        let named = known().find(|id| *id == resource.node);
        return Some(no_logical_id(resource, named));
    };
    let is_complete = template.error.is_none() && template.declares_all_names() && template.modules().next().is_none();
    let is_known = || known().any(|known| known == id) || template.made_resources().iter().any(|made| made.id.is(id));
    (is_complete && !id.contains('*') && !is_known()).then(|| unknown_id(resource, id, similar(id, known())))
}

/// An element that statements do not have.
fn unknown_element(key: &Spanned<String>, near: Option<&str>) -> Diagnostic {
    let message = format!("a statement of a stack policy has no element `{}`", key.node);
    let found = Diagnostic::new(Code::E0889, message, key.span, "");
    match near {
        Some(near) => found.did_you_mean(near).edit(key.span, format!("\"{near}\"")),
        None => found.help(format!("use {}", wording::or_list(ELEMENTS))),
    }
}

/// A statement without an element.
fn lacks(names: &[&str], statement: &Node) -> Diagnostic {
    let list = wording::or_list(names.iter().copied());
    let first = statement.entries().first().map_or(statement.span, |entry| entry.key.span);
    let value = match names.first() {
        Some(&"Principal") => "\"*\"",
        Some(&"Action") => "\"Update:*\"",
        Some(&"Effect") => "\"Allow\"",
        _ => "\"LogicalResourceId/Name\"",
    };
    Diagnostic::new(Code::E0889, format!("a statement of a stack policy needs {list}"), first, "")
        .help(format!("add `\"{}\": {value}`", names.first().copied().unwrap_or_default()))
}

/// A value that an element does not have.
fn other_value(element: &str, value: &Spanned<String>, near: Option<&str>, known: &[&str]) -> Diagnostic {
    let message = format!("`{}` is not a value of `{element}` in a stack policy", value.node);
    let found = Diagnostic::new(Code::E0889, message, value.span, "");
    match near {
        Some(near) => found.did_you_mean(near).edit(value.span, format!("\"{near}\"")),
        None => found.help(format!("write {}", wording::or_list(known.iter().copied()))),
    }
}

/// A resource in another form. `named`: the logical ID that it is.
fn no_logical_id(resource: &Spanned<String>, named: Option<&str>) -> Diagnostic {
    let message = format!("`{}` is not a resource of a stack policy", resource.node);
    let found = Diagnostic::new(Code::E0889, message, resource.span, "");
    match named {
        Some(id) => {
            let wanted = format!("{RESOURCE}{id}");
            found.help(format!("write `{wanted}`")).edit(resource.span, format!("\"{wanted}\""))
        }
        None => found.help(format!("write `\"{RESOURCE}Name\"` with the logical ID of a resource")),
    }
}

/// A logical ID that the template does not have.
fn unknown_id(resource: &Spanned<String>, id: &str, near: Option<&str>) -> Diagnostic {
    let message = format!("the stack policy names `{id}`, which the template does not have");
    let found = Diagnostic::new(Code::E0889, message, resource.span, "")
        .note("the deployment would fail with \"stack policies can only be applied to logical ids referenced in the template\"");
    match near {
        Some(near) => {
            let wanted = format!("{RESOURCE}{near}");
            found.did_you_mean(&wanted).edit(resource.span, format!("\"{wanted}\""))
        }
        None => found.help("write the logical ID of a resource of the template"),
    }
}
