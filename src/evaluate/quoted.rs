//! Names of declarations in quotes, where only a name without quotes refers to the declaration.

use crate::catalog::Slot;
use crate::diagnostic::families::names;
use crate::hir::Value;
use crate::source::Spanned;

use super::entities::Quoted;
use super::evaluator::Evaluator;

impl Evaluator<'_> {
    /// Looks for a reference in a string. If AWS accepts no name in the slot, reports it and returns a poisoned value
    /// to use instead.
    pub(crate) fn quoted(&mut self, slot: &Slot, value: &Value) -> Option<Value> {
        let (kind, name) = (slot.to?, value.as_str()?);
        let Some((entity, declared)) = self.entities.declared(kind, name) else {
            self.strings.push((kind, Spanned::new(name.to_owned(), value.span)));
            return None;
        };
        let quoted = Quoted { entity, kind, name: Spanned::new(name.to_owned(), value.span), declared };
        if slot.member.as_deref() != Some("arn") {
            self.quoted.push(quoted);
            return None;
        }
        self.report_quoted(&quoted, true);
        Some(Value::poisoned(value.span))
    }

    pub(crate) fn report_quoted(&mut self, quoted: &Quoted, arn: bool) {
        let Quoted { entity, kind, name, declared } = quoted;
        let is_literal = self.shown(name.span).trim_matches(['"', '\'']) == name.node;
        self.unnamed.remove(entity);
        self.incomplete = true;
        self.diagnostics.push(names::quoted_name(kind.word(), &name.node, name.span, *declared, arn, is_literal));
    }
}
