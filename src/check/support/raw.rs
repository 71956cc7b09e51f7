//! Properties that `raw` sets.

use crate::catalog::PropertyPath;
use crate::hir::{Value, ValueKind};
use crate::source::Span;

/// Returns the key and the value of a property in `raw`.
pub(in crate::check) fn find<'v>(raw: &'v Value, property: PropertyPath<'_>) -> Option<(Span, &'v Value)> {
    let (first, rest) = property.step();
    let ValueKind::Map(entries) = &raw.kind else { return None };
    let (key, value) = entries.iter().find(|(key, _)| key.node == first)?;
    match rest {
        Some(rest) => find(value, rest),
        None => Some((key.span, value)),
    }
}
