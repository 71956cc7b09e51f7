//! E0711: variables and sources that a started pipeline does not have. E0106: lists of them in another format.

use crate::catalog::{Category, ExampleValue};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, Intent, PipeCode, phrase, wording};
use crate::hir::{Entity, Pipeline, Value, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "invoked-pipelines", codes: &[Code::E0106, Code::E0711], run: check };

/// The keys of the action that starts a pipeline.
const PIPELINE: &str = "PipelineName";
const VARIABLES: &str = "Variables";
const REVISIONS: &str = "SourceRevisions";

/// The types of a revision.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_SourceRevisionOverride.html> (2026-11-29)
const REVISION_TYPES: [&str; 4] = ["COMMIT_ID", "IMAGE_DIGEST", "S3_OBJECT_VERSION_ID", "S3_OBJECT_KEY"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some(called) = place.action.value(PIPELINE) else { continue };
        let variables = entries(place, VARIABLES, ["name", "value"], findings);
        let revisions = entries(place, REVISIONS, ["actionName", "revisionType"], findings);
        for revision in revisions.iter().flatten() {
            revision_type(revision, findings);
        }
        let ValueKind::Entity(Entity::Pipeline(id)) = called.kind else { continue };
        let Some(target) = subject.hir.pipelines.get(id).filter(|target| !target.incomplete) else { continue };
        if let Some(variables) = variables {
            let before = findings.len();
            given(target, &variables, findings);
            // A wrong name may be a typo of a missing one.
            if findings.len() == before {
                missing(place, target, &variables, called.span, findings);
            }
        }
        for revision in revisions.iter().flatten() {
            source(target, revision, findings);
        }
    }
}

/// An entry of a list: its values by key.
type Entry<'a> = Vec<(&'a str, &'a Value)>;

/// Returns the entries of a list, or `None` if not all of them are known. A list in another format is reported.
fn entries<'a>(place: Place<'a>, key: &str, needed: [&str; 2], findings: &mut Findings) -> Option<Vec<Entry<'a>>> {
    let Some(setting) = place.action.configuration.get(key) else { return Some(Vec::new()) };
    let word = setting.word(key, place.action.action_type.slot_of_key(key));
    let items = match &setting.value.kind {
        ValueKind::List(items) => items,
        ValueKind::Map(_) => {
            findings.push(not_a_list(word, needed, setting.value.span));
            return None;
        }
        _ => return None,
    };
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        let ValueKind::Map(fields) = &item.kind else { return None };
        let entry: Entry<'_> = fields.iter().map(|(key, value)| (key.node.as_str(), value)).collect();
        if let Some(absent) = needed.iter().find(|key| !entry.iter().any(|(given, _)| given == *key)) {
            findings.push(without_field(word, absent, item.span));
            return None;
        }
        all.push(entry);
    }
    Some(all)
}

fn field<'a>(entry: &Entry<'a>, key: &str) -> Option<&'a Value> {
    entry.iter().find(|(given, _)| *given == key).map(|(_, value)| *value)
}

/// Checks that each variable is one of the pipeline's, and has one of its values.
fn given(target: &Pipeline, variables: &[Entry<'_>], findings: &mut Findings) {
    for entry in variables {
        let Some(name) = field(entry, "name") else { continue };
        let Some(text) = name.as_str() else { continue };
        match target.variables.iter().find(|variable| variable.name.node == text) {
            None => findings.push(no_variable(target, text, name.span)),
            Some(variable) if !variable.allowed.is_empty() => {
                let value = field(entry, "value").and_then(|value| Some((value.as_str()?, value.span)));
                let refused = value.filter(|(text, _)| !variable.allowed.iter().any(|allowed| allowed == text));
                if let Some((text, place)) = refused {
                    findings.push(not_allowed(&variable.name.node, text, &variable.allowed, place));
                }
            }
            Some(_) => {}
        }
    }
}

/// Checks that variables without a default are set.
fn missing(place: Place<'_>, target: &Pipeline, variables: &[Entry<'_>], called: Span, findings: &mut Findings) {
    let names: Option<Vec<&str>> = variables.iter().map(|entry| field(entry, "name")?.as_str()).collect();
    let Some(names) = names else { return };
    for variable in target.variables.iter().filter(|variable| variable.default.is_none()) {
        if !names.contains(&variable.name.node.as_str()) {
            findings.about(place, without_value(target, &variable.name.node, called, variable.name.span));
        }
    }
}

