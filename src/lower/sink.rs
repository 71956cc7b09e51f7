//! What slots are told of the file's text while values are fitted into them.

use crate::catalog::Slot;
use crate::diagnostic::Diagnostic;
use crate::hir::{ActionId, Value};
use crate::slots::Sink;
use crate::source::{Span, Spanned};

use super::Lowerer;

impl Sink for Lowerer<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn is_reported(&mut self, place: Span) -> bool {
        Lowerer::is_reported(self, place)
    }

    fn shown(&self, place: Span) -> String {
        Lowerer::shown(self, place)
    }

    fn named_at(&self, action: ActionId) -> Option<Span> {
        let draft = self.current.and_then(|index| self.drafts.get(index))?;
        draft.name_span(action)
    }

    fn renaming(&self, kind: &str, name: &Spanned<String>, mended: &str) -> Option<String> {
        Lowerer::renaming(self, kind, name, mended)
    }

    fn quoted(&mut self, slot: &Slot, value: &Value) -> Option<Value> {
        Lowerer::quoted(self, slot, value)
    }
}
