//! What keeps a file from taking all memory, all stack or all day: text that names itself twice, and twice again.

use std::cell::Cell;

use crate::diagnostic::families::reuse;
use crate::diagnostic::suggest;
use crate::hir::{PartKind, Text, Value, ValueKind};
use crate::source::Span;

use super::Lowerer;

/// How deep values may name other values, each level of brackets in them counted too.
const VALUE_DEPTH: usize = 200;
/// How deep components may use components.
pub(super) const COMPONENT_DEPTH: usize = 128;
/// How many declared types one type may come to.
pub(super) const TYPE_LIMIT: usize = 1000;
/// What the values of a file may come to where their names are used, in bytes: a hundred times what AWS takes.
const COPY_LIMIT: usize = 64 << 20;
/// What an element, an entry or a part of a text takes beside its text, in bytes.
const ELEMENT: usize = 32;
/// Names compared in the search for similar ones; past that, nothing is suggested.
const COMPARISONS: usize = 1_000_000;

/// What has been used up.
#[derive(Debug)]
pub(super) struct Limits {
    depth: usize,
    copied: usize,
    comparisons: Cell<usize>,
    /// The limits that were passed, and reported.
    pub(super) reported: Passed,
}

/// Limits that are reported once.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Passed {
    depth: bool,
    size: bool,
}

impl Limits {
    pub(super) fn new() -> Self {
        Self { depth: 0, copied: 0, comparisons: Cell::new(COMPARISONS), reported: Passed::default() }
    }
}

impl Lowerer<'_> {
    /// Runs a step one level deeper in values; nothing, which has been reported, where that is too deep.
    pub(super) fn deeper<T>(&mut self, place: Span, step: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.limits.depth >= VALUE_DEPTH {
            self.too_deep("values refer to each other", VALUE_DEPTH, place);
            return None;
        }
        self.limits.depth += 1;
        let made = step(self);
        self.limits.depth -= 1;
        Some(made)
    }

    /// Whether a chain that is too long was reported: what is part of it is not looked at any more.
    pub(super) fn gave_up(&self) -> bool {
        self.limits.reported.depth
    }

    /// Reports the first chain that is too long: what it is part of is too long as well.
    pub(super) fn too_deep(&mut self, what: &str, limit: usize, place: Span) {
        self.hir.incomplete = true;
        if !self.limits.reported.depth {
            self.limits.reported.depth = true;
            self.diagnostics.push(reuse::chain_too_long(what, limit, place));
        }
    }

    /// A value that is used where its name stands. Past the limit there is none, which is reported once.
    pub(super) fn copied(&mut self, value: &Value, used: Span) -> Value {
        if self.may_make(weight(value), used) {
            Value { kind: value.kind.clone(), span: used }
        } else {
            Value::poisoned(used)
        }
    }

    /// Whether so many more bytes of values may be made; reports it where they no longer may.
    pub(super) fn may_make(&mut self, bytes: usize, place: Span) -> bool {
        self.limits.copied = self.limits.copied.saturating_add(bytes);
        if self.limits.copied <= COPY_LIMIT {
            return true;
        }
        self.hir.incomplete = true;
        if !self.limits.reported.size {
            self.limits.reported.size = true;
            self.diagnostics.push(reuse::values_too_large(COPY_LIMIT >> 20, place));
        }
        false
    }

    /// The nearest of some names, as long as there is time to look for it.
    pub(super) fn near<'n>(&self, wanted: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
        let left = self.limits.comparisons.get();
        let mut compared = 0;
        let found = suggest::similar(wanted, known.into_iter().take(left).inspect(|_| compared += 1));
        self.limits.comparisons.set(left - compared);
        found
    }

    /// Whether there is still time to look for similar names.
    pub(super) fn may_compare(&self) -> bool {
        self.limits.comparisons.get() > 0
    }
}

/// About how many bytes a value takes.
fn weight(value: &Value) -> usize {
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
pub(super) fn surplus(function: &str, values: &[Value]) -> usize {
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
