//! Pipelines, stages, and their contents.

use std::sync::Arc;

use crate::catalog::PipelineType;
use crate::source::{Span, Spanned};

use super::{
    Action, ActionId, Arena, ArtifactId, BucketId, ConditionId, ConditionOutcome, ConditionRule, Dashboard,
    ExistenceCondition, LoopId, Moment, Notification, RoleId, Schedule, StageCondition, StartEvent, Statement, Value,
    VariableId,
};

/// A pipeline.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is an attribute of its own")]
pub struct Pipeline {
    /// The name that the file uses for it.
    pub symbol: Spanned<String>,
    /// Its name in AWS if that is known at compile time, else the one in the file.
    pub name: Spanned<String>,
    /// Its name in AWS, if it is known only at deployment.
    pub deploy_name: Option<Value>,
    /// The documentation above it.
    pub doc: Option<String>,
    /// The pipeline type. Default: V2.
    pub pipeline_type: PipelineType,
    /// Where the type is set.
    pub pipeline_type_span: Option<Span>,
    /// `SUPERSEDED`, `QUEUED`, or `PARALLEL`, as AWS spells it. Default: AWS's default.
    pub mode: Option<Spanned<String>>,
    /// Its own role, instead of the derived one.
    pub role: Option<Spanned<RoleId>>,
    /// `allow` and `deny`: they change the role derived for the pipeline.
    pub statements: Vec<Statement>,
    /// The permissions boundary that roles and users of its stacks must have.
    pub boundary: Option<Value>,
    /// Its account, if the file sets one.
    pub account: Option<Spanned<String>>,
    /// Its Region, if the file sets one.
    pub region: Option<Spanned<String>>,
    /// Pipeline-level variables.
    pub variables: Arena<VariableId, Variable>,
    /// Tags.
    pub tags: Vec<(Spanned<String>, Value)>,
    /// Whether the pipeline starts an execution after it is updated.
    pub restart_on_update: bool,
    /// Where artifacts are kept.
    pub store: ArtifactStore,
    /// Its schedules.
    pub schedules: Vec<Schedule>,
    /// The events that start it.
    pub events: Vec<StartEvent>,
    /// Its notifications.
    pub notifications: Vec<Notification>,
    /// Its dashboard.
    pub dashboard: Option<Dashboard>,
    /// The stages, in order.
    pub stages: Vec<Stage>,
    /// All actions, in the order written.
    pub actions: Arena<ActionId, Action>,
    /// All artifacts, in the order in which they are produced.
    pub artifacts: Arena<ArtifactId, Artifact>,
    /// `raw = { ... }`: merged into the emitted resource.
    pub raw: Option<Value>,
    /// The attributes of its resource besides properties.
    pub resource_attributes: Option<Value>,
    /// Whether the template contains what is generated for it: rules, webhooks, log groups, and outputs.
    pub generate: bool,
    /// Whether the template sets its name.
    pub named: bool,
    /// Whether the output leaves out its type.
    pub type_left_out: bool,
    /// `logical-id = "X"`
    pub logical_id: Option<Spanned<String>>,
    /// The condition under which the template creates it.
    pub condition: Option<Spanned<ConditionId>>,
    /// From the keyword to the name.
    pub span: Span,
    /// Whether one of its statements could not be read.
    pub incomplete: bool,
}

impl Pipeline {
    /// Returns an action of this pipeline.
    pub fn action(&self, id: ActionId) -> &Action {
        &self.actions[id]
    }

    /// Returns an artifact of this pipeline.
    pub fn artifact(&self, id: ArtifactId) -> &Artifact {
        &self.artifacts[id]
    }

    /// Returns actions with their IDs, in the order written.
    pub fn actions(&self) -> impl Iterator<Item = (ActionId, &Action)> {
        self.actions.entries()
    }

    /// Returns the rules of all its stages.
    pub fn rules(&self) -> impl Iterator<Item = &ConditionRule> {
        self.stages.iter().flat_map(Stage::rules)
    }

    /// Returns artifacts with their IDs.
    pub fn artifacts(&self) -> impl Iterator<Item = (ArtifactId, &Artifact)> {
        self.artifacts.entries()
    }
}

/// A pipeline-level variable (V2).
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its name.
    pub name: Spanned<String>,
    /// Its default.
    pub default: Option<Spanned<String>>,
    /// The allowed values, if its type is a union of strings.
    pub allowed: Vec<String>,
    /// The documentation above it.
    pub doc: Option<String>,
}

