//! JSON in a string with references, such as the environment variables of a build.

use serde_json::Value as Json;

use crate::source::Span;

use super::normal::{Fragment, NormalKind, NormalValue};

/// The private-use characters that enclose the index of a reference while the text is parsed.
const OPEN: char = '\u{f8f0}';
const CLOSE: char = '\u{f8f1}';

/// Parses a string as JSON, if it is a list or an object.
pub(super) fn parse(text: &[Fragment], span: Span) -> Option<NormalValue> {
    let Some(Fragment::Literal(start)) = text.first() else { return None };
    if !start.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut whole = String::new();
    for (index, fragment) in text.iter().enumerate() {
        match fragment {
            Fragment::Literal(literal) if literal.contains([OPEN, CLOSE]) => return None,
            Fragment::Literal(literal) => whole.push_str(literal),
            // Outside a string, this is not valid JSON.
            _ => whole.extend([OPEN.to_string(), index.to_string(), CLOSE.to_string()]),
        }
    }
    match serde_json::from_str(&whole).ok()? {
        json @ (Json::Array(_) | Json::Object(_)) => Some(value(&json, text, span)),
        _ => None,
    }
}

fn value(json: &Json, text: &[Fragment], span: Span) -> NormalValue {
    let kind = match json {
        Json::String(string) => return NormalValue::of_fragments(fragments(string, text), span),
        Json::Array(items) => NormalKind::List(items.iter().map(|item| value(item, text, span)).collect()),
        Json::Object(entries) => {
            let entry = |(key, json): (&String, &Json)| {
                let key = NormalValue::of_fragments(fragments(key, text), span).to_string();
                (key, value(json, text, span))
            };
            NormalKind::Map(entries.iter().map(entry).collect())
        }
        bare => NormalKind::Bare(bare.to_string()),
    };
    NormalValue { kind, span }
}

/// Returns a string with its references restored.
fn fragments(string: &str, text: &[Fragment]) -> Vec<Fragment> {
    let mut found = Vec::new();
    let mut rest = string;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let (number, tail) = after.split_once(CLOSE).unwrap_or((after, ""));
        found.push(Fragment::Literal(before.to_owned()));
        found.extend(number.parse().ok().and_then(|index: usize| text.get(index)).cloned());
        rest = tail;
    }
    found.push(Fragment::Literal(rest.to_owned()));
    found
}
