//! The types of the plan.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::catalog::{ActionType, Category, Count, Owner, PipelineType};
use crate::collections::IndexMap;
use crate::hir::{
    ActionId, Arena, BucketId, ConditionOutcome, ConnectionId, Entity, EnvironmentId, KeyId, Moment, OnFailure,
    PipelineId, ProjectId, Property, ProviderId, RepositoryId, RoleId, TopicId,
};
use crate::source::Span;

use super::ParamPlan;
use super::{Data, Expr, Extra, Known, Misplaced, Position, Site, UnevenParallel};
use super::{MappingPlan, TemplateConditionPlan};

/// The way in which names are generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum World {
    /// One template contains everything: CloudFormation generates the names of roles and buckets.
    #[default]
    Template,
    /// The pipeline is JSON and the rest a support template: every name is fixed, so that both use the same names.
    Split,
}

/// The AWS form of a file.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The way in which names are generated.
    pub world: World,
    /// The account and Region of the pipelines.
    pub home: Known,
    /// CloudFormation parameters.
    pub params: Vec<ParamPlan>,
    /// Conditions of the template, as in the HIR.
    pub conditions: Vec<TemplateConditionPlan>,
    /// Of each pair of conditions of resources, by name: the first is true only if the second is.
    pub implications: BTreeSet<(String, String)>,
    /// Pairs of conditions of resources, by name, that are never both true.
    pub exclusions: BTreeSet<(String, String)>,
    /// Mappings of the template, as in the HIR.
    pub mappings: Vec<MappingPlan>,
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
    /// Image repositories, as in the HIR.
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
    /// Parts of the template that are read from files of the repository.
    pub extra: Extra,
    /// Notification rules.
    pub notifications: Vec<NotificationPlan>,
    /// Dashboards.
    pub dashboards: Vec<DashboardPlan>,
    /// Resources with the same logical ID or the same physical name.
    pub collisions: Vec<Collision>,
}

/// The names of a planned resource, and its origin.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Its name in the file.
    pub symbol: String,
    /// The span that caused it.
    pub span: Span,
    /// Whether an action caused it, so that its names follow from the action's.
    pub of_action: bool,
    /// Its logical ID; unused for imported resources.
    pub logical_id: String,
    /// Its physical name. `None` if CloudFormation generates it.
    pub name: Option<Expr>,
    /// Its name, if something outside its template refers to it. `None` if it has none.
    pub fixed: Option<Expr>,
    /// The account and Region in which it is created.
    pub site: Site,
    /// The documentation above it.
    pub doc: Option<String>,
    /// Attributes of the resource in the file that are not properties.
    pub resource_attributes: Option<Data>,
    /// The name of the condition under which the template creates it.
    pub condition: Option<String>,
    /// Set if it is an existing resource.
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
    /// Returns whether the template creates it.
    pub fn is_owned(&self) -> bool {
        self.imported.is_none()
    }
}

/// Two resources with the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collision {
    /// The logical ID or the physical name.
    pub name: String,
    /// The kind of the resources with the physical name, in the plural; `None` if it is a logical ID.
    pub named: Option<&'static str>,
    /// The first resource.
    pub first: Span,
    /// The second resource.
    pub second: Span,
    /// Whether the names of the second follow from an action's.
    pub of_action: bool,
}

/// An output of a template.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputPlan {
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Its value.
    pub value: Expr,
    /// The name of the condition under which it exists.
    pub condition: Option<String>,
}

/// A pipeline.
#[derive(Debug, Clone)]
pub struct PipelinePlan {
    /// Its identity.
    pub identity: Identity,
    /// Its physical name.
    pub name: String,
    /// Whether the template contains what is generated for it: rules, webhooks, log groups, outputs.
    pub generate: bool,
    /// Whether the template sets its name.
    pub named: bool,
    /// V1 or V2.
    pub pipeline_type: PipelineType,
    /// Whether the output omits the type.
    pub type_left_out: bool,
    /// The execution mode: `SUPERSEDED`, `QUEUED`, `PARALLEL`.
    pub mode: Option<String>,
    /// Its role: named in the file, or derived. `None` until roles are derived.
    pub role: Option<Entity>,
    /// Permissions that the role must have if the file names it; empty if the role is derived.
    pub needs: Vec<Grant>,
    /// The bucket that stores its artifacts.
    pub store: Entity,
    /// The key of the artifact store.
    pub key: Option<Expr>,
    /// The artifact stores for actions in other Regions.
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
    /// Merged into the generated resource.
    pub raw: Option<Data>,
}

