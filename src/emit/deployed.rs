//! The conditions and mappings that the rest of a template refers to.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use crate::plan::{MappingPlan, Plan, each_condition, each_mapping};

use super::intrinsic::data;

/// Returns the conditions that sections refer to, directly or through other conditions.
pub(super) fn conditions(plan: &Plan, sections: [&Map<String, Json>; 3]) -> Map<String, Json> {
    let mut open: Vec<String> = Vec::new();
    sections.into_iter().flat_map(Map::values).for_each(|part| {
        each_condition(part, &mut |name| open.push(name.to_owned()));
    });
    let mut used: BTreeSet<String> = BTreeSet::new();
    while let Some(name) = open.pop() {
        let known = plan.conditions.iter().find(|condition| condition.name == name);
        if let Some(condition) = known.filter(|_| used.insert(name)) {
            each_condition(&data(plan, &condition.test), &mut |name| open.push(name.to_owned()));
        }
    }
    let of_template = plan.conditions.iter().filter(|condition| used.contains(&condition.name));
    of_template.map(|condition| (condition.name.clone(), data(plan, &condition.test))).collect()
}

/// Returns the mappings that sections refer to.
pub(super) fn mappings(plan: &Plan, sections: [&Map<String, Json>; 3]) -> Map<String, Json> {
    let mut used: BTreeSet<String> = BTreeSet::new();
    sections.into_iter().flat_map(Map::values).for_each(|part| {
        each_mapping(part, &mut |name| used.extend([name.to_owned()]));
    });
    let of_template = plan.mappings.iter().filter(|mapping| used.contains(&mapping.name));
    of_template.map(|mapping| (mapping.name.clone(), rows(plan, mapping))).collect()
}

fn rows(plan: &Plan, mapping: &MappingPlan) -> Json {
    let row = |(key, row): &(String, Vec<(String, crate::plan::Data)>)| {
        let values = row.iter().map(|(key, value)| (key.clone(), data(plan, value)));
        (key.clone(), Json::Object(values.collect()))
    };
    Json::Object(mapping.rows.iter().map(row).collect())
}
