//! The plan's types.

use crate::catalog::{ActionType, Category, Count, Owner, PipelineType};
use crate::hir::{
    ActionId, Arena, BucketId, ConditionOutcome, ConnectionId, Entity, EnvironmentId, KeyId, Moment, OnFailure,
    PipelineId, ProjectId, Property, ProviderId, RepositoryId, RoleId, TopicId,
};
use crate::source::Span;
use indexmap::IndexMap;

use super::ParamPlan;
use super::{Data, Expr, Extra, Known, Misplaced, Position, Site, UnevenParallel};

/// How names are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum World {
    /// One template contains everything: CloudFormation names roles and buckets.
    #[default]
    Template,
    /// The pipeline is JSON and the rest a support template: every name is fixed, so that both use the same names.
    Split,
}

/// What AWS needs.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// How names are chosen.
    pub world: World,
    /// The account and Region of the pipelines.
    pub home: Known,
    /// CloudFormation parameters.
    pub params: Vec<ParamPlan>,
    /// The pipelines, as in the HIR.
    pub pipelines: Arena<PipelineId, PipelinePlan>,
    /// Projects, as in the HIR.
    pub projects: Arena<ProjectId, ProjectPlan>,
    /// Buckets: the HIR's, then the artifact buckets.
    pub buckets: Arena<BucketId, BucketPlan>,
    /// Topics, as in the HIR.
    pub topics: Arena<TopicId, TopicPlan>,
    /// Connections, as in the HIR.
    pub connections: Arena<ConnectionId, ConnectionPlan>,
    /// Repositories of images, as in the HIR.
    pub repositories: Arena<RepositoryId, RepositoryPlan>,
    /// Action types that the template creates.
    pub action_types: Vec<CustomTypePlan>,
    /// Keys: the HIR's, then those of artifact stores.
    pub keys: Arena<KeyId, KeyPlan>,
    /// Environments, as in the HIR.
    pub environments: Arena<EnvironmentId, EnvironmentPlan>,
    /// Roles: the HIR's, then the derived ones.
    pub roles: Arena<RoleId, RolePlan>,
    /// Event rules.
    pub rules: Vec<RulePlan>,
    /// Webhooks.
    pub webhooks: Vec<WebhookPlan>,
    /// What files of the repository add to the template.
    pub extra: Extra,
    /// Notification rules.
    pub notifications: Vec<NotificationPlan>,
    /// Dashboards.
    pub dashboards: Vec<DashboardPlan>,
    /// Resources with the same logical ID or the same physical name.
    pub collisions: Vec<Collision>,
}

/// The names of a planned resource, and where it comes from.
#[derive(Debug, Clone)]
pub struct Identity {
    /// How the file refers to it.
    pub symbol: String,
    /// What caused it.
    pub span: Span,
    /// Whether an action caused it, so that its names follow from the action's.
    pub of_action: bool,
    /// Its logical ID; unused for imported resources.
    pub logical_id: String,
    /// Its physical name; `None`: CloudFormation chooses.
    pub name: Option<Expr>,
    /// Its name, if something outside its template refers to it; absent if it has none.
    pub fixed: Option<Expr>,
    /// The account and Region in which it is created.
    pub site: Site,
    /// The documentation above it.
    pub doc: Option<String>,
    /// What the file gives the resource beside its properties.
    pub resource_attributes: Option<Data>,
    /// Set when it exists already.
    pub imported: Option<Imported>,
}

/// An existing resource.
#[derive(Debug, Clone)]
pub struct Imported {
    /// Its name.
    pub name: Expr,
    /// Its ARN.
    pub arn: Expr,
}

impl Identity {
    /// Whether the template creates it.
    pub fn is_owned(&self) -> bool {
        self.imported.is_none()
    }
}