/// The `artifacts { ... }` block.
#[derive(Debug, Clone, Default)]
pub struct ArtifactStore {
    /// The user's bucket, instead of the generated one.
    pub bucket: Option<Spanned<BucketId>>,
    /// The ARN or ID of a customer-managed KMS key.
    pub key: Option<Value>,
    /// Days until artifacts expire; `None` for the default.
    pub expire: Option<Spanned<u32>>,
    /// The artifact buckets for other Regions.
    pub regions: Vec<RegionStore>,
    /// The block's keyword.
    pub span: Option<Span>,
}

/// The artifact bucket for another Region, instead of a generated one.
#[derive(Debug, Clone)]
pub struct RegionStore {
    /// The Region.
    pub region: Spanned<String>,
    /// The bucket there.
    pub bucket: Spanned<BucketId>,
    /// The ARN or ID of a customer-managed KMS key.
    pub key: Option<Value>,
}

/// A `use` whose component was expanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComponentUse {
    /// The block of the component.
    pub body: Span,
    /// The statement.
    pub span: Span,
}

/// A `for` whose body was expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loop {
    /// Its keyword.
    pub keyword: Span,
    /// The list to iterate over.
    pub list: Span,
    /// The number of elements, or the largest such number if it was expanded several times.
    pub elements: usize,
    /// The spans of the elements.
    pub items: Vec<Span>,
}

/// A stage.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Its name in AWS.
    pub name: Spanned<String>,
    /// The documentation above it.
    pub doc: Option<String>,
    /// Its steps, in order of execution.
    pub steps: Vec<Step>,
    /// The enclosing loops, outermost first.
    pub loops: Arc<[LoopId]>,
    /// What happens when it fails; the span is the statement's.
    pub on_failure: Option<Spanned<OnFailure>>,
    /// The conditions before it, after it, and on its failure.
    pub conditions: Vec<StageCondition>,
    /// The CloudFormation condition under which it exists.
    pub cfn_condition: Option<Spanned<ExistenceCondition>>,
    /// Merged into what is emitted for it.
    pub raw: Option<Value>,
    /// Why its inbound transition is disabled (`disabled = "reason"`).
    pub disabled: Option<Spanned<String>>,
    /// From the keyword to the name.
    pub span: Span,
    /// Whether a part of it could not be read.
    pub incomplete: bool,
}

impl Stage {
    /// Returns the rules of all its conditions.
    pub fn rules(&self) -> impl Iterator<Item = &ConditionRule> {
        self.conditions.iter().flat_map(|condition| &condition.rules)
    }

    /// Returns the span of the statement that rolls it back, if any.
    pub fn rollback(&self) -> Option<Span> {
        let plain = self.on_failure.as_ref().filter(|outcome| outcome.node == OnFailure::Rollback);
        let mut conditions = self.conditions.iter().filter(|it| it.outcome.node == ConditionOutcome::Rollback);
        plain.map(|outcome| outcome.span).or_else(|| conditions.next().map(|it| it.outcome.span))
    }

    /// Returns its conditions of a moment.
    pub fn conditions_on(&self, moment: Moment) -> impl Iterator<Item = &StageCondition> {
        self.conditions.iter().filter(move |condition| condition.moment == moment)
    }
}

/// What happens when a stage fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFailure {
    /// The failed actions run once more.
    RetryFailed,
    /// All of its actions run once more.
    RetryAll,
    /// It runs again with the inputs of its last successful execution.
    Rollback,
}

/// A step of a stage.
#[derive(Debug, Clone)]
pub enum Step {
    /// One action.
    Action(ActionId),
    /// Steps that run one after another.
    Sequence(Vec<Step>),
    /// Steps that run at the same time; the span is that of the keyword.
    Parallel(Vec<Step>, Span),
}

impl Step {
    /// Calls `visit` with each of its actions, in the order written.
    pub fn each_action(&self, visit: &mut dyn FnMut(ActionId)) {
        match self {
            Self::Action(id) => visit(*id),
            Self::Sequence(steps) | Self::Parallel(steps, _) => steps.iter().for_each(|step| step.each_action(visit)),
        }
    }
}

/// An artifact: produced by one action, read by others.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// Its name.
    pub name: Spanned<String>,
    /// The action that produces it.
    pub producer: ActionId,
    /// Its declared contents: `-> A("file", "g/*.json")`.
    pub contents: Vec<Spanned<String>>,
}
