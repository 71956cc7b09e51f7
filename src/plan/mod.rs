//! What AWS needs for a resolved file: run orders, namespaces, configurations, roles, buckets, projects, event rules.
//!
//! Here meaning becomes AWS. Everything planned remembers the place in the file that caused it.

mod around;
mod behind;
mod command;
mod condition;
mod configuration;
mod custom_types;
mod declared;
mod expr;
mod extra;
mod grant;
mod known;
mod model;
mod names;
mod namespace;
mod nested;
mod order;
mod policy;
mod project;
mod properties;
pub mod repository;
mod resources;
mod roles;
mod shown;
mod site;
mod start;
mod store;
mod task_definition;
mod templates;
#[cfg(test)]
pub(crate) mod tests;
mod trigger;
mod value;
mod webhook;

pub use crate::hir::{
    BucketId, ConditionOutcome, ConnectionId, Entity, EnvironmentId, KeyId, Moment, OnFailure, PipelineId, ProjectId,
    Property, RepositoryId, RoleId, TopicId,
};
pub use behind::Behind;
pub use command::{Misplaced, Misplacement, references};
pub use expr::{Data, Expr, Piece};
pub use extra::{Extra, ExtraFault, Section};
pub use known::{Known, arn_of, partition, unresolved};
pub use model::*;
pub use names::{NameKind, logical_id, physical};
pub use nested::{NestedStack, NestedTemplate, StackTree};
pub use order::{Position, UnevenParallel};
pub use policy::{Policies, merged};
pub use properties::tags;
pub use resources::{Removal, ResourcePlan, cut};
pub use site::{PIPELINE_ACCOUNT, Site, elsewhere, home};
pub use store::{is_foreign, other_region, rule_region, site_of};
pub use task_definition::{TASK_DEFINITION, TASK_ROLES, TaskDefinition};
pub use templates::TemplateBehind;

use indexmap::IndexMap;

use crate::catalog;
use crate::hir::{ActionId, Pipeline};
use crate::source::Span;

use declared::Naming;
use names::logical_id as logical;
use value::{Runtime, Scope};

/// Plans a resolved file whose pipelines live at `home`.
pub fn plan(behind: &Behind<'_>, world: World, home: &Known) -> Plan {
    let hir = behind.hir;
    let namespaces = namespace::of_file(hir);
    let scope = Scope { hir, namespaces: &namespaces, pipeline: None, runtime: Runtime::Reference };
    let naming = Naming { scope, world, behind };
    let mut plan = Plan {
        world,
        home: home.clone(),
        params: declared::params(hir),
        projects: project::projects(&naming),
        buckets: declared::buckets(&naming),
        topics: declared::topics(&naming),
        connections: declared::connections(&naming),
        repositories: declared::repositories(&naming),
        action_types: custom_types::custom_types(&naming),
        extra: extra::extra(hir, behind.workspace),
        keys: declared::keys(&naming),
        environments: declared::environments(&naming, home),
        roles: roles::declared(&naming),
        ..Plan::default()
    };
    for index in hir.pipelines.ids() {
        pipeline(&naming, &mut plan, index);
    }
    store::encrypt_builds(&naming, &mut plan);
    plan.rules = start::rules(&naming, &plan);
    plan.webhooks = webhook::webhooks(&naming, &plan);
    for index in hir.pipelines.ids() {
        plan.notifications.extend(around::notifications(&naming, index));
        plan.dashboards.extend(around::dashboard(&naming, index));
    }
    roles::derive(&naming, &mut plan);
    plan.fix_names();
    roles::limit_trust(&mut plan);
    plan.guard_json();
    plan.measure_policies();
    plan.collisions = plan.find_collisions();
    plan
}

/// Adds a pipeline, with its artifact bucket; its role comes later.
fn pipeline(naming: &Naming, plan: &mut Plan, id: PipelineId) {
    let hir = &naming.scope.hir.pipelines[id];
    for bucket in start::watched_buckets(naming, id) {
        if let Some(bucket) = plan.buckets.get_mut(bucket) {
            bucket.events = true;
            bucket.versioned = true;
        }
    }
    let stores = store::stores(naming, plan, hir);
    let scope = naming.scope.within(id);
    let (positions, uneven) = order::positions(hir);
    let mut stages = configuration::stages(&scope, id, &positions);
    for action in stages.iter_mut().flat_map(|stage| &mut stage.actions) {
        let region = hir.actions.get(action.id).and_then(|action| other_region(scope.hir, plan, action));
        action.region = region.map(|region| region.node);
    }
    plan.pipelines.push(PipelinePlan {
        needs: Vec::new(),
        identity: Identity {
            symbol: hir.symbol.node.clone(),
            span: hir.span,
            of_action: false,
            logical_id: hir
                .logical_id
                .as_ref()
                .map_or_else(|| logical("Pipeline", &hir.symbol.node), |id| id.node.clone()),
            name: Some(naming.name_of_pipeline(hir)),
            fixed: None,
            site: Site::Home,
            doc: hir.doc.clone(),
            imported: None,
        },
        name: hir.name.node.clone(),
        pipeline_type: hir.pipeline_type,
        mode: hir.mode.as_ref().map(|mode| mode.node.clone()),
        role: hir.role.as_ref().map(|role| Entity::Role(role.node)),
        store: stores.bucket,
        key: stores.key,
        stores: stores.others,
        variables: hir.variables.iter().map(variable).collect(),
        tags: hir.tags.iter().map(|(key, value)| (key.node.clone(), scope.plain(value))).collect(),
        stages,
        triggers: trigger::triggers(hir),
        logs: Vec::new(),
        positions,
        uneven,
        properties: restart(hir),
        raw: hir.raw.as_ref().map(|raw| scope.data(raw)),
    });
}