/// Two resources with the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collision {
    /// The logical ID or the physical name.
    pub name: String,
    /// What has the physical name, in the plural; none if it is a logical ID.
    pub named: Option<&'static str>,
    /// The first.
    pub first: Span,
    /// The second.
    pub second: Span,
    /// Whether the names of the second follow from an action's.
    pub of_action: bool,
}

/// An output of a template.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputPlan {
    /// Its name.
    pub name: String,
    /// What it says about itself.
    pub description: String,
    /// Its value.
    pub value: Expr,
}

/// A pipeline.
#[derive(Debug, Clone)]
pub struct PipelinePlan {
    /// What it is called.
    pub identity: Identity,
    /// Its name in AWS.
    pub name: String,
    /// Whether the template contains what is generated for it: rules, webhooks, log groups, outputs.
    pub generate: bool,
    /// Whether the template names it.
    pub named: bool,
    /// V1 or V2.
    pub pipeline_type: PipelineType,
    /// Whether the output names no type.
    pub type_left_out: bool,
    /// `SUPERSEDED`, `QUEUED`, `PARALLEL`.
    pub mode: Option<String>,
    /// Its role: named in the file, or derived, and then absent until roles are.
    pub role: Option<Entity>,
    /// What a role that the file names must allow for the pipeline to run; empty if the role is derived.
    pub needs: Vec<Grant>,
    /// Where its artifacts are stored.
    pub store: Entity,
    /// The key of the artifact store.
    pub key: Option<Expr>,
    /// Where artifacts are stored for actions in other Regions.
    pub stores: Vec<StorePlan>,
    /// Variables.
    pub variables: Vec<VariablePlan>,
    /// Tags.
    pub tags: Vec<(String, Expr)>,
    /// Its stages.
    pub stages: Vec<StagePlan>,
    /// The filters of its sources.
    pub triggers: Vec<TriggerPlan>,
    /// The log groups of actions and rules that run code of the repository, one for each site.
    pub logs: Vec<(Site, LogsPlan)>,
    /// By [`ActionId`].
    pub positions: Arena<ActionId, Position>,
    /// `parallel` blocks whose branches have different lengths.
    pub uneven: Vec<UnevenParallel>,
    /// Other properties that attributes set.
    pub properties: Properties,
    /// Merged into the emitted resource.
    pub raw: Option<Data>,
}

/// The property that runs a changed pipeline at once.
pub const RESTART: &str = "RestartExecutionOnUpdate";

impl PipelinePlan {
    /// Its name in AWS, perhaps known at deployment only.
    pub fn aws_name(&self) -> Expr {
        self.identity.name.clone().unwrap_or_else(|| Expr::text(self.name.as_str()))
    }

    /// The output of the stack that contains the name of its artifact bucket, where there is one.
    pub fn artifacts_output(&self) -> String {
        format!("{}Artifacts", self.identity.logical_id)
    }

    /// Whether it goes by a name: in AWS, or in the file.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.identity.symbol == name
    }

    /// Whether a changed pipeline runs at once.
    pub fn restarts(&self) -> bool {
        self.properties.iter().any(|(key, _)| key == RESTART)
    }

    /// The rules of all conditions of its stages.
    pub fn rules(&self) -> impl Iterator<Item = &ConditionRulePlan> {
        self.stages.iter().flat_map(|stage| &stage.conditions).flat_map(|condition| &condition.rules)
    }
}

/// Where a pipeline stores the artifacts of actions in another Region.
#[derive(Debug, Clone)]
pub struct StorePlan {
    /// The region.
    pub region: String,
    /// The bucket there.
    pub bucket: Entity,
    /// The key there, if one is given, or if another account reads the artifacts.
    pub key: Option<Expr>,
}

/// A pipeline-level variable.
#[derive(Debug, Clone)]
pub struct VariablePlan {
    /// Its name.
    pub name: String,
    /// Its default.
    pub default: Option<String>,
    /// Its description.
    pub doc: Option<String>,
}

