//! What the evaluator knows of the file's text, for values that are fitted into slots.

use crate::catalog::{Kind, Slot};
use crate::diagnostic::Diagnostic;
use crate::hir::{ActionId, ConditionId, Value, ValueOrigin};
use crate::slots::Sink;
use crate::source::{Span, Spanned};

use super::evaluator::Evaluator;

impl Sink for Evaluator<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn is_reported(&self, place: Span) -> bool {
        Evaluator::is_reported(self, place)
    }

    fn shown(&self, place: Span) -> String {
        Evaluator::shown(self, place)
    }

    fn origin(&self, name: &Spanned<String>, fits: &dyn Fn(&str) -> bool) -> Option<ValueOrigin> {
        self.origins.of(name.span, &name.node, |origin| Evaluator::shown(self, origin), fits)
    }

    fn named_at(&self, action: ActionId) -> Option<Span> {
        let draft = self.current.and_then(|index| self.pipelines.get(index))?;
        draft.name_span(action)
    }

    fn only(&self, kind: Kind) -> Option<String> {
        Evaluator::only(self, kind)
    }

    fn only_artifact(&self) -> Option<String> {
        if self.only_input.is_some() {
            return self.only_input.clone();
        }
        let pipeline = self.current.and_then(|index| self.pipelines.get(index))?;
        let mut artifacts = pipeline.artifact_names();
        let only = artifacts.next()?;
        artifacts.next().is_none().then(|| only.to_owned())
    }

    fn renaming(&self, kind: &str, name: &Spanned<String>, suggestion: &str) -> Option<String> {
        Evaluator::renaming(self, kind, name, suggestion)
    }

    fn condition_of(&mut self, value: &Value) -> Option<ConditionId> {
        Evaluator::condition_of(self, value)
    }

    fn quoted(&mut self, slot: &Slot, value: &Value) -> Option<Value> {
        Evaluator::quoted(self, slot, value)
    }
}
