//! What a drawing of a plan shows, in any notation.

use crate::plan::{
    ActionPlan, ConditionPlan, EnvironmentPlan, FilterPlan, Moment, OnFailure, PatternsPlan, PipelineId, PipelinePlan,
    Plan, StagePlan, WaitsFor,
};

/// The pipelines of a plan.
#[derive(Debug)]
pub struct Picture {
    pub pipelines: Vec<PipelinePicture>,
}

/// A pipeline. Its actions are numbered across its stages, in the order in which they run.
#[derive(Debug)]
pub struct PipelinePicture {
    pub name: String,
    /// What starts it, as one phrase for each.
    pub starts: Vec<String>,
    pub stages: Vec<StagePicture>,
    pub artifacts: Vec<ArtifactPicture>,
}

/// A stage.
#[derive(Debug)]
pub struct StagePicture {
    pub name: String,
    /// Why its inbound transition is disabled.
    pub disabled: Option<String>,
    pub on_failure: Option<&'static str>,
    pub conditions: Vec<ConditionPicture>,
    pub run_orders: Vec<RunOrder>,
}

/// A condition of a stage.
#[derive(Debug)]
pub struct ConditionPicture {
    pub moment: Moment,
    /// Its rules, with the artifacts that they read.
    pub rules: Vec<String>,
    /// `fail`, `skip`, or `rollback`.
    pub outcome: &'static str,
}

/// Actions of a stage that run at the same time.
#[derive(Debug)]
pub struct RunOrder {
    pub number: u32,
    pub actions: Vec<ActionPicture>,
}

/// An action.
#[derive(Debug)]
pub struct ActionPicture {
    /// Its number in the pipeline.
    pub number: usize,
    /// Its name, with the condition under which it exists.
    pub name: String,
    /// The category, as the API spells it.
    pub category: &'static str,
    /// Whether a person approves it.
    pub approval: bool,
    /// The provider's title.
    pub provider: String,
    /// The environment or Region that it runs in, if not the pipeline's.
    pub environment: Option<String>,
}

/// An artifact, by the numbers of its actions.
#[derive(Debug)]
pub struct ArtifactPicture {
    pub name: String,
    pub producer: usize,
    pub consumers: Vec<usize>,
}

impl Picture {
    /// Returns what a drawing of a plan shows.
    pub fn of(plan: &Plan) -> Self {
        let pipelines = plan.pipelines.entries();
        Self { pipelines: pipelines.map(|(index, pipeline)| PipelinePicture::of(plan, index, pipeline)).collect() }
    }
}

impl PipelinePicture {
    fn of(plan: &Plan, index: PipelineId, pipeline: &PipelinePlan) -> Self {
        let mut number = 0;
        let mut stages = Vec::new();
        for stage in &pipeline.stages {
            let run_orders = RunOrder::all(plan, stage, &mut number);
            stages.push(StagePicture {
                name: under(stage.name.clone(), stage.cfn_condition.as_ref()),
                disabled: stage.disabled.clone(),
                on_failure: stage.on_failure.map(|outcome| match outcome {
                    OnFailure::RetryFailed => "retry the failed actions",
                    OnFailure::RetryAll => "retry all actions",
                    OnFailure::Rollback => "rollback",
                }),
                conditions: stage.conditions.iter().map(ConditionPicture::of).collect(),
                run_orders,
            });
        }
        let actions: Vec<&ActionPlan> = pipeline.stages.iter().flat_map(|stage| &stage.actions).collect();
        Self {
            name: under(pipeline.name.clone(), pipeline.identity.condition.as_ref()),
            starts: starts(plan, index, pipeline),
            stages,
            artifacts: artifacts(&actions),
        }
    }

    /// Returns every action, by its number.
    pub fn actions(&self) -> impl Iterator<Item = &ActionPicture> {
        self.stages.iter().flat_map(|stage| &stage.run_orders).flat_map(|run_order| &run_order.actions)
    }

    /// Returns whether an action reads an artifact of another.
    pub fn linked(&self, producer: usize, consumer: usize) -> bool {
        self.artifacts.iter().any(|artifact| artifact.producer == producer && artifact.consumers.contains(&consumer))
    }
}

impl ConditionPicture {
    fn of(condition: &ConditionPlan) -> Self {
        let rules = condition.rules.iter().map(|rule| match rule.inputs.as_slice() {
            [] => rule.name.clone(),
            inputs => format!("{} (reads {})", rule.name, inputs.join(", ")),
        });
        Self { moment: condition.moment, rules: rules.collect(), outcome: condition.outcome.word() }
    }
}

