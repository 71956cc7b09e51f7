//! Identifiers in values and types.

use crate::catalog::{self, SlotType};
use crate::slots::{Shape, slots_of};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Expr, ExprKind, Ident, StringPart, StringPartKind, Type, TypeKind};

use super::block::At;
use super::expect::{Expect, expect_of};
use super::index::{DefinitionKind, Meaning, Word};
use super::pending::Wanted;
use super::unknown_words::unknown_function;
use super::walk::Walk;
use super::words::{FUNCTIONS, is_type};

impl<'a> Walk<'a> {
    /// Walks over the value of an attribute; the fields of a record have their own slots.
    pub(super) fn slot_value(&mut self, slot: &'static catalog::Slot, value: &'a Expr, at: At) {
        let ExprKind::Map(entries) = &value.kind else { return self.value(value, expect_of(slot), at) };
        if slot.ty != SlotType::Record {
            let expect = if slot.ty == SlotType::ArtifactMap { Expect::Artifact } else { Expect::Text };
            return self.value(value, expect, at);
        }
        for entry in entries {
            self.word(&entry.key, Word::Key);
            match slot.field.iter().find(|field| field.attribute == entry.key.node) {
                Some(field) => self.slot_value(field, &entry.value, at),
                None => self.value(&entry.value, Expect::Open, at),
            }
        }
    }

    /// Walks over a value in which bare words have one meaning.
    pub(super) fn value(&mut self, value: &'a Expr, expect: Expect, at: At) {
        match &value.kind {
            ExprKind::String(parts) => self.text(parts, at),
            ExprKind::ArtifactFile { artifact, path, .. } => {
                if artifact.node == "AWS" {
                    self.word(artifact, Word::Pseudo);
                } else {
                    self.later(artifact, &[], Wanted::ArtifactOfFile(value.span), at);
                }
                self.text(path, at);
            }
            ExprKind::Call { callee, arguments } => self.call(callee, arguments, expect, at),
            ExprKind::Reference(reference) => {
                if let (Expect::Word(slot), []) = (expect, reference.accesses.as_slice())
                    && slot.has_word(&reference.head.node)
                {
                    return self.word(&reference.head, Word::Value);
                }
                self.later(&reference.head, &reference.accesses, Wanted::Name(expect), at);
            }
            ExprKind::List(items) => items.iter().for_each(|item| self.value(item, expect, at)),
            ExprKind::ListFor { name, list, element, condition } => {
                self.value(list, Expect::Value, at);
                let scope = self.open(Some(at.scope), value.span);
                let inner = At { scope, ..at };
                self.define(name, DefinitionKind::Loop, inner);
                self.value(element, expect, inner);
                if let Some(condition) = condition {
                    self.value(condition, Expect::Value, inner);
                }
                self.close(scope);
            }
            ExprKind::Map(entries) => {
                for entry in entries {
                    self.word(&entry.key, Word::Key);
                    self.value(&entry.value, expect, at);
                }
            }
            ExprKind::Not(inner) => self.value(inner, Expect::Value, at),
            ExprKind::Compare { left, right, .. } => {
                self.value(left, Expect::Value, at);
                self.value(right, Expect::Value, at);
            }
            ExprKind::And(items) | ExprKind::Or(items) => {
                for item in items {
                    self.value(item, Expect::Value, at);
                }
            }
            ExprKind::Conditional { condition, then, otherwise } => {
                self.value(condition, Expect::Value, at);
                self.value(then, expect, at);
                self.value(otherwise, expect, at);
            }
            ExprKind::Bool(_)
            | ExprKind::Null
            | ExprKind::Number(_)
            | ExprKind::Percent(_)
            | ExprKind::Duration { .. }
            | ExprKind::Range(..)
            | ExprKind::Error => {}
        }
    }

    /// Walks over a string and what it interpolates.
    pub(super) fn text(&mut self, parts: &'a [StringPart], at: At) {
        for part in parts {
            match &part.kind {
                StringPartKind::Text(_) => {}
                StringPartKind::Interpolation(value) => {
                    let before = self.pending.len();
                    self.value(value, Expect::Value, at);
                    if let (ExprKind::Reference(reference), Some(pending)) = (&value.kind, self.pending.get_mut(before))
                        && reference.accesses.is_empty()
                    {
                        pending.part = Some(part.span);
                    }
                }
                StringPartKind::Runtime(name) => self.run_time(name, part.span, at),
            }
        }
    }