/// The property that runs a pipeline after each change of its definition.
pub const RESTART: &str = "RestartExecutionOnUpdate";

impl PipelinePlan {
    /// Returns its physical name, which may be known only at deployment.
    pub fn aws_name(&self) -> Expr {
        self.identity.name.clone().unwrap_or_else(|| Expr::text(self.name.as_str()))
    }

    /// Returns the name of the stack's output that contains the name of its artifact bucket, if there is one.
    pub fn artifacts_output(&self) -> String {
        format!("{}Artifacts", self.identity.logical_id)
    }

    /// Returns whether it has this name in AWS or in the file.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.identity.symbol == name
    }

    /// Returns whether a change of its definition runs it.
    pub fn restarts(&self) -> bool {
        self.properties.iter().any(|(key, _)| key == RESTART)
    }

    /// Returns the rules of all conditions of its stages.
    pub fn rules(&self) -> impl Iterator<Item = &ConditionRulePlan> {
        self.stages.iter().flat_map(|stage| &stage.conditions).flat_map(|condition| &condition.rules)
    }
}

/// The artifact store for actions in another Region.
#[derive(Debug, Clone)]
pub struct StorePlan {
    /// The Region.
    pub region: String,
    /// The bucket in that Region.
    pub bucket: Entity,
    /// The key in that Region, if one is set, or if another account reads the artifacts.
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

/// The filters of a source. A change that matches any of them starts the pipeline.
#[derive(Debug, Clone)]
pub struct TriggerPlan {
    /// The provider of the source in the API.
    pub provider: String,
    /// The name of the source.
    pub source: String,
    /// `on push`
    pub push: Vec<FilterPlan>,
    /// `on pull-request`
    pub pull_request: Vec<FilterPlan>,
    /// The name of the condition under which the source exists.
    pub condition: Option<String>,
}

/// A filter. A change must match all of its fields.
#[derive(Debug, Clone)]
pub struct FilterPlan {
    /// Git tags.
    pub tags: Option<PatternsPlan>,
    /// Branches.
    pub branches: Option<PatternsPlan>,
    /// Paths of changed files.
    pub paths: Option<PatternsPlan>,
    /// Events of a pull request in the API; empty for any event.
    pub events: Vec<String>,
}

/// Patterns. One of `includes` must match, and none of `excludes`.
#[derive(Debug, Clone)]
pub struct PatternsPlan {
    /// Included.
    pub includes: Vec<String>,
    /// Excluded.
    pub excludes: Vec<String>,
}

impl PatternsPlan {
    /// Returns whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.includes.is_empty() && self.excludes.is_empty()
    }
}

/// A stage.
#[derive(Debug, Clone)]
pub struct StagePlan {
    /// Its name.
    pub name: String,
    /// Its actions, by run order, then in source order.
    pub actions: Vec<ActionPlan>,
    /// The action on failure.
    pub on_failure: Option<OnFailure>,
    /// The conditions before it, after it, and on its failure.
    pub conditions: Vec<ConditionPlan>,
    /// The reason for the disabled inbound transition, if it is disabled.
    pub disabled: Option<String>,
    /// The CloudFormation condition that decides whether it exists.
    pub cfn_condition: Option<String>,
    /// Merged into its generated form.
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
    /// The provider in the API.
    pub provider: String,
    /// The version.
    pub version: String,
    /// Its configuration in AWS's form.
    pub configuration: IndexMap<String, ConfigurationValue>,
    /// The commands it runs, in order.
    pub commands: Vec<Expr>,
    /// Names of the input artifacts.
    pub inputs: Vec<String>,
    /// The role that it runs with.
    pub role: Option<Expr>,
    /// Permissions that the role must have; empty if it is derived.
    pub needs: Vec<Grant>,
    /// The Region that it queries, if not the pipeline's.
    pub region: Option<String>,
    /// The span of the whole rule.
    pub span: Span,
}

