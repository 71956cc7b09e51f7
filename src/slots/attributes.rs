//! The attributes of a block, matched with their slots.

use crate::catalog::{self, ExampleValue, Header, Slot};
use crate::collections::IndexMap;
use crate::diagnostic::families::attributes;
use crate::diagnostic::{Diagnostic, Phrase};
use crate::hir::{Attribute, ExistenceCondition, Input, Setting, Value, ValueKind};
use crate::source::{Span, Spanned};

use super::set::SlotSet;
use super::{Sink, describe};

/// The owner of the attributes, for messages.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'s> {
    /// For example ``project `Builder` ``.
    pub shown: &'s Phrase,
    /// Where a missing attribute is reported.
    pub place: Span,
}

/// Validated attributes by word, in the order written.
pub type Attributes = IndexMap<String, Attribute>;

/// Returns whether all required attributes are present; reports missing ones.
pub fn require<'s>(
    read: &Attributes,
    slots: impl Iterator<Item = &'s Slot>,
    owner: Owner<'_>,
    sink: &mut dyn Sink,
) -> bool {
    let mut complete = true;
    for slot in slots.filter(|slot| slot.required && slot.header.is_none() && !slot.derived) {
        if !read.contains_key(&slot.attribute) {
            complete = false;
            let only = slot.to.and_then(|kind| sink.only(kind));
            let example = only.map_or_else(|| slot.example(), ExampleValue::from);
            sink.report(attributes::missing_attribute(
                owner.shown,
                &slot.attribute,
                &example,
                owner.place,
                slot.instead.as_deref(),
            ));
        }
    }
    complete
}

/// The attribute for run orders, which follow from the order of the statements and need not be written.
const ORDER: &str = "run-order";

/// Returns the diagnostic of an attribute that a block does not have, and the word that is meant, if that is clear.
/// `given`: the artifacts and artifact files that its value names.
pub fn unknown_attribute<'c>(
    key: &Spanned<String>,
    given: &[String],
    owner: &Phrase,
    slots: &SlotSet<'c>,
) -> (Diagnostic, Option<&'c str>) {
    let valid = slots.words();
    let word = slots.called_in_aws(&key.node).map(|slot| slot.attribute.as_str());
    let meant = word.or_else(|| attributes::similar_attribute(&key.node, &valid));
    let is_action = slots.iter().any(|slot| slot.attribute == "action-role");
    match attributes::in_header(key, given, owner).filter(|_| is_action && meant.is_none_or(|word| word == ORDER)) {
        Some(in_header) => (in_header, None),
        None if meant.is_none() && is_action && of_project(&key.node, &valid) => {
            (attributes::set_in_project(key, owner), None)
        }
        None if meant.is_none() && is_action && key.node == TIMEOUT => (attributes::no_timeout(key, owner), None),
        None => (attributes::unknown_attribute(key, owner, &valid, word), meant),
    }
}

/// The attribute that only approvals and projects have.
const TIMEOUT: &str = "timeout";

/// Whether an attribute of an action that runs a project is one of projects.
fn of_project(key: &str, valid: &[&str]) -> bool {
    let project = catalog::declaration("project").into_iter().flat_map(|entry| &entry.slot);
    valid.contains(&"project") && project.into_iter().any(|slot| slot.attribute == key)
}

/// Returns settings by AWS key, in the catalog's order.
pub fn settings<'s>(read: &Attributes, slots: impl IntoIterator<Item = &'s Slot>) -> IndexMap<String, Setting> {
    let mut settings = IndexMap::default();
    for slot in slots {
        if let (Some(key), Some(attribute)) = (&slot.key, read.get(&slot.attribute)) {
            let setting = Setting { value: attribute.value.clone(), attribute: attribute.word, raw: false };
            settings.insert(key.clone(), setting);
        }
    }
    settings
}

/// Returns the text of an attribute that is known at compile time.
pub fn literal(read: &Attributes, word: &str) -> Option<Spanned<String>> {
    let value = &read.get(word)?.value;
    let text = match &value.kind {
        ValueKind::Number(text) => text,
        _ => value.as_str()?,
    };
    Some(Spanned::new(text.to_owned(), value.span))
}

/// Returns the condition under which a stage or an action exists.
pub fn existence(read: &Attributes) -> Option<Spanned<ExistenceCondition>> {
    let value = &read.get("cfn-condition")?.value;
    let condition = match &value.kind {
        ValueKind::Test(id) => ExistenceCondition::Tested(*id),
        _ => ExistenceCondition::Named(value.as_str()?.to_owned()),
    };
    Some(Spanned::new(condition, value.span))
}

/// Returns the configuration key that a part of the header fills.
pub fn header_key(slots: &[Slot], header: Header) -> Option<&str> {
    slots.iter().find(|slot| slot.header == Some(header)).and_then(|slot| slot.key.as_deref())
}

/// Sets the primary input: of several inputs, the first one.
pub fn add_primary_input(slots: &[Slot], inputs: &[Input], configuration: &mut IndexMap<String, Setting>) {
    let Some(key) = header_key(slots, Header::PrimaryInput) else { return };
    if let [first, _, ..] = inputs
        && !configuration.contains_key(key)
    {
        let value = Value::new(ValueKind::Artifact(first.artifact), first.span);
        configuration.insert(key.to_owned(), Setting { value, attribute: first.span, raw: false });
    }
}

/// Returns whether `configuration` sets the key of a slot.
pub fn is_configured(read: &Attributes, slot: &Slot) -> bool {
    let given = read.get("configuration").map(|attribute| &attribute.value.kind);
    match (given, &slot.key) {
        (Some(ValueKind::Map(entries)), Some(key)) => entries.iter().any(|(given, _)| given.node == *key),
        _ => false,
    }
}

/// Adds the keys of `configuration = { Key = value }` as they are written; they replace those that attributes set.
pub fn add_raw(read: &Attributes, configuration: &mut IndexMap<String, Setting>, sink: &mut dyn Sink) {
    let Some(attribute) = read.get("configuration") else { return };
    let ValueKind::Map(entries) = &attribute.value.kind else {
        if !attribute.value.is_poisoned() {
            let found = describe(&attribute.value.kind);
            sink.report(attributes::wrong_type("configuration", "a map of AWS keys", found, attribute.value.span));
        }
        return;
    };
    for (key, value) in entries {
        let setting = Setting { value: value.clone(), attribute: key.span, raw: true };
        if let Some(replaced) = configuration.insert(key.node.clone(), setting) {
            let word = sink.shown(replaced.attribute);
            // For a stack, the header sets some of the keys.
            let word = read.get(&word).is_some().then_some(word.as_str());
            sink.report(attributes::configuration_override(key, word, replaced.attribute));
        }
    }
}

/// Returns whether an attribute is `true`.
pub fn flag(attributes: &Attributes, word: &str) -> bool {
    matches!(attributes.get(word).map(|attribute| &attribute.value.kind), Some(ValueKind::Bool(true)))
}
