//! W0140, E0156: properties that `raw` sets although the language has words for them, which are then not checked.

use indexmap::IndexMap;

use crate::catalog::{self, Phase, Slot, SlotType};
use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::configuration::{self, RawProperty};
use crate::hir::{Attribute, PartKind, Value, ValueKind};
use crate::source::Span;

use super::Subject;

/// Properties of a pipeline that statements make, each with an example of the statement.
const BY_STATEMENT: [(&str, &str); 3] =
    [("Stages", "stage Name { ... }"), ("Triggers", "on push { ... }"), ("Variables", "variable Name: string")];

/// The attribute for what other resources, policies, and event rules call the resource.
const NAME: &str = "name";

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let none = IndexMap::new();
    for pipeline in &subject.hir.pipelines {
        let Some(raw) = &pipeline.raw else { continue };
        of_thing(raw, "pipeline", &none, diagnostics);
        for (property, statement) in BY_STATEMENT {
            if let Some((key, _)) = find(raw, property) {
                diagnostics.push(configuration::raw_for_statement(property, statement, key));
            }
        }
    }
    for (entity, declaration) in subject.hir.declarations() {
        if let Some(raw) = declaration.raw() {
            of_thing(raw, entity.word(), &declaration.attributes, diagnostics);
        }
    }
}

fn of_thing(raw: &Value, kind: &str, attributes: &IndexMap<String, Attribute>, diagnostics: &mut Diagnostics) {
    let slots = catalog::declaration(kind).map(|entry| entry.slot.as_slice()).unwrap_or_default();
    for slot in slots {
        let Some(property) = slot.key.as_deref() else { continue };
        let Some((key, value)) = find(raw, property) else { continue };
        let given = attributes.get(&slot.attribute).map(|attribute| attribute.word);
        if slot.attribute == NAME {
            diagnostics.push(configuration::raw_for_name(property, key.to(value.span), given));
            continue;
        }
        if !fits(slot, value) {
            continue;
        }
        diagnostics.push(configuration::raw_for_attribute(&RawProperty {
            property,
            key,
            value: value.span,
            attribute: &slot.attribute,
            given,
        }));
    }
}

/// The key of a property and its value, below `raw`.
pub(super) fn find<'v>(raw: &'v Value, property: &str) -> Option<(Span, &'v Value)> {
    let (first, rest) = property.split_once('.').map_or((property, None), |(first, rest)| (first, Some(rest)));
    let ValueKind::Map(entries) = &raw.kind else { return None };
    let (key, value) = entries.iter().find(|(key, _)| key.node == first)?;
    match rest {
        Some(rest) => find(value, rest),
        None => Some((key.span, value)),
    }
}

/// Whether the attribute could say what `raw` says: an intrinsic, a property with parts of its own, or what is known too
/// late, it could not.
fn fits(slot: &Slot, value: &Value) -> bool {
    let (phase, _) = value.phase();
    let takes_text =
        matches!(slot.ty, SlotType::String | SlotType::Reference | SlotType::List | SlotType::Map | SlotType::Env);
    if phase > slot.phase || phase > Phase::Compile && !takes_text {
        return false;
    }
    let mut plain = true;
    value.each_part(&mut |part| plain &= !matches!(part.kind, PartKind::Raw(_)));
    plain
        && match &value.kind {
            ValueKind::Text(_) | ValueKind::Word(_) | ValueKind::Bool(_) | ValueKind::Number(_) => true,
            ValueKind::List(items) => {
                let whole = !items.iter().any(|item| matches!(item.kind, ValueKind::Raw(_)));
                whole && matches!(slot.ty, SlotType::Env | SlotType::List | SlotType::Map)
            }
            _ => false,
        }
}
