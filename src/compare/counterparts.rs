//! Resources of two templates that correspond although their logical IDs differ.

use std::collections::BTreeMap;

use super::defined::{DefinedPipeline, DefinedResource, Pipelines};
use super::normal::Fragment;
use super::permissions::PermissionSet;
use super::resources::whole;
use crate::collections::{HashMap, HashSet};

/// The maximum number of rounds. In each round, references to resources paired before are the same on both sides.
const MOST_ROUNDS: usize = 8;

/// The corresponding resources.
#[derive(Debug, Default)]
pub(super) struct Counterparts {
    /// Pairs of old and new logical IDs.
    pub(super) pairs: Vec<(String, String)>,
    /// The old document with references to the new logical IDs; `None` if no logical IDs differ.
    pub(super) before: Option<Pipelines>,
}

impl Counterparts {
    /// Finds them. `pipelines`: the corresponding pipelines, by index.
    pub(super) fn of(before: &Pipelines, after: &Pipelines, pipelines: &[(usize, usize)]) -> Self {
        let mut found = Self::default();
        let both = |before: &Pipelines| -> Vec<(DefinedPipeline, DefinedPipeline)> {
            let pair = |(old, new): &(usize, usize)| {
                Some((before.pipelines.get(*old)?.clone(), after.pipelines.get(*new)?.clone()))
            };
            pipelines.iter().filter_map(pair).collect()
        };
        let ids = both(before).into_iter().filter_map(|(old, new)| Some((old.id?.to_string(), new.id?.to_string())));
        let mut round: HashMap<String, String> = ids.filter(|(old, new)| old != new).collect();
        for _ in 0..MOST_ROUNDS {
            let renamed =
                if round.is_empty() { None } else { Some(found.before.as_ref().unwrap_or(before).renamed(&round)) };
            found.before = renamed.or(found.before);
            let old = found.before.as_ref().unwrap_or(before);
            let more = Unpaired::of(old, after, &found.pairs).pairs(&both(old));
            if more.is_empty() {
                break;
            }
            round = more.iter().cloned().collect();
            found.pairs.extend(more);
        }
        found
    }
}

/// Returns a string that is the same for corresponding resources, from the logical ID, the resource, and the
/// permissions of all resources.
type IdentifyingText<'f> = &'f dyn Fn(&str, &DefinedResource, &BTreeMap<String, PermissionSet>) -> Option<String>;

/// The resources without a counterpart.
struct Unpaired<'d> {
    before: &'d Pipelines,
    after: &'d Pipelines,
    old: Vec<(&'d String, &'d DefinedResource)>,
    new: Vec<(&'d String, &'d DefinedResource)>,
}

impl<'d> Unpaired<'d> {
    fn of(before: &'d Pipelines, after: &'d Pipelines, pairs: &[(String, String)]) -> Self {
        let old_ids: HashSet<&String> = pairs.iter().map(|(old, _)| old).collect();
        let new_ids: HashSet<&String> = pairs.iter().map(|(_, new)| new).collect();
        let old = before.resources.iter();
        let old = old.filter(|(id, _)| !after.resources.contains_key(*id) && !old_ids.contains(id)).collect();
        let new = after.resources.iter();
        let new = new.filter(|(id, _)| !before.resources.contains_key(*id) && !new_ids.contains(id)).collect();
        Self { before, after, old, new }
    }

    /// Pairs resources that are otherwise the same, those with the same name in AWS, and the roles of the pipelines.
    fn pairs(&self, pipelines: &[(DefinedPipeline, DefinedPipeline)]) -> Vec<(String, String)> {
        let same = self.by(&|id, resource, permissions| {
            let own = permissions.get(id).into_iter().flatten().map(|it| format!("{:?} {}", it.target(), it.action));
            Some(format!("{} {:?}", whole(resource), own.collect::<Vec<String>>()))
        });
        if !same.is_empty() {
            return same;
        }
        let named = self.by(&|_, resource, _| Some(format!("{} {}", resource.resource_type, explicit_name(resource)?)));
        if !named.is_empty() {
            return named;
        }
        let is_left = |left: &[(&String, &DefinedResource)], id: &String| left.iter().any(|(it, _)| *it == id);
        let roles = pipelines.iter().filter_map(|(old, new)| Some((role(old)?, role(new)?)));
        roles.filter(|(old, new)| is_left(&self.old, old) && is_left(&self.new, new)).take(1).collect()
    }

    /// Pairs resources with the same string.
    fn by(&self, text: IdentifyingText<'_>) -> Vec<(String, String)> {
        let mut new: HashMap<String, Vec<&String>> = HashMap::default();
        for (id, resource) in self.new.iter().rev() {
            if let Some(text) = text(id, resource, &self.after.permissions) {
                new.entry(text).or_default().push(id);
            }
        }
        let pair = |(id, resource): &(&String, &DefinedResource)| {
            let text = text(id, resource, &self.before.permissions)?;
            Some(((*id).clone(), new.get_mut(&text)?.pop()?.clone()))
        };
        self.old.iter().filter_map(pair).collect()
    }
}

/// Returns the name in AWS that a template sets for a resource.
fn explicit_name(resource: &DefinedResource) -> Option<String> {
    let last = resource.resource_type.rsplit("::").next()?;
    let name = resource.properties.get(&format!("{last}Name")).or_else(|| resource.properties.get("Name"))?;
    name.fragments().map(|_| name.to_string())
}

/// Returns the logical ID of a pipeline's role.
fn role(pipeline: &DefinedPipeline) -> Option<String> {
    match pipeline.fields.get("roleArn")?.fragments()? {
        [Fragment::Attribute(id, _)] => Some(id.clone()),
        _ => None,
    }
}