/// The filters of a source: any of them starts the pipeline.
#[derive(Debug, Clone)]
pub struct TriggerPlan {
    /// The source's provider, as the API spells it.
    pub provider: String,
    /// The source's name.
    pub source: String,
    /// `on push`
    pub push: Vec<FilterPlan>,
    /// `on pull-request`
    pub pull_request: Vec<FilterPlan>,
}

/// A filter: a change must match all of its fields.
#[derive(Debug, Clone)]
pub struct FilterPlan {
    /// Git tags.
    pub tags: Option<PatternsPlan>,
    /// Branches.
    pub branches: Option<PatternsPlan>,
    /// Files changed.
    pub paths: Option<PatternsPlan>,
    /// What happens to a pull request, as the API spells it; empty: anything.
    pub events: Vec<String>,
}

/// Patterns: one of the first must match, and none of the others.
#[derive(Debug, Clone)]
pub struct PatternsPlan {
    /// What is meant.
    pub includes: Vec<String>,
    /// What is left out.
    pub excludes: Vec<String>,
}

impl PatternsPlan {
    /// Whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.includes.is_empty() && self.excludes.is_empty()
    }
}

/// A stage.
#[derive(Debug, Clone)]
pub struct StagePlan {
    /// Its name.
    pub name: String,
    /// Its actions, by run order, then as written.
    pub actions: Vec<ActionPlan>,
    /// What happens when it fails.
    pub on_failure: Option<OnFailure>,
    /// The conditions before it, after it, and on its failure.
    pub conditions: Vec<ConditionPlan>,
    /// Why no run may enter it.
    pub disabled: Option<String>,
    /// The CloudFormation condition under which it is there.
    pub cfn_condition: Option<String>,
    /// Merged into what is emitted for it.
    pub raw: Option<Data>,
}

/// A condition of a stage.
#[derive(Debug, Clone)]
pub struct ConditionPlan {
    /// When it is evaluated.
    pub moment: Moment,
    /// The result if a rule does not succeed.
    pub outcome: ConditionOutcome,
    /// Its rules.
    pub rules: Vec<ConditionRulePlan>,
}

/// A rule of a condition.
#[derive(Debug, Clone)]
pub struct ConditionRulePlan {
    /// Its name.
    pub name: String,
    /// The provider, as the API spells it.
    pub provider: String,
    /// The version.
    pub version: String,
    /// Its configuration, as AWS takes it.
    pub configuration: IndexMap<String, ConfigurationValue>,
    /// The commands it runs, in order.
    pub commands: Vec<Expr>,
    /// Names of the input artifacts.
    pub inputs: Vec<String>,
    /// The role it works under.
    pub role: Option<Expr>,
    /// What that role must allow; empty if it is derived.
    pub needs: Vec<Grant>,
    /// The region it looks in, if not the pipeline's.
    pub region: Option<String>,
    /// All of it.
    pub span: Span,
}

/// An action.
#[derive(Debug, Clone)]
pub struct ActionPlan {
    /// Which one of the HIR.
    pub id: ActionId,
    /// Its name.
    pub name: String,
    /// The provider's word in the file; none if the file names the action type as AWS does.
    pub word: Option<String>,
    /// Its type.
    pub action_type: ActionTypeId,
    /// Its run order.
    pub run_order: u32,
    /// Its configuration, as AWS takes it.
    pub configuration: IndexMap<String, ConfigurationValue>,
    /// Its fields other than the configuration.
    pub fields: ActionFields,
    /// Names of the input artifacts.
    pub inputs: Vec<String>,
    /// Names of the output artifacts.
    pub outputs: Vec<String>,
    /// Its namespace.
    pub namespace: Option<String>,
    /// The role it runs under.
    pub role: Option<Expr>,
    /// What that role must allow; empty if it is derived.
    pub needs: Vec<Grant>,
    /// The region it runs in, if another than the pipeline's.
    pub region: Option<String>,
    /// The region that the file gives the action, also where it is the pipeline's.
    pub written_region: Option<String>,
    /// The account and Region in which its resources are created.
    pub site: Site,
    /// The environment it runs in, by its name in the file.
    pub environment: Option<String>,
    /// Minutes until an approval fails.
    pub timeout: Option<u32>,
    /// What it looks up for the stack that it deploys, in addition to what its type needs.
    pub lookups: Vec<Grant>,
    /// The CloudFormation condition under which it is there.
    pub cfn_condition: Option<String>,
    /// Merged into what is emitted for it.
    pub raw: Option<Data>,
    /// Its header.
    pub span: Span,
}

