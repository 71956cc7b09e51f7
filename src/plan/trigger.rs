//! Triggers: the filters of a pipeline's sources, in CodePipeline's form.

use crate::hir::{Action, Filter, FilterEvent, Hir, Pipeline, ValueKind};

use super::{FilterPlan, PatternsPlan, TriggerPlan};

/// Plans a trigger for each source with filters.
pub fn triggers(hir: &Hir, pipeline: &Pipeline) -> Vec<TriggerPlan> {
    let is_conditional = |action: &Action| {
        let stage = pipeline.stages.get(action.stage);
        action.cfn_condition.is_some() || stage.is_some_and(|stage| stage.cfn_condition.is_some())
    };
    // The triggers of a pipeline for which nothing is generated are as in the file.
    let condition = |action: &Action| {
        let id = action.starts_under.filter(|_| pipeline.generate && is_conditional(action));
        id.map(|id| hir.conditions[id].name.clone())
    };
    let filtered = pipeline.actions.iter().filter(|action| !action.filters.is_empty());
    filtered
        .map(|action| {
            let of = |event: FilterEvent| action.filters.iter().filter(|it| it.event == event).map(filter).collect();
            TriggerPlan {
                provider: action.action_type.provider.clone(),
                source: action.name.node.clone(),
                push: of(FilterEvent::Push),
                pull_request: of(FilterEvent::PullRequest),
                condition: condition(action),
            }
        })
        .collect()
}

fn filter(filter: &Filter) -> FilterPlan {
    let patterns = |word: &str| {
        let of = |left_out: bool| filter.patterns(word, left_out).map(|pattern| pattern.node.to_owned()).collect();
        Some(PatternsPlan { includes: of(false), excludes: of(true) }).filter(|it| !it.is_empty())
    };
    let events = match filter.attributes.get("events").map(|attribute| &attribute.value.kind) {
        Some(ValueKind::List(items)) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    };
    FilterPlan { tags: patterns("tags"), branches: patterns("branches"), paths: patterns("paths"), events }
}
