//! W0191: a placeholder that was not replaced.

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::names;
use crate::hir::{Text, Value, ValueKind};
use crate::source::Span;

use super::Subject;

/// The key that takes `owner/name`.
const REPOSITORY: &str = "FullRepositoryId";

/// What documentation writes where the name of a repository belongs.
const REPOSITORIES: [&str; 3] = ["owner/name", "owner/repo", "owner/repository"];

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut found = Vec::new();
    subject.hir.each_value(&mut |place| {
        let is_repository = place.is_configured() && place.key == REPOSITORY;
        if let Some(text) = place.value.as_str().filter(|text| is_repository && REPOSITORIES.contains(text)) {
            found.push((text.to_owned(), place.value.span));
        }
        in_value(place.value, &mut found);
    });
    for default in subject.hir.params.iter().filter_map(|param| param.default.as_ref()) {
        if let Some(text) = placeholder(&default.node) {
            found.push((text.to_owned(), default.span));
        }
    }
    found.sort_by_key(|(_, span)| *span);
    found.dedup();
    diagnostics.extend(found.iter().map(|(text, span)| names::placeholder(text, *span)));
}

/// Adds the placeholders among the texts of a value.
fn in_value(value: &Value, found: &mut Vec<(String, Span)>) {
    match &value.kind {
        ValueKind::Text(text) | ValueKind::Parameter(text) => in_text(text, value.span, found),
        ValueKind::List(items) => items.iter().for_each(|item| in_value(item, found)),
        ValueKind::Map(entries) => entries.iter().for_each(|(_, item)| in_value(item, found)),
        ValueKind::Secret(secret) => in_text(&secret.id, value.span, found),
        _ => {}
    }
}

fn in_text(text: &Text, span: Span, found: &mut Vec<(String, Span)>) {
    if let Some(placeholder) = text.as_literal().and_then(placeholder) {
        found.push((placeholder.to_owned(), span));
    }
}

/// The placeholder that a text is, or that an ARN holds: words in angle brackets.
fn placeholder(text: &str) -> Option<&str> {
    let start = text.find('<')?;
    let end = start + text.get(start..)?.find('>')? + 1;
    let whole = start == 0 && end == text.len();
    let shown = text.get(start..end)?;
    let words = shown.get(1..shown.len() - 1)?;
    let is_plain = words.starts_with(|c: char| c.is_ascii_alphabetic())
        && words.chars().all(|c| c.is_ascii_alphanumeric() || " -_./".contains(c));
    (is_plain && (whole || text.starts_with("arn:"))).then_some(shown)
}

#[cfg(test)]
mod tests {
    use super::placeholder;

    #[test]
    fn placeholders_are_whole_texts_or_parts_of_arns() {
        assert_eq!(placeholder("<your cluster>"), Some("<your cluster>"));
        assert_eq!(placeholder("arn:aws:iam::<account>:role/deployer"), Some("<account>"));
        for text in ["", "a < b", "<b>bold</b>", "deploy <name>", "</b>", "<1>", "<", "<>", "arn:aws:sns:<", "é<x>"] {
            assert_eq!(placeholder(text), None, "{text}");
        }
    }
}