/// The fields of an action that runs commands, other than its configuration.
#[derive(Debug, Clone, Default)]
pub struct ActionFields {
    /// The commands, in order.
    pub commands: Vec<Expr>,
    /// Names of the environment variables that become output variables.
    pub output_variables: Vec<Expr>,
    /// Environment variables: name, kind, and value or where it is looked up.
    pub environment: Vec<(String, VariableKind, Expr)>,
    /// What each output artifact contains, in their order.
    pub files: Vec<Vec<String>>,
    /// How many of the environment variables stand for run-time values in the commands.
    pub made_variables: usize,
    /// Run-time values in the commands that no environment variable can replace.
    pub misplaced: Vec<Misplaced>,
}

/// `ActionTypeId`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionTypeId {
    /// Its category.
    pub category: Category,
    /// Its owner.
    pub owner: Owner,
    /// The provider.
    pub provider: String,
    /// The version.
    pub version: String,
}

impl ActionTypeId {
    /// The id of a catalog entry in one of its categories.
    pub fn new(category: Category, action_type: &ActionType) -> Self {
        Self {
            category,
            owner: action_type.owner,
            provider: action_type.provider.clone(),
            version: action_type.version.clone(),
        }
    }
}

/// A configuration value and its places.
#[derive(Debug, Clone)]
pub struct ConfigurationValue {
    /// The text AWS gets.
    pub text: Expr,
    /// What permissions are about: each element of a list, with `*` for what is known only in a run.
    pub granted: Vec<Expr>,
    /// Where the value was written, or the action if the value is derived.
    pub span: Span,
}

impl ConfigurationValue {
    /// One text that nothing in a run changes.
    pub fn fixed(text: Expr, span: Span) -> Self {
        Self { granted: vec![text.clone()], text, span }
    }
}

/// `allow` or `deny`, in IAM's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// `Allow`
    Allow,
    /// `Deny`
    Deny,
}

/// A permission of a role, why it is there, and what caused it.
#[derive(Debug, Clone, PartialEq)]
pub struct Grant {
    /// Allow or deny.
    pub effect: Effect,
    /// IAM actions.
    pub actions: Vec<String>,
    /// ARNs, with `*` for parts that are not known.
    pub resources: Vec<Expr>,
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// Completes "needed to ...".
    pub reason: String,
    /// The place that caused it.
    pub cause: Span,
}

/// One condition of a statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// An operator such as `StringEquals`.
    pub operator: String,
    /// The condition key.
    pub key: String,
    /// Any of these.
    pub values: Vec<Expr>,
}

impl Condition {
    /// `StringEquals`
    pub fn equals(key: &str, value: impl Into<Expr>) -> Self {
        Self { operator: "StringEquals".to_owned(), key: key.to_owned(), values: vec![value.into()] }
    }
}

/// How a role came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleOrigin {
    /// Derived by the plan, for this.
    Derived(Purpose),
    /// Written in the file.
    Declared,
    /// Exists already.
    Imported,
}

