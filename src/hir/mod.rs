//! The resolved pipeline: names are bound, compile-time values evaluated, shorthands expanded, and every value has its
//! phase and span.
//!
//! Reading a file ends here; all later stages work on this form. The change-set pair is always two actions here,
//! however it was written.

mod action;
mod arena;
mod cases;
mod condition;
mod deployed;
mod kind;
mod monitoring;
mod origins;
mod param;
mod pipeline;
mod resource;
mod value;
mod visit;

pub use action::*;
pub use arena::{Arena, Id, Tail};
pub use cases::DeploymentCase;
pub use condition::*;
pub use deployed::*;
pub use kind::*;
pub use monitoring::*;
pub use origins::{ValueOrigin, ValueOrigins};
pub use param::*;
pub use pipeline::*;
pub use resource::*;
pub use value::*;
pub use visit::{ValueOwner, ValuePlace};

use std::collections::BTreeSet;

use camino::Utf8Path;

use crate::source::{FileId, Span, Spanned};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(pub usize);

            impl Id for $name {
                fn new(index: usize) -> Self {
                    Self(index)
                }

                fn index(self) -> usize {
                    self.0
                }
            }
        )*
    };
}

ids! {
    /// Index into `Hir::pipelines`.
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
    /// Index into [`Hir::conditions`].
    ConditionId
    /// Index into [`Hir::mappings`].
    MappingId
    /// Index into [`Hir::loops`].
    LoopId
    /// Index into [`Hir::uses`].
    UseId
}

/// The attribute that requires a permissions boundary.
pub const BOUNDARY: &str = "permissions-boundary";

/// Everything that one entry file describes.
#[derive(Debug, Clone, Default)]
pub struct Hir {
    /// The pipelines, in order.
    pub pipelines: Arena<PipelineId, Pipeline>,
    /// CloudFormation parameters (`param`).
    pub params: Arena<ParamId, Param>,
    /// Conditions that are known at deployment.
    pub conditions: Arena<ConditionId, TemplateCondition>,
    /// Maps in which values are looked up at deployment.
    pub mappings: Arena<MappingId, Mapping>,
    /// `project`
    pub projects: Arena<ProjectId, Project>,
    /// `bucket`
    pub buckets: Arena<BucketId, Declaration>,
    /// `topic`
    pub topics: Arena<TopicId, Declaration>,
    /// `role`
    pub roles: Arena<RoleId, Role>,
    /// `connection`
    pub connections: Arena<ConnectionId, Declaration>,
    /// `repository`
    pub repositories: Arena<RepositoryId, Declaration>,
    /// `provider`
    pub providers: Arena<ProviderId, Provider>,
    /// `resources = file("...")`
    pub resource_files: Vec<Spanned<String>>,
    /// `key`
    pub keys: Arena<KeyId, Declaration>,
    /// `environment`
    pub environments: Arena<EnvironmentId, Environment>,
    /// Declarations that nothing refers to, in the parts that are built.
    pub unnamed: BTreeSet<Entity>,
    /// The loops that were expanded, in order of their first expansion.
    pub loops: Arena<LoopId, Loop>,
    /// The `use` statements that were expanded.
    pub uses: Arena<UseId, ComponentUse>,
    /// The names that files have for files that they import.
    pub aliases: Vec<ImportAlias>,
    /// `option`, `param`, `let` and `component` that nothing uses.
    pub unused: Vec<UnusedValue>,
    /// Where values are written that names refer to.
    pub origins: ValueOrigins,
    /// Whether something could not be read or resolved. Rules that conclude from absence ("never used") are then
    /// skipped.
    pub incomplete: bool,
}

/// `import "./shared.pipe" as shared`
#[derive(Debug, Clone)]
pub struct ImportAlias {
    /// The name, where it is written.
    pub name: Spanned<String>,
    /// The imported file.
    pub imported: FileId,
}

/// A named value that nothing uses.
#[derive(Debug, Clone)]
pub struct UnusedValue {
    /// The keyword.
    pub keyword: &'static str,
    /// The name.
    pub name: Spanned<String>,
}

impl Hir {
    /// Returns everything that a value can refer to, grouped by kind.
    pub fn entities(&self) -> impl Iterator<Item = Entity> {
        let of_kind = |kind| (0..self.count(kind)).map(move |index| Entity::new(kind, index));
        Kind::all().flat_map(of_kind)
    }

    /// Returns all declarations except pipelines.
    pub fn declarations(&self) -> impl Iterator<Item = (Entity, &Declaration)> {
        self.entities().filter_map(|entity| Some((entity, self.declaration(entity)?)))
    }

