//! The resolved pipeline: names bound, compile-time values evaluated, sugar written out, every value with its phase and its span.
//!
//! Reading a file ends here; everything behind works on this form.
//! The change-set pair is always two actions here, whatever way it was written.

mod action;
mod around;
mod condition;
mod kind;
mod pipeline;
mod resource;
mod value;

pub use action::*;
pub use around::*;
pub use condition::*;
pub use kind::*;
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
    /// Things that a value names: loops, conditions and branches not taken may leave nothing else of them.
    pub mentioned: BTreeSet<Entity>,
    /// The loops that were written out, by their keywords, in order of their first run.
    pub loops: IndexMap<Span, Loop>,
    /// The components that were written out: the block of each, and the `use` that did it.
    pub uses: BTreeSet<(Span, Span)>,
    /// `option`, `param`, `let` and `component` that nothing uses.
    pub unused: Vec<UnusedValue>,
    /// Words of the parts that nothing was made of, such as branches not taken: what they name may well be needed.
    pub left_out: BTreeSet<String>,
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

impl Hir {
    /// Everything that a value can refer to, kind after kind.
    pub fn entities(&self) -> impl Iterator<Item = Entity> {
        let of_kind = |kind| (0..self.count(kind)).map(move |index| Entity::new(kind, index));
        Kind::all().flat_map(of_kind)
    }

    /// Everything declared beside the pipelines.
    pub fn declarations(&self) -> impl Iterator<Item = (Entity, &Declaration)> {
        self.entities().filter_map(|entity| Some((entity, self.declaration(entity)?)))
    }

    /// The declaration of a thing; none for a pipeline.
    pub fn declaration(&self, entity: Entity) -> Option<&Declaration> {
        self.thing(entity).ok()
    }

    /// The list of the things of a kind, where these are declarations and nothing more.
    pub fn plain_mut(&mut self, kind: Kind) -> Option<&mut Vec<Declaration>> {
        Some(match kind {
            Kind::Bucket => &mut self.buckets,
            Kind::Topic => &mut self.topics,
            Kind::Connection => &mut self.connections,
            Kind::Key => &mut self.keys,
            Kind::Repository => &mut self.repositories,
            _ => return None,
        })
    }

    /// How many things of a kind there are.
    fn count(&self, kind: Kind) -> usize {
        match kind {
            Kind::Project => self.projects.len(),
            Kind::Bucket => self.buckets.len(),
            Kind::Topic => self.topics.len(),
            Kind::Role => self.roles.len(),
            Kind::Connection => self.connections.len(),
            Kind::Key => self.keys.len(),
            Kind::Environment => self.environments.len(),
            Kind::Repository => self.repositories.len(),
            Kind::Provider => self.providers.len(),
            Kind::Pipeline => self.pipelines.len(),
        }
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
