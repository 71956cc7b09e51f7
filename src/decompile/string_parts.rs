//! Converts the text of a string to its parts.

use crate::source::Span;
use crate::syntax::ast::{Expr, StringPart, StringPartKind};

use super::values::Reading;

/// The first of the placeholder characters for what is not literal in a string that is parsed as JSON (plane 15: private use).
/// <https://www.unicode.org/faq/private_use.html> (2026-11-29)
pub(super) const FIRST: u32 = 0xF_0000;

/// Converts a string with placeholder characters. `pieces`: what they stand for.
pub(super) fn coded_parts(
    text: &str,
    place: &dyn Fn(std::ops::Range<usize>) -> Span,
    pieces: &[StringPart],
    reading: Reading,
) -> Vec<StringPart> {
    let mut parts = Vec::new();
    let mut start = 0;
    let push = |parts: &mut Vec<StringPart>, range: std::ops::Range<usize>| {
        let within = |inner: std::ops::Range<usize>| place(range.start + inner.start..range.start + inner.end);
        parts.extend(literal(text.get(range.clone()).unwrap_or_default(), &within, reading));
    };
    for (at, character) in text.char_indices() {
        let piece = u32::from(character).checked_sub(FIRST).and_then(|index| pieces.get(index as usize));
        if let Some(piece) = piece {
            push(&mut parts, start..at);
            parts.push(piece.clone());
            start = at + character.len_utf8();
        }
    }
    push(&mut parts, start..text.len());
    parts
}

/// Converts a string, in which `#{namespace.name}` is a run-time variable.
pub(super) fn literal(text: &str, place: &dyn Fn(std::ops::Range<usize>) -> Span, reading: Reading) -> Vec<StringPart> {
    let mut parts = Vec::new();
    let mut rest = 0;
    let plain = |range: std::ops::Range<usize>, parts: &mut Vec<StringPart>| {
        if !range.is_empty() {
            let kind = StringPartKind::Text(text.get(range.clone()).unwrap_or_default().to_owned());
            parts.push(StringPart { kind, span: place(range) });
        }
    };
    while let Some(at) = text.get(rest..).and_then(|text| text.find("#{")).map(|at| rest + at) {
        if reading == Reading::Plain {
            break;
        }
        let Some(end) = text.get(at..).and_then(|text| text.find('}')).map(|end| at + end) else { break };
        plain(rest..at, &mut parts);
        let name = text.get(at + 2..end).unwrap_or_default().to_owned();
        parts.push(StringPart { kind: StringPartKind::Runtime(name), span: place(at..end + 1) });
        rest = end + 1;
    }
    plain(rest..text.len(), &mut parts);
    parts
}

/// Joins adjacent text, because a function may compose a run-time variable from several parts.
pub(super) fn merged(parts: Vec<StringPart>, reading: Reading) -> Vec<StringPart> {
    let mut joined: Vec<StringPart> = Vec::new();
    for part in parts {
        match (joined.last_mut(), &part.kind) {
            (Some(StringPart { kind: StringPartKind::Text(text), span }), StringPartKind::Text(next)) => {
                text.push_str(next);
                *span = span.to(part.span);
            }
            _ => joined.push(part),
        }
    }
    let read = |part: StringPart| match &part.kind {
        StringPartKind::Text(text) => literal(text, &|_| part.span, reading),
        _ => vec![part],
    };
    joined.into_iter().flat_map(read).collect()
}

/// Returns a part with a value.
pub(super) fn interpolation(value: Expr, span: Span) -> StringPart {
    StringPart { kind: StringPartKind::Interpolation(Box::new(value)), span }
}