    /// Returns the declaration of an entity; `None` for a pipeline.
    pub fn declaration(&self, entity: Entity) -> Option<&Declaration> {
        self.declaration_or_pipeline(entity).ok()
    }

    /// Adds an entity that is only a declaration.
    pub fn add_plain(&mut self, kind: Kind, declaration: Declaration) -> Option<Entity> {
        Some(match kind {
            Kind::Bucket => Entity::Bucket(self.buckets.push(declaration)),
            Kind::Topic => Entity::Topic(self.topics.push(declaration)),
            Kind::Connection => Entity::Connection(self.connections.push(declaration)),
            Kind::Key => Entity::Key(self.keys.push(declaration)),
            Kind::Repository => Entity::Repository(self.repositories.push(declaration)),
            _ => return None,
        })
    }

    /// Returns the number of declarations of a kind.
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

    /// Returns a declaration, or a pipeline as the error.
    fn declaration_or_pipeline(&self, entity: Entity) -> Result<&Declaration, &Pipeline> {
        Ok(match entity {
            Entity::Project(id) => &self.projects[id].declaration,
            Entity::Bucket(id) => &self.buckets[id],
            Entity::Topic(id) => &self.topics[id],
            Entity::Role(id) => &self.roles[id].declaration,
            Entity::Connection(id) => &self.connections[id],
            Entity::Repository(id) => &self.repositories[id],
            Entity::Provider(id) => &self.providers[id].declaration,
            Entity::Key(id) => &self.keys[id],
            Entity::Environment(id) => &self.environments[id].declaration,
            Entity::Pipeline(id) => return Err(&self.pipelines[id]),
        })
    }

    /// Returns the name of a declaration in the file, with its span.
    /// How a file refers to a declaration that may be in another one.
    pub fn name_in(&self, entity: Entity, file: FileId) -> String {
        let symbol = self.symbol(entity);
        let of_file = |alias: &&ImportAlias| alias.name.span.file == file && alias.imported == symbol.span.file;
        match self.aliases.iter().find(of_file).filter(|_| symbol.span.file != file) {
            Some(alias) => format!("{}.{}", alias.name.node, symbol.node),
            None => symbol.node.clone(),
        }
    }

    /// The name of a declaration, where it is declared.
    pub fn symbol(&self, entity: Entity) -> &Spanned<String> {
        match self.declaration_or_pipeline(entity) {
            Ok(declaration) => &declaration.symbol,
            Err(pipeline) => &pipeline.symbol,
        }
    }

    /// Returns every `allow` and `deny`, each with the pipeline whose values it can use.
    pub fn statements(&self) -> impl Iterator<Item = (Option<PipelineId>, &Statement)> {
        let projects = self.projects.iter().flat_map(|project| &project.statements);
        let roles = self.roles.iter().flat_map(Role::all_statements);
        let environments = self.environments.iter().flat_map(|environment| &environment.statements);
        let beside = projects.chain(roles).chain(environments).map(|statement| (None, statement));
        let inside = self.pipelines.iter().enumerate().flat_map(|(index, pipeline)| {
            let of_actions = pipeline.actions.iter().flat_map(|action| &action.statements);
            pipeline.statements.iter().chain(of_actions).map(move |it| (Some(PipelineId(index)), it))
        });
        beside.chain(inside)
    }

    /// Returns the permissions boundary that the roles and users of an action's stack must have: its own, else its
    /// environment's, else its pipeline's.
    pub fn boundary<'a>(&'a self, pipeline: &'a Pipeline, action: &'a Action) -> Option<&'a Value> {
        let of_environment = || {
            let attributes = &self.environment(action)?.declaration.attributes;
            attributes.get(BOUNDARY).map(|attribute| &attribute.value)
        };
        action.boundary.as_ref().or_else(of_environment).or(pipeline.boundary.as_ref())
    }

    /// Returns the environment that an action runs in, if its header names one.
    pub fn environment(&self, action: &Action) -> Option<&Environment> {
        Some(&self.environments[action.environment.as_ref()?.node])
    }

    /// Sets the folder that the only Git source of each pipeline checks out; `None` if it is not in this repository.
    pub fn set_checkout(&mut self, folder: Option<&Utf8Path>) {
        for pipeline in &mut self.pipelines {
            for action in pipeline.actions.iter_mut().filter(|action| action.checkout.is_some()) {
                let place = action.name.span;
                action.checkout = folder.map(|folder| Spanned::new(folder.to_string(), place));
            }
        }
    }

    /// Returns where an entity is declared.
    pub fn declared_at(&self, entity: Entity) -> Span {
        self.symbol(entity).span
    }
}