    /// Records the reference `#{variables.Name}` to a variable of the pipeline.
    fn run_time(&mut self, name: &'a str, part: Span, at: At) {
        let Some(variable) = name.strip_prefix("variables.") else { return };
        let end = part.range().end.saturating_sub(1);
        let place = Span::new(part.file, end.saturating_sub(variable.len()), end);
        self.run_variables.push((variable, place, at.pipeline));
    }

    fn call(&mut self, callee: &'a [Ident], arguments: &'a [ast::Argument], expect: Expect, at: At) {
        let known = FUNCTIONS.iter().any(|(name, _)| is_called(callee, name));
        let is_looked_for = !known && !at.is_ignored && !matches!(expect, Expect::Open);
        match unknown_function(callee).filter(|_| is_looked_for) {
            Some((first, diagnostic)) => {
                self.nothing(first, diagnostic);
                self.callee(callee.get(1..).unwrap_or_default(), false);
            }
            None => self.callee(callee, known),
        }
        let expect = if known { Expect::Value } else { Expect::Open };
        for argument in arguments {
            if let Some(name) = &argument.name {
                self.word(name, Word::Argument);
            }
            self.value(&argument.value, expect, at);
        }
        let is_reference = is_called(callee, "cfn.ref");
        if let (true, [ast::Argument { value, .. }]) = (is_reference, arguments)
            && let ExprKind::String(parts) = &value.kind
            && let [StringPart { kind: StringPartKind::Text(id), span }] = parts.as_slice()
        {
            self.logical_ids.push((id.as_str(), *span, at.scope));
        }
    }

    fn callee(&mut self, callee: &'a [Ident], known: bool) {
        let meaning = if known { Meaning::Word(Word::Function) } else { Meaning::Open };
        for part in callee {
            self.note(part.span, meaning);
        }
    }

    /// Walks over a rule of a condition: a call or a comparison.
    pub(super) fn rule(&mut self, rule: &'a Expr, at: At) {
        let (callee, arguments) = match &rule.kind {
            ExprKind::Call { callee, arguments } => (callee, arguments),
            ExprKind::Compare { left, right, .. } => {
                self.value(left, Expect::Text, at);
                return self.value(right, Expect::Text, at);
            }
            _ => return self.value(rule, Expect::Open, At { is_ignored: true, ..at }),
        };
        let compares = catalog::called_comparisons().any(|(word, _)| is_called(callee, word));
        let ty = catalog::rule_words().find(|word| is_called(callee, word)).and_then(catalog::rule_type);
        self.callee(callee, compares || ty.is_some());
        for (index, argument) in arguments.iter().enumerate() {
            if let Some(name) = &argument.name {
                self.word(name, Word::Argument);
            }
            let (Some(ty), false) = (ty, compares) else {
                self.value(&argument.value, if compares { Expect::Text } else { Expect::Open }, at);
                continue;
            };
            let first = Some(ty.first.as_str()).filter(|_| index == 0);
            match argument.name.as_ref().map(|name| name.node.as_str()).or(first) {
                Some("from") => self.value(&argument.value, Expect::Artifact, at),
                Some(word) => match slots_of(Shape::Rule(ty)).named(word) {
                    Some(slot) => self.slot_value(slot, &argument.value, at),
                    None => self.value(&argument.value, Expect::Open, at),
                },
                None => self.value(&argument.value, Expect::Open, at),
            }
        }
    }

    /// Walks over the names in a type.
    pub(super) fn ty(&mut self, ty: &'a Type, at: At) {
        match &ty.kind {
            TypeKind::Named { name, arguments } => {
                self.later(name, &[], Wanted::Type, at);
                // Only types of the language take arguments.
                let is_ignored = at.is_ignored || !is_type(&name.node);
                for argument in arguments {
                    self.ty(argument, At { is_ignored, ..at });
                }
            }
            TypeKind::Literal(_) => {}
            TypeKind::List(inner) | TypeKind::Optional(inner) => self.ty(inner, at),
            TypeKind::Union(terms) => terms.iter().for_each(|term| self.ty(term, at)),
            TypeKind::Record(fields) => {
                for field in fields {
                    self.word(&field.name, Word::Field);
                    self.ty(&field.ty, at);
                }
            }
        }
    }
}

/// Returns whether dotted identifiers are the name of a function.
fn is_called(callee: &[Ident], name: &str) -> bool {
    let mut parts = name.split('.');
    callee.iter().all(|part: &Spanned<String>| parts.next() == Some(part.node.as_str())) && parts.next().is_none()
}
