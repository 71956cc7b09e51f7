//! The attributes of a block, checked against the slots of the catalogue: one function for every block of the language.

use indexmap::IndexMap;

use crate::catalog::{Slot, SlotType};
use crate::diagnostic::families::{names, statements};
use crate::hir::{Attribute, Setting, Value, ValueKind};
use crate::resolve::is_aws_key;
use crate::source::Span;
use crate::syntax::ast::{self, StmtKind};

use super::Lowerer;
use super::coerce::words_of;
use super::expand::Placed;
use super::expression::{Context, Words};
use super::placement::is_resources_file;

/// Who has the attributes, for messages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner<'s> {
    /// For example ``project `Builder` ``.
    pub(super) shown: &'s str,
    /// Where a missing attribute is reported.
    pub(super) place: Span,
}

/// Validated attributes by word, in the order written.
pub(super) type Attributes = IndexMap<String, Attribute>;

impl<'a> Lowerer<'a> {
    /// Reads the attributes among `statements`. What does not fit is reported and left out, or poisoned.
    pub(super) fn attributes(&mut self, statements: &[Placed<'a>], slots: &[&Slot], owner: Owner<'_>) -> Attributes {
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
        slots: &[&Slot],
        owner: Owner<'_>,
        context: Context,
        read: &mut Attributes,
    ) -> Option<String> {
        if let Some(first) = read.get(&key.node) {
            self.diagnostics.push(names::attribute_twice(key, first.word));
            return None;
        }
        let Some(slot) = slots.iter().find(|slot| slot.attribute == key.node && !is_header_only(slot)) else {
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
        let value = self.coerce(slot, value);
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
            let value = self.evaluate(expression, context, words_of(slot));
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
        slots: &[&Slot],
        owner: Owner<'_>,
        context: Context,
    ) -> Option<String> {
        self.hir.incomplete = true;
        if is_resources_file(key, expression) {
            let inside = owner.shown.split(' ').next().unwrap_or_default().trim_matches('`');
            self.diagnostics.push(statements::misplaced("resources", key.span, inside, &[""]));
            return None;
        }
        let mut valid: Vec<&str> = Vec::new();
        for slot in slots.iter().filter(|slot| !is_header_only(slot)) {
            if !valid.contains(&slot.attribute.as_str()) {
                valid.push(&slot.attribute);
            }
        }
        let by_key = slots.iter().find(|slot| !is_header_only(slot) && is_aws_key(slot, &key.node));
        let word = by_key.map(|slot| slot.attribute.as_str());
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
        let reported = self.diagnostics.len();
        self.evaluate(expression, context, Words::Enumeration);
        self.diagnostics.truncate(reported);
        meant.map(str::to_owned)
    }

    /// Reports required attributes that are absent. `broken`: part of the block could not be read.
    pub(super) fn require(&mut self, read: &Attributes, slots: &[&Slot], owner: Owner<'_>, broken: bool) {
        if broken {
            return;
        }
        for slot in slots.iter().filter(|slot| slot.required && slot.header.is_none() && !slot.derived) {
            if !read.contains_key(&slot.attribute) {
                let example = slot.example();
                self.diagnostics.push(names::missing_attribute(
                    owner.shown,
                    &slot.attribute,
                    &example,
                    owner.place,
                    slot.instead.as_deref(),
                ));
            }
        }
    }
}

/// Whether a slot holds why something is switched off, so that a flag there means the switch and not a text.
fn is_reason(slot: &Slot) -> bool {
    slot.charset.as_deref() == Some("disabled-reason")
}

/// Given by the header and nowhere else.
fn is_header_only(slot: &Slot) -> bool {
    matches!(slot.header, Some(crate::catalog::Header::FromFile))
}

/// Settings by AWS key, in the catalogue's order.
pub(super) fn settings<'s>(read: &Attributes, slots: impl IntoIterator<Item = &'s Slot>) -> IndexMap<String, Setting> {
    let mut settings = IndexMap::new();
    for slot in slots {
        if let (Some(key), Some(attribute)) = (&slot.key, read.get(&slot.attribute)) {
            let setting = Setting { value: attribute.value.clone(), attribute: attribute.word, raw: false };
            settings.insert(key.clone(), setting);
        }
    }
    settings
}

/// Text of an attribute that is known at compile time.
pub(super) fn literal(read: &Attributes, word: &str) -> Option<crate::source::Spanned<String>> {
    let value = &read.get(word)?.value;
    let text = match &value.kind {
        ValueKind::Number(text) => text,
        _ => value.as_str()?,
    };
    Some(crate::source::Spanned::new(text.to_owned(), value.span))
}
