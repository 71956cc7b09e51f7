//! Namespaces: an action gets one only if its variables are used.

use std::collections::BTreeSet;

use crate::hir::{ActionId, Arena, Hir, PartKind, Pipeline, PipelineId, Value};

/// Greatest length of a namespace.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html> (2026-11-23)
const LONGEST: usize = 100;

/// Namespaces that CodePipeline reserves.
const RESERVED: [&str; 2] = ["codepipeline", "variables"];

/// The namespace of each action.
pub type Namespaces = Arena<ActionId, Option<String>>;

/// The namespace of each action of a pipeline.
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

/// The actions whose variables are used in a value of the pipeline.
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

/// `wanted`, or followed by `Variables`, or also by a number: the first that is not in use.
fn unique(wanted: &str, taken: &BTreeSet<String>) -> String {
    let with = |ending: &str| {
        let head: String = wanted.chars().take(LONGEST.saturating_sub(ending.len())).collect();
        format!("{head}{ending}")
    };
    let endings =
        [String::new(), "Variables".to_owned()].into_iter().chain((2..).map(|n: u32| format!("Variables{n}")));
    endings.map(|ending| with(&ending)).find(|name| !taken.contains(name)).unwrap_or_default()
}

/// The name after `#{namespace.` for a pipeline-level variable.
pub const PIPELINE_VARIABLES: &str = "variables";

/// All actions of a file that have a namespace, for the names of a scope.
pub fn of_file(hir: &Hir) -> Arena<PipelineId, Namespaces> {
    hir.pipelines.entries().map(|(id, pipeline)| namespaces(id, pipeline)).collect()
}
