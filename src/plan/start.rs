//! The event rules that start a pipeline: one for each source that reports changes with events, each schedule, and each
//! event.

use crate::catalog;
use crate::hir::{BucketId, Entity, PipelineId, Schedule, StartEvent, Value, ValueKind};
use crate::source::Span;

use super::declared::Naming;
use super::monitoring;
use super::names::{NameKind, logical_id};
use super::{ActionPlan, Data, Expr, Identity, Piece, PipelinePlan, Plan, RulePlan, WaitsFor};

/// The ID of the target of a rule.
const TARGET: &str = "Pipeline";

/// Plans the event rules. Their roles are added later: one for each pipeline with a rule. Two sources of a pipeline
/// that wait for the same events share a rule, since each rule starts the pipeline once.
pub fn rules(naming: &Naming, plan: &Plan) -> Vec<RulePlan> {
    let mut rules = Vec::new();
    for (index, pipeline) in plan.pipelines.entries() {
        let first = rules.len();
        for action in pipeline.stages.iter().flat_map(|stage| &stage.actions) {
            let Some(pattern) = pattern(naming, index, action) else { continue };
            let written = naming.scope.hir.pipelines[index].actions.get(action.id);
            let condition = written.and_then(|it| it.starts_under);
            let condition = condition.map(|id| naming.scope.hir.conditions[id].name.clone());
            let waits = |rule: &RulePlan| {
                rule.identity.condition == condition
                    && matches!(&rule.waits_for, WaitsFor::Pattern(known) if *known == pattern)
            };
            if rules.iter().skip(first).any(waits) {
                continue;
            }
            let description = format!("Starts {} when {} changes", pipeline.name, action.name);
            let starter = Starter { what: action.name.clone(), description, span: action.span };
            let mut rule = starter.rule(naming, (index, pipeline), WaitsFor::Pattern(pattern));
            rule.identity.of_action = true;
            rule.identity.condition = condition;
            rules.push(RulePlan { source: Some(action.id), ..rule });
        }
        rules.extend(schedules(naming, index, pipeline));
        rules.extend(events(naming, index, pipeline));
    }
    rules
}

/// The purpose of an event rule.
struct Starter {
    /// The part of its name after the pipeline's name.
    what: String,
    description: String,
    span: Span,
}

impl Starter {
    fn rule(self, naming: &Naming, (index, pipeline): (PipelineId, &PipelinePlan), waits_for: WaitsFor) -> RulePlan {
        let symbol = format!("{}-{}", pipeline.identity.symbol, self.what);
        let id = logical_id("Rule", &symbol);
        let derived = naming.derived(NameKind::Rule, &pipeline.name, &self.what, id, self.span);
        RulePlan {
            identity: Identity { symbol, ..derived },
            description: Some(Expr::text(self.description)),
            state: None,
            generate: true,
            target: TARGET.to_owned(),
            raw: None,
            waits_for,
            source: None,
            bus: None,
            pipeline: index,
            role: None,
        }
    }
}

/// Returns `schedule`, `schedule-2`, ...
fn numbered(word: &str, number: usize) -> String {
    if number == 0 { word.to_owned() } else { format!("{word}-{}", number + 1) }
}

/// Plans a rule for each schedule.
fn schedules(naming: &Naming, index: PipelineId, pipeline: &PipelinePlan) -> Vec<RulePlan> {
    let schedules = naming.scope.hir.pipelines.get(index).map(|hir| hir.schedules.as_slice()).unwrap_or_default();
    let rule = |(number, schedule): (usize, &Schedule)| {
        let description = format!("Starts {} by the clock", pipeline.name);
        let expression = &schedule.expression;
        let starter = Starter { what: numbered("schedule", number), description, span: expression.span };
        let rule = starter.rule(naming, (index, pipeline), WaitsFor::Schedule(expression.node.clone()));
        as_written(naming, &schedule.rule, rule)
    };
    schedules.iter().enumerate().map(rule).collect()
}

