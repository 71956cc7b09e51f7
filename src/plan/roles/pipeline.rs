//! The role a pipeline works under.

use crate::catalog::{Category, GrantRole, RoleKind};
use crate::hir::{PipelineId, ValueKind};
use indexmap::IndexMap;

use super::super::grant::Values;
use super::super::names::logical_id;
use super::super::{ActionPlan, ConfigurationValue, Expr, Grant, Node, Piece, PipelinePlan, Plan, Purpose, Site};
use super::build::secret_arn;
use super::keys::key_in_policy;
use super::{Derived, Naming, environment, note};

/// Gives a pipeline that names no role one, and notes for another what its role needs.
pub fn derive(naming: &Naming, plan: &mut Plan, id: PipelineId) {
    let Some(pipeline) = plan.pipelines.get(id.0) else { return };
    let mut needed = artifacts(naming, plan, pipeline, id);
    for store in &pipeline.stores {
        let key = store.key.map(|key| Piece::Arn(key).into());
        let cause = plan.identity(store.bucket).map_or(pipeline.identity.span, |identity| identity.span);
        needed.extend(environment::store(plan, (store.bucket, key.as_ref()), &Site::Home, cause).grants);
    }
    needed.extend(actions(naming, plan, pipeline, id));
    needed.extend(rules(naming, pipeline, id));
    if let Some(role) = pipeline.role {
        note(plan, role, needed.clone());
        if let Some(pipeline) = plan.pipelines.get_mut(id.0) {
            pipeline.needs = needed;
        }
        return;
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
    plan.roles.push(role);
    let node = Node::Role(plan.roles.len() - 1);
    if let Some(pipeline) = plan.pipelines.get_mut(id.0) {
        pipeline.role = Some(node);
    }
}

/// What the role needs for the artifacts and for actions with roles of their own.
fn artifacts(naming: &Naming, plan: &Plan, pipeline: &PipelinePlan, id: PipelineId) -> Vec<Grant> {
    let mut values = store(pipeline);
    for action in pipeline.stages.iter().flat_map(|stage| &stage.actions) {
        if let Some(role) = &action.role {
            values.set("ActionRole", role.clone(), action.span);
        }
        let hir = naming.scope.hir.pipelines.get(id.0).and_then(|pipeline| pipeline.actions.get(action.id.0));
        if hir.is_some_and(|action| action.is_provider("S3") && action.outputs.len() == 1) {
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

/// The artifact store of a pipeline.
pub fn store(pipeline: &PipelinePlan) -> Values {
    let span = pipeline.identity.span;
    let mut values = Values::new(span);
    values.set("ArtifactBucket", Piece::Name(pipeline.store).into(), span);
    values.set("ArtifactAccount", Expr::pseudo("AccountId"), span);
    if let Some(key) = &pipeline.key {
        values.set("ArtifactKey", key.clone(), span);
    }
    values
}

/// What each action needs that has no role of its own.
fn actions(naming: &Naming, plan: &Plan, pipeline: &PipelinePlan, id: PipelineId) -> Vec<Grant> {
    let mut grants = Vec::new();
    for action in pipeline.stages.iter().flat_map(|stage| &stage.actions).filter(|action| action.role.is_none()) {
        let Some(hir) = naming.scope.hir.pipelines.get(id.0).and_then(|hir| hir.actions.get(action.id.0)) else {
            continue;
        };
        let configuration = in_home(plan, action);
        let values = Values::of_configuration(&configuration, &pipeline.name, action.span);
        let mut values = values.with_lists(&hir.action_type);
        if let Some(ValueKind::Map(entries)) = hir.value("EnvironmentVariables").map(|value| &value.kind) {
            for (_, value) in entries {
                if let (Category::Compute, ValueKind::Secret(secret)) = (hir.category, &value.kind) {
                    values.set("EnvironmentVariables", secret_arn(naming, secret), value.span);
                }
            }
        }
        let own = hir.action_type.grant.iter().filter(|grant| grant.role == GrantRole::Pipeline);
        let granted = values.grants(own).into_iter().map(|grant| Grant { cause: action.span, ..grant });
        grants.extend(granted.map(|grant| in_region(grant, action.region.as_deref())));
    }
    grants
}

/// What each rule of a condition needs that has no role of its own.
fn rules(naming: &Naming, pipeline: &PipelinePlan, id: PipelineId) -> Vec<Grant> {
    let mut grants = Vec::new();
    let Some(hir) = naming.scope.hir.pipelines.get(id.0) else { return grants };
    for (planned, rule) in pipeline.rules().zip(hir.rules()).filter(|(planned, _)| planned.role.is_none()) {
        let values = Values::of_configuration(&planned.configuration, &pipeline.name, planned.span);
        let of_rule = values.grants(&rule.rule_type.grant).into_iter();
        grants
            .extend(of_rule.map(|grant| Grant { cause: planned.span, ..in_region(grant, planned.region.as_deref()) }));
    }
    grants
}

/// The configuration of an action; for one in another region, with the pipeline's region by its name.
fn in_home(plan: &Plan, action: &ActionPlan) -> IndexMap<String, ConfigurationValue> {
    let mut configuration = action.configuration.clone();
    if let Some(region) = &action.region {
        for value in configuration.values_mut() {
            value.text = plan.translated(&value.text, &Site::Home, &Site::Region(region.clone()));
        }
    }
    configuration
}

/// What an action needs where it runs.
fn in_region(mut grant: Grant, region: Option<&str>) -> Grant {
    let Some(region) = region else { return grant };
    let values = grant.conditions.iter_mut().flat_map(|condition| &mut condition.values);
    for expr in grant.resources.iter_mut().chain(values) {
        *expr = expr.in_region(region);
    }
    grant
}