fn restart(pipeline: &Pipeline) -> Properties {
    if pipeline.restart_on_update { vec![(RESTART.to_owned(), Data::Plain(true.into()))] } else { Vec::new() }
}

fn variable(variable: &crate::hir::Variable) -> VariablePlan {
    VariablePlan {
        name: variable.name.node.clone(),
        default: variable.default.as_ref().map(|default| default.node.clone()),
        doc: variable.doc.clone(),
    }
}

/// Days until artifacts expire: never, unless asked for, where a stage can roll back to those of an earlier run.
fn expiry(pipeline: &Pipeline) -> Option<u64> {
    match &pipeline.store.expire {
        Some(days) => Some(u64::from(days.node)),
        None if pipeline.stages.iter().any(|stage| stage.rollback().is_some()) => None,
        None => Some(default_expiry()),
    }
}

/// Days until artifacts expire, as the catalogue says.
fn default_expiry() -> u64 {
    let slot = catalog::declaration("artifacts").and_then(|declaration| declaration.slot_of_attribute("expire"));
    let days = slot.and_then(|slot| slot.emit.as_deref()).and_then(|text| text.strip_suffix('d'));
    days.and_then(|days| days.parse().ok()).unwrap_or(90)
}

impl Plan {
    /// Marks the parameters that become part of JSON text in an action or a rule.
    fn guard_json(&mut self) {
        let actions = self.pipelines.iter().flat_map(|pipeline| &pipeline.stages).flat_map(|stage| &stage.actions);
        let of_actions = actions.flat_map(|action| action.configuration.values());
        let of_rules = self.pipelines.iter().flat_map(PipelinePlan::rules).flat_map(|rule| rule.configuration.values());
        let is_json = |text: &&Expr| matches!(text.pieces().first(), Some(Piece::Text(start)) if start.starts_with("[{\"") || start.starts_with("{\""));
        let texts = of_actions.chain(of_rules).map(|value| &value.text).filter(is_json);
        let used: std::collections::BTreeSet<String> = texts
            .flat_map(Expr::pieces)
            .filter_map(|piece| if let Piece::Param(name) = piece { Some(name.clone()) } else { None })
            .collect();
        self.params.iter_mut().for_each(|param| param.in_json = used.contains(&param.name));
    }

    /// Where an action stands.
    pub fn position_of(&self, pipeline: PipelineId, action: ActionId) -> Option<Position> {
        self.pipelines.get(pipeline)?.positions.get(action).copied()
    }

    /// Whether one action has ended before another starts.
    pub fn ran_before(&self, pipeline: PipelineId, first: ActionId, second: ActionId) -> bool {
        match (self.position_of(pipeline, first), self.position_of(pipeline, second)) {
            (Some(first), Some(second)) => first < second,
            _ => false,
        }
    }

    /// A planned action.
    pub fn action(&self, pipeline: PipelineId, action: ActionId) -> Option<&ActionPlan> {
        let stages = &self.pipelines.get(pipeline)?.stages;
        stages.iter().flat_map(|stage| &stage.actions).find(|planned| planned.id == action)
    }

    /// A planned action, to be changed.
    pub(crate) fn action_mut(&mut self, pipeline: PipelineId, action: ActionId) -> Option<&mut ActionPlan> {
        let stages = &mut self.pipelines.get_mut(pipeline)?.stages;
        stages.iter_mut().flat_map(|stage| &mut stage.actions).find(|planned| planned.id == action)
    }

    /// A role by the name `explain role` takes.
    pub fn role_named(&self, display: &str) -> Option<&RolePlan> {
        self.roles.iter().find(|role| role.display == display)
    }

    /// The role behind a node.
    pub fn role(&self, node: Entity) -> Option<&RolePlan> {
        match node {
            Entity::Role(index) => self.roles.get(index),
            _ => None,
        }
    }

    /// All identities of what the template makes.
    fn identities(&self) -> Vec<&Identity> {
        let mut all: Vec<&Identity> = self.nodes().filter_map(|node| self.identity(node)).collect();
        all.extend(self.action_types.iter().map(|it| &it.identity));
        all.extend(self.webhooks.iter().map(|it| &it.identity));
        all.extend(self.rules.iter().map(|it| &it.identity));
        all.extend(self.notifications.iter().map(|it| &it.identity));
        all.extend(self.dashboards.iter().map(|it| &it.identity));
        all.retain(|identity| identity.is_owned());
        all
    }