/// Plans a rule for each event.
fn events(naming: &Naming, index: PipelineId, pipeline: &PipelinePlan) -> Vec<RulePlan> {
    let events = naming.scope.hir.pipelines.get(index).map(|hir| hir.events.as_slice()).unwrap_or_default();
    let rule = |(number, event): (usize, &StartEvent)| {
        let description = format!("Starts {} at an event", pipeline.name);
        let starter = Starter { what: numbered("event", number), description, span: event.span };
        let rule = starter.rule(naming, (index, pipeline), WaitsFor::Pattern(monitoring::pattern(naming, event)));
        as_written(naming, event, RulePlan { bus: monitoring::bus(naming, event), ..rule })
    };
    events.iter().enumerate().map(rule).collect()
}

/// Returns a rule with the values of the attributes of its event or schedule.
fn as_written(naming: &Naming, event: &StartEvent, rule: RulePlan) -> RulePlan {
    let scope = &naming.scope;
    let plain = |word: &str| event.value(word).filter(|value| !value.is_poisoned()).map(|value| scope.plain(value));
    let literal = |word: &str| event.value(word).and_then(Value::as_str).map(str::to_owned);
    let generate = !matches!(event.value("generate").map(|value| &value.kind), Some(ValueKind::Bool(false)));
    let slot = |word: &str| catalog::declaration("event").and_then(|entry| entry.slot_of_attribute(word));
    let state = event.value("state").zip(slot("state")).map(|(state, slot)| scope.in_slot(state, slot));
    let identity = Identity {
        logical_id: literal("logical-id").unwrap_or(rule.identity.logical_id),
        name: plain("name").or(rule.identity.name),
        resource_attributes: event.value("resource-attributes").map(|value| scope.data(value)),
        condition: scope.hir.name_of_condition(event.condition.as_ref()),
        ..rule.identity
    };
    RulePlan {
        identity,
        description: plain("description").or(rule.description.filter(|_| generate)),
        state,
        generate,
        target: literal("target-id").unwrap_or(rule.target),
        raw: event.value("raw").map(|value| scope.data(value)),
        role: event.value("role").filter(|value| !value.is_poisoned()).map(|value| match value.kind {
            ValueKind::Entity(entity) => Piece::Arn(entity).into(),
            _ => scope.plain(value),
        }),
        ..rule
    }
}

/// Returns the event pattern of a source, filled from its configuration. A source that polls has none.
fn pattern(naming: &Naming, pipeline: PipelineId, action: &ActionPlan) -> Option<Data> {
    let hir = &naming.scope.hir.pipelines[pipeline];
    let detection = hir.actions.get(action.id).filter(|_| hir.generate)?.action_type.change_detection.as_ref()?;
    let quiet = detection
        .set
        .iter()
        .all(|(key, text)| action.configuration.get(key).is_some_and(|value| value.text.as_text() == Some(text)));
    let lookup = |key: &str| action.configuration.get(key).map(|value| value.text.clone());
    let fill = |text: &str| Expr::fill(text, &lookup);
    detection.pattern.as_ref().filter(|_| quiet).map(|pattern| Data::from_json(pattern, &fill))
}

/// Returns the declared buckets that a source of this pipeline watches. They must report changes and keep versions.
pub fn watched_buckets(naming: &Naming, id: PipelineId) -> Vec<BucketId> {
    let pipeline = &naming.scope.hir.pipelines[id];
    let sources = pipeline.actions.iter().filter(|action| action.action_type.change_detection.is_some());
    let sources = sources.filter(|_| pipeline.generate);
    sources
        .flat_map(|action| action.configuration.values())
        .filter_map(|setting| match setting.value.kind {
            ValueKind::Entity(Entity::Bucket(bucket)) => Some(bucket),
            _ => None,
        })
        .collect()
}
