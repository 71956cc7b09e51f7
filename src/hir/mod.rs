//! The resolved pipeline: names bound, compile-time values evaluated, sugar written out, every value with its phase and its span.
//!
//! Reading a file ends here; everything behind works on this form.
//! The change-set pair is always two actions here, whatever way it was written.

mod action;
mod around;
mod condition;
mod pipeline;
mod resource;
mod value;

pub use action::*;
pub use around::*;
pub use condition::*;
pub use pipeline::*;
pub use resource::*;
pub use value::*;

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::source::{Span, Spanned};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(pub usize);
        )*
    };
}

ids! {
    /// Index into [`Hir::pipelines`].
    PipelineId
    /// Index into [`Pipeline::actions`]; unique within one pipeline.
    ActionId
    /// Index into [`Pipeline::artifacts`]; unique within one pipeline.
    ArtifactId
    /// Index into [`Pipeline::variables`]; unique within one pipeline.
    VariableId
    /// Index into [`Hir::params`].
    ParamId
    /// Index into [`Hir::projects`].
    ProjectId
    /// Index into [`Hir::buckets`].
    BucketId
    /// Index into [`Hir::topics`].
    TopicId
    /// Index into [`Hir::roles`].
    RoleId
    /// Index into [`Hir::connections`].
    ConnectionId
    /// Index into [`Hir::repositories`].
    RepositoryId
    /// Index into [`Hir::providers`].
    ProviderId
    /// Index into [`Hir::keys`].
    KeyId
    /// Index into [`Hir::environments`].
    EnvironmentId
}

/// The attribute that demands a permissions boundary.
pub const BOUNDARY: &str = "permissions-boundary";

/// Everything one entry file describes.
#[derive(Debug, Clone, Default)]
pub struct Hir {
    /// The pipelines, in order.
    pub pipelines: Vec<Pipeline>,
    /// CloudFormation parameters (`param`).
    pub params: Vec<Param>,
    /// `project`
    pub projects: Vec<Project>,
    /// `bucket`
    pub buckets: Vec<Declaration>,
    /// `topic`
    pub topics: Vec<Declaration>,
    /// `role`
    pub roles: Vec<Role>,
    /// `connection`
    pub connections: Vec<Declaration>,
    /// `repository`
    pub repositories: Vec<Declaration>,
    /// `provider`
    pub providers: Vec<Provider>,
    /// `resources = file("...")`
    pub resource_files: Vec<Spanned<String>>,
    /// `key`
    pub keys: Vec<Declaration>,
    /// `environment`
    pub environments: Vec<Environment>,
    /// Declared things that nothing names, in whatever is built.
    pub unnamed: BTreeSet<Entity>,
    /// The loops that were written out, by their keywords, in order of their first run.
    pub loops: IndexMap<Span, Loop>,
    /// The components that were written out: the block of each, and the `use` that did it.
    pub uses: BTreeSet<(Span, Span)>,
    /// `option`, `param`, `let` and `component` that nothing uses.
    pub unused: Vec<UnusedValue>,
    /// Whether something could not be read or resolved. Rules that conclude from absence ("never used") then stay silent.
    pub incomplete: bool,
}

/// A name given to a value that nothing uses.
#[derive(Debug, Clone)]
pub struct UnusedValue {
    /// The keyword.
    pub keyword: &'static str,
    /// The name.
    pub name: Spanned<String>,
}

/// A thing declared beside the pipelines that a value can refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    /// `project`
    Project(ProjectId),
    /// `bucket`
    Bucket(BucketId),
    /// `topic`
    Topic(TopicId),
    /// `role`
    Role(RoleId),
    /// `connection`
    Connection(ConnectionId),
    /// `repository`
    Repository(RepositoryId),
    /// `provider`
    Provider(ProviderId),
    /// `key`
    Key(KeyId),
    /// `environment`
    Environment(EnvironmentId),
    /// `pipeline`
    Pipeline(PipelineId),
}

impl Entity {
    /// The keyword that declares it, which is also what the catalogue's verbs call it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Project(_) => "project",
            Self::Bucket(_) => "bucket",
            Self::Topic(_) => "topic",
            Self::Role(_) => "role",
            Self::Connection(_) => "connection",
            Self::Repository(_) => "repository",
            Self::Provider(_) => "provider",
            Self::Key(_) => "key",
            Self::Environment(_) => "environment",
            Self::Pipeline(_) => "pipeline",
        }
    }
}

