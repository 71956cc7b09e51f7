//! What a file may use up of time, memory and stack, and what is said when that is too much.

use crate::diagnostic::families::reuse;
use crate::diagnostic::suggest;
use crate::hir::Value;
use crate::source::Span;

use super::evaluator::Evaluator;
use super::limits::{COPY_LIMIT, EXPANSION_LIMIT, VALUE_DEPTH, weight};

impl Evaluator<'_> {
    /// Runs a step one level deeper in values; nothing, which has been reported, where that is too deep.
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

    /// Whether a chain that is too long was reported: what is part of it is not looked at any more.
    pub(crate) fn gave_up(&self) -> bool {
        self.limits.passed.depth
    }

    /// Reports the first chain that is too long: what it is part of is too long as well.
    pub(crate) fn too_deep(&mut self, what: &str, limit: usize, place: Span) {
        self.incomplete = true;
        if !self.limits.passed.depth {
            self.limits.passed.depth = true;
            self.diagnostics.push(reuse::chain_too_long(what, limit, place));
        }
    }

    /// A value that is used where its name stands. Past the limit there is none, which is reported once.
    pub(crate) fn copied(&mut self, value: &Value, used: Span) -> Value {
        if self.may_make(weight(value), used) {
            Value { kind: value.kind.clone(), span: used }
        } else {
            Value::poisoned(used)
        }
    }

    /// Whether so many more bytes of values may be made; reports it where they no longer may.
    pub(crate) fn may_make(&mut self, bytes: usize, place: Span) -> bool {
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

    /// The nearest of some names, as long as there is time to look for it.
    pub(crate) fn near<'n>(&self, wanted: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
        let left = self.limits.comparisons.get();
        let mut compared = 0;
        let found = suggest::similar(wanted, known.into_iter().take(left).inspect(|_| compared += 1));
        self.limits.comparisons.set(left - compared);
        found
    }

    /// Whether there is still time to look for similar names.
    pub(crate) fn may_compare(&self) -> bool {
        self.limits.comparisons.get() > 0
    }

    /// Counts what loops and components make: statements, and turns of loops, since those of a loop within a loop take
    /// time even where they make nothing. Whether it is within the limit; reports it where it no longer is.
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
