//! E0412, W0412: template configuration files that CloudFormation would reject, or partly ignore.

use camino::{Utf8Path, Utf8PathBuf};

use crate::check::support::json_errors::{at, reason};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::repository::repeated_key;
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::ValueKind;
use crate::source::{FileId, Span, Spanned};
use crate::workspace::document::{Document, Entry, Node, Style};

pub(super) const RULE: Rule =
    Rule { name: "template-configurations", codes: &[Code::W0216, Code::E0412, Code::W0412], run: check };

/// The keys of a template configuration.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-cfn-artifacts.html>
/// (2026-11-28)
const KEYS: [&str; 3] = ["Parameters", "Tags", POLICY];
const POLICY: &str = "StackPolicy";

/// The start of the keys of tags that only AWS sets.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html> (2026-11-30)
const RESERVED: &str = "aws:";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: Vec<Utf8PathBuf> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let value = place.action.value("TemplateConfiguration").map(|value| &value.kind);
        let Some(ValueKind::ArtifactFile(file)) = value else { continue };
        let Some(path) = subject.action_files.repository_file(place.pipeline_id, file) else { continue };
        if seen.contains(&path) {
            continue;
        }
        seen.push(path.clone());
        if let (Ok(file), Ok(document)) = (subject.workspace.load(&path), subject.workspace.document(&path)) {
            one(path.as_str(), file, &subject.workspace.text(file), &document, findings);
        }
    }
}

fn one(path: &str, file: FileId, text: &str, document: &Document, findings: &mut Findings) {
    let broken = serde_json::from_str::<serde_json::Value>(text).err();
    let (root, broken) = match (&document.root, broken) {
        (None, Some(error)) => {
            let place = document.error.as_ref().map_or_else(|| at(file, text, &error), |error| error.span);
            return findings.push(not_json(path, place, &error));
        }
        (Some(root), broken) => (root, broken),
        (None, None) => return,
    };
    // Some projects use YAML, but nothing documents that it works.
    if let Some(error) = broken.filter(|_| Utf8Path::new(path).extension() == Some("json")) {
        return findings.push(not_json(path, at(file, text, &error), &error));
    }
    let entries = root.entries();
    if entries.is_empty() {
        let of_cli = root.items().iter().any(|item| item.get("ParameterKey").is_some());
        return findings.push(not_a_configuration(
            path,
            Span::new(file, root.span.range().start, root.span.range().start + 1),
            of_cli,
        ));
    }
    for Entry { key, .. } in entries.iter().filter(|entry| !KEYS.contains(&entry.key.as_str())) {
        findings.push(unknown_key(key, entries.iter().any(|entry| entry.key.node == "Parameters")));
    }
    let policy = root.get(POLICY).filter(|policy| policy.scalar().is_some() || !policy.items().is_empty());
    findings.extend(policy.filter(|policy| !policy.is_null()).map(not_a_policy));
    for section in ["Parameters", "Tags"] {
        if let Some(value) = root.get(section).filter(|value| value.entries().is_empty() && !value.items().is_empty()) {
            findings.push(not_an_object(section, value));
        }
        let given = root.get(section).map(Node::entries).unwrap_or_default();
        for (index, Entry { key, value }) in given.iter().enumerate() {
            let first = given.iter().take(index).find(|other| other.key.node == key.node);
            findings.extend(first.map(|first| repeated_key(key, first.key.span)));
            if section == "Tags" && key.node.to_ascii_lowercase().starts_with(RESERVED) {
                findings.push(reserved_tag(key));
            }
            let text = value.scalar().is_some_and(|scalar| scalar.style != Style::Plain);
            if !text {
                findings.push(not_text(key, value));
            }
        }
    }
}

/// A configuration that is not JSON.
fn not_json(path: &str, place: Span, error: &serde_json::Error) -> Diagnostic {
    Diagnostic::new(Code::E0412, format!("template configuration `{path}` is not valid JSON"), place, reason(error))
}

/// JSON in another format. `of_cli` is whether it is that of the AWS CLI.
fn not_a_configuration(path: &str, place: Span, of_cli: bool) -> Diagnostic {
    let label = if of_cli { "the format of the AWS CLI" } else { "expected an object" };
    let message = format!("`{path}` is not a template configuration");
    Diagnostic::new(Code::E0412, message, place, label).help("write `{ \"Parameters\": { \"Name\": \"value\" } }`")
}

/// A section that is a list.
fn not_an_object(section: &str, value: &Node) -> Diagnostic {
    let message = format!("`{section}` of a template configuration must be an object");
    let items = value.items().first().map(Node::entries).unwrap_or_default();
    let of_cli = items.iter().any(|entry| matches!(entry.key.as_str(), "ParameterKey" | "Key"));
    let label = if of_cli { "the format of the AWS CLI" } else { "" };
    Diagnostic::new(Code::E0412, message, value.span, label)
        .help(format!("write `\"{section}\": {{ \"Name\": \"value\" }}`"))
}

/// A stack policy that is not an object.
fn not_a_policy(value: &Node) -> Diagnostic {
    let message = format!("`{POLICY}` of a template configuration must be an object");
    Diagnostic::new(Code::E0412, message, value.span, "").help(
        "write `{ \"Statement\": [{ \"Effect\": \"Allow\", \"Action\": \"Update:*\", \"Principal\": \"*\", \"Resource\": \"*\" }] }`",
    )
}

/// A key that a configuration does not have.
fn unknown_key(key: &Spanned<String>, has_parameters: bool) -> Diagnostic {
    let message = format!("a template configuration has no key `{}`", key.node);
    let near = similar(&key.node, KEYS);
    let code = if has_parameters || near.is_none() { Code::W0412 } else { Code::E0412 };
    let diagnostic = Diagnostic::new(code, message, key.span, "");
    match near {
        Some(near) => diagnostic.did_you_mean(near).edit(key.span, format!("\"{near}\"")),
        None if has_parameters => diagnostic.help(format!("use {}", wording::or_list(KEYS))),
        None => diagnostic.help("put parameters under `\"Parameters\"`"),
    }
}

/// A tag that only AWS sets.
fn reserved_tag(key: &Spanned<String>) -> Diagnostic {
    let message = format!("the key of tag `{}` is reserved for AWS", key.node);
    let found = Diagnostic::new(Code::E0412, message, key.span, "keys cannot start with `aws:`");
    match key.node.get(RESERVED.len()..).filter(|rest| !rest.is_empty()) {
        Some(rest) => found.help(format!("write `{rest}`")),
        None => found,
    }
}

/// A value that is not a string.
fn not_text(key: &Spanned<String>, value: &Node) -> Diagnostic {
    let message = format!("the value of `{}` is not a string", key.node);
    let diagnostic = Diagnostic::new(Code::W0412, message, value.span, "AWS documents strings only");
    match value.scalar() {
        Some(scalar) => {
            diagnostic.help(format!("write `\"{}\"`", scalar.text)).edit(value.span, format!("\"{}\"", scalar.text))
        }
        None if !value.entries().is_empty() => {
            diagnostic.help("write the value itself; a template configuration contains no functions")
        }
        None => diagnostic.help("write a list as one string, with commas between its elements"),
    }
}
