//! The result of a planning step: what it adds to the plan, and what it decides about existing parts of the plan.
//!
//! A step reads the plan of the steps before it and cannot change it. Only [`Plan::then`] joins the two, so everything
//! that a step can change is listed here.

use crate::collections::IndexMap;
use crate::hir::{ActionId, BucketId, Entity, EnvironmentId, KeyId, PipelineId, ProjectId, RoleId, Tail};

use super::properties::{ROLE_BOUNDARY, ROLE_PATH, set};
use super::{
    BucketPlan, Condition, ConfigurationValue, Data, Expr, Grant, Identity, KeyPlan, LogsPlan, Piece, PipelinePlan,
    Plan, RoleOrigin, RolePlan, Share, Site,
};

/// The result of a step.
#[derive(Debug)]
pub struct Changes {
    /// Pipelines to add.
    pub pipelines: Tail<PipelineId, PipelinePlan>,
    /// Buckets to add.
    pub buckets: Tail<BucketId, BucketPlan>,
    /// Keys to add.
    pub keys: Tail<KeyId, KeyPlan>,
    /// Roles to add.
    pub roles: Tail<RoleId, RolePlan>,
    list: Vec<Change>,
}

/// An action or a rule of a condition. Rules are numbered through all conditions of a pipeline.
#[derive(Debug, Clone, Copy)]
pub enum Worker {
    /// An action.
    Action(ActionId),
    /// A rule of a condition.
    Rule(usize),
}

/// A decision about a part of the plan.
#[derive(Debug)]
pub enum Change {
    /// A pipeline starts when the objects in the bucket change.
    Watched(BucketId),
    /// Builds of the project encrypt their artifacts with a key, unless the file names another.
    Encrypted(ProjectId, Expr),
    /// A declared role is used in an environment, and created there if that is elsewhere.
    Located(RoleId, EnvironmentId),
    /// Other templates refer to a resource, so it gets its fixed name.
    Named(Entity),
    /// The permissions that builds of a project need from the role that the file names.
    ProjectNeeds(ProjectId, Vec<Grant>),
    /// The permissions that the role for batches of a project needs.
    BatchNeeds(ProjectId, Vec<Grant>),
    /// The role of a project.
    ProjectRole(ProjectId, RoleId),
    /// The permissions that a pipeline needs from the role that the file names.
    PipelineNeeds(PipelineId, Vec<Grant>),
    /// The role of a pipeline.
    PipelineRole(PipelineId, RoleId),
    /// The role of the event rules of a pipeline.
    EventsRole(PipelineId, RoleId),
    /// The role of the actions in an environment.
    EnvironmentRole(EnvironmentId, Entity),
    /// The role that an action or a rule runs with.
    WorkerRole(PipelineId, Worker, Entity),
    /// The permissions that an action or a rule needs from the role that the file names.
    WorkerNeeds(PipelineId, Worker, Vec<Grant>),
    /// The configuration of an action.
    Configuration(PipelineId, ActionId, IndexMap<String, ConfigurationValue>),
    /// The permissions for what an action looks up for the stack that it deploys.
    Lookups(PipelineId, ActionId, Vec<Grant>),
    /// The log groups of a pipeline's actions and rules.
    Logs(PipelineId, Vec<(Site, LogsPlan)>),
    /// The permissions that a role must have if it is an existing one.
    Needed(Entity, Vec<Grant>),
    /// Permissions to add to a role, each once.
    Allowed(RoleId, Vec<Grant>),
    /// All permissions of a role, replacing its current ones.
    Grants(RoleId, Vec<Grant>),
    /// A condition on the principals that assume a role.
    Trust(RoleId, Condition),
    /// The account that may assume a role.
    TrustedAccount(RoleId, Expr),
    /// The permissions boundary of a role.
    Boundary(RoleId, Expr),
    /// The path of a role.
    Path(RoleId, Expr),
    /// The use of a bucket by a role of another account.
    BucketShare(BucketId, Share),
    /// The use of a key by a role of another account.
    KeyShare(KeyId, Share),
}

impl Changes {
    /// Creates an empty list of changes to a plan.
    pub fn of(plan: &Plan) -> Self {
        Self {
            pipelines: plan.pipelines.tail(),
            buckets: plan.buckets.tail(),
            keys: plan.keys.tail(),
            roles: plan.roles.tail(),
            list: Vec::new(),
        }
    }

    /// Adds a decision.
    pub fn push(&mut self, change: Change) {
        self.list.push(change);
    }

    /// Adds decisions.
    pub fn extend(&mut self, changes: impl IntoIterator<Item = Change>) {
        self.list.extend(changes);
    }
}

impl Plan {
    /// Applies the result of a step to the plan.
    #[must_use]
    pub fn then(mut self, step: impl FnOnce(&Self) -> Changes) -> Self {
        let Changes { pipelines, buckets, keys, roles, list } = step(&self);
        self.pipelines.append(pipelines);
        self.buckets.append(buckets);
        self.keys.append(keys);
        self.roles.append(roles);
        for change in list {
            self.apply(change);
        }
        self
    }