    /// The topics of the template that notifications are published on.
    pub fn notified_topics(&self) -> impl Iterator<Item = &TopicPlan> {
        let told = |id: TopicId| self.notifications.iter().any(|it| it.topic == Entity::Topic(id));
        let topics = self.topics.entries().filter(move |(id, _)| told(*id));
        topics.map(|(_, topic)| topic).filter(|topic| topic.identity.is_owned())
    }

    /// Everything that `Ref` can name in the template: the logical ids of its resources, and its parameters.
    pub fn logical_ids(&self) -> Vec<String> {
        let own = self.named_ids().into_iter().map(|(id, _)| id);
        own.chain(self.extra.referable().map(str::to_owned)).collect()
    }

    /// The logical ids and parameters that are not of a file of resources, each with its cause.
    pub fn named_ids(&self) -> Vec<(String, Span)> {
        let mut ids: Vec<(String, Span)> = self.sited_ids().into_iter().map(|(_, id, (span, _))| (id, span)).collect();
        for role in self.roles.iter().filter(|role| role.identity.is_owned()) {
            let id = &role.identity.logical_id;
            ids.extend(
                (1..=role.overflow.unwrap_or_default())
                    .map(|number| (format!("{id}Policy{number}"), role.identity.span)),
            );
        }
        ids
    }

    /// The logical ids and parameters of each template, but for the policies that overflow a role; each with its cause, and
    /// whether that is an action.
    fn sited_ids(&self) -> Vec<(&Site, String, (Span, bool))> {
        let cause = |identity: &Identity| (identity.span, identity.of_action);
        let policy = |identity: &Identity| format!("{}Policy", identity.logical_id);
        let of_param = |param: &ParamPlan| (param.span, false);
        let mut ids: Vec<(&Site, String, (Span, bool))> =
            self.params.iter().map(|param| (&Site::Home, param.name.clone(), of_param(param))).collect();
        ids.extend(self.identities().into_iter().map(|it| (&it.site, it.logical_id.clone(), cause(it))));
        let buckets = self.buckets.iter().map(|bucket| &bucket.identity).filter(|identity| identity.is_owned());
        let topics = self.notified_topics().map(|topic| &topic.identity);
        ids.extend(buckets.chain(topics).map(|it| (&it.site, policy(it), cause(it))));
        for pipeline in &self.pipelines {
            let created = pipeline.logs.iter().filter_map(|(site, logs)| Some((site, logs.logical_id.clone()?)));
            ids.extend(created.map(|(site, id)| (site, id, cause(&pipeline.identity))));
        }
        for project in &self.projects {
            let id = project.logs.as_ref().and_then(|logs| logs.logical_id.clone());
            ids.extend(id.map(|id| (&project.identity.site, id, cause(&project.identity))));
        }
        ids
    }

    /// Things that got one logical id; buckets, roles, projects, notification rules and dashboards that got one name.
    fn find_collisions(&self) -> Vec<Collision> {
        let mut collisions = Vec::new();
        // Each site has a template of its own.
        let mut ids: IndexMap<(&Site, String), (Span, bool)> = IndexMap::new();
        for (site, name, second) in self.sited_ids() {
            if let Some(first) = ids.insert((site, name.clone()), second) {
                let (first, second) = (first.min(second), first.max(second));
                // What belongs to two things of one id collides too, and says nothing new.
                if !collisions.iter().any(|it: &Collision| (it.first, it.second) == (first.0, second.0)) {
                    collisions.push(Collision {
                        name,
                        logical: true,
                        first: first.0,
                        second: second.0,
                        of_action: second.1,
                    });
                }
            }
        }
        let lists: [Vec<&Identity>; 7] = [
            self.pipelines.iter().map(|it| &it.identity).collect(),
            self.repositories.iter().map(|it| &it.identity).collect(),
            self.buckets.iter().map(|it| &it.identity).collect(),
            self.roles.iter().map(|it| &it.identity).collect(),
            self.projects.iter().map(|it| &it.identity).collect(),
            self.notifications.iter().map(|it| &it.identity).collect(),
            self.dashboards.iter().map(|it| &it.identity).collect(),
        ];
        for list in lists {
            collisions.extend(self.same_names(&list));
        }
        collisions
    }

    /// Things of one account that got one name.
    fn same_names(&self, identities: &[&Identity]) -> Vec<Collision> {
        let mut collisions = Vec::new();
        for (index, second) in identities.iter().enumerate() {
            let Some(name) = second.name.as_ref().filter(|_| second.is_owned()) else { continue };
            let rivals = |first: &&&Identity| first.is_owned() && self.same_account(&first.site, &second.site);
            let before = identities.iter().take(index).filter(rivals);
            for first in before.filter(|first| first.name.as_ref() == Some(name)) {
                let name = name.as_text().map_or_else(|| second.symbol.clone(), str::to_owned);
                let (first, of_action) = (first.span, second.of_action);
                collisions.push(Collision { name, logical: false, first, second: second.span, of_action });
            }
        }
        collisions
    }
}
