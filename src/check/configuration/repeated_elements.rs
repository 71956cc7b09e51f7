//! W0101: elements that a list contains twice.

use crate::catalog::{Slot, SlotType};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Value, ValueKind, ValueOwner};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "repeated-elements", codes: &[Code::W0101], run: check };

/// The attribute whose elements are steps rather than a set.
const COMMANDS: &str = "commands";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    subject.hir.each_value(&mut |place| {
        // Equal events are reported where they are read.
        let is_read = matches!(place.owner, ValueOwner::Notification(..) | ValueOwner::Statement(..));
        if let Some(slot) = place.slot.filter(|_| !is_read) {
            in_slot(subject, slot, place.value, findings);
        }
    });
}

fn in_slot(subject: &Subject<'_>, slot: &Slot, value: &Value, findings: &mut Findings) {
    match (&value.kind, slot.ty) {
        (ValueKind::Map(entries), SlotType::Record) => {
            for (key, value) in entries {
                if let Some(field) = slot.field.iter().find(|field| field.attribute == key.node) {
                    in_slot(subject, field, value, findings);
                }
            }
        }
        (ValueKind::List(items), SlotType::List | SlotType::EnumList) if slot.attribute != COMMANDS => {
            for (index, item) in items.iter().enumerate() {
                // In a loop, each copy of an element has the same span.
                let same = |first: &&Value| first.same(item) && !item.is_poisoned() && first.span != item.span;
                if let Some(first) = items.iter().take(index).find(same) {
                    let shown =
                        item.as_str().map_or_else(|| subject.written(item.span).shown().to_owned(), str::to_owned);
                    findings.push(twice(&shown, &slot.attribute, item.span, first.span));
                }
            }
        }
        _ => {}
    }
}

/// An element that the list already contains.
fn twice(text: &str, attribute: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::W0101, format!("`{text}` is listed twice in `{attribute}`"), place, "repeated here")
        .label(first, "first one")
        .help("remove one of them, or correct the second one")
}
