//! Resources that got the same name.

use crate::collections::IndexMap;
use crate::source::Span;

use super::{Collision, Data, Identity, Plan, Site};

impl Plan {
    /// Returns resources with the same logical ID, and buckets, roles, projects, notification rules, and dashboards
    /// with the same name.
    pub(super) fn collisions(&self) -> Vec<Collision> {
        let mut collisions = Vec::new();
        // Each site has its own template.
        let mut ids: IndexMap<(&Site, String), (Span, bool)> = IndexMap::default();
        for (site, name, second) in self.sited_ids() {
            if let Some(first) = ids.insert((site, name.clone()), second) {
                let (first, second) = (first.min(second), first.max(second));
                // Resources that belong to two with the same ID collide, too; reporting them would add nothing.
                if !collisions.iter().any(|it: &Collision| (it.first, it.second) == (first.0, second.0)) {
                    collisions.push(Collision {
                        name,
                        named: None,
                        first: first.0,
                        second: second.0,
                        of_action: second.1,
                    });
                }
            }
        }
        let lists: [(&str, Vec<&Identity>); 7] = [
            ("pipelines", self.pipelines.iter().map(|it| &it.identity).collect()),
            ("image repositories", self.repositories.iter().map(|it| &it.identity).collect()),
            ("buckets", self.buckets.iter().map(|it| &it.identity).collect()),
            ("roles", self.roles.iter().map(|it| &it.identity).collect()),
            ("projects", self.projects.iter().map(|it| &it.identity).collect()),
            ("notification rules", self.notifications.iter().map(|it| &it.identity).collect()),
            ("dashboards", self.dashboards.iter().map(|it| &it.identity).collect()),
        ];
        for (kind, list) in lists {
            collisions.extend(self.same_names(kind, &list));
        }
        collisions
    }

    /// Returns whether conditions allow that both resources exist. Nothing is known about conditions that
    /// `resource-attributes` names.
    fn can_coexist(&self, first: &Identity, second: &Identity) -> bool {
        if has_named_condition(first) || has_named_condition(second) {
            return false;
        }
        let conditions = first.condition.clone().zip(second.condition.clone());
        conditions.is_none_or(|pair| !self.exclusions.contains(&pair))
    }

    /// Returns resources of one account with the same name. `kind` is their kind, in the plural.
    fn same_names(&self, kind: &'static str, identities: &[&Identity]) -> Vec<Collision> {
        let mut collisions = Vec::new();
        for (index, second) in identities.iter().enumerate() {
            let Some(name) = second.name.as_ref().filter(|_| second.is_owned()) else { continue };
            let rivals = |first: &&&Identity| {
                first.is_owned() && self.same_account(&first.site, &second.site) && self.can_coexist(first, second)
            };
            let before = identities.iter().take(index).filter(rivals);
            for first in before.filter(|first| first.name.as_ref() == Some(name)) {
                let name = name.as_text().map_or_else(|| second.symbol.clone(), str::to_owned);
                let (first, of_action) = (first.span, second.of_action);
                collisions.push(Collision { name, named: Some(kind), first, second: second.span, of_action });
            }
        }
        collisions
    }
}

/// The attribute of a resource with the name of its condition.
const CONDITION: &str = "Condition";

fn has_named_condition(identity: &Identity) -> bool {
    let Some(Data::Map(entries)) = &identity.resource_attributes else { return false };
    entries.iter().any(|(key, _)| key == CONDITION)
}