/// An action.
#[derive(Debug, Clone)]
pub struct ActionPlan {
    /// Its ID in the HIR.
    pub id: ActionId,
    /// Its name.
    pub name: String,
    /// The provider's keyword in the file; `None` if the file names the action type as AWS does.
    pub word: Option<String>,
    /// Its type.
    pub action_type: ActionTypeId,
    /// Its run order.
    pub run_order: u32,
    /// Its configuration in AWS's form.
    pub configuration: IndexMap<String, ConfigurationValue>,
    /// Its fields other than the configuration.
    pub fields: ActionFields,
    /// Names of the input artifacts.
    pub inputs: Vec<String>,
    /// Names of the output artifacts.
    pub outputs: Vec<String>,
    /// Its namespace.
    pub namespace: Option<String>,
    /// The role that it runs with.
    pub role: Option<Expr>,
    /// Permissions that the role must have; empty if it is derived.
    pub needs: Vec<Grant>,
    /// The Region that it runs in, if not the pipeline's.
    pub region: Option<String>,
    /// The Region that the file sets for the action, even if it is the pipeline's.
    pub written_region: Option<String>,
    /// The account and Region in which its resources are created.
    pub site: Site,
    /// The environment that it runs in, by its name in the file.
    pub environment: Option<String>,
    /// Minutes until an approval fails.
    pub timeout: Option<u32>,
    /// Permissions for what it looks up for the stack that it deploys, in addition to those of its type.
    pub lookups: Vec<Grant>,
    /// The CloudFormation condition that decides whether it exists.
    pub cfn_condition: Option<String>,
    /// Merged into its generated form.
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
    /// Environment variables: name, kind, and value or the secret or parameter to look up.
    pub environment: Vec<(String, VariableKind, Expr)>,
    /// The files of each output artifact, in their order.
    pub files: Vec<Vec<String>>,
    /// The number of environment variables that replace run-time values in the commands.
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
    /// Creates the ID of a catalog entry in one of its categories.
    pub fn new(category: Category, action_type: &ActionType) -> Self {
        Self {
            category,
            owner: action_type.owner,
            provider: action_type.provider.clone(),
            version: action_type.version.clone(),
        }
    }
}

/// A configuration value and its span.
#[derive(Debug, Clone)]
pub struct ConfigurationValue {
    /// The value in AWS's form.
    pub text: Expr,
    /// The values that permissions refer to: each element of a list, with `*` for what is known only at run time.
    pub granted: Vec<Expr>,
    /// The span of the value, or of the action if the value is derived.
    pub span: Span,
}

impl ConfigurationValue {
    /// Creates a value that does not depend on the execution.
    pub fn fixed(text: Expr, span: Span) -> Self {
        Self { granted: vec![text.clone()], text, span }
    }
}

/// `allow` or `deny`, in IAM's spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// `Allow`
    Allow,
    /// `Deny`
    Deny,
}

/// A permission of a role, its reason, and its cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Grant {
    /// Allow or deny.
    pub effect: Effect,
    /// IAM actions.
    pub actions: Vec<Cow<'static, str>>,
    /// ARNs, with `*` for unknown parts.
    pub resources: Vec<Expr>,
    /// Conditions, all of which must hold.
    pub conditions: Vec<Condition>,
    /// The reason, which completes "needed to ...".
    pub reason: Cow<'static, str>,
    /// The span that caused it.
    pub cause: Span,
}

/// One condition of a statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// An operator such as `StringEquals`.
    pub operator: String,
    /// The condition key.
    pub key: String,
    /// The values, one of which must match.
    pub values: Vec<Expr>,
}

impl Condition {
    /// Creates a `StringEquals` condition.
    pub fn equals(key: &str, value: impl Into<Expr>) -> Self {
        Self { operator: "StringEquals".to_owned(), key: key.to_owned(), values: vec![value.into()] }
    }
}

/// The origin of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleOrigin {
    /// Derived by the plan, for this purpose.
    Derived(Purpose),
    /// Declared in the file.
    Declared,
    /// An existing role.
    Imported,
}

