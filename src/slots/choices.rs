//! Choices at deployment between values that fit their slot.

use crate::catalog::{Slot, SlotType};
use crate::diagnostic::families::phases;
use crate::hir::{PartKind, Text, Value, ValueChoice, ValueKind};
use crate::source::Span;

use super::Sink;

/// Returns a choice in the slot's form. If CloudFormation cannot choose between the values, reports that and returns a
/// poisoned value.
pub(super) fn fitted_choice(slot: &Slot, choice: ValueChoice, span: Span, sink: &mut dyn Sink) -> Value {
    let are = |fits: fn(&ValueKind) -> bool| {
        choice.values().into_iter().all(|value| value.kind == ValueKind::Null || fits(&value.kind))
    };
    let is_text = are(|kind| matches!(kind, ValueKind::Text(_)));
    let is_list = are(|kind| matches!(kind, ValueKind::List(_) | ValueKind::LateList(_)));
    let kind = if is_text {
        ValueKind::Text(Text::of(PartKind::Choice(Box::new(choice)), span))
    } else if is_list && slot.counted {
        let shown = sink.shown(choice.place);
        sink.report(phases::uncounted(&slot.attribute, &shown, span));
        ValueKind::Poisoned
    } else if is_list {
        ValueKind::LateList(Text::of(PartKind::Choice(Box::new(choice)), span))
    } else if matches!(slot.ty, SlotType::Json | SlotType::Any) {
        ValueKind::Choice(Box::new(choice))
    } else {
        sink.report(phases::not_chosen(&slot.attribute, is_map(slot.ty), choice.place));
        ValueKind::Poisoned
    };
    Value::new(kind, span)
}

/// Returns whether both values of a choice are strings.
pub(super) fn is_between_strings(choice: &ValueChoice) -> bool {
    choice.values().into_iter().all(|value| matches!(value.kind, ValueKind::Text(_)))
}

/// Returns whether a slot takes a map.
fn is_map(ty: SlotType) -> bool {
    matches!(ty, SlotType::Map | SlotType::Env | SlotType::Record | SlotType::Shorthand | SlotType::ArtifactMap)
}