impl RunOrder {
    /// Returns the run orders of a stage in ascending order. `number` is incremented for each action.
    fn all(plan: &Plan, stage: &StagePlan, number: &mut usize) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for action in &stage.actions {
            let picture = ActionPicture {
                number: *number,
                name: under(action.name.clone(), action.cfn_condition.as_ref()),
                category: action.action_type.category.aws(),
                approval: action.action_type.is_approval(),
                provider: action.provider_title(),
                environment: environment(plan, action),
            };
            *number += 1;
            match all.last_mut().filter(|last| last.number == action.run_order) {
                Some(last) => last.actions.push(picture),
                None => all.push(Self { number: action.run_order, actions: vec![picture] }),
            }
        }
        all
    }
}

/// Returns the environment of an action, with its account and Region if they differ from the pipeline's.
fn environment(plan: &Plan, action: &ActionPlan) -> Option<String> {
    let Some(name) = &action.environment else { return action.region.clone() };
    let declared = plan.environments.iter().find(|it| it.identity.symbol == *name);
    let of = |part: fn(&EnvironmentPlan) -> Option<&String>| declared.and_then(part);
    let region = action.region.as_ref().or_else(|| of(|it| it.region.as_ref()));
    let parts: Vec<&str> = of(|it| it.account.as_ref()).into_iter().chain(region).map(String::as_str).collect();
    Some(if parts.is_empty() { name.clone() } else { format!("{name}: {}", parts.join(", ")) })
}

fn artifacts(actions: &[&ActionPlan]) -> Vec<ArtifactPicture> {
    let mut artifacts = Vec::new();
    for (producer, action) in actions.iter().enumerate() {
        for name in &action.outputs {
            let reading = actions.iter().enumerate().filter(|(_, reader)| reader.inputs.contains(name));
            let consumers = reading.map(|(number, _)| number).collect();
            artifacts.push(ArtifactPicture { name: name.clone(), producer, consumers });
        }
    }
    artifacts
}

/// Returns what starts a pipeline: filters of its sources, event rules, webhooks, and providers that report changes
/// themselves.
fn starts(plan: &Plan, index: PipelineId, pipeline: &PipelinePlan) -> Vec<String> {
    let mut starts = Vec::new();
    for action in pipeline.stages.iter().flat_map(|stage| &stage.actions) {
        let filters = pipeline.triggers.iter().find(|trigger| trigger.source == action.name);
        let Some(filters) = filters else {
            starts.extend(plan.starts_on_changes(index, action).then(|| format!("changes in {}", action.name)));
            continue;
        };
        let pushes = filters.push.iter().map(|filter| filtered("push", filter, &action.name));
        let requests = filters.pull_request.iter().map(|filter| filtered("pull request", filter, &action.name));
        starts.extend(pushes.chain(requests));
    }
    for rule in plan.rules.iter().filter(|rule| rule.pipeline == index && rule.source.is_none()) {
        let start = match &rule.waits_for {
            WaitsFor::Schedule(expression) => expression.clone(),
            WaitsFor::Pattern(_) => "an event".to_owned(),
        };
        let of_pipeline = pipeline.identity.condition == rule.identity.condition;
        starts.push(under(start, rule.identity.condition.as_ref().filter(|_| !of_pipeline)));
    }
    starts
}

/// Adds the condition at deployment under which something exists.
fn under(shown: String, condition: Option<&String>) -> String {
    match condition {
        Some(condition) => format!("{shown} (if {condition})"),
        None => shown,
    }
}

fn filtered(event: &str, filter: &FilterPlan, source: &str) -> String {
    let patterns = |word: &str, patterns: &Option<PatternsPlan>| {
        let patterns = patterns.as_ref()?;
        let excluded = patterns.excludes.iter().map(|pattern| format!("not {pattern}"));
        let all: Vec<String> = patterns.includes.iter().cloned().chain(excluded).collect();
        Some(format!("{word} {}", all.join(", ")))
    };
    let events = (!filter.events.is_empty()).then(|| filter.events.join(", ").to_lowercase());
    let parts: Vec<String> = [
        events,
        patterns("branches", &filter.branches),
        patterns("tags", &filter.tags),
        patterns("files", &filter.paths),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() { format!("{event} to {source}") } else { format!("{event} to {source}: {}", parts.join("; ")) }
}
