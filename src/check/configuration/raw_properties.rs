//! W0140, E0156: properties that `raw` sets although the language has words for them, which are then not checked.

use crate::check::support::raw::find;
use indexmap::IndexMap;

use crate::catalog::{self, Phase, Slot, SlotType};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::configuration::{self, RawProperty};
use crate::hir::{Attribute, PartKind, Value, ValueKind};

pub(super) const RULE: Rule = Rule { name: "raw-properties", codes: &[Code::W0140, Code::E0156], run: check };

/// Properties of a pipeline that statements make, each with an example of the statement.
const BY_STATEMENT: [(&str, &str); 3] =
    [("Stages", "stage Name { ... }"), ("Triggers", "on push { ... }"), ("Variables", "variable Name: string")];

/// The attribute for what other resources, policies, and event rules call the resource.
const NAME: &str = "name";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let none = IndexMap::new();
    for pipeline in &subject.hir.pipelines {
        let Some(raw) = &pipeline.raw else { continue };
        of_thing(raw, "pipeline", &none, findings);
        for (property, statement) in BY_STATEMENT {
            if let Some((key, _)) = find(raw, property) {
                findings.push(configuration::raw_for_statement(property, statement, key));
            }
        }
    }
    for (entity, declaration) in subject.hir.declarations() {
        if let Some(raw) = declaration.raw() {
            of_thing(raw, entity.word(), &declaration.attributes, findings);
        }
    }
}

fn of_thing(raw: &Value, kind: &str, attributes: &IndexMap<String, Attribute>, findings: &mut Findings) {
    let slots = catalog::declaration(kind).map(|entry| entry.slot.as_slice()).unwrap_or_default();
    for slot in slots {
        let Some(property) = slot.key.as_deref() else { continue };
        let Some((key, value)) = find(raw, property) else { continue };
        let given = attributes.get(&slot.attribute).map(|attribute| attribute.word);
        if slot.attribute == NAME {
            findings.push(configuration::raw_for_name(property, key.to(value.span), given));
            continue;
        }
        if !fits(slot, value) {
            continue;
        }
        findings.push(configuration::raw_for_attribute(&RawProperty {
            property,
            key,
            value: value.span,
            attribute: &slot.attribute,
            given,
        }));
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
