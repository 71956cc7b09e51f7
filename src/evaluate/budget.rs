//! Accounts for what a file uses of the limits on time, memory, and stack, and reports excess.

use crate::diagnostic::families::reuse;
use crate::diagnostic::suggest;
use crate::hir::{Value, ValueKind};
use crate::source::Span;

use super::evaluator::Evaluator;
use super::limits::{COPY_LIMIT, EXPANSION_LIMIT, VALUE_DEPTH, weight};

impl Evaluator<'_> {
    /// Runs a step one level deeper in values. If that is too deep, reports it and returns `None`.
    pub(crate) fn deeper<T>(&mut self, place: Span, step: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.limits.depth >= VALUE_DEPTH {
            self.too_deep("values refer to each other", VALUE_DEPTH, place);
            return None;
        }
        self.limits.depth += 1;
        let made = step(self);
        self.limits.depth -= 1;
        Some(made)
    }

    /// Returns whether a chain that is too long was reported: its parts are no longer evaluated.
    pub(crate) fn gave_up(&self) -> bool {
        self.limits.passed.depth
    }

    /// Reports the first chain that is too long; longer ones that contain it are not reported.
    pub(crate) fn too_deep(&mut self, what: &str, limit: usize, place: Span) {
        self.incomplete = true;
        if !self.limits.passed.depth {
            self.limits.passed.depth = true;
            self.diagnostics.push(reuse::chain_too_long(what, limit, place));
        }
    }

    /// Copies a value to where it is used. Past the limit, which is reported once, returns a poisoned value.
    pub(crate) fn copied(&mut self, value: &Value, used: Span) -> Value {
        if self.may_copy(weight(value), used) {
            self.use_of(value, used);
            Value { kind: value.kind.clone(), span: used }
        } else {
            Value::poisoned(used)
        }
    }

    /// Remembers where a literal value is written that a name refers to.
    pub(super) fn use_of(&mut self, value: &Value, used: Span) {
        let is_literal = match &value.kind {
            ValueKind::Text(text) => text.as_literal().is_some(),
            kind => matches!(kind, ValueKind::Number(_) | ValueKind::Percent(_)),
        };
        if is_literal {
            self.origins.add(used, value.span);
        }
    }

    /// Returns whether another `bytes` of values are within the limit; reports the first excess.
    pub(crate) fn may_copy(&mut self, bytes: usize, place: Span) -> bool {
        self.limits.copied = self.limits.copied.saturating_add(bytes);
        if self.limits.copied <= COPY_LIMIT {
            return true;
        }
        self.incomplete = true;
        if !self.limits.passed.size {
            self.limits.passed.size = true;
            self.diagnostics.push(reuse::values_too_large(COPY_LIMIT >> 20, place));
        }
        false
    }

    /// Returns the most similar of some names, unless the limit is reached.
    pub(crate) fn near<'n>(&self, wanted: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
        let left = self.limits.comparisons.get();
        let mut compared = 0;
        let found = suggest::similar(wanted, known.into_iter().take(left).inspect(|_| compared += 1));
        self.limits.comparisons.set(left - compared);
        found
    }

    /// Returns whether the limit allows looking for similar names.
    pub(crate) fn may_compare(&self) -> bool {
        self.limits.comparisons.get() > 0
    }

    /// Counts what loops and components generate: statements, and iterations, since nested loops take time even if they
    /// generate nothing. Returns whether the total is within the limit; reports the first excess.
    pub(crate) fn make(&mut self, place: Span) -> bool {
        self.limits.made += 1;
        if self.limits.made < EXPANSION_LIMIT {
            return true;
        }
        if self.limits.made == EXPANSION_LIMIT {
            let place = self.limits.expanding.last().copied().unwrap_or(place);
            self.diagnostics.push(reuse::too_large(EXPANSION_LIMIT, place));
        }
        self.incomplete = true;
        false
    }
}
