//! The format for programs: one JSON document.
//!
//! The format is versioned. Fields may be added within a version; readers should ignore fields that they do not know.

use serde_json::{Value as Json, json};

use crate::source::SourceMap;

use crate::compare::{ComparedPart, Comparison, Consequence, Difference, DifferenceKind, NormalValue};

/// The version of the format; incremented when a field changes its meaning or is removed.
const VERSION: u32 = 1;

/// One of the two documents.
#[derive(Debug, Clone)]
pub struct ComparedDocument {
    /// The path, as messages show it.
    pub path: String,
    /// `pipe`, `template`, or `definition`.
    pub kind: &'static str,
    /// Whether lines are those of the file. For a `.pipe` file, values are in a template that is not shown.
    pub has_lines: bool,
}

/// Returns the document, pretty-printed, with a final newline. `sources` contains the texts of both.
pub fn render(
    comparison: &Comparison,
    before: &ComparedDocument,
    after: &ComparedDocument,
    sources: &SourceMap,
) -> String {
    let file = |document: &ComparedDocument| json!({ "path": document.path, "kind": document.kind });
    let differences = comparison.differences.iter();
    let differences: Vec<Json> = differences.map(|it| of_difference(it, (before, after), sources)).collect();
    let document = json!({
        "version": VERSION,
        "before": file(before),
        "after": file(after),
        "differences": differences,
        "not-compared": comparison.unknown,
    });
    // Strings, numbers, and lists only: serialization cannot fail.
    let mut out = serde_json::to_string_pretty(&document).unwrap_or_default();
    out.push('\n');
    out
}

fn of_difference(
    difference: &Difference,
    (before, after): (&ComparedDocument, &ComparedDocument),
    sources: &SourceMap,
) -> Json {
    let part = |part: &ComparedPart| json!({ "kind": part.kind.word(), "name": part.name, "type": Some(&part.detail).filter(|it| !it.is_empty()) });
    // The position before a move is not a value.
    let is_move = difference.change == DifferenceKind::Moved && difference.key.is_empty();
    let side = |value: Option<&NormalValue>, has_lines: bool| {
        value.map(|value| {
            let line = has_lines.then(|| sources.start(value.span).line);
            json!({ "value": value.to_json(), "line": line })
        })
    };
    json!({
        "change": difference.change.word(),
        "parts": difference.parts.iter().map(part).collect::<Vec<_>>(),
        "key": difference.path(),
        "before": side(difference.before.as_ref(), before.has_lines && !is_move),
        "after": side(difference.after.as_ref(), after.has_lines),
        "consequence": difference.consequence.map(Consequence::word),
    })
}