/// What a derived role is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// A pipeline's service role.
    Pipeline(PipelineId),
    /// A CodeBuild project.
    Build(ProjectId),
    /// CloudFormation, when it deploys a stack.
    Stack,
    /// Actions in an environment.
    Action(EnvironmentId),
    /// An action of a pipeline, or a rule of a condition, that runs code of the repository.
    Code(PipelineId),
    /// The event rules of a pipeline.
    Events(PipelineId),
}

/// A role.
#[derive(Debug, Clone)]
pub struct RolePlan {
    /// What it is called.
    pub identity: Identity,
    /// The name `explain role` takes.
    pub display: String,
    /// The service that may assume it, without `.amazonaws.com`; absent when the file does not say.
    pub service: Option<String>,
    /// The account that may assume it, for a role that pipelines assume.
    pub trusted_account: Option<Expr>,
    /// Conditions on who assumes it.
    pub trust: Vec<Condition>,
    /// What it may do.
    pub grants: Vec<Grant>,
    /// What a role that exists already must allow, as far as that follows from the file; whether it does is not checked.
    pub must_allow: Vec<Grant>,
    /// Managed policies of others.
    pub managed: Vec<Expr>,
    /// The other properties that its attributes set.
    pub properties: Properties,
    /// How it came to be.
    pub origin: RoleOrigin,
    /// Set when what it must allow could not be found out.
    pub unknown: Option<UnknownTemplate>,
    /// What could not be allowed: resource types of the template whose permissions AWS does not publish, and IAM actions
    /// that CloudFormation's handlers ask for and AWS's reference does not list.
    pub unhandled: Vec<String>,
    /// Where it is broader or narrower than the template needs, by resource of the template.
    pub gaps: Vec<RoleGap>,
    /// Managed policies that its permissions need besides the inline one; none if they do not fit at all. Known once all
    /// permissions are.
    pub overflow: Option<usize>,
    /// Merged into the emitted resource.
    pub raw: Option<Data>,
}

/// A resource of a deployed template for which the stack's role does not fit.
#[derive(Debug, Clone, PartialEq)]
pub struct RoleGap {
    /// The resource's logical ID, as far as it is known.
    pub resource: String,
    /// Its type.
    pub kind: String,
    /// Its place in the template.
    pub span: Span,
    /// What does not fit.
    pub what: GapKind,
}

/// How a stack's role does not fit a resource.
#[derive(Debug, Clone, PartialEq)]
pub enum GapKind {
    /// AWS does not publish what resources of the type need, so the role has no permissions for them.
    Unpublished,
    /// Powerful permissions apply to all resources of a type, without a condition.
    Wide {
        /// The actions, sorted.
        actions: Vec<String>,
        /// The kind: an ARN pattern.
        on: Expr,
        /// What somebody could do with them.
        could: &'static str,
    },
    /// Which role the resource is given is not known, so any may be passed.
    AnyRole {
        /// The service that receives it, if that is known.
        service: Option<String>,
    },
}

/// A deployed template that was not found, so that its role cannot be derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownTemplate {
    /// The deploy that asks for it.
    pub action: (PipelineId, ActionId),
    /// The place that names the template.
    pub template: Span,
    /// The path in the repository that was looked for, if any.
    pub path: Option<String>,
}

/// A bucket.
#[derive(Debug, Clone)]
pub struct BucketPlan {
    /// What it is called.
    pub identity: Identity,
    /// Days until objects expire.
    pub expire: Option<u64>,
    /// Whether changes are sent to `EventBridge`.
    pub events: bool,
    /// Whether old versions are kept for a while.
    pub versioned: bool,
    /// Whether it stays when the stack is deleted; without it, CloudFormation's default holds.
    pub retain: Option<bool>,
    /// Whether it has more than its attributes ask for: a policy, and the properties that the catalog decides.
    pub generate: bool,
    /// A customer managed key.
    pub key: Option<Expr>,
    /// What roles of other accounts do with it.
    pub shares: Vec<Share>,
    /// Tags.
    pub tags: Vec<(String, Expr)>,
    /// Merged into the emitted resource.
    pub raw: Option<Data>,
}