/// The purpose of a derived role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// A pipeline's service role.
    Pipeline(PipelineId),
    /// The service role of a CodeBuild project.
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
    /// Its identity.
    pub identity: Identity,
    /// The name that `explain role` accepts.
    pub display: String,
    /// The service that can assume it, without `.amazonaws.com`; `None` if the file does not say.
    pub service: Option<String>,
    /// The account that can assume it, for a role that pipelines assume.
    pub trusted_account: Option<Expr>,
    /// Conditions on the principals that assume it.
    pub trust: Vec<Condition>,
    /// The principals that can assume it instead, in the notation of IAM.
    pub principals: Option<Data>,
    /// Its permissions, except those of its named policies.
    pub grants: Vec<Grant>,
    /// Its named policies.
    pub policies: Vec<PolicyPlan>,
    /// Whether dotpipe adds conditions to its trust policy and combines its statements.
    pub generate: bool,
    /// Permissions that an existing role must have, where they follow from the file. Whether it has them is not
    /// checked.
    pub must_allow: Vec<Grant>,
    /// Managed policies that are not generated.
    pub managed: Vec<Expr>,
    /// The other properties that its attributes set.
    pub properties: Properties,
    /// Its origin.
    pub origin: RoleOrigin,
    /// Set if the permissions that it needs could not be derived.
    pub unknown: Option<UnknownTemplate>,
    /// Missing permissions: resource types of the template whose permissions AWS does not publish, and IAM actions that
    /// CloudFormation's handlers request but AWS's reference does not list.
    pub unhandled: Vec<String>,
    /// The differences between it and the permissions that the template requires, by resource of the template.
    pub gaps: Vec<RoleGap>,
    /// The number of managed policies that its permissions need besides the inline one; `None` if they do not fit. Set
    /// after all permissions are known.
    pub overflow: Option<usize>,
    /// Merged into the emitted resource.
    pub raw: Option<Data>,
}

impl RolePlan {
    /// Returns whether the file contains all its permissions.
    pub fn states_all(&self) -> bool {
        let are_read = self.policies.iter().all(|policy| policy.further.is_empty());
        self.managed.is_empty() && self.raw.is_none() && are_read
    }

    /// Returns the permissions of all its policies.
    pub fn all_grants(&self) -> impl Iterator<Item = &Grant> {
        self.grants.iter().chain(self.policies.iter().flat_map(|policy| &policy.grants))
    }
}

/// A named policy of a role. Its statements are not combined.
#[derive(Debug, Clone)]
pub struct PolicyPlan {
    /// Its name in AWS.
    pub name: Expr,
    /// Its permissions.
    pub grants: Vec<Grant>,
    /// Further statements, in the notation of IAM.
    pub further: Vec<Data>,
    /// Its logical ID and resource attributes, if it is a resource of its own.
    pub resource: Option<PolicyResource>,
    /// Its name in the file.
    pub span: Span,
}

/// The resource of a policy that is not part of its role.
#[derive(Debug, Clone)]
pub struct PolicyResource {
    /// Its logical ID.
    pub logical_id: String,
    /// Its resource attributes.
    pub attributes: Option<Data>,
}

/// A resource of a deployed template that the stack's role does not fit.
#[derive(Debug, Clone, PartialEq)]
pub struct RoleGap {
    /// The known part of the resource's logical ID.
    pub resource: String,
    /// Its type.
    pub kind: String,
    /// Its span in the template.
    pub span: Span,
    /// The kind of mismatch.
    pub what: GapKind,
}

/// The mismatch between a stack's role and a resource.
#[derive(Debug, Clone, PartialEq)]
pub enum GapKind {
    /// AWS does not publish what resources of the type need, so the role has no permissions for them.
    Unpublished,
    /// Powerful permissions apply to all resources of a type, without a condition.
    Wide {
        /// The actions, sorted.
        actions: Vec<Cow<'static, str>>,
        /// The resources: an ARN pattern.
        on: Expr,
        /// The possible actions of an attacker with the permissions.
        could: &'static str,
    },
    /// The role that the resource uses is not known, so any role may be passed.
    AnyRole {
        /// The service that receives it, if that is known.
        service: Option<String>,
    },
}

