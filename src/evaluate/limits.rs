//! What keeps a file from taking all memory, all stack or all day: text that names itself twice, and twice again.

use std::cell::Cell;

use crate::hir::{PartKind, Text, Value, ValueKind};
use crate::source::Span;

/// How deep values may name other values, each level of brackets in them counted too.
pub(super) const VALUE_DEPTH: usize = 200;
/// How deep components may use components.
pub(crate) const COMPONENT_DEPTH: usize = 128;
/// How many declared types one type may come to.
pub(crate) const TYPE_LIMIT: usize = 1000;
/// Statements that the loops and components of a file may come to in all, far past what AWS allows in a pipeline.
pub(super) const EXPANSION_LIMIT: usize = 50_000;
/// What the values of a file may come to where their names are used, in bytes: a hundred times what AWS takes.
pub(super) const COPY_LIMIT: usize = 64 << 20;
/// What an element, an entry or a part of a text takes beside its text, in bytes.
const ELEMENT: usize = 32;
/// Names compared in the search for similar ones; past that, nothing is suggested.
const NAMES_COMPARED: usize = 1_000_000;

/// What has been used up.
#[derive(Debug)]
pub(crate) struct Limits {
    /// How deep values are in values.
    pub(super) depth: usize,
    /// Bytes of values made so far.
    pub(super) copied: usize,
    /// Names that may still be compared.
    pub(super) comparisons: Cell<usize>,
    /// Statements and turns of loops made so far.
    pub(crate) made: usize,
    /// Keywords of the loops and `use` statements being written out, outermost first.
    pub(crate) expanding: Vec<Span>,
    /// The limits that were passed, and reported.
    pub(super) passed: Passed,
}

/// Limits that are reported once.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Passed {
    /// Values, types or components name each other too often.
    pub(super) depth: bool,
    /// Values are too large.
    pub(super) size: bool,
}

impl Limits {
    pub(super) fn new() -> Self {
        Self {
            depth: 0,
            copied: 0,
            comparisons: Cell::new(NAMES_COMPARED),
            made: 0,
            expanding: Vec::new(),
            passed: Passed::default(),
        }
    }
}

/// About how many bytes a value takes.
pub(super) fn weight(value: &Value) -> usize {
    let inner = match &value.kind {
        ValueKind::Text(text)
        | ValueKind::Parameter(text)
        | ValueKind::InlineYaml(text)
        | ValueKind::LateList(text) => text_weight(text),
        ValueKind::ArtifactFile(file) => text_weight(&file.path),
        ValueKind::Secret(secret) => {
            text_weight(&secret.id) + secret.selectors().into_iter().flatten().map(text_weight).sum::<usize>()
        }
        ValueKind::Word(word) | ValueKind::Number(word) => word.len(),
        ValueKind::List(items) => items.iter().map(weight).sum(),
        ValueKind::Map(entries) => entries.iter().map(|(key, value)| key.node.len() + weight(value)).sum(),
        ValueKind::Raw(inner) => weight(inner),
        _ => 0,
    };
    ELEMENT + inner
}

fn text_weight(text: &Text) -> usize {
    let of_part = |kind: &PartKind| match kind {
        PartKind::Literal(literal) => literal.len(),
        PartKind::Import(text) | PartKind::Parameter(text) => text_weight(text),
        PartKind::Raw(value) => weight(value),
        _ => 0,
    };
    text.parts.iter().map(|part| ELEMENT + of_part(&part.kind)).sum()
}

/// What a plain function makes beyond its arguments, in bytes.
pub(crate) fn surplus(function: &str, values: &[Value]) -> usize {
    let text = |value: &Value| value.as_str().unwrap_or_default().len();
    match (function, values) {
        ("join", [Value { kind: ValueKind::List(items), .. }, separator]) => {
            items.len().saturating_mul(text(separator))
        }
        ("split", [of, _]) => text(of).saturating_mul(ELEMENT),
        ("replace", [of, from, to]) => match (of.as_str(), from.as_str()) {
            (Some(of), Some(from)) if !from.is_empty() => of.matches(from).count().saturating_mul(text(to)),
            _ => 0,
        },
        _ => 0,
    }
}
