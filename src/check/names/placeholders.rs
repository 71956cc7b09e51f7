//! W0191: a placeholder that was not replaced.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::{Text, Value, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "placeholders", codes: &[Code::W0191], run: check };

/// The placeholders of a value, and its span.
type Found = (Vec<String>, Span);

/// The key with the value `owner/name`.
const REPOSITORY: &str = "FullRepositoryId";

/// The placeholders of documentation for the name of a repository.
const REPOSITORIES: [&str; 3] = ["owner/name", "owner/repo", "owner/repository"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut found: Vec<Found> = Vec::new();
    subject.hir.each_value(&mut |place| {
        let is_repository = place.is_configured() && place.key == REPOSITORY;
        if let Some(text) = place.value.as_str().filter(|text| is_repository && REPOSITORIES.contains(text)) {
            found.push((vec![text.to_owned()], place.value.span));
        }
        in_value(place.value, &mut found);
    });
    for default in subject.hir.params.iter().filter_map(|param| param.default.as_ref()) {
        add(&default.node, default.span, &mut found);
    }
    found.sort_by_key(|(_, span)| *span);
    found.dedup();
    findings.extend(found.iter().map(|(texts, span)| placeholders_left(texts, *span)));
}

/// Adds the placeholders in the strings of a value.
fn in_value(value: &Value, found: &mut Vec<Found>) {
    match &value.kind {
        ValueKind::Text(text) | ValueKind::Parameter(text) => in_text(text, value.span, found),
        ValueKind::List(items) => items.iter().for_each(|item| in_value(item, found)),
        ValueKind::Map(entries) => entries.iter().for_each(|(_, item)| in_value(item, found)),
        ValueKind::Secret(secret) => in_text(&secret.id, value.span, found),
        _ => {}
    }
}

fn in_text(text: &Text, span: Span, found: &mut Vec<Found>) {
    if let Some(text) = text.as_literal() {
        add(text, span, found);
    }
}

fn add(text: &str, span: Span, found: &mut Vec<Found>) {
    let mut texts: Vec<String> = placeholders(text).into_iter().map(str::to_owned).collect();
    texts.dedup();
    if !texts.is_empty() {
        found.push((texts, span));
    }
}

/// Strings that are placeholders.
const STAND_INS: [&str; 12] = [
    "change-me",
    "change_me",
    "changeme",
    "fixme",
    "insert-here",
    "placeholder",
    "replace-me",
    "replace_me",
    "replaceme",
    "tbd",
    "to-do",
    "todo",
];

/// Words that follow `your-` in a placeholder.
const YOURS: [&str; 26] = [
    "account",
    "app",
    "application",
    "branch",
    "bucket",
    "cluster",
    "connection",
    "domain",
    "email",
    "environment",
    "function",
    "group",
    "image",
    "key",
    "name",
    "org",
    "organization",
    "owner",
    "pipeline",
    "project",
    "repo",
    "repository",
    "role",
    "service",
    "stack",
    "topic",
];

/// Returns whether a whole string is a placeholder: `TODO`, `xxx`, `your-bucket`.
fn is_stand_in(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let crosses = (3..=12).contains(&lower.len()) && lower.chars().all(|c| c == 'x');
    let yours = lower.strip_prefix("your").and_then(|rest| rest.strip_prefix(['-', '_', ' '])).is_some_and(|rest| {
        let word: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
        YOURS.contains(&word.as_str())
    });
    crosses || yours || STAND_INS.contains(&lower.as_str())
}

/// Returns the placeholder that a string is, or those in an ARN: words in angle brackets.
fn placeholders(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    if is_stand_in(text) {
        return vec![text];
    }
    let mut rest = text;
    while let Some((_, tail)) = rest.split_once('<') {
        let start = text.len() - tail.len() - 1;
        let Some(length) = tail.find('>') else { break };
        let words = tail.get(..length).unwrap_or_default();
        let is_plain = words.starts_with(|c: char| c.is_ascii_alphabetic())
            && words.chars().all(|c| c.is_ascii_alphanumeric() || " -_./".contains(c));
        let end = start + length + 2;
        if is_plain && (text.starts_with("arn:") || start == 0 && end == text.len()) {
            found.extend(text.get(start..end));
        }
        rest = tail;
    }
    found
}

/// Placeholders instead of a value: one, or several in an ARN.
fn placeholders_left(texts: &[String], place: Span) -> Diagnostic {
    let replace = |text: &String| {
        let is_repository = REPOSITORIES.contains(&text.as_str());
        let with = if is_repository { "the owner and the name of your repository" } else { "its actual value" };
        format!("replace `{text}` with {with}")
    };
    let all = wording::and_list(texts.iter().map(String::as_str));
    let (noun, verb, pronoun) =
        if texts.len() == 1 { ("placeholder", "has", "it") } else { ("placeholders", "have", "them") };
    let message = format!("{noun} {all} {verb} not been replaced");
    let helps: Vec<String> = texts.iter().map(replace).collect();
    Diagnostic::new(Code::W0191, message, place, format!("AWS would take {pronoun} literally"))
        .help(helps.join(", and "))
}

#[cfg(test)]
mod tests {
    use super::placeholders;

    #[test]
    fn placeholders_are_whole_texts_or_parts_of_arns() {
        for text in ["TODO", "xxx", "XXXX", "your-bucket", "your_email@example.com", "changeme"] {
            assert_eq!(placeholders(text), [text]);
        }
        for text in ["xx", "your-books", "yours", "todo-list", "example", "x-ray"] {
            assert!(placeholders(text).is_empty(), "{text}");
        }
        assert_eq!(placeholders("<your cluster>"), ["<your cluster>"]);
        assert_eq!(placeholders("arn:aws:iam::<account>:role/<role>"), ["<account>", "<role>"]);
        for text in ["", "a < b", "<b>bold</b>", "deploy <name>", "</b>", "<1>", "<", "<>", "arn:aws:sns:<", "é<x>"] {
            assert!(placeholders(text).is_empty(), "{text}");
        }
    }
}
