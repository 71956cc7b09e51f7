//! Properties of a resource from the attributes of its declaration. The catalog maps attributes to properties.

use crate::catalog::{self, PropertyPath, Slot, SlotType};
use crate::collections::IndexMap;
use crate::hir::{Attribute, Value, ValueKind};

use super::value::ValueScope;
use super::{Data, Expr, Properties};

/// The path of a role, which is part of its ARN.
pub const ROLE_PATH: PropertyPath<'_> = PropertyPath::new("Path");

/// The permissions boundary of a role.
pub const ROLE_BOUNDARY: PropertyPath<'_> = PropertyPath::new("PermissionsBoundary");

/// Returns the properties that attributes of a `word` declaration set, in the catalog's order. The caller handles slots
/// in `except` and those without a property.
pub fn properties(
    scope: &ValueScope,
    word: &str,
    attributes: &IndexMap<String, Attribute>,
    except: &[&str],
) -> Properties {
    let mut properties = Vec::new();
    let slots = catalog::declaration(word).map(|declaration| declaration.slot.as_slice()).unwrap_or_default();
    let generates = flag(attributes, "generate").unwrap_or(true);
    for slot in slots.iter().filter(|slot| !except.contains(&slot.attribute.as_str())) {
        let Some(path) = slot.path() else { continue };
        let given = attributes.get(&slot.attribute).and_then(|attribute| data(scope, &attribute.value, slot));
        if let Some(value) = given.or_else(|| default(slot).filter(|_| generates)) {
            set(&mut properties, path, value);
        }
    }
    properties
}

/// Returns the value of a boolean attribute.
pub fn flag(attributes: &IndexMap<String, Attribute>, word: &str) -> Option<bool> {
    match attributes.get(word)?.value.kind {
        ValueKind::Bool(truth) => Some(truth),
        _ => None,
    }
}

/// Returns the value that the catalog sets if the attribute is absent.
fn default(slot: &Slot) -> Option<Data> {
    let text = slot.emit.as_deref()?;
    let word = slot.values.get(text).map_or(text, String::as_str);
    Some(match slot.ty {
        SlotType::Bool => Data::Plain((text == "true").into()),
        _ => Data::Text(Expr::text(word)),
    })
}

/// Converts a value to the form of its property. Returns `None` for `null`.
fn data(scope: &ValueScope, value: &Value, slot: &Slot) -> Option<Data> {
    Some(match (&value.kind, slot.ty) {
        (ValueKind::Null | ValueKind::Poisoned, _) => return None,
        (ValueKind::Bool(truth), _) if slot.switch.is_some() => {
            let words = slot.switch.iter().flatten();
            Data::Text(words.map(Expr::from).nth(usize::from(!truth)).unwrap_or_default())
        }
        (ValueKind::Number(minutes), SlotType::Minutes) if slot.in_seconds => {
            Data::Plain(minutes.parse::<u64>().map_or(0, |minutes| minutes.saturating_mul(60)).into())
        }
        (ValueKind::Map(entries), SlotType::Record) => {
            let mut fields = Vec::new();
            for field in &slot.field {
                let given = entries.iter().find(|(name, _)| name.node == field.attribute);
                if let (Some(path), Some(value)) =
                    (field.path(), given.and_then(|(_, value)| data(scope, value, field)))
                {
                    set(&mut fields, path, value);
                }
            }
            Data::Map(fields)
        }
        (ValueKind::Map(_), SlotType::Map) => tags(&scope.pairs(value)),
        (ValueKind::List(items), SlotType::List | SlotType::EnumList) => {
            Data::List(items.iter().map(|item| Data::Text(scope.in_slot(item, slot))).collect())
        }
        (ValueKind::Bool(_) | ValueKind::Number(_) | ValueKind::LateList(_), _) | (_, SlotType::Any) => {
            scope.data(value)
        }
        _ => Data::Text(scope.in_slot(value, slot)),
    })
}

/// Converts tags to the form that most resources use.
pub fn tags(pairs: &[(String, Expr)]) -> Data {
    let tag = |(key, value): &(String, Expr)| {
        Data::Map(vec![
            ("Key".to_owned(), Data::Text(Expr::text(key.as_str()))),
            ("Value".to_owned(), Data::Text(value.clone())),
        ])
    };
    Data::List(pairs.iter().map(tag).collect())
}

/// Sets the property at a path.
pub fn set(properties: &mut Properties, path: PropertyPath<'_>, value: Data) {
    let (head, Some(rest)) = path.step() else {
        match properties.iter_mut().find(|(key, _)| *key == path.step().0) {
            Some((_, old)) => *old = value,
            None => properties.push((path.to_string(), value)),
        }
        return;
    };
    if !properties.iter().any(|(key, _)| key == head) {
        properties.push((head.to_owned(), Data::Map(Vec::new())));
    }
    if let Some((_, Data::Map(inner))) = properties.iter_mut().find(|(key, _)| key == head) {
        set(inner, rest, value);
    }
}

/// Returns the string at a path.
pub fn text_at<'a>(properties: &'a Properties, path: PropertyPath<'_>) -> Option<&'a Expr> {
    let (head, rest) = path.step();
    match (properties.iter().find(|(key, _)| key == head).map(|(_, value)| value)?, rest) {
        (Data::Text(expr), None) => Some(expr),
        (Data::Map(inner), Some(rest)) => text_at(inner, rest),
        _ => None,
    }
}
