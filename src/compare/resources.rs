//! Compares templates apart from pipelines: resources, permissions, and the other sections.

use std::collections::{BTreeMap, BTreeSet};

use super::defined::{ComparedKind, DefinedResource, Pipelines};
use super::difference::{ComparedPart, Consequence, Difference, DifferenceKind, KeyPath};
use super::normal::NormalValue;
use super::permissions::{DefinedPermission, PermissionSet};
use super::values::{Comparer, Position};
use crate::collections::HashSet;

impl Comparer {
    /// Compares everything except the pipelines of two templates. `pairs`: the corresponding resources with different
    /// logical IDs.
    pub(super) fn templates(&mut self, before: &Pipelines, after: &Pipelines, pairs: &[(String, String)]) {
        self.permissions(before, after, pairs);
        let paired: HashSet<&String> = pairs.iter().flat_map(|(old, new)| [old, new]).collect();
        let ids: BTreeSet<&String> = before.resources.keys().chain(after.resources.keys()).collect();
        for id in ids.into_iter().filter(|id| !paired.contains(id)) {
            self.resource(before.resources.get(id), after.resources.get(id));
        }
        for (old, new) in pairs {
            self.resource(before.resources.get(old), after.resources.get(new));
        }
        for ((kind, old), (_, new)) in before.sections.iter().zip(&after.sections) {
            let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for name in names {
                let parts = [ComparedPart { kind: *kind, name: name.clone(), detail: String::new() }];
                self.values(&Position::of(&parts), old.get(name), new.get(name));
            }
        }
    }

    fn resource(&mut self, before: Option<&DefinedResource>, after: Option<&DefinedResource>) {
        match (before, after) {
            (Some(old), Some(new)) if old.resource_type == new.resource_type => {
                let parts = [resource_part(new)];
                let position = Position::of(&parts);
                if old.id != new.id {
                    self.new_logical_id(&parts, &old.id, &new.id);
                }
                self.maps(&position, &old.attributes, &new.attributes);
                self.maps(&position, &old.properties, &new.properties);
            }
            _ => {
                if let Some(old) = before {
                    let kept = old
                        .attributes
                        .get("DeletionPolicy")
                        .is_some_and(|policy| policy.as_literal().is_some_and(|policy| policy.starts_with("Retain")));
                    let consequence = if kept { Consequence::Retained } else { Consequence::Deleted };
                    self.whole(vec![resource_part(old)], DifferenceKind::Removed, whole(old), Some(consequence));
                }
                if let Some(new) = after {
                    self.whole(vec![resource_part(new)], DifferenceKind::Added, whole(new), None);
                }
            }
        }
    }

    fn permissions(&mut self, before: &Pipelines, after: &Pipelines, pairs: &[(String, String)]) {
        let none = PermissionSet::new();
        let known: HashSet<&String> = pairs.iter().flat_map(|(old, new)| [old, new]).collect();
        let paired = |id: &String| known.contains(id);
        let ids: BTreeSet<&String> = before.permissions.keys().chain(after.permissions.keys()).collect();
        let same = ids.into_iter().filter(|id| !paired(id)).map(|id| (id, id));
        for (old_id, new_id) in same.chain(pairs.iter().map(|(old, new)| (old, new))) {
            let old = before.permissions.get(old_id).unwrap_or(&none);
            let new = after.permissions.get(new_id).unwrap_or(&none);
            let (old_resource, new_resource) = (before.resources.get(old_id), after.resources.get(new_id));
            let Some(resource) = new_resource.or(old_resource) else { continue };
            let detail = resource.resource_type.clone();
            let part = ComparedPart { kind: ComparedKind::Role, name: new_id.clone(), detail };
            if let Some(resource) = old_resource {
                self.statements(&part, old.difference(new), DifferenceKind::Lost, &resource.id);
            }
            if let Some(resource) = new_resource {
                self.statements(&part, new.difference(old), DifferenceKind::Gained, &resource.id);
            }
        }
    }

    /// Reports permissions; those that differ only in the action are one difference.
    fn statements<'p>(
        &mut self,
        part: &ComparedPart,
        permissions: impl Iterator<Item = &'p DefinedPermission>,
        change: DifferenceKind,
        id: &NormalValue,
    ) {
        let mut groups: Vec<Vec<&DefinedPermission>> = Vec::new();
        for permission in permissions {
            match groups.last_mut() {
                Some(group) if group.first().map(|it| it.target()) == Some(permission.target()) => {
                    group.push(permission);
                }
                _ => groups.push(vec![permission]),
            }
        }
        for group in groups {
            let Some(first) = group.first() else { continue };
            let text = |text: &str| NormalValue::literal(text, id.span);
            let actions = group.iter().filter(|it| !it.action.is_empty()).map(|it| text(&it.action)).collect();
            let mut entries = BTreeMap::from([
                ("effect".to_owned(), text(first.effect.word())),
                ("actions".to_owned(), NormalValue::list(actions, id.span)),
                ("on".to_owned(), first.on.clone()),
            ]);
            match first.when.as_slice() {
                [] => {}
                [only] => drop(entries.insert("when".to_owned(), only.clone())),
                all => drop(entries.insert("when".to_owned(), NormalValue::list(all.to_vec(), id.span))),
            }
            let value = Some(NormalValue::map(entries, id.span));
            let (before, after) = if change == DifferenceKind::Lost { (value, None) } else { (None, value) };
            let parts = vec![part.clone()];
            self.found.push(Difference { parts, key: KeyPath::new(), change, before, after, consequence: None });
        }
    }
}

/// Returns the part for a resource, named by its logical ID.
fn resource_part(resource: &DefinedResource) -> ComparedPart {
    let detail = resource.resource_type.clone();
    ComparedPart { kind: ComparedKind::Resource, name: resource.id.to_string(), detail }
}

pub(super) fn whole(resource: &DefinedResource) -> NormalValue {
    let mut entries = resource.attributes.clone();
    entries.insert("Type".to_owned(), NormalValue::literal(&resource.resource_type, resource.id.span));
    entries.insert("Properties".to_owned(), NormalValue::map(resource.properties.clone(), resource.id.span));
    NormalValue::map(entries, resource.id.span)
}
