//! E0105: attributes that a declaration needs because of its other attributes.

use crate::catalog::{self, Slot};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, Phrase, PipeCode, phrase};
use crate::hir::{Declaration, Ownership};
use crate::slots::{KnownValue, Lookup, all_hold};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "declared-keys", codes: &[Code::E0105], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (entity, declaration) in subject.hir.declarations() {
        let is_own = declaration.ownership == Ownership::Owned && !declaration.incomplete;
        let Some(entry) = catalog::declaration(entity.word()).filter(|_| is_own && declaration.raw().is_none()) else {
            continue;
        };
        let given = Given { slots: &entry.slot, declaration };
        for slot in entry.slot.iter().filter(|slot| !slot.required_when.is_empty()) {
            let is_absent = !declaration.attributes.contains_key(&slot.attribute);
            if is_absent && all_hold(&slot.required_when, &given).is_yes() {
                findings.push(missing(entity.word(), declaration, slot, given.cause(slot).as_ref()));
            }
        }
    }
}

/// The attributes of a declaration, by AWS key.
struct Given<'a> {
    slots: &'a [Slot],
    declaration: &'a Declaration,
}

impl Given<'_> {
    fn slot(&self, key: &str) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.key.as_deref() == Some(key))
    }

    /// Returns the setting that makes an attribute required, as written, with its span.
    fn cause(&self, slot: &Slot) -> Option<(PipeCode, Span)> {
        let other = self.slot(&slot.required_when.first()?.key)?;
        let value = self.declaration.value(&other.attribute)?;
        let word = other.values.iter().find(|(_, aws)| value.as_str() == Some(aws.as_str())).map(|(word, _)| word)?;
        Some((PipeCode::set(&other.attribute, word), value.span))
    }
}

impl Lookup for Given<'_> {
    fn known(&self, key: &str) -> KnownValue<'_> {
        match self.slot(key).and_then(|slot| self.declaration.value(&slot.attribute)) {
            Some(value) if value.is_poisoned() => KnownValue::Unreadable,
            Some(value) => KnownValue::Values(vec![value.as_str()]),
            None => KnownValue::Absent,
        }
    }

    fn assumed(&self, key: &str) -> Option<&str> {
        self.slot(key)?.default_in_aws()
    }
}

/// An attribute that another one requires. `cause` is the other one, as written, with its span.
fn missing(kind: &str, declaration: &Declaration, slot: &Slot, cause: Option<&(PipeCode, Span)>) -> Diagnostic {
    let name = &declaration.symbol;
    let because = cause.map_or_else(Phrase::default, |(shown, _)| phrase![" with ", shown.clone()]);
    let message = phrase![format!("{kind} `{}` needs attribute `{}`", name.node, slot.attribute), &because];
    let diagnostic = Diagnostic::new(Code::E0105, message, name.span, "")
        .message_in_document(phrase![format!("{kind} `{}` needs `{}`", name.node, slot.attribute), because])
        .help(phrase!["add ", PipeCode::set(&slot.attribute, slot.example())]);
    match cause {
        Some((_, span)) => diagnostic.label(*span, "requires it"),
        None => diagnostic,
    }
}
