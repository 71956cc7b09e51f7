//! Limits that keep a file from using up memory, stack, or time, for example with values that double with each
//! reference.

use std::cell::Cell;

use crate::hir::{PartKind, Text, Value, ValueKind};
use crate::source::Span;

/// How deep values may refer to other values. Each level of brackets in them counts too.
pub(super) const VALUE_DEPTH: usize = 200;
/// How deep components may use components.
pub(crate) const COMPONENT_DEPTH: usize = 128;
/// How many declared types one type may refer to.
pub(crate) const TYPE_LIMIT: usize = 1000;
/// How many statements the loops and components of a file may expand to in total, far more than AWS allows in a
/// pipeline.
pub(super) const EXPANSION_LIMIT: usize = 50_000;
/// How many bytes the values of a file may take where they are used: a hundred times what AWS accepts.
pub(super) const COPY_LIMIT: usize = 64 << 20;
/// How many bytes an element, an entry, or a part of a string takes besides its text.
const ELEMENT: usize = 32;
/// How many names the search for similar ones may compare; after that, nothing is suggested.
const NAMES_COMPARED: usize = 1_000_000;

/// How much of the limits has been used.
#[derive(Debug)]
pub(crate) struct Limits {
    /// The depth of the value being evaluated.
    pub(super) depth: usize,
    /// Bytes of values copied so far.
    pub(super) copied: usize,
    /// Names that may still be compared.
    pub(super) comparisons: Cell<usize>,
    /// Statements and loop iterations counted so far.
    pub(crate) made: usize,
    /// Keywords of the loops and `use` statements being expanded, outermost first.
    pub(crate) expanding: Vec<Span>,
    /// The limits that were exceeded and reported.
    pub(super) passed: Passed,
}

/// Limits that are reported once.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Passed {
    /// Values, types, or components refer to each other in too long a chain.
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

/// Returns roughly how many bytes a value takes.
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
        ValueKind::Choice(choice) => choice.values().into_iter().map(weight).sum(),
        _ => 0,
    };
    ELEMENT + inner
}

fn text_weight(text: &Text) -> usize {
    let of_part = |kind: &PartKind| match kind {
        PartKind::Literal(literal) => literal.len(),
        PartKind::Import(text) | PartKind::Parameter(text) => text_weight(text),
        PartKind::Raw(value) => weight(value),
        PartKind::Choice(choice) => choice.values().into_iter().map(weight).sum(),
        PartKind::Lookup(lookup) => lookup.keys.iter().map(text_weight).sum(),
        _ => 0,
    };
    text.parts.iter().map(|part| ELEMENT + of_part(&part.kind)).sum()
}

/// Returns how many bytes the result of a plain function takes beyond its arguments.
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
