//! Text and names: in quotes, raw, or over several lines, whichever says the same and reads best.

use std::fmt::Write;

use crate::syntax::ast::{Name, StringPart, StringPartKind, is_identifier};

use super::expressions::inline;

/// Whether a text can be written behind `::` without quotes.
pub(super) fn is_path(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '@' | '+' | '~' | '-');
    text.split('/').all(|part| !part.is_empty() && part.chars().all(fits))
}

/// A declared name.
pub(super) fn name(name: &Name) -> String {
    match name.literal() {
        Some(literal) if !name.quoted && is_identifier(literal) => literal.to_owned(),
        _ => quoted(&name.parts),
    }
}

/// A key of a map or an attribute.
pub(super) fn key(key: &str) -> String {
    if is_identifier(key) { key.to_owned() } else { plain(key) }
}

/// A text without interpolation.
pub(super) fn plain(text: &str) -> String {
    let mut written = String::from("\"");
    escape(text, false, &mut written);
    written.push('"');
    written
}

/// A text on one line.
pub(super) fn inline_text(parts: &[StringPart]) -> String {
    match parts {
        [StringPart { kind: StringPartKind::Text(text), .. }] if reads_better_raw(text) => format!("'{text}'"),
        _ => quoted(parts),
    }
}

/// Whether the quotes and backslashes of a text would have to be escaped, and raw text can hold it.
fn reads_better_raw(text: &str) -> bool {
    let special = text.contains(['"', '\\']) || text.contains("${") || text.contains("#{");
    special && !text.contains('\'') && !text.chars().any(char::is_control)
}

fn quoted(parts: &[StringPart]) -> String {
    let mut written = String::from("\"");
    for (index, part) in parts.iter().enumerate() {
        match &part.kind {
            StringPartKind::Text(text) => {
                let next = parts.get(index + 1).map(|next| &next.kind);
                escape(text, matches!(next, Some(StringPartKind::Interpolation(_))), &mut written);
            }
            StringPartKind::Interpolation(value) => {
                let _ = write!(written, "${{{}}}", inline(value));
            }
            StringPartKind::Runtime(name) => {
                let _ = write!(written, "#{{{name}}}");
            }
        }
    }
    written.push('"');
    written
}

/// Text between quotes. `before_value`: an interpolation follows, so a `$` at the end would escape it.
fn escape(text: &str, before_value: bool, written: &mut String) {
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        match (letter, rest.peek()) {
            ('"', _) => written.push_str("\\\""),
            ('\\', _) => written.push_str("\\\\"),
            ('\n', _) => written.push_str("\\n"),
            ('\t', _) => written.push_str("\\t"),
            ('\r', _) => written.push_str("\\r"),
            ('$', Some('{')) => written.push_str("$$"),
            ('$', None) if before_value => written.push_str("\\u{24}"),
            ('#', Some('{')) => written.push_str("\\u{23}"),
            (letter, _) if letter.is_control() || letter == '\u{feff}' => {
                let _ = write!(written, "\\u{{{:x}}}", u32::from(letter));
            }
            (letter, _) => written.push(letter),
        }
    }
}

/// Text over several lines between tripled quotes; none if it has one line or cannot be written so.
/// Its lines stand at `column`.
pub(super) fn block(parts: &[StringPart], column: usize) -> Option<String> {
    let raw = matches!(parts, [StringPart { kind: StringPartKind::Text(_), .. }]);
    let quotes = if raw { "'''" } else { "\"\"\"" };
    let body = body(parts, quotes)?;
    let mut written = format!("{quotes}\n");
    for line in body.split_inclusive('\n') {
        if line != "\n" {
            written.extend(std::iter::repeat_n(' ', column));
        }
        written.push_str(line);
    }
    if body.ends_with('\n') {
        written.extend(std::iter::repeat_n(' ', column));
    }
    written.push_str(quotes);
    Some(written)
}

/// The lines of a text, without indentation of their own: what all lines share would be lost.
fn body(parts: &[StringPart], quotes: &str) -> Option<String> {
    let mut body = String::new();
    let mut lines = false;
    for (index, part) in parts.iter().enumerate() {
        match &part.kind {
            StringPartKind::Text(text) => {
                let next = parts.get(index + 1).map(|next| &next.kind);
                let escapes = text.ends_with('$') && matches!(next, Some(StringPartKind::Interpolation(_)));
                let runtime = text.contains("#{") && quotes != "'''";
                if escapes || runtime || text.contains(quotes) || text.chars().any(|c| c.is_control() && c != '\n') {
                    return None;
                }
                lines |= text.contains('\n');
                body.push_str(&if quotes == "'''" { text.clone() } else { text.replace("${", "$${") });
            }
            StringPartKind::Interpolation(value) => {
                let _ = write!(body, "${{{}}}", inline(value));
            }
            StringPartKind::Runtime(name) => {
                let _ = write!(body, "#{{{name}}}");
            }
        }
    }
    let ends = quotes.get(..1).is_some_and(|quote| body.ends_with(quote));
    (lines && !ends && shared_indentation(&body) == 0).then_some(body)
}

/// The indentation that all lines share, as the parser removes it.
fn shared_indentation(body: &str) -> usize {
    if body.ends_with('\n') {
        return 0;
    }
    let width = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let last = body.lines().count().saturating_sub(1);
    let counts = |(index, line): &(usize, &str)| !line.trim_start_matches(' ').is_empty() || *index == last;
    body.lines().enumerate().filter(counts).map(|(_, line)| width(line)).min().unwrap_or(0)
}
