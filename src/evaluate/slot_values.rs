//! Values of slots: of attributes, and of arguments with a name.

use crate::catalog::{Slot, SlotType, Words};
use crate::diagnostic::families::{attributes, statements};
use crate::hir::{Attribute, Value, ValueKind};
use crate::resolve::artifacts_in;
use crate::slots::{self, Attributes, Owner, SlotSet, is_reason};
use crate::syntax::ast::{Expr, ExprKind, Ident};

use super::evaluator::{Context, Evaluator};

/// A word that was rejected and reported.
#[derive(Debug)]
pub(crate) struct Rejected {
    /// The slot's word that is meant, if no slot has the word and the intention is clear.
    pub(crate) meant: Option<String>,
}

impl<'a> Evaluator<'a> {
    /// Reads a word with its value, of an attribute or an argument.
    pub(crate) fn argument(
        &mut self,
        key: &Ident,
        expression: &'a Expr,
        slots: &SlotSet<'_>,
        owner: Owner<'_>,
        context: Context,
        read: &mut Attributes,
    ) -> Result<(), Rejected> {
        if let Some(first) = read.get(&key.node) {
            self.diagnostics.push(attributes::attribute_twice(key, first.word));
            return Err(Rejected { meant: None });
        }
        let Some(slot) = slots.named(&key.node) else {
            return Err(Rejected { meant: self.unknown_attribute(key, expression, slots, owner, context) });
        };
        let value = self.evaluate_slot(slot, expression, context);
        if slots::is_left_out(slot, &value) {
            return Ok(());
        }
        let mut value = self.slot_value(slot, value);
        if let (ValueKind::Bool(flag), true) = (&value.kind, is_reason(slot)) {
            self.incomplete = true;
            let line = self.whole_line(key.span.to(expression.span)).filter(|_| self.shown(value.span) == "false");
            self.diagnostics.push(statements::flag_for_reason(&slot.attribute, *flag, value.span, line));
            value = Value::poisoned(value.span);
        }
        read.insert(key.node.clone(), Attribute { value, word: key.span });
        Ok(())
    }

    fn slot_value(&mut self, slot: &Slot, value: Value) -> Value {
        if is_reason(slot) && matches!(value.kind, ValueKind::Bool(_)) {
            return value;
        }
        self.look_for_unreplaced(slot, &value);
        let value = slots::fit(slot, value, self);
        self.incomplete |= value.is_poisoned();
        value
    }

    /// Evaluates a value with the slot's meaning of bare words; the fields of a record have their own slots.
    pub(crate) fn evaluate_slot(&mut self, slot: &Slot, expression: &'a Expr, context: Context) -> Value {
        let ExprKind::Map(entries) = &expression.kind else {
            return self.evaluate(expression, context, Words::of(slot));
        };
        if slot.ty != SlotType::Record {
            let words = if slot.ty == SlotType::ArtifactMap { Words::Artifact } else { Words::Text };
            return self.evaluate(expression, context, words);
        }
        let mut map = Vec::with_capacity(entries.len());
        for entry in entries {
            let field = slot.field.iter().find(|field| field.attribute == entry.key.node);
            let value = match field {
                Some(field) => self.evaluate_slot(field, &entry.value, context),
                None => self.evaluate(&entry.value, context, Words::Enumeration),
            };
            map.push((entry.key.clone(), value));
        }
        Value::new(ValueKind::Map(map), expression.span)
    }

    /// Reports an attribute that the block does not have. Returns the word that is meant, if that is clear.
    fn unknown_attribute(
        &mut self,
        key: &Ident,
        expression: &'a Expr,
        slots: &SlotSet<'_>,
        owner: Owner<'_>,
        context: Context,
    ) -> Option<String> {
        self.incomplete = true;
        if is_resources_file(key, expression) {
            let inside = owner.shown.as_text().split(' ').next().unwrap_or_default().trim_matches('`');
            self.diagnostics.push(statements::misplaced("resources", key.span, inside, &[""]));
            return None;
        }
        let (unknown, meant) = slots::unknown_attribute(key, &artifacts_in(expression), owner.shown, slots);
        if !self.is_reported(key.span) {
            self.diagnostics.push(unknown);
        }
        self.quietly(|this| this.evaluate(expression, context, Words::Enumeration));
        meant.map(str::to_owned)
    }
}

/// Returns whether an attribute is `resources = file("...")`.
pub(crate) fn is_resources_file(key: &Ident, value: &Expr) -> bool {
    key.node == "resources" && is_file_call(value)
}

/// Returns whether a value is `file("...")`.
pub(crate) fn is_file_call(value: &Expr) -> bool {
    matches!(&value.kind, ExprKind::Call { callee, .. } if matches!(callee.as_slice(), [only] if only.node == "file"))
}