/// A deployed template that was not found, so that its role cannot be derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownTemplate {
    /// The action that deploys it.
    pub action: (PipelineId, ActionId),
    /// The span that names the template.
    pub template: Span,
    /// The expected path in the repository, if any.
    pub path: Option<String>,
}

/// A bucket.
#[derive(Debug, Clone)]
pub struct BucketPlan {
    /// Its identity.
    pub identity: Identity,
    /// Days until objects expire.
    pub expire: Option<u64>,
    /// Whether changes are sent to `EventBridge`.
    pub events: bool,
    /// Whether old versions of objects are kept for a while.
    pub versioned: bool,
    /// Whether it is retained when the stack is deleted. `None` for CloudFormation's default.
    pub retain: Option<bool>,
    /// Whether it gets more than its attributes set: a policy, and the properties that the catalog decides.
    pub generate: bool,
    /// A customer managed key.
    pub key: Option<Expr>,
    /// The uses by roles of other accounts.
    pub shares: Vec<Share>,
    /// Tags.
    pub tags: Vec<(String, Expr)>,
    /// Merged into the emitted resource.
    pub raw: Option<Data>,
}

/// The use of a bucket or a key by a role of another account. The resource policy names the account as the principal,
/// and the role in a condition, so that either can be created first.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The account.
    pub account: String,
    /// The role's ARN.
    pub role: Expr,
    /// IAM actions.
    pub actions: Vec<Cow<'static, str>>,
    /// The resources.
    pub resources: Vec<Expr>,
}

/// A symmetric key, with an alias.
#[derive(Debug, Clone)]
pub struct KeyPlan {
    /// Its identity. The name is its alias, without `alias/`.
    pub identity: Identity,
    /// The properties that its attributes set.
    pub properties: Properties,
    /// Whether it is retained when the stack is deleted. `None` for CloudFormation's default.
    pub retain: Option<bool>,
    /// Whether it has an alias.
    pub generate: bool,
    /// The uses by roles of other accounts.
    pub shares: Vec<Share>,
    /// Merged into the emitted resource.
    pub raw: Option<Data>,
}

/// An environment.
#[derive(Debug, Clone)]
pub struct EnvironmentPlan {
    /// Its identity.
    pub identity: Identity,
    /// Its account, if not the pipeline's.
    pub account: Option<String>,
    /// Its Region, if not the pipeline's.
    pub region: Option<String>,
    /// The role that CloudFormation uses in it, if the file names one.
    pub role: Option<Entity>,
    /// The role that actions assume in it: named in the file, or derived if actions run in another account.
    pub action_role: Option<Entity>,
}

/// A topic.
#[derive(Debug, Clone)]
pub struct TopicPlan {
    /// Its identity.
    pub identity: Identity,
    /// The email addresses of its subscribers.
    pub email: Vec<Expr>,
    /// The properties that its attributes set.
    pub properties: Properties,
    /// Merged into the emitted resource.
    pub raw: Option<Data>,
}

/// A connection.
#[derive(Debug, Clone)]
pub struct ConnectionPlan {
    /// Its identity.
    pub identity: Identity,
    /// The properties that its attributes set.
    pub properties: Properties,
    /// Merged into the emitted resource.
    pub raw: Option<Data>,
}

/// An image repository.
#[derive(Debug, Clone)]
pub struct RepositoryPlan {
    /// Its identity.
    pub identity: Identity,
    /// Whether tags are immutable.
    pub immutable: bool,
    /// Days until untagged images are deleted.
    pub expire_untagged: Option<u64>,
    /// Whether it is retained when the stack is deleted. `None` for CloudFormation's default.
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
    /// Its identity.
    pub identity: Identity,
    /// The provider that declares it, in the HIR.
    pub provider: ProviderId,
    /// The ID that actions use.
    pub id: ActionTypeId,
    /// The number of input artifacts of an action.
    pub inputs: Count,
    /// The number of output artifacts of an action.
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
    /// Its identity.
    pub identity: Identity,
    /// The pipeline that it starts.
    pub pipeline: PipelineId,
    /// The name of its source action.
    pub action: String,
    /// The method by which calls are authenticated, as the API spells it.
    pub authentication: String,
    /// The shared secret.
    pub secret: Expr,
    /// Paths in the payload, each with the value that it must have.
    pub filters: Vec<(String, String)>,
}

