//! The role a pipeline works under.

use crate::catalog::{Category, GrantRole, RoleKind};
use crate::hir::{PipelineId, ValueKind};

use super::super::grant::Values;
use super::super::names::logical_id;
use super::super::{Expr, Grant, Node, Piece, PipelinePlan, Plan, Purpose};
use super::build::secret_arn;
use super::{Derived, Naming, note};

/// Gives a pipeline that names no role one, and notes for another what its role needs.
pub fn derive(naming: &Naming, plan: &mut Plan, id: PipelineId) {
    let Some(pipeline) = plan.pipelines.get(id.0) else { return };
    let mut needed = artifacts(naming, pipeline, id);
    needed.extend(actions(naming, pipeline, id));
    needed.extend(rules(naming, pipeline, id));
    if pipeline.role != Node::Role(usize::MAX) {
        note(plan, pipeline.role, needed);
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
        pipeline.role = node;
    }
}

/// What the role needs for the artifacts and for actions with roles of their own.
fn artifacts(naming: &Naming, pipeline: &PipelinePlan, id: PipelineId) -> Vec<Grant> {
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
    values.grants(RoleKind::Pipeline.grants().into_iter().flat_map(|set| &set.grant))
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
fn actions(naming: &Naming, pipeline: &PipelinePlan, id: PipelineId) -> Vec<Grant> {
    let mut grants = Vec::new();
    for action in pipeline.stages.iter().flat_map(|stage| &stage.actions).filter(|action| action.role.is_none()) {
        let Some(hir) = naming.scope.hir.pipelines.get(id.0).and_then(|hir| hir.actions.get(action.id.0)) else {
            continue;
        };
        let values = Values::of_configuration(&action.configuration, &pipeline.name, action.span);
        let mut values = values.with_lists(&hir.action_type);
        if let Some(ValueKind::Map(entries)) = hir.value("EnvironmentVariables").map(|value| &value.kind) {
            for (_, value) in entries {
                if let (Category::Compute, ValueKind::Secret(secret)) = (hir.category, &value.kind) {
                    values.set("EnvironmentVariables", secret_arn(naming, secret), value.span);
                }
            }
        }
        let own = hir.action_type.grant.iter().filter(|grant| grant.role == GrantRole::Pipeline);
        grants.extend(values.grants(own).into_iter().map(|grant| Grant { cause: action.span, ..grant }));
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
        let in_region = |grant: Grant| match &planned.region {
            Some(region) => elsewhere(grant, region),
            None => grant,
        };
        grants.extend(of_rule.map(|grant| Grant { cause: planned.span, ..in_region(grant) }));
    }
    grants
}

/// A grant on things of another region.
fn elsewhere(mut grant: Grant, region: &str) -> Grant {
    for resource in &mut grant.resources {
        let mut moved = Expr::default();
        for piece in resource.pieces() {
            moved = match piece {
                Piece::Pseudo(name) if name == "Region" => moved.then(region),
                other => moved.then(other.clone()),
            };
        }
        *resource = moved;
    }
    grant
}
