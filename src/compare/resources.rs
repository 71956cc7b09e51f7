//! Templates compared beside their pipelines: resources, permissions, and the other sections.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::defined::{ComparedKind, DefinedPipeline, DefinedResource, Pipelines};
use super::difference::{ComparedPart, Consequence, Difference, DifferenceKind, KeyPath};
use super::normal::{Fragment, NormalValue};
use super::permissions::{DefinedPermission, PermissionSet};
use super::values::{Comparer, Spot};

impl Comparer {
    /// Compares everything but the pipelines of two templates. `pairs` are the pipelines that belong together.
    pub(super) fn templates(
        &mut self,
        before: &Pipelines,
        after: &Pipelines,
        pairs: &[(&DefinedPipeline, &DefinedPipeline)],
    ) {
        let renamed = renamed(before, after);
        self.permissions(before, after, &with_pipeline_roles(&renamed, before, after, pairs));
        let is_known = |id: &String| renamed.iter().any(|(old, new)| old == id || new == id);
        let ids: BTreeSet<&String> = before.resources.keys().chain(after.resources.keys()).collect();
        for id in ids.into_iter().filter(|id| !is_known(id)) {
            self.resource(before.resources.get(id), after.resources.get(id));
        }
        for (old, new) in &renamed {
            if let (Some(old), Some(new)) = (before.resources.get(old), after.resources.get(new)) {
                self.new_logical_id(&[resource_part(new)], &old.id, &new.id);
            }
        }
        for ((kind, old), (_, new)) in before.sections.iter().zip(&after.sections) {
            let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for name in names {
                let parts = [ComparedPart { kind: *kind, name: name.clone(), detail: String::new() }];
                self.values(&Spot::of(&parts), old.get(name), new.get(name));
            }
        }
    }

    fn resource(&mut self, before: Option<&DefinedResource>, after: Option<&DefinedResource>) {
        match (before, after) {
            (Some(old), Some(new)) if old.resource_type == new.resource_type => {
                let parts = [resource_part(new)];
                let spot = Spot::of(&parts);
                self.maps(&spot, &old.attributes, &new.attributes);
                self.maps(&spot, &old.properties, &new.properties);
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
        let paired = |id: &String| pairs.iter().any(|(old, new)| old == id || new == id);
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

    /// Reports permissions; those that differ in the action only as one.
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
            if !first.when.is_empty() {
                entries.insert("when".to_owned(), text(&first.when));
            }
            let value = Some(NormalValue::map(entries, id.span));
            let (before, after) = if change == DifferenceKind::Lost { (value, None) } else { (None, value) };
            let parts = vec![part.clone()];
            self.found.push(Difference { parts, key: KeyPath::new(), change, before, after, consequence: None });
        }
    }
}

/// The resources that have another logical ID and are the same otherwise, with the old and the new ID.
fn renamed(before: &Pipelines, after: &Pipelines) -> Vec<(String, String)> {
    // By a text that is the same for the same resource, so that not each is compared with each.
    let text = |id: &str, resource: &DefinedResource, permissions: &BTreeMap<String, PermissionSet>| {
        let permissions =
            permissions.get(id).into_iter().flatten().map(|it| format!("{:?} {}", it.target(), it.action));
        let permissions: Vec<String> = permissions.collect();
        format!("{} {permissions:?}", whole(resource))
    };
    let mut new: HashMap<String, Vec<&String>> = HashMap::new();
    for (id, resource) in after.resources.iter().filter(|(id, _)| !before.resources.contains_key(*id)) {
        new.entry(text(id, resource, &after.permissions)).or_default().push(id);
    }
    let mut found = Vec::new();
    for (old_id, old) in before.resources.iter().filter(|(id, _)| !after.resources.contains_key(*id)) {
        let same = |new_id: &&String| after.resources.get(*new_id).is_some_and(|new| whole(new) == whole(old));
        let candidates = new.get_mut(&text(old_id, old, &before.permissions));
        if let Some(candidates) = candidates
            && let Some(index) = candidates.iter().position(same)
        {
            found.push((old_id.clone(), candidates.remove(index).clone()));
        }
    }
    found
}

/// The roles that belong together although their logical IDs differ: those of the pipelines, too.
fn with_pipeline_roles(
    renamed: &[(String, String)],
    before: &Pipelines,
    after: &Pipelines,
    pairs: &[(&DefinedPipeline, &DefinedPipeline)],
) -> Vec<(String, String)> {
    let mut roles: Vec<(String, String)> =
        renamed.iter().filter(|(old, _)| before.permissions.contains_key(old)).cloned().collect();
    for (old, new) in pairs {
        if let (Some(old), Some(new)) = (role(old), role(new))
            && before.permissions.contains_key(&old)
            && after.permissions.contains_key(&new)
            && !before.permissions.contains_key(&new)
            && !after.permissions.contains_key(&old)
            && !roles.iter().any(|(one, other)| *one == old || *other == new)
        {
            roles.push((old, new));
        }
    }
    roles
}

/// The logical ID of a pipeline's role.
fn role(pipeline: &DefinedPipeline) -> Option<String> {
    match pipeline.fields.get("roleArn")?.fragments()? {
        [Fragment::Attribute(id, _)] => Some(id.clone()),
        _ => None,
    }
}

/// A resource, by its logical ID.
fn resource_part(resource: &DefinedResource) -> ComparedPart {
    let detail = resource.resource_type.clone();
    ComparedPart { kind: ComparedKind::Resource, name: resource.id.to_string(), detail }
}

fn whole(resource: &DefinedResource) -> NormalValue {
    let mut entries = resource.attributes.clone();
    entries.insert("Type".to_owned(), NormalValue::literal(&resource.resource_type, resource.id.span));
    entries.insert("Properties".to_owned(), NormalValue::map(resource.properties.clone(), resource.id.span));
    NormalValue::map(entries, resource.id.span)
}
