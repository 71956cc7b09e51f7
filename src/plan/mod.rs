//! The AWS form of a resolved file: run orders, namespaces, configurations, roles, buckets, projects, event rules.
//!
//! Planning translates meaning to AWS. Everything in the plan has the span that caused it.

mod action_files;
mod changes;
mod collisions;
mod command;
mod condition;
mod configuration;
mod custom_types;
mod declared;
mod deployed;
mod expr;
mod extra;
mod grant;
mod known;
mod model;
mod monitoring;
mod names;
mod namespace;
mod nested;
mod order;
mod param;
mod pipelines;
mod policy;
mod project;
mod properties;
pub mod repository;
mod resources;
mod roles;
mod shown;
mod site;
mod stages;
mod start;
mod store;
mod task_definition;
mod templates;
#[cfg(test)]
pub(crate) mod tests;
mod trigger;
mod value;
mod webhook;

pub use crate::hir::{Entity, EnvironmentId, Moment, OnFailure, PipelineId, Property, TopicId};
pub use action_files::ActionFiles;
pub use command::{Misplaced, Misplacement, references};
pub use deployed::{MappingPlan, TemplateConditionPlan, each_condition, each_mapping};
pub use expr::{Data, Expr, Piece};
pub use extra::{Extra, ExtraFault, Section};
pub use known::{Known, arn_of, left_out, unresolved};
pub use model::*;
pub use nested::{NestedStack, NestedTemplate, StackTree};
pub use order::{Position, UnevenParallel};
pub use param::{LIMITS, ParamPlan};
pub use policy::{merged, of_statements};
pub use properties::tags;
pub use resources::{Removal, ResourcePlan, cut};
pub use roles::handler_calls;
pub use site::{PIPELINE_ACCOUNT, Site, elsewhere, home};
pub use stages::plan;
pub use store::{is_foreign, other_region, rule_region, site_of};
pub use task_definition::{TASK_DEFINITION, TASK_ROLES};
pub use templates::DeployedTemplate;

use crate::hir::ActionId;
use crate::source::Span;

impl Plan {
    /// Returns the position of an action.
    pub fn position_of(&self, pipeline: PipelineId, action: ActionId) -> Option<Position> {
        self.pipelines.get(pipeline)?.positions.get(action).copied()
    }

    /// Returns whether one action has ended before another starts.
    pub fn ran_before(&self, pipeline: PipelineId, first: ActionId, second: ActionId) -> bool {
        match (self.position_of(pipeline, first), self.position_of(pipeline, second)) {
            (Some(first), Some(second)) => first < second,
            _ => false,
        }
    }

    /// Returns a planned action.
    pub fn action(&self, pipeline: PipelineId, action: ActionId) -> Option<&ActionPlan> {
        let pipeline = self.pipelines.get(pipeline)?;
        let stage = pipeline.stages.get(pipeline.positions.get(action)?.stage)?;
        stage.actions.iter().find(|planned| planned.id == action)
    }

    /// Returns a role by the name that `explain role` accepts.
    pub fn role_named(&self, display: &str) -> Option<&RolePlan> {
        self.roles.iter().find(|role| role.display == display)
    }

    /// Returns the role that an entity is.
    pub fn role(&self, node: Entity) -> Option<&RolePlan> {
        match node {
            Entity::Role(index) => self.roles.get(index),
            _ => None,
        }
    }

    /// Returns the identities of everything that the template creates.
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

    /// Returns the topics of the template to which notifications are published.
    pub fn notified_topics(&self) -> impl Iterator<Item = &TopicPlan> {
        let told = |id: TopicId| self.notifications.iter().any(|it| it.topic == Entity::Topic(id));
        let topics = self.topics.entries().filter(move |(id, _)| told(*id));
        topics.map(|(_, topic)| topic).filter(|topic| topic.identity.is_owned())
    }

    /// Returns everything that `Ref` can refer to in the template: the logical IDs of its resources, and its
    /// parameters.
    pub fn logical_ids(&self) -> Vec<String> {
        let own = self.named_ids().into_iter().map(|(id, _)| id);
        own.chain(self.extra.referable().map(str::to_owned)).collect()
    }

    /// Returns the logical IDs and parameters that are not from a file of resources, each with its cause.
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

    /// Returns the logical IDs and parameters of each template, except those of overflow policies of roles; each with
    /// its cause, and whether that is an action.
    fn sited_ids(&self) -> Vec<(&Site, String, (Span, bool))> {
        let cause = |identity: &Identity| (identity.span, identity.of_action);
        let policy = |identity: &Identity| format!("{}Policy", identity.logical_id);
        let of_param = |param: &ParamPlan| (param.span, false);
        let mut ids: Vec<(&Site, String, (Span, bool))> =
            self.params.iter().map(|param| (&Site::Home, param.name.clone(), of_param(param))).collect();
        ids.extend(self.identities().into_iter().map(|it| (&it.site, it.logical_id.clone(), cause(it))));
        let buckets = self.buckets.iter().filter(|bucket| bucket.generate).map(|bucket| &bucket.identity);
        let buckets = buckets.filter(|identity| identity.is_owned());
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
        for role in self.roles.iter().filter(|role| role.identity.is_owned()) {
            let own = role.policies.iter().filter_map(|policy| Some((policy.resource.as_ref()?, policy.span)));
            ids.extend(own.map(|(own, span)| (&role.identity.site, own.logical_id.clone(), (span, false))));
        }
        ids
    }
}