impl Hir {
    /// Everything that a value can refer to.
    pub fn entities(&self) -> impl Iterator<Item = Entity> {
        let projects = (0..self.projects.len()).map(|i| Entity::Project(ProjectId(i)));
        let buckets = (0..self.buckets.len()).map(|i| Entity::Bucket(BucketId(i)));
        let topics = (0..self.topics.len()).map(|i| Entity::Topic(TopicId(i)));
        let roles = (0..self.roles.len()).map(|i| Entity::Role(RoleId(i)));
        let connections = (0..self.connections.len()).map(|i| Entity::Connection(ConnectionId(i)));
        let pipelines = (0..self.pipelines.len()).map(|i| Entity::Pipeline(PipelineId(i)));
        let keys = (0..self.keys.len()).map(|i| Entity::Key(KeyId(i)));
        let environments = (0..self.environments.len()).map(|i| Entity::Environment(EnvironmentId(i)));
        let plain = projects.chain(buckets).chain(topics).chain(roles).chain(connections);
        let repositories = (0..self.repositories.len()).map(|i| Entity::Repository(RepositoryId(i)));
        let providers = (0..self.providers.len()).map(|i| Entity::Provider(ProviderId(i)));
        plain.chain(keys).chain(environments).chain(repositories).chain(providers).chain(pipelines)
    }

    /// Everything declared beside the pipelines, each with its keyword.
    pub fn declarations(&self) -> impl Iterator<Item = (&'static str, &Declaration)> {
        self.entities().filter_map(|entity| Some((entity.word(), self.thing(entity).ok()?)))
    }

    /// What stands for a declared thing.
    fn thing(&self, entity: Entity) -> Result<&Declaration, &Pipeline> {
        Ok(match entity {
            Entity::Project(ProjectId(i)) => &self.projects[i].declaration,
            Entity::Bucket(BucketId(i)) => &self.buckets[i],
            Entity::Topic(TopicId(i)) => &self.topics[i],
            Entity::Role(RoleId(i)) => &self.roles[i].declaration,
            Entity::Connection(ConnectionId(i)) => &self.connections[i],
            Entity::Repository(RepositoryId(i)) => &self.repositories[i],
            Entity::Provider(ProviderId(i)) => &self.providers[i].declaration,
            Entity::Key(KeyId(i)) => &self.keys[i],
            Entity::Environment(EnvironmentId(i)) => &self.environments[i].declaration,
            Entity::Pipeline(PipelineId(i)) => return Err(&self.pipelines[i]),
        })
    }

    /// The name a declared thing has in the file, and where.
    pub fn symbol(&self, entity: Entity) -> &Spanned<String> {
        match self.thing(entity) {
            Ok(declaration) => &declaration.symbol,
            Err(pipeline) => &pipeline.symbol,
        }
    }

    /// Every `allow` and `deny`, each with the pipeline whose values it sees.
    pub fn statements(&self) -> impl Iterator<Item = (Option<PipelineId>, &Statement)> {
        let projects = self.projects.iter().flat_map(|project| &project.statements);
        let roles = self.roles.iter().flat_map(|role| &role.statements);
        let environments = self.environments.iter().flat_map(|environment| &environment.statements);
        let beside = projects.chain(roles).chain(environments).map(|statement| (None, statement));
        let inside = self.pipelines.iter().enumerate().flat_map(|(index, pipeline)| {
            let of_actions = pipeline.actions.iter().flat_map(|action| &action.statements);
            pipeline.statements.iter().chain(of_actions).map(move |it| (Some(PipelineId(index)), it))
        });
        beside.chain(inside)
    }

    /// The permissions boundary that the roles and users of an action's stack must have: its own, else its environment's, else
    /// its pipeline's.
    pub fn boundary<'a>(&'a self, pipeline: &'a Pipeline, action: &'a Action) -> Option<&'a Value> {
        let of_environment = || {
            let attributes = &self.environment(action)?.declaration.attributes;
            attributes.get(BOUNDARY).map(|attribute| &attribute.value)
        };
        action.boundary.as_ref().or_else(of_environment).or(pipeline.boundary.as_ref())
    }

    /// The environment an action runs in, where its header names one.
    pub fn environment(&self, action: &Action) -> Option<&Environment> {
        self.environments.get(action.environment.as_ref()?.node.0)
    }

    /// Where a declared thing stands.
    pub fn declared_at(&self, entity: Entity) -> Span {
        self.symbol(entity).span
    }
}