/// What a role of another account does with a bucket or a key: its policy names the account, and the role in a condition,
/// so that neither has to be there before the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The account.
    pub account: String,
    /// The role's ARN.
    pub role: Expr,
    /// IAM actions.
    pub actions: Vec<String>,
    /// On what.
    pub resources: Vec<Expr>,
}

/// A symmetric key, with an alias.
#[derive(Debug, Clone)]
pub struct KeyPlan {
    /// What it is called; the name is its alias, without `alias/`.
    pub identity: Identity,
    /// The properties that its attributes set.
    pub properties: Properties,
    /// Whether it stays when the stack is deleted; without it, CloudFormation's default holds.
    pub retain: Option<bool>,
    /// Whether it has an alias.
    pub generate: bool,
    /// What roles of other accounts do with it.
    pub shares: Vec<Share>,
    /// Merged into the emitted resource.
    pub raw: Option<Data>,
}

/// An environment.
#[derive(Debug, Clone)]
pub struct EnvironmentPlan {
    /// What it is called.
    pub identity: Identity,
    /// Its account, if another than the pipeline's.
    pub account: Option<String>,
    /// Its region, if another than the pipeline's.
    pub region: Option<String>,
    /// The role that CloudFormation uses there, if the file names one.
    pub role: Option<Entity>,
    /// The role that actions assume there: named in the file, or derived if actions run in another account.
    pub action_role: Option<Entity>,
}

/// A topic.
#[derive(Debug, Clone)]
pub struct TopicPlan {
    /// What it is called.
    pub identity: Identity,
    /// Addresses that get what is published.
    pub email: Vec<Expr>,
    /// The properties that its attributes set.
    pub properties: Properties,
    /// Merged into the emitted resource.
    pub raw: Option<Data>,
}

/// A connection.
#[derive(Debug, Clone)]
pub struct ConnectionPlan {
    /// What it is called.
    pub identity: Identity,
    /// The properties that its attributes set.
    pub properties: Properties,
    /// Merged into the emitted resource.
    pub raw: Option<Data>,
}

/// A repository of images.
#[derive(Debug, Clone)]
pub struct RepositoryPlan {
    /// What it is called.
    pub identity: Identity,
    /// Whether a tag stays on its image.
    pub immutable: bool,
    /// Days until images without a tag are deleted.
    pub expire_untagged: Option<u64>,
    /// Whether it stays when the stack is deleted; without it, CloudFormation's default holds.
    pub retain: Option<bool>,
    /// A customer managed key.
    pub key: Option<Expr>,
    /// The properties that its attributes set.
    pub properties: Properties,
    /// Merged into the emitted resource.
    pub raw: Option<Data>,
}

/// An action type that the template creates: one category of a declared provider.
#[derive(Debug, Clone)]
pub struct CustomTypePlan {
    /// What it is called.
    pub identity: Identity,
    /// The provider that declares it: the index counts in the HIR's.
    pub provider: ProviderId,
    /// What actions name it by.
    pub id: ActionTypeId,
    /// How many artifacts an action takes.
    pub inputs: Count,
    /// How many artifacts an action produces.
    pub outputs: Count,
    /// The keys of its configuration.
    pub configuration: Vec<Property>,
    /// The properties that its attributes set.
    pub properties: Properties,
    /// Merged into the emitted resource.
    pub raw: Option<Data>,
}

/// A webhook through which a source reports changes.
#[derive(Debug, Clone)]
pub struct WebhookPlan {
    /// What it is called.
    pub identity: Identity,
    /// The pipeline it starts.
    pub pipeline: PipelineId,
    /// The source it reports to.
    pub action: String,
    /// How calls are known to be the provider's, as the API spells it.
    pub authentication: String,
    /// The secret both sides know.
    pub secret: Expr,
    /// Paths into what the provider sends, each with the value that must be there.
    pub filters: Vec<(String, String)>,
}