    fn apply(&mut self, change: Change) {
        match change {
            Change::Watched(id) => {
                let bucket = &mut self.buckets[id];
                (bucket.events, bucket.versioned) = (true, true);
            }
            Change::Encrypted(id, key) => {
                let properties = &mut self.projects[id].properties;
                if !properties.iter().any(|(name, _)| name == "EncryptionKey") {
                    properties.push(("EncryptionKey".to_owned(), Data::Text(key)));
                }
            }
            Change::Located(role, environment) => self.locate(role, environment),
            Change::Named(entity) => {
                if let Some(identity) = self.identity_mut(entity).filter(|identity| identity.name.is_none()) {
                    identity.name.clone_from(&identity.fixed);
                }
            }
            Change::ProjectNeeds(id, needs) => self.projects[id].needs = needs,
            Change::BatchNeeds(id, needs) => self.projects[id].batch_needs = needs,
            Change::ProjectRole(id, role) => self.projects[id].role = Some(Entity::Role(role)),
            Change::PipelineNeeds(id, needs) => self.pipelines[id].needs = needs,
            Change::PipelineRole(id, role) => self.pipelines[id].role = Some(Entity::Role(role)),
            Change::EventsRole(id, role) => {
                let rules = self.rules.iter_mut().filter(|rule| rule.pipeline == id && rule.role.is_none());
                rules.for_each(|rule| rule.role = Some(Piece::Arn(Entity::Role(role)).into()));
            }
            Change::EnvironmentRole(id, role) => self.environments[id].action_role = Some(role),
            Change::WorkerRole(id, worker, role) => {
                if let Some((own, _)) = self.worker_mut(id, worker) {
                    *own = Some(Piece::Arn(role).into());
                }
            }
            Change::WorkerNeeds(id, worker, needs) => {
                if let Some((_, noted)) = self.worker_mut(id, worker) {
                    *noted = needs;
                }
            }
            Change::Configuration(id, action, configuration) => {
                if let Some(action) = self.action_mut(id, action) {
                    action.configuration = configuration;
                }
            }
            Change::Lookups(id, action, lookups) => {
                if let Some(action) = self.action_mut(id, action) {
                    action.lookups = lookups;
                }
            }
            Change::Logs(id, logs) => self.pipelines[id].logs = logs,
            Change::Needed(Entity::Role(id), needed) => {
                let role = &mut self.roles[id];
                if role.origin == RoleOrigin::Imported {
                    add_each(&mut role.must_allow, needed);
                }
            }
            Change::Needed(..) => {}
            Change::Allowed(role, grants) => add_each(&mut self.roles[role].grants, grants),
            Change::Grants(role, grants) => self.roles[role].grants = grants,
            Change::Trust(role, condition) => self.roles[role].trust.push(condition),
            Change::TrustedAccount(role, account) => self.roles[role].trusted_account = Some(account),
            Change::Boundary(role, arn) => {
                set(&mut self.roles[role].properties, ROLE_BOUNDARY, Data::Text(arn));
            }
            Change::Path(role, path) => set(&mut self.roles[role].properties, ROLE_PATH, Data::Text(path)),
            Change::BucketShare(id, share) => add_each(&mut self.buckets[id].shares, [share]),
            Change::KeyShare(id, share) => add_each(&mut self.keys[id].shares, [share]),
        }
    }

    fn locate(&mut self, role: RoleId, environment: EnvironmentId) {
        let elsewhere = self.is_elsewhere(environment);
        let identity = &mut self.roles[role].identity;
        if !elsewhere || !identity.is_owned() {
            return;
        }
        if identity.site == Site::Home {
            identity.site = Site::Environment(environment);
        }
        if identity.name.is_none() {
            identity.name.clone_from(&identity.fixed);
        }
    }

    fn action_mut(&mut self, pipeline: PipelineId, action: ActionId) -> Option<&mut super::ActionPlan> {
        let pipeline = &mut self.pipelines[pipeline];
        let stage = pipeline.stages.get_mut(pipeline.positions.get(action)?.stage)?;
        stage.actions.iter_mut().find(|planned| planned.id == action)
    }

    /// Returns the role of an action or a rule, and the permissions that the role must have.
    fn worker_mut(&mut self, id: PipelineId, worker: Worker) -> Option<(&mut Option<Expr>, &mut Vec<Grant>)> {
        match worker {
            Worker::Action(action) => self.action_mut(id, action).map(|action| (&mut action.role, &mut action.needs)),
            Worker::Rule(index) => {
                let conditions = self.pipelines[id].stages.iter_mut().flat_map(|stage| &mut stage.conditions);
                let rule = conditions.flat_map(|condition| &mut condition.rules).nth(index)?;
                Some((&mut rule.role, &mut rule.needs))
            }
        }
    }

    /// Returns the identity of a node.
    pub(super) fn identity_mut(&mut self, node: Entity) -> Option<&mut Identity> {
        Some(match node {
            Entity::Pipeline(id) => &mut self.pipelines.get_mut(id)?.identity,
            Entity::Project(id) => &mut self.projects.get_mut(id)?.identity,
            Entity::Bucket(id) => &mut self.buckets.get_mut(id)?.identity,
            Entity::Key(id) => &mut self.keys.get_mut(id)?.identity,
            Entity::Topic(id) => &mut self.topics.get_mut(id)?.identity,
            Entity::Connection(id) => &mut self.connections.get_mut(id)?.identity,
            Entity::Repository(id) => &mut self.repositories.get_mut(id)?.identity,
            Entity::Role(id) => &mut self.roles.get_mut(id)?.identity,
            Entity::Provider(_) => return None,
            Entity::Environment(id) => &mut self.environments.get_mut(id)?.identity,
        })
    }
}

/// Appends the items that a list does not contain yet.
fn add_each<T: PartialEq>(list: &mut Vec<T>, items: impl IntoIterator<Item = T>) {
    for item in items {
        if !list.contains(&item) {
            list.push(item);
        }
    }
}
