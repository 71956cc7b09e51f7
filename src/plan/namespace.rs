//! Namespaces: an action has one only if its variables are used.

use std::collections::BTreeSet;

use crate::hir::{ActionId, Arena, Hir, PartKind, Pipeline, PipelineId, Value};

/// The maximum length of a namespace.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html> (2026-11-23)
const LONGEST: usize = 100;

/// Namespaces that CodePipeline reserves.
const RESERVED: [&str; 2] = ["codepipeline", "variables"];

/// The namespace of each action.
pub type Namespaces = Arena<ActionId, Option<String>>;

/// Returns the namespace of each action of a pipeline.
pub fn namespaces(id: PipelineId, pipeline: &Pipeline) -> Namespaces {
    let used = used_actions(id, pipeline);
    let mut taken: BTreeSet<String> = RESERVED.iter().map(|name| (*name).to_owned()).collect();
    taken.extend(pipeline.artifacts.iter().map(|artifact| artifact.name.node.clone()));
    let asked = |action: &crate::hir::Action| action.namespace.as_ref().map(|namespace| namespace.node.clone());
    taken.extend(pipeline.actions.iter().filter_map(asked));
    pipeline
        .actions()
        .map(|(id, action)| {
            asked(action).or_else(|| {
                used.contains(&id).then(|| {
                    let name = unique(&legal(&action.symbol), &taken);
                    taken.insert(name.clone());
                    name
                })
            })
        })
        .collect()
}

/// Returns the actions whose variables are used in a value of the pipeline.
fn used_actions(id: PipelineId, pipeline: &Pipeline) -> BTreeSet<ActionId> {
    let mut used = BTreeSet::new();
    pipeline.each_value(id, &mut |place| note_outputs(place.value, &mut used));
    used
}

fn note_outputs(value: &Value, used: &mut BTreeSet<ActionId>) {
    value.each_part(&mut |part| {
        if let PartKind::Output(action, _) = &part.kind {
            used.insert(*action);
        }
    });
}

fn legal(symbol: &str) -> String {
    let legal: String = symbol
        .chars()
        .map(|character| if character.is_ascii_alphanumeric() || "@_-".contains(character) { character } else { '-' })
        .take(LONGEST)
        .collect();
    if legal.is_empty() { "Variables".to_owned() } else { legal }
}

/// Returns the first name that is not taken: `wanted`, then with the suffix `Variables`, then also with a number.
fn unique(wanted: &str, taken: &BTreeSet<String>) -> String {
    let with = |ending: &str| {
        let head: String = wanted.chars().take(LONGEST.saturating_sub(ending.len())).collect();
        format!("{head}{ending}")
    };
    let endings =
        [String::new(), "Variables".to_owned()].into_iter().chain((2..).map(|n: u32| format!("Variables{n}")));
    endings.map(|ending| with(&ending)).find(|name| !taken.contains(name)).unwrap_or_default()
}

/// The namespace of pipeline-level variables.
pub const PIPELINE_VARIABLES: &str = "variables";

/// Returns the namespaces of all actions of a file, for a scope.
pub fn of_file(hir: &Hir) -> Arena<PipelineId, Namespaces> {
    hir.pipelines.entries().map(|(id, pipeline)| namespaces(id, pipeline)).collect()
}