/// An event rule that starts a pipeline.
#[derive(Debug, Clone)]
pub struct RulePlan {
    /// What it is called.
    pub identity: Identity,
    /// What it says about itself.
    pub description: String,
    /// What it waits for.
    pub waits_for: WaitsFor,
    /// The source whose changes it waits for.
    pub source: Option<ActionId>,
    /// The bus it listens on, if not the default one.
    pub bus: Option<Expr>,
    /// The pipeline it starts.
    pub pipeline: PipelineId,
    /// The role it does that under; absent until roles are derived.
    pub role: Option<Entity>,
}

/// A notification rule: events of a pipeline are published to a topic.
#[derive(Debug, Clone)]
pub struct NotificationPlan {
    /// What it is called.
    pub identity: Identity,
    /// The pipeline it is about.
    pub pipeline: PipelineId,
    /// The topic.
    pub topic: Entity,
    /// The events, as the API spells their types.
    pub events: Vec<String>,
    /// The properties that its attributes set.
    pub properties: Properties,
}

/// A dashboard.
#[derive(Debug, Clone)]
pub struct DashboardPlan {
    /// What it is called.
    pub identity: Identity,
    /// The pipeline it is about.
    pub pipeline: PipelineId,
    /// Its widgets, as JSON text.
    pub body: Expr,
}

/// What an event rule waits for.
#[derive(Debug, Clone)]
pub enum WaitsFor {
    /// Events of this form; texts are expressions.
    Pattern(Data),
    /// The clock.
    Schedule(String),
}

/// A CodeBuild project.
#[derive(Debug, Clone)]
pub struct ProjectPlan {
    /// What it is called.
    pub identity: Identity,
    /// The role it builds under; absent for imported projects.
    pub role: Option<Entity>,
    /// The properties that its attributes set, by their path in the resource.
    pub properties: Properties,
    /// Environment variables.
    pub variables: Vec<EnvironmentVariable>,
    /// The buildspec: a path or its text; absent: `buildspec.yml`.
    pub buildspec: Option<Expr>,
    /// Cache.
    pub cache: Option<CachePlan>,
    /// Where its log is written; absent if it writes none to `CloudWatch`.
    pub logs: Option<LogsPlan>,
    /// Report groups, by name.
    pub reports: Vec<Expr>,
    /// What a role that the file names must allow for a build to run at all; empty if the role is derived.
    pub needs: Vec<Grant>,
    /// Merged into the emitted resource.
    pub raw: Option<Data>,
}

/// Properties of a resource, as CloudFormation nests them.
pub type Properties = Vec<(String, Data)>;

/// An environment variable.
#[derive(Debug, Clone)]
pub struct EnvironmentVariable {
    /// Its name.
    pub name: String,
    /// Its value: text, or what the other two kinds look up.
    pub value: Expr,
    /// Which kind.
    pub kind: VariableKind,
}

/// Where an environment variable's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableKind {
    /// Written.
    Plaintext,
    /// `secret(...)`
    SecretsManager,
    /// `ssm(...)`
    ParameterStore,
}

impl VariableKind {
    /// As the API spells it.
    pub fn aws(self) -> &'static str {
        match self {
            Self::Plaintext => "PLAINTEXT",
            Self::SecretsManager => "SECRETS_MANAGER",
            Self::ParameterStore => "PARAMETER_STORE",
        }
    }
}

/// A project's cache.
#[derive(Debug, Clone)]
pub enum CachePlan {
    /// On the build host, in these modes.
    Local(Vec<String>),
    /// In a bucket.
    S3(Expr),
}

/// A log group.
#[derive(Debug, Clone)]
pub struct LogsPlan {
    /// Logical id of the group if the template creates it, which it does unless the file names a group.
    pub logical_id: Option<String>,
    /// Its name.
    pub group: Expr,
}
