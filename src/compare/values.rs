//! Compares values key by key and item by item.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::create_only::replacement;
use crate::catalog::spellings::template_key;
use crate::collections::HashMap;
use crate::workspace::pipeline_document::PIPELINE_TYPE;

use super::defined::ComparedKind;
use super::difference::{ComparedPart, Consequence, Difference, DifferenceKind, KeyPath, KeyStep};
use super::normal::{Fragment, NormalKind, NormalValue};
use super::order::is_too_much;

/// Collects differences.
#[derive(Debug, Default)]
pub(super) struct Comparer {
    /// Whether one side is a template and the other a definition: the results of functions in the template are unknown.
    pub(super) across: bool,
    /// Whether both sides are templates, so that CloudFormation could update one to the other.
    pub(super) deployable: bool,
    pub(super) found: Vec<Difference>,
    /// The number of values that cannot be compared.
    pub(super) unknown: usize,
}

/// The position of a value: the part, and the path in it.
#[derive(Debug, Clone)]
pub(super) struct Position<'p> {
    pub(super) parts: &'p [ComparedPart],
    pub(super) key: KeyPath,
}

impl<'p> Position<'p> {
    pub(super) fn of(parts: &'p [ComparedPart]) -> Self {
        Self { parts, key: KeyPath::new() }
    }

    pub(super) fn at(&self, key: &str) -> Self {
        self.with(KeyStep::Key(key.to_owned()))
    }

    /// Returns whether a value is a list that means the same as an absent one if it is empty.
    fn is_list_of_pipeline(&self, value: &NormalValue) -> bool {
        let in_pipeline = self.parts.first().is_some_and(|part| part.kind == ComparedKind::Pipeline);
        in_pipeline && self.key.len() == 1 && matches!(value.kind, NormalKind::List(_))
    }

    fn is_left_to_service(&self) -> bool {
        let kind = self.parts.last().map(|part| part.kind);
        let left = |(of, name): &(ComparedKind, &str)| {
            Some(*of) == kind && matches!(self.key.as_slice(), [KeyStep::Key(key)] if key == name)
        };
        LEFT_TO_SERVICE.iter().any(left)
    }

    fn item(&self, name: String) -> Self {
        self.with(KeyStep::Item(name))
    }

    fn with(&self, step: KeyStep) -> Self {
        let mut key = self.key.clone();
        key.push(step);
        Self { parts: self.parts, key }
    }
}

/// Keys whose value identifies an item of a list.
const NAMES: [&str; 14] = [
    "name",
    "key",
    "Name",
    "Key",
    "Sid",
    "Id",
    "StageName",
    "stageName",
    "Region",
    "region",
    "PolicyName",
    "ParameterKey",
    "ProjectIdentifier",
    "sourceActionName",
];

/// The key of the map in a trigger that identifies it.
const INNER: &str = "gitConfiguration";

/// Fields that a template can leave to the services but that `get-pipeline` prints: an action without a Region is in
/// that of the pipeline.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html> (2026-11-29)
const LEFT_TO_SERVICE: [(ComparedKind, &str); 3] =
    [(ComparedKind::Pipeline, "name"), (ComparedKind::Pipeline, "pipelineType"), (ComparedKind::Action, "region")];

impl Comparer {
    /// Compares the entries of two maps.
    pub(super) fn maps(
        &mut self,
        position: &Position<'_>,
        before: &BTreeMap<String, NormalValue>,
        after: &BTreeMap<String, NormalValue>,
    ) {
        let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for key in keys {
            self.values(&position.at(key), before.get(key), after.get(key));
        }
    }

