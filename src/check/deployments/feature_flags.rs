//! E0211: feature flags of `AppConfig` in another form.
//! <https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-type-reference-feature-flags.html> (2026-11-30)

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node, Style};

pub(super) const RULE: Rule = Rule { name: "feature-flags", codes: &[Code::E0211], run: check };

/// The key with the path of a configuration.
const PATH: &str = "InputArtifactConfigurationPath";

/// The top-level keys, and the only version.
const KEYS: [&str; 3] = ["flags", "values", "version"];
const VERSION: &str = "1";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: Vec<Span> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let ([input, ..], Some(path)) = (place.action.inputs.as_slice(), place.action.literal(PATH)) else { continue };
        let file = subject.action_files.repository_file_in(place.pipeline_id, input.artifact, path);
        let Some(document) = file.and_then(|file| subject.workspace.document(&file).ok()) else { continue };
        if let Some(root) = document.root.as_ref().filter(|root| are_flags(root) && !seen.contains(&root.span)) {
            seen.push(root.span);
            findings.extend(faults(root));
        }
    }
}

/// Returns whether a file contains feature flags. Other configurations have any form.
fn are_flags(root: &Node) -> bool {
    let maps = |key: &str| {
        let entries = root.get(key).map(Node::entries).unwrap_or_default();
        !entries.is_empty() && entries.iter().all(|entry| entry.value.scalar().is_none())
    };
    let has_state = |entry: &Entry| entry.value.get("enabled").is_some();
    maps("flags") && maps("values") && root.get("values").is_some_and(|values| values.entries().iter().any(has_state))
}

fn faults(root: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let entries = |key: &str| root.get(key).map(Node::entries).unwrap_or_default();
    let first = root.entries().first().map_or(root.span, |entry| entry.key.span);
    match root.get("version") {
        None => found.push(no_version(first)),
        Some(version) => {
            let fits = version.scalar().is_some_and(|it| it.text == VERSION && it.style == Style::Quoted);
            found.extend((!fits).then(|| other_version(version.span)));
        }
    }
    let unknown = root.entries().iter().filter(|entry| !KEYS.contains(&entry.key.as_str()));
    found.extend(unknown.map(|entry| unknown_key(&entry.key)));
    let flags: Vec<&str> = entries("flags").iter().map(|entry| entry.key.as_str()).collect();
    for Entry { key, value } in entries("values") {
        if !flags.contains(&key.as_str()) {
            found.push(no_flag(key, &flags));
        }
        let state = value.get("enabled").and_then(Node::scalar);
        let is_boolean =
            state.is_none_or(|it| it.style == Style::Plain && matches!(it.text.as_str(), "true" | "false"));
        if let Some(state) = value.get("enabled").filter(|_| !is_boolean) {
            found.push(other_state(&key.node, state));
        }
        for variant in value.get("_variants").map(Node::items).unwrap_or_default() {
            let missing = ["name", "enabled"].into_iter().find(|name| variant.get(name).is_none());
            let place = variant.entries().first().map_or(variant.span, |entry| entry.key.span);
            found.extend(missing.map(|missing| lacks(missing, place)));
        }
    }
    found
}

/// Flags without a version.
fn no_version(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0211, "feature flags without `version`", place, "AWS AppConfig rejects them")
        .help("add `\"version\": \"1\"`")
}

/// Flags of a version that does not exist.
fn other_version(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0211, "the version of feature flags is the string `\"1\"`", place, "")
        .help("write `\"1\"`")
        .edit(place, "\"1\"")
}

/// A top-level key that flags do not have.
fn unknown_key(key: &Spanned<String>) -> Diagnostic {
    let message = format!("feature flags have no key `{}`", key.node);
    let found = Diagnostic::new(Code::E0211, message, key.span, "AWS AppConfig rejects them");
    match similar(&key.node, KEYS) {
        Some(near) => found.did_you_mean(near),
        None => found.help(format!("remove `{}`", key.node)),
    }
}

/// The value of a flag that does not exist.
fn no_flag(key: &Spanned<String>, flags: &[&str]) -> Diagnostic {
    let message = format!("there is no feature flag `{}`", key.node);
    let found = Diagnostic::new(Code::E0211, message, key.span, "not a key of `flags`");
    match similar(&key.node, flags.iter().copied()) {
        Some(near) => found.did_you_mean(near),
        None => found.help(format!("add `\"{}\"` to `flags`", key.node)),
    }
}

/// A state that is not a boolean.
fn other_state(flag: &str, state: &Node) -> Diagnostic {
    let message = format!("`enabled` of feature flag `{flag}` takes `true` or `false`");
    Diagnostic::new(Code::E0211, message, state.span, "")
}

/// A variant without a required key.
fn lacks(missing: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0211, format!("variant of a feature flag without `{missing}`"), place, "")
        .help(format!("add `\"{missing}\"`"))
}
