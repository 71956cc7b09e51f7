//! The role of a pipeline.

use crate::catalog::RoleKind;
use crate::hir::PipelineId;

use super::super::changes::{Change, Changes};
use super::super::grant::GrantValues;
use super::super::names::logical_id;
use super::super::{Expr, Grant, Piece, PipelinePlan, Plan, Purpose, Site};
use super::action::{of_action, of_rule};
use super::environment::Reach;
use super::keys::key_in_policy;
use super::{Derived, Naming, environment};

/// Derives the role of a pipeline that does not name one. If it does, records the permissions that the role needs.
pub fn role(naming: &Naming, plan: &Plan, id: PipelineId) -> Changes {
    let mut changes = Changes::of(plan);
    let pipeline = &plan.pipelines[id];
    let mut needed = artifacts(naming, plan, pipeline, id);
    for store in &pipeline.stores {
        let cause = plan.identity(store.bucket).map_or(pipeline.identity.span, |identity| identity.span);
        needed.extend(
            environment::store(plan, (store.bucket, store.key.as_ref()), &Site::Home, cause, Reach::Service).grants,
        );
    }
    needed.extend(actions(naming, plan, pipeline, id));
    needed.extend(rules(naming, pipeline, id));
    if let Some(role) = pipeline.role {
        changes.push(Change::Needed(role, needed.clone()));
        changes.push(Change::PipelineNeeds(id, needed));
        return changes;
    }
    let symbol = &pipeline.identity.symbol;
    let mut role = Derived {
        display: format!("{symbol}.role"),
        owner: &pipeline.name,
        what: "pipeline".to_owned(),
        logical: logical_id("Role", symbol),
        service: "codepipeline",
        purpose: Purpose::Pipeline(id),
        span: pipeline.identity.span,
    }
    .plan(naming);
    role.grants = needed;
    let role = changes.roles.push(role);
    changes.push(Change::PipelineRole(id, role));
    changes
}

/// Returns the permissions for the artifacts and for actions with roles of their own.
fn artifacts(naming: &Naming, plan: &Plan, pipeline: &PipelinePlan, id: PipelineId) -> Vec<Grant> {
    let mut values = store(pipeline);
    for action in pipeline.stages.iter().flat_map(|stage| &stage.actions) {
        if let Some(role) = &action.role {
            values.set("ActionRole", role.clone(), action.span);
        }
        let hir = naming.scope.hir.pipelines.get(id).and_then(|pipeline| pipeline.actions.get(action.id));
        if hir.is_some_and(|action| action.action_type.tagged) {
            values.set("TaggedSource", Expr::text("true"), action.span);
        }
    }
    for rule in pipeline.rules() {
        if let Some(role) = &rule.role {
            values.set("ActionRole", role.clone(), rule.span);
        }
    }
    let mut grants = values.grants(RoleKind::Pipeline.grants().into_iter().flat_map(|set| &set.grant));
    let Some(key) = &pipeline.key else { return grants };
    let (resource, conditions) = key_in_policy(plan, key, &Site::Home);
    for grant in grants.iter_mut().filter(|grant| grant.resources.contains(key)) {
        grant.resources = vec![resource.clone()];
        grant.conditions.extend(conditions.iter().cloned());
    }
    grants
}

/// Returns the values for the permissions for the artifact store of a pipeline.
pub fn store(pipeline: &PipelinePlan) -> GrantValues {
    let span = pipeline.identity.span;
    let mut values = GrantValues::new(span);
    values.set("ArtifactBucket", Piece::Name(pipeline.store).into(), span);
    values.set("ArtifactAccount", Expr::pseudo("AccountId"), span);
    if let Some(key) = &pipeline.key {
        values.set("ArtifactKey", key.clone(), span);
    }
    values
}

/// Returns the permissions of each action without its own role.
fn actions(naming: &Naming, plan: &Plan, pipeline: &PipelinePlan, id: PipelineId) -> Vec<Grant> {
    let actions = pipeline.stages.iter().flat_map(|stage| &stage.actions).filter(|action| action.role.is_none());
    actions.flat_map(|action| of_action(naming, plan, id, action)).collect()
}

/// Returns the permissions of each rule of a condition without its own role.
fn rules(naming: &Naming, pipeline: &PipelinePlan, id: PipelineId) -> Vec<Grant> {
    let hir = &naming.scope.hir.pipelines[id];
    let both = pipeline.rules().zip(hir.rules()).filter(|(planned, _)| planned.role.is_none());
    both.flat_map(|(planned, rule)| of_rule(pipeline, planned, rule)).collect()
}