    /// Compares two values, either of which may be missing.
    pub(super) fn values(
        &mut self,
        position: &Position<'_>,
        before: Option<&NormalValue>,
        after: Option<&NormalValue>,
    ) {
        let (Some(old), Some(new)) = (before, after) else {
            if let Some(only) = before.or(after) {
                let items = |value: Option<&NormalValue>| value.map(|list| list.items().to_vec()).unwrap_or_default();
                if self.across && (is_open(only) || position.is_left_to_service()) {
                    self.unknown += 1;
                } else if position.is_list_of_pipeline(only) {
                    self.lists(position, &items(before), &items(after));
                } else {
                    self.differs(position, before, after);
                }
            }
            return;
        };
        if old == new {
            return;
        }
        match (&old.kind, &new.kind) {
            _ if self.across && (could_equal(old, new) || could_equal(new, old)) => self.unknown += 1,
            (NormalKind::Map(old), NormalKind::Map(new)) => self.maps(position, old, new),
            (NormalKind::Json { value: old, .. }, NormalKind::Json { value: new, .. }) => {
                self.values(position, Some(old), Some(new));
            }
            (NormalKind::List(old_items), NormalKind::List(new_items)) => {
                if !self.lists(position, old_items, new_items) {
                    self.differs(position, before, after);
                }
            }
            _ => self.differs(position, before, after),
        }
    }

    /// Adds a difference of a value.
    pub(super) fn differs(
        &mut self,
        position: &Position<'_>,
        before: Option<&NormalValue>,
        after: Option<&NormalValue>,
    ) {
        let change = match (before, after) {
            (None, _) => DifferenceKind::Added,
            (_, None) => DifferenceKind::Removed,
            _ => DifferenceKind::Changed,
        };
        let consequence = self.consequence(position);
        self.found.push(Difference {
            parts: position.parts.to_vec(),
            key: position.key.clone(),
            change,
            before: before.cloned(),
            after: after.cloned(),
            consequence,
        });
    }

    /// Returns the consequence if a change to the property replaces the resource.
    fn consequence(&self, position: &Position<'_>) -> Option<Consequence> {
        let part = position.parts.last().filter(|_| self.deployable)?;
        let is_pipeline = part.kind == ComparedKind::Pipeline;
        let resource_type = match part.kind {
            ComparedKind::Pipeline => PIPELINE_TYPE,
            ComparedKind::Resource => part.detail.as_str(),
            _ => return None,
        };
        let name = |step: &KeyStep| match step {
            KeyStep::Key(key) if is_pipeline => Some(template_key(key)),
            KeyStep::Key(key) => Some(key.clone()),
            KeyStep::Item(_) => None,
        };
        let path: Vec<String> = position.key.iter().filter_map(name).collect();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        (!path.is_empty()).then(|| replacement(resource_type, &path).map(Consequence::Replaced))?
    }

    /// Compares lists item by item. Returns `false` if they have to be shown as a whole.
    fn lists(&mut self, position: &Position<'_>, before: &[NormalValue], after: &[NormalValue]) -> bool {
        if let (Some(old), Some(new)) = (names(before), names(after)) {
            self.named_items(position, before, after, &old, &new);
            return true;
        }
        if is_too_much(before.len(), after.len()) {
            return false;
        }
        let (old, new) = (without(before, after), without(after, before));
        if old.is_empty() && new.is_empty() {
            return false;
        }
        let is_one_pair = old.len() == 1 && new.len() == 1;
        for index in 0..old.len().max(new.len()) {
            match (old.get(index), new.get(index)) {
                (Some((_, one)), Some((_, other))) if is_one_pair && !is_structured(one) && !is_structured(other) => {
                    self.values(position, Some(one), Some(other));
                }
                // Items at the same position are one item whose value changed.
                (Some((at, one)), Some((_, other))) if is_structured(one) && is_structured(other) => {
                    self.values(&position.item(name_of(one, *at)), Some(one), Some(other));
                }
                (one, other) => {
                    let inner = |(at, item): &(usize, &NormalValue)| {
                        if is_structured(item) { position.item(name_of(item, *at)) } else { position.clone() }
                    };
                    if let Some(it) = one {
                        self.values(&inner(it), Some(it.1), None);
                    }
                    if let Some(it) = other {
                        self.values(&inner(it), None, Some(it.1));
                    }
                }
            }
        }
        true
    }

