//! E0465: events of functions and state machines that SAM rejects. W0463: keys of events that it ignores.

use std::collections::BTreeMap;

use crate::catalog::sam::{SamEvents, sam_facts};
use crate::check::support::inside_templates::{InsideTemplate, inside_templates};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Spanned;
use crate::workspace::document::{Entry, Node};

pub(super) const RULE: Rule = Rule { name: "sam-events", codes: &[Code::E0465, Code::W0463], run: check };

/// The events whose source must be a resource of the same template, and the property that refers to it.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-s3.html> and
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-cognito.html>
/// (2026-11-29)
const SAME_TEMPLATE: [(&str, &str, &str); 2] = [("S3", "Bucket", "bucket"), ("Cognito", "UserPool", "user pool")];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(facts) = sam_facts() else { return };
    for inside in inside_templates(subject) {
        if !inside.template.declares_all_names() || !inside.template.is_sam() {
            continue;
        }
        let shown = |diagnostic: Diagnostic| diagnostic.labels(inside.deployed_here());
        for Entry { key, value } in inside.section("Resources") {
            let Some(known) = value.get("Type").and_then(Node::literal).and_then(|kind| of_type(&facts.events, kind))
            else {
                continue;
            };
            let Some(events) = value.at(&["Properties", "Events"]).filter(|events| events.intrinsic().is_none()) else {
                continue;
            };
            let found = events.entries().iter().filter_map(|event| one(inside, &key.node, event, known));
            findings.extend(found.map(shown));
        }
    }
}

/// Returns the known events of a resource type.
fn of_type<'f>(events: &'f SamEvents, kind: &str) -> Option<&'f BTreeMap<String, Vec<String>>> {
    match kind {
        "AWS::Serverless::Function" => Some(&events.function),
        "AWS::Serverless::StateMachine" => Some(&events.state_machine),
        _ => None,
    }
}

fn one(
    inside: &InsideTemplate,
    resource: &str,
    Entry { key, value }: &Entry,
    known: &BTreeMap<String, Vec<String>>,
) -> Option<Diagnostic> {
    if value.intrinsic().is_some() || key.node.starts_with("Fn::") || value.entries().is_empty() {
        return None;
    }
    let Some(kind) = value.get("Type") else { return Some(no_type(resource, key, value, known)) };
    let kind = kind.spanned()?;
    let Some(required) = known.get(&kind.node) else { return Some(unknown_type(&kind, known)) };
    let properties = value.get("Properties");
    let others = value.entries().iter().filter(|entry| !["Properties", "Type"].contains(&entry.key.as_str()));
    let meant = others.into_iter().find(|entry| entry.key.node.starts_with("Propert"));
    if let Some(entry) = meant.filter(|_| properties.is_none()) {
        return Some(not_properties(key, &entry.key, required));
    }
    let is_literal =
        |node: &Node| node.intrinsic().is_none() && node.entries().iter().all(|it| !it.key.node.starts_with("Fn::"));
    if properties.is_some_and(|properties| !is_literal(properties)) {
        return None;
    }
    let given = properties.map(Node::entries).unwrap_or_default();
    let missing: Vec<&str> =
        required.iter().map(String::as_str).filter(|name| given.iter().all(|it| it.key.node != *name)).collect();
    if !missing.is_empty() {
        // Without the level of `Properties`, all of them are next to the type.
        let flat = properties.is_none() && missing.iter().all(|name| value.get(name).is_some());
        let near = given.iter().find_map(|it| Some((&it.key, similar(&it.key.node, missing.iter().copied())?)));
        return Some(lacks(key, &kind, &missing, near, flat));
    }
    // Without both, the event is the default route.
    let [has_path, has_method] = ["Path", "Method"].map(|name| given.iter().any(|it| it.key.node == name));
    if kind.node == "HttpApi" && has_path != has_method {
        let missing = if has_path { "Method" } else { "Path" };
        let near = given.iter().find_map(|it| Some((&it.key, similar(&it.key.node, [missing])?)));
        return Some(lacks(key, &kind, &[missing], near, false));
    }
    let (_, property, word) = SAME_TEMPLATE.iter().find(|(of, ..)| *of == kind.node)?;
    let source = given.iter().find(|it| it.key.node == *property).map(|it| &it.value)?;
    let id = source.intrinsic().filter(|call| call.name == "Ref").and_then(|call| call.argument.text());
    let is_here = |id: &str| inside.section("Resources").any(|entry| entry.key.node == id);
    let known_elsewhere = id.map_or(source.literal().is_some(), |id| !is_here(id));
    known_elsewhere.then(|| other_source(source, &kind.node, word))
}

/// A misspelled key with the properties. SAM ignores it, and then rejects an event without a required property.
fn not_properties(event: &Spanned<String>, key: &Spanned<String>, required: &[String]) -> Diagnostic {
    let message = format!("event `{}` has no key `{}`", event.node, key.node);
    let code = if required.is_empty() { Code::W0463 } else { Code::E0465 };
    let label = if required.is_empty() { "ignored" } else { "" };
    Diagnostic::new(code, message, key.span, label).suggest(key.span, Some("Properties"))
}

/// An event without a type.
fn no_type(resource: &str, key: &Spanned<String>, value: &Node, known: &BTreeMap<String, Vec<String>>) -> Diagnostic {
    let message = format!("event `{}` of resource `{resource}` has no `Type`", key.node);
    let written = value.entries().iter().map(|entry| &entry.key).find(|it| similar(&it.node, ["Type"]).is_some());
    match written {
        Some(written) => Diagnostic::new(Code::E0465, message, written.span, "").suggest(written.span, Some("Type")),
        None => Diagnostic::new(Code::E0465, message, key.span, "").help(match known.get(&key.node) {
            Some(_) => format!("add `Type: {}`", key.node),
            None => "add its `Type`, for example `Type: Schedule`".to_owned(),
        }),
    }
}

/// An event of a type that SAM does not have.
fn unknown_type(kind: &Spanned<String>, known: &BTreeMap<String, Vec<String>>) -> Diagnostic {
    let names = || known.keys().map(String::as_str);
    let message = format!("SAM has no event type `{}` here", kind.node);
    let found = Diagnostic::new(Code::E0465, message, kind.span, "");
    match similar(&kind.node, names()) {
        near @ Some(_) => found.suggest(kind.span, near),
        None => found.help(format!("use {}", wording::or_list(names()))),
    }
}

/// An event without its required properties.
fn lacks(
    event: &Spanned<String>,
    kind: &Spanned<String>,
    missing: &[&str],
    near: Option<(&Spanned<String>, &str)>,
    flat: bool,
) -> Diagnostic {
    let names = wording::and_list(missing.iter().copied());
    let message = format!("event `{}` needs {names}", event.node);
    if let Some((written, meant)) = near {
        return Diagnostic::new(Code::E0465, message, written.span, "").suggest(written.span, Some(meant));
    }
    let label = format!("required by `{}` events", kind.node);
    Diagnostic::new(Code::E0465, message, kind.span, label).help(if flat {
        format!("put {names} under `Properties`, indented")
    } else {
        format!("add {names} to its `Properties`")
    })
}

/// An event whose source is not a resource of the template.
fn other_source(source: &Node, kind: &str, word: &str) -> Diagnostic {
    let message = format!("the source of an event of type `{kind}` must be a {word} of the same template");
    Diagnostic::new(Code::E0465, message, source.span, format!("does not refer to a {word} of this template"))
        .help(format!("declare the {word} in this template and refer to it with `Ref`"))
}