/// An event rule that starts a pipeline.
#[derive(Debug, Clone)]
pub struct RulePlan {
    /// Its identity.
    pub identity: Identity,
    /// Its description, if any.
    pub description: Option<Expr>,
    /// Its state, as the API spells it, if the file sets it.
    pub state: Option<Expr>,
    /// Whether it gets properties that no attribute sets.
    pub generate: bool,
    /// The ID of its target.
    pub target: String,
    /// Merged over its properties.
    pub raw: Option<Data>,
    /// Its trigger.
    pub waits_for: WaitsFor,
    /// The source whose changes trigger it.
    pub source: Option<ActionId>,
    /// The bus that it is on, if not the default one.
    pub bus: Option<Expr>,
    /// The pipeline that it starts.
    pub pipeline: PipelineId,
    /// The role that it uses; `None` until roles are derived.
    pub role: Option<Expr>,
}

/// A notification rule: events of a pipeline are published to a topic.
#[derive(Debug, Clone)]
pub struct NotificationPlan {
    /// Its identity.
    pub identity: Identity,
    /// Its pipeline.
    pub pipeline: PipelineId,
    /// The topic.
    pub topic: Entity,
    /// The event types in the API.
    pub events: Vec<String>,
    /// The properties that its attributes set.
    pub properties: Properties,
}

/// A dashboard.
#[derive(Debug, Clone)]
pub struct DashboardPlan {
    /// Its identity.
    pub identity: Identity,
    /// Its pipeline.
    pub pipeline: PipelineId,
    /// Its widgets, as JSON.
    pub body: Expr,
}

/// The trigger of an event rule.
#[derive(Debug, Clone)]
pub enum WaitsFor {
    /// Events that match this pattern, whose strings are expressions.
    Pattern(Data),
    /// A schedule.
    Schedule(String),
}

/// A CodeBuild project.
#[derive(Debug, Clone)]
pub struct ProjectPlan {
    /// Its identity.
    pub identity: Identity,
    /// Its service role; `None` for imported projects.
    pub role: Option<Entity>,
    /// The properties that its attributes set, by their path in the resource.
    pub properties: Properties,
    /// Environment variables.
    pub variables: Vec<EnvironmentVariable>,
    /// The buildspec: a path or its content. `None` for `buildspec.yml`.
    pub buildspec: Option<Expr>,
    /// Cache.
    pub cache: Option<CachePlan>,
    /// The log group; `None` if it does not log to `CloudWatch`.
    pub logs: Option<LogsPlan>,
    /// Report groups, by name.
    pub reports: Vec<Expr>,
    /// Permissions that the role must have for any build if the file names it; empty if the role is derived.
    pub needs: Vec<Grant>,
    /// Permissions that the role for batches must have.
    pub batch_needs: Vec<Grant>,
    /// Merged into the emitted resource.
    pub raw: Option<Data>,
}

/// Properties of a resource, nested as in CloudFormation.
pub type Properties = Vec<(String, Data)>;

/// An environment variable.
#[derive(Debug, Clone)]
pub struct EnvironmentVariable {
    /// Its name.
    pub name: String,
    /// Its value: text, or the secret or parameter to look up.
    pub value: Expr,
    /// The kind.
    pub kind: VariableKind,
}

/// The source of an environment variable's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableKind {
    /// A value in the configuration.
    Plaintext,
    /// `secret(...)`
    SecretsManager,
    /// `ssm(...)`
    ParameterStore,
}

impl VariableKind {
    /// Returns its spelling in the API.
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
    /// On the build host, with these modes.
    Local(Vec<String>),
    /// In a bucket.
    S3(Expr),
}

/// A log group.
#[derive(Debug, Clone)]
pub struct LogsPlan {
    /// The logical ID of the group if the template creates it, which it does unless the file names a group.
    pub logical_id: Option<String>,
    /// Its name.
    pub group: Expr,
}
