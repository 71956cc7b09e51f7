//! Conditions and mappings of the template.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::hir::{ConditionId, Hir, ONLY_KEY, Test, Value, ValueKind};

use super::value::ValueScope;
use super::{Data, Expr};

/// A condition of the template.
#[derive(Debug, Clone)]
pub struct TemplateConditionPlan {
    /// Its name.
    pub name: String,
    /// Its condition functions.
    pub test: Data,
}

impl TemplateConditionPlan {
    /// Creates a condition that is true if all of these are.
    pub fn both(name: String, all: [&str; 2]) -> Self {
        let arguments = all.into_iter().map(referred).collect();
        Self { name, test: Data::Map(vec![("Fn::And".to_owned(), Data::List(arguments))]) }
    }
}

/// A mapping of the template.
#[derive(Debug, Clone)]
pub struct MappingPlan {
    /// Its name.
    pub name: String,
    /// Its values by their two keys.
    pub rows: Vec<(String, Vec<(String, Data)>)>,
}

/// The most conditions in one `Fn::And` or `Fn::Or`.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html>
/// (2026-11-29)
const JOINED: usize = 10;

/// Plans the conditions of a file.
pub fn conditions(scope: &ValueScope) -> Vec<TemplateConditionPlan> {
    let plan = |(_, condition): (ConditionId, &crate::hir::TemplateCondition)| TemplateConditionPlan {
        name: condition.name.clone(),
        test: test(scope, &condition.test),
    };
    // Those of files of resources are defined there.
    let own = scope.hir.conditions.entries().filter(|(_, condition)| !matches!(condition.test, Test::Named(_)));
    own.map(plan).collect()
}

/// Returns each pair of conditions of resources of which the first is true only if the second is.
pub fn implications(hir: &Hir) -> BTreeSet<(String, String)> {
    pairs(hir, &|first, second| hir.implies(&[(first, true)], second) == Some(true))
}

/// Returns the pairs of conditions of resources that are never both true.
pub fn exclusions(hir: &Hir) -> BTreeSet<(String, String)> {
    let both = |first, second| {
        let cases = hir.cases([first, second]);
        cases.is_none_or(|cases| cases.iter().any(|case| case.holds(Some(first)) && case.holds(Some(second))))
    };
    pairs(hir, &|first, second| !both(first, second))
}

/// Returns the names of the pairs of conditions of resources for which `holds` is true.
fn pairs(hir: &Hir, holds: &dyn Fn(ConditionId, ConditionId) -> bool) -> BTreeSet<(String, String)> {
    let of_declarations = hir.declarations().filter_map(|(_, declaration)| declaration.condition.as_ref());
    let of_pipelines = hir.pipelines.iter().filter_map(|pipeline| pipeline.condition.as_ref());
    let conditions: BTreeSet<ConditionId> =
        of_declarations.chain(of_pipelines).map(|condition| condition.node).collect();
    let all = conditions.iter().flat_map(|first| conditions.iter().map(move |second| (*first, *second)));
    let name = |id: ConditionId| hir.conditions[id].name.clone();
    all.filter(|(first, second)| holds(*first, *second)).map(|(first, second)| (name(first), name(second))).collect()
}

/// Converts a test to condition functions.
fn test(scope: &ValueScope, test: &Test) -> Data {
    let call = |function: &str, arguments: Vec<Data>| Data::Map(vec![(function.to_owned(), Data::List(arguments))]);
    let all = |ids: &[ConditionId]| ids.iter().map(|id| part(scope, *id)).collect();
    match test {
        Test::Equal(left, right) => {
            call("Fn::Equals", vec![Data::Text(scope.text(left)), Data::Text(scope.text(right))])
        }
        Test::Not(id) => call("Fn::Not", vec![part(scope, *id)]),
        Test::And(ids) => call("Fn::And", grouped("Fn::And", all(ids))),
        Test::Or(ids) => call("Fn::Or", grouped("Fn::Or", all(ids))),
        Test::Named(name) => referred(name),
    }
}

/// Converts a condition inside another one: by name if it has one in the file.
fn part(scope: &ValueScope, id: ConditionId) -> Data {
    let condition = &scope.hir.conditions[id];
    if condition.given.is_some() {
        return referred(&condition.name);
    }
    test(scope, &condition.test)
}

/// Returns a reference to a condition by name.
fn referred(name: &str) -> Data {
    Data::Map(vec![("Condition".to_owned(), Data::Text(Expr::text(name)))])
}

/// Groups arguments until there are as few as the function accepts.
fn grouped(function: &str, mut arguments: Vec<Data>) -> Vec<Data> {
    while arguments.len() > JOINED {
        let group = |group: &[Data]| match group {
            [only] => only.clone(),
            group => Data::Map(vec![(function.to_owned(), Data::List(group.to_vec()))]),
        };
        arguments = arguments.chunks(JOINED).map(group).collect();
    }
    arguments
}

/// Plans the mappings of a file.
pub fn mappings(scope: &ValueScope) -> Vec<MappingPlan> {
    let row = |value: &Value, is_nested: bool| match &value.kind {
        ValueKind::Map(entries) if is_nested => {
            entries.iter().map(|(key, value)| (key.node.clone(), leaf(scope, value))).collect()
        }
        _ => vec![(ONLY_KEY.to_owned(), leaf(scope, value))],
    };
    let plan = |mapping: &crate::hir::Mapping| MappingPlan {
        name: mapping.name.clone(),
        rows: mapping.entries.iter().map(|(key, value)| (key.node.clone(), row(value, mapping.is_nested))).collect(),
    };
    let mut mappings: Vec<MappingPlan> = scope.hir.mappings.iter().map(plan).collect();
    // In the order of their first uses, an edit elsewhere would move them.
    mappings.sort_by(|one, other| one.name.cmp(&other.name));
    mappings
}

fn leaf(scope: &ValueScope, value: &Value) -> Data {
    match &value.kind {
        ValueKind::List(items) => Data::List(items.iter().map(|item| Data::Text(scope.plain(item))).collect()),
        _ => Data::Text(scope.plain(value)),
    }
}

impl MappingPlan {
    /// Returns a value by its two keys.
    pub fn value(&self, first: &str, second: &str) -> Option<&Data> {
        let (_, row) = self.rows.iter().find(|(key, _)| key == first)?;
        row.iter().find(|(key, _)| key == second).map(|(_, value)| value)
    }
}

/// Calls `visit` with the name of every condition that a part of a template refers to.
pub fn each_condition(json: &Json, visit: &mut dyn FnMut(&str)) {
    each_named(
        json,
        &|key, value| match (key, value) {
            ("Fn::If", Json::Array(arguments)) => arguments.first().and_then(Json::as_str),
            ("Condition", Json::String(name)) => Some(name),
            _ => None,
        },
        visit,
    );
}

/// Calls `visit` with the name of every mapping that a part of a template refers to.
pub fn each_mapping(json: &Json, visit: &mut dyn FnMut(&str)) {
    each_named(
        json,
        &|key, value| match (key, value) {
            ("Fn::FindInMap", Json::Array(arguments)) => arguments.first().and_then(Json::as_str),
            _ => None,
        },
        visit,
    );
}

fn each_named(json: &Json, name: &dyn for<'j> Fn(&str, &'j Json) -> Option<&'j str>, visit: &mut dyn FnMut(&str)) {
    match json {
        Json::Array(items) => items.iter().for_each(|item| each_named(item, name, visit)),
        Json::Object(entries) => {
            for (key, value) in entries {
                name(key, value).into_iter().for_each(&mut *visit);
                each_named(value, name, visit);
            }
        }
        _ => {}
    }
}
