//! Pipelines, stages, and their contents.

use std::sync::Arc;

use crate::catalog::PipelineType;
use crate::source::{Span, Spanned};

use super::{
    Action, ActionId, Arena, ArtifactId, BucketId, ConditionOutcome, ConditionRule, Dashboard, LoopId, Moment,
    Notification, RoleId, StageCondition, StartEvent, Statement, Value, VariableId,
};

/// A pipeline.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is an attribute of its own")]
pub struct Pipeline {
    /// How the file refers to it.
    pub symbol: Spanned<String>,
    /// Its name in AWS, as far as that is known at compile time: else the one in the file.
    pub name: Spanned<String>,
    /// Its name in AWS, if that is known at deployment.
    pub deploy_name: Option<Value>,
    /// The documentation above it.
    pub doc: Option<String>,
    /// The pipeline type. Default: V2.
    pub pipeline_type: PipelineType,
    /// Where the type is set.
    pub pipeline_type_span: Option<Span>,
    /// `SUPERSEDED`, `QUEUED` or `PARALLEL`, as AWS spells it; absent: AWS's default.
    pub mode: Option<Spanned<String>>,
    /// Its own role, instead of the derived one.
    pub role: Option<Spanned<RoleId>>,
    /// `allow` and `deny`: they change the role derived for the pipeline.
    pub statements: Vec<Statement>,
    /// The permissions boundary that roles and users of its stacks must have.
    pub boundary: Option<Value>,
    /// The account it lives in, where the file says so.
    pub account: Option<Spanned<String>>,
    /// The region it lives in, where the file says so.
    pub region: Option<Spanned<String>>,
    /// Pipeline-level variables.
    pub variables: Arena<VariableId, Variable>,
    /// Tags.
    pub tags: Vec<(Spanned<String>, Value)>,
    /// Whether a changed pipeline runs at once.
    pub restart_on_update: bool,
    /// Where artifacts are kept.
    pub store: ArtifactStore,
    /// When it starts by the clock: expressions of EventBridge.
    pub schedules: Vec<Spanned<String>>,
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
    /// What its resource has beside its properties.
    pub resource_attributes: Option<Value>,
    /// Whether the template contains what is generated for it: rules, webhooks, log groups, outputs.
    pub generate: bool,
    /// Whether the template names it.
    pub named: bool,
    /// Whether the output names no type.
    pub type_left_out: bool,
    /// `logical-id = "X"`
    pub logical_id: Option<Spanned<String>>,
    /// From the keyword to the name.
    pub span: Span,
    /// Whether a statement of it could not be read.
    pub incomplete: bool,
}

impl Pipeline {
    /// An action of this pipeline.
    pub fn action(&self, id: ActionId) -> &Action {
        &self.actions[id]
    }

    /// An artifact of this pipeline.
    pub fn artifact(&self, id: ArtifactId) -> &Artifact {
        &self.artifacts[id]
    }

    /// Ids and actions, in the order written.
    pub fn actions(&self) -> impl Iterator<Item = (ActionId, &Action)> {
        self.actions.entries()
    }

    /// The rules of all its stages.
    pub fn rules(&self) -> impl Iterator<Item = &ConditionRule> {
        self.stages.iter().flat_map(Stage::rules)
    }

    /// Ids and artifacts.
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
    /// The values it may have, where its type is a union of texts.
    pub allowed: Vec<String>,
    /// The documentation above it.
    pub doc: Option<String>,
}

/// The `artifacts { ... }` block.
#[derive(Debug, Clone, Default)]
pub struct ArtifactStore {
    /// A bucket of one's own instead of the generated one.
    pub bucket: Option<Spanned<BucketId>>,
    /// ARN or id of a customer-managed KMS key.
    pub key: Option<Value>,
    /// Days until artifacts expire; absent: the default.
    pub expire: Option<Spanned<u32>>,
    /// The stores of other Regions.
    pub regions: Vec<RegionStore>,
    /// The block's keyword.
    pub span: Option<Span>,
}

/// The artifact store of another Region, in place of a generated one.
#[derive(Debug, Clone)]
pub struct RegionStore {
    /// The Region.
    pub region: Spanned<String>,
    /// The bucket there.
    pub bucket: Spanned<BucketId>,
    /// ARN or id of a customer-managed KMS key.
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

/// A `for` whose body was written out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loop {
    /// Its keyword.
    pub keyword: Span,
    /// What it runs over.
    pub list: Span,
    /// How many elements that has; the most, if it ran several times.
    pub elements: usize,
    /// Where those are written.
    pub items: Vec<Span>,
}

/// A stage.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Its name in AWS.
    pub name: Spanned<String>,
    /// The documentation above it.
    pub doc: Option<String>,
    /// Its steps, one after another.
    pub steps: Vec<Step>,
    /// The loops around it, outermost first.
    pub loops: Arc<[LoopId]>,
    /// What happens when it fails; the span is the statement's.
    pub on_failure: Option<Spanned<OnFailure>>,
    /// The conditions before it, after it, and on its failure.
    pub conditions: Vec<StageCondition>,
    /// The CloudFormation condition under which it is there.
    pub cfn_condition: Option<Spanned<String>>,
    /// Merged into what is emitted for it.
    pub raw: Option<Value>,
    /// Why no run may enter it (`disabled = "reason"`).
    pub disabled: Option<Spanned<String>>,
    /// From the keyword to the name.
    pub span: Span,
    /// Whether a part of it could not be read.
    pub incomplete: bool,
}

impl Stage {
    /// The rules of all its conditions.
    pub fn rules(&self) -> impl Iterator<Item = &ConditionRule> {
        self.conditions.iter().flat_map(|condition| &condition.rules)
    }

    /// The statement that rolls it back, if any.
    pub fn rollback(&self) -> Option<Span> {
        let plain = self.on_failure.as_ref().filter(|outcome| outcome.node == OnFailure::Rollback);
        let mut conditions = self.conditions.iter().filter(|it| it.outcome.node == ConditionOutcome::Rollback);
        plain.map(|outcome| outcome.span).or_else(|| conditions.next().map(|it| it.outcome.span))
    }

    /// Its conditions of a moment.
    pub fn conditions_on(&self, moment: Moment) -> impl Iterator<Item = &StageCondition> {
        self.conditions.iter().filter(move |condition| condition.moment == moment)
    }
}

/// What happens when a stage fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFailure {
    /// The actions that failed run once more.
    RetryFailed,
    /// All of its actions run once more.
    RetryAll,
    /// It runs again with what the last successful run gave it.
    Rollback,
}

/// A step of a stage.
#[derive(Debug, Clone)]
pub enum Step {
    /// One action.
    Action(ActionId),
    /// One after another.
    Sequence(Vec<Step>),
    /// Side by side; the span is the keyword.
    Parallel(Vec<Step>, Span),
}

impl Step {
    /// Calls `visit` with each action in it, in the order written.
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