fn revision_type(entry: &Entry<'_>, findings: &mut Findings) {
    let Some(value) = field(entry, "revisionType") else { return };
    if let Some(text) = value.as_str().filter(|text| !REVISION_TYPES.contains(text)) {
        let all = wording::or_list(REVISION_TYPES);
        let message = format!("`{text}` is not a type of revision");
        let diagnostic = Diagnostic::new(Code::E0106, message, value.span, "");
        findings.push(match similar(text, REVISION_TYPES) {
            Some(near) => diagnostic
                .help(format!("write `\"{near}\"`"))
                .intend(Intent::SetString { place: value.span, text: near.to_owned() }),
            None => diagnostic.help(format!("write {all}")),
        });
    }
}

/// Checks that the source of a revision is one of the pipeline's.
fn source(target: &Pipeline, entry: &Entry<'_>, findings: &mut Findings) {
    let Some(value) = field(entry, "actionName") else { return };
    let Some(text) = value.as_str() else { return };
    let names = || {
        let sources = target.actions.iter().filter(|action| action.category == Category::Source);
        sources.map(|action| action.name.node.as_str())
    };
    if names().all(|name| name != text) {
        let message = format!("pipeline `{}` has no source `{text}`", target.symbol.node);
        let diagnostic =
            Diagnostic::new(Code::E0711, message, value.span, "").label(target.symbol.span, "this pipeline");
        findings.push(named(diagnostic, similar(text, names()), value.span, &names().collect::<Vec<_>>()));
    }
}

/// A map where AWS requires a list of maps.
fn not_a_list(word: &str, [first, second]: [&str; 2], place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("`{word}` takes a list, not a map"), place, "").help(phrase![
        "write ",
        PipeCode::set(word, ExampleValue::one_map([first, second].map(|key| (key, ExampleValue::text("...")))))
    ])
}

/// An entry that lacks a field.
fn without_field(word: &str, key: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("an element of `{word}` needs `{key}`"), place, "")
        .help(phrase!["add ", PipeCode::set(key, ExampleValue::text("..."))])
}

/// A variable that the started pipeline does not have.
fn no_variable(target: &Pipeline, name: &str, place: Span) -> Diagnostic {
    let pipeline = &target.symbol;
    let message = format!("pipeline `{}` has no variable `{name}`", pipeline.node);
    let diagnostic = Diagnostic::new(Code::E0711, message, place, "").label(pipeline.span, "this pipeline");
    let names: Vec<&str> = target.variables.iter().map(|variable| variable.name.as_str()).collect();
    named(diagnostic, similar(name, names.iter().copied()), place, &names)
}

/// Adds which name is meant.
fn named(diagnostic: Diagnostic, near: Option<&str>, place: Span, names: &[&str]) -> Diagnostic {
    let only = if let [only] = names { Some(*only) } else { None };
    match near.or(only) {
        Some(meant) => {
            diagnostic.help(format!("write `\"{meant}\"`")).intend(Intent::SetString { place, text: meant.to_owned() })
        }
        None if names.is_empty() => diagnostic.help("declare it in that pipeline, or remove it here"),
        None => diagnostic.help(format!("it has {}", wording::and_list(names.iter().copied()))),
    }
}

/// A value that a variable of the started pipeline cannot have.
fn not_allowed(variable: &str, text: &str, allowed: &[String], place: Span) -> Diagnostic {
    let message = format!("variable `{variable}` cannot be `{text}`");
    let values = wording::or_list(allowed.iter().map(String::as_str));
    Diagnostic::new(Code::E0711, message, place, "").help(format!("write {values}"))
}

/// A variable without a default that is not set.
fn without_value(target: &Pipeline, variable: &str, place: Span, declared: Span) -> Diagnostic {
    let message = format!("pipeline `{}` needs a value for variable `{variable}`", target.symbol.node);
    Diagnostic::new(Code::E0711, message, place, "").label(declared, "has no default").help(phrase![
        "add ",
        PipeCode::set(
            "variables",
            ExampleValue::one_map([("name", ExampleValue::text(variable)), ("value", ExampleValue::text("..."))])
        )
    ])
}
