//! Conversions of values to text that do not depend on a slot.

use crate::hir::{PartKind, Text, Value, ValueChoice, ValueKind};

/// Converts an intrinsic to text that is known at deployment.
pub(super) fn raw_as_text(value: Value) -> Value {
    let span = value.span;
    match value.kind {
        ValueKind::Raw(raw) => Value::new(ValueKind::Text(Text::of(PartKind::Raw(raw), span)), span),
        kind => Value::new(kind, span),
    }
}

/// Converts numbers and booleans to text, where AWS takes only strings.
pub(super) fn plain_text(value: Value) -> Value {
    match value.kind {
        ValueKind::Number(text) => Value::text(text, value.span),
        ValueKind::Bool(flag) => Value::text(flag.to_string(), value.span),
        ValueKind::Choice(choice) => {
            let (then, otherwise) = (in_choice(choice.then), in_choice(choice.otherwise));
            let choice = ValueChoice { then, otherwise, ..*choice };
            Value::new(ValueKind::Text(Text::of(PartKind::Choice(Box::new(choice)), value.span)), value.span)
        }
        _ => raw_as_text(value),
    }
}

/// Converts a value of a choice between strings to text. A secret in it is a dynamic reference.
fn in_choice(value: Value) -> Value {
    let span = value.span;
    let part = match value.kind {
        ValueKind::Secret(secret) => PartKind::Secret(Box::new(secret)),
        ValueKind::Parameter(name) => PartKind::Parameter(name),
        kind => return plain_text(Value::new(kind, span)),
    };
    Value::new(ValueKind::Text(Text::of(part, span)), span)
}
