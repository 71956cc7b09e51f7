//! The attributes of a block, checked against the slots of the catalog: one function for every block of the language.

use crate::catalog::{Slot, SlotType};
use crate::diagnostic::families::{names, statements};
use crate::hir::{Attribute, Value, ValueKind};
use crate::slots::{self, SlotSet, is_reason};
pub(super) use crate::slots::{Attributes, Owner, literal, settings};
use crate::syntax::ast::{self, StmtKind};

use super::Lowerer;
use super::expand::Placed;
use super::expression::{Context, Words};
use super::placement::is_resources_file;

impl<'a> Lowerer<'a> {
    /// Reads the attributes among `statements`. What does not fit is reported and left out, or poisoned.
    pub(super) fn attributes(
        &mut self,
        statements: &[Placed<'a>],
        slots: &SlotSet<'_>,
        owner: Owner<'_>,
    ) -> Attributes {
        let mut read = Attributes::new();
        let mut meant: Vec<(String, Attribute)> = Vec::new();
        for placed in statements {
            let StmtKind::Attribute(attribute) = &placed.statement.kind else { continue };
            let context = self.context_of(&placed.at);
            if let Some(word) = self.argument(&attribute.key, &attribute.value, slots, owner, context, &mut read) {
                let value = Value::poisoned(attribute.value.span);
                meant.push((word, Attribute { value, word: attribute.key.span }));
            }
        }
        for (word, attribute) in meant {
            read.entry(word).or_insert(attribute);
        }
        read
    }

    /// Reads one word with its value, of an attribute or of an argument. Of a word that no slot has, gives back the one that
    /// is meant, if that is clear.
    pub(super) fn argument(
        &mut self,
        key: &ast::Ident,
        expression: &'a ast::Expr,
        slots: &SlotSet<'_>,
        owner: Owner<'_>,
        context: Context,
        read: &mut Attributes,
    ) -> Option<String> {
        if let Some(first) = read.get(&key.node) {
            self.diagnostics.push(names::attribute_twice(key, first.word));
            return None;
        }
        let Some(slot) = slots.named(&key.node) else {
            return self.unknown_attribute(key, expression, slots, owner, context);
        };
        let mut value = self.slot_value(slot, expression, context);
        if let (ValueKind::Bool(flag), true) = (&value.kind, is_reason(slot)) {
            self.hir.incomplete = true;
            let line = self.whole_line(key.span.to(expression.span)).filter(|_| self.shown(value.span) == "false");
            self.diagnostics.push(statements::flag_for_reason(&slot.attribute, *flag, value.span, line));
            value = Value::poisoned(value.span);
        }
        read.insert(key.node.clone(), Attribute { value, word: key.span });
        None
    }

    fn slot_value(&mut self, slot: &Slot, expression: &'a ast::Expr, context: Context) -> Value {
        let value = self.evaluate_slot(slot, expression, context);
        if is_reason(slot) && matches!(value.kind, ValueKind::Bool(_)) {
            return value;
        }
        let value = slots::fit(slot, value, self);
        self.hir.incomplete |= value.is_poisoned();
        value
    }

    /// A bare word that is none of the slot's own stands for what has its name.
    fn named_by_word(&mut self, slot: &Slot, value: Value, context: Context) -> Value {
        let span = value.span;
        match value.kind {
            ValueKind::Word(word) if !slot.has_word(&word) => match self.named_value(&word, span, context) {
                Some(named) => named,
                None => Value::new(ValueKind::Word(word), span),
            },
            ValueKind::List(items) => {
                let items = items.into_iter().map(|item| self.named_by_word(slot, item, context)).collect();
                Value::new(ValueKind::List(items), span)
            }
            kind => Value::new(kind, span),
        }
    }

    /// Evaluates a value as its slot reads bare words; the fields of a record by their own slots.
    pub(super) fn evaluate_slot(&mut self, slot: &Slot, expression: &'a ast::Expr, context: Context) -> Value {
        let ast::ExprKind::Map(entries) = &expression.kind else {
            let value = self.evaluate(expression, context, Words::of(slot));
            return self.named_by_word(slot, value, context);
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

    /// Reports an attribute that the block does not have; the word that is meant, if that is clear.
    fn unknown_attribute(
        &mut self,
        key: &ast::Ident,
        expression: &'a ast::Expr,
        slots: &SlotSet<'_>,
        owner: Owner<'_>,
        context: Context,
    ) -> Option<String> {
        self.hir.incomplete = true;
        if is_resources_file(key, expression) {
            let inside = owner.shown.split(' ').next().unwrap_or_default().trim_matches('`');
            self.diagnostics.push(statements::misplaced("resources", key.span, inside, &[""]));
            return None;
        }
        let valid = slots.words();
        let word = slots.called_in_aws(&key.node).map(|slot| slot.attribute.as_str());
        let is_action = slots.iter().any(|slot| slot.attribute == "action-role");
        let mut meant = word.or_else(|| names::similar_attribute(&key.node, &valid));
        match names::in_header(key, owner.shown).filter(|_| is_action && meant.is_none()) {
            Some(diagnostic) => {
                if !self.is_reported(key.span) {
                    self.diagnostics.push(diagnostic);
                }
                meant = None;
            }
            None if self.is_reported(key.span) => {}
            None => self.diagnostics.push(names::unknown_attribute(key, owner.shown, &valid, word)),
        }
        self.quietly(|this| this.evaluate(expression, context, Words::Enumeration));
        meant.map(str::to_owned)
    }
}