    fn named_items(
        &mut self,
        position: &Position<'_>,
        before: &[NormalValue],
        after: &[NormalValue],
        old: &[String],
        new: &[String],
    ) {
        let old_values: HashMap<&String, &NormalValue> = old.iter().zip(before).collect();
        let new_values: HashMap<&String, &NormalValue> = new.iter().zip(after).collect();
        for (name, value) in old.iter().zip(before) {
            self.values(&position.item(name.clone()), Some(value), new_values.get(name).copied());
        }
        for (name, value) in new.iter().zip(after).filter(|(name, _)| !old_values.contains_key(name)) {
            self.values(&position.item(name.clone()), None, Some(value));
        }
        let common = |names: &[String], others: &HashMap<&String, &NormalValue>| {
            names.iter().filter(|name| others.contains_key(name)).cloned().collect::<Vec<_>>()
        };
        let (old_order, new_order) = (common(old, &new_values), common(new, &old_values));
        if old_order != new_order
            && let (Some(first), Some(second)) = (before.first(), after.first())
        {
            let list = |names: &[String], span| {
                NormalValue::list(names.iter().map(|name| NormalValue::literal(name, span)).collect(), span)
            };
            self.found.push(Difference {
                parts: position.parts.to_vec(),
                key: position.key.clone(),
                change: DifferenceKind::Moved,
                before: Some(list(&old_order, first.span)),
                after: Some(list(&new_order, second.span)),
                consequence: None,
            });
        }
    }
}

/// Returns the label of an item without a unique name: its name if it has one, else its position.
fn name_of(item: &NormalValue, index: usize) -> String {
    let name = item.get("name").filter(|name| name.fragments().is_some());
    name.map_or_else(|| (index + 1).to_string(), ToString::to_string)
}

fn is_structured(value: &NormalValue) -> bool {
    matches!(value.kind, NormalKind::Map(_) | NormalKind::List(_) | NormalKind::Json { .. })
}

/// Returns the items that are not in the other list, with their positions.
fn without<'v>(items: &'v [NormalValue], others: &[NormalValue]) -> Vec<(usize, &'v NormalValue)> {
    let mut others: Vec<&NormalValue> = others.iter().collect();
    let mut is_new = |item: &NormalValue| match others.iter().position(|other| *other == item) {
        Some(index) => {
            others.remove(index);
            false
        }
        None => true,
    };
    items.iter().enumerate().filter(|(_, item)| is_new(item)).collect()
}

/// Returns the names of the items, if a key identifies all of them uniquely.
fn names(items: &[NormalValue]) -> Option<Vec<String>> {
    let named = |key: &str| {
        let name = |item: &NormalValue| {
            let item = item.get(INNER).unwrap_or(item);
            item.get(key).filter(|name| name.fragments().is_some()).map(ToString::to_string)
        };
        let names: Vec<String> = items.iter().map(name).collect::<Option<_>>()?;
        let distinct: BTreeSet<&String> = names.iter().collect();
        (distinct.len() == names.len()).then_some(names)
    };
    if items.is_empty() { Some(Vec::new()) } else { NAMES.iter().find_map(|key| named(key)) }
}

/// Returns whether a value is known only at deployment.
fn is_open(value: &NormalValue) -> bool {
    value.fragments().is_some_and(|text| text.iter().any(|fragment| !matches!(fragment, Fragment::Literal(_))))
}

/// Returns whether a string is what the service shows for a secret: asterisks.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionConfigurationProperty.html> (2026-11-29)
fn is_hidden(value: &NormalValue) -> bool {
    value.as_literal().is_some_and(|text| text.len() > 3 && text.bytes().all(|byte| byte == b'*'))
}

/// Returns whether the references in a string could have values that make it equal to the other value.
fn could_equal(open: &NormalValue, other: &NormalValue) -> bool {
    if is_hidden(other) {
        return true;
    }
    if !is_open(open) {
        return false;
    }
    let (Some(text), Some(mut rest)) = (open.fragments(), other.as_literal()) else {
        // A single function can return anything, but with other fragments it is a string.
        return open.fragments().is_some_and(|text| text.len() == 1) || is_open(other);
    };
    let last = text.len().saturating_sub(1);
    for (index, fragment) in text.iter().enumerate() {
        let Fragment::Literal(literal) = fragment else { continue };
        let found = match index {
            0 => rest.starts_with(literal.as_str()).then_some(0),
            _ if index == last => rest.ends_with(literal.as_str()).then(|| rest.len() - literal.len()),
            _ => rest.find(literal.as_str()),
        };
        let Some(at) = found else { return false };
        rest = rest.get(at + literal.len()..).unwrap_or_default();
    }
    true
}
