//! The permissions of actions and rules of conditions, and the roles of those that run code of the repository.

use crate::catalog::{Category, GrantRole};
use crate::collections::IndexMap;
use crate::hir::{Action, ActionId, PipelineId, ValueKind};
use crate::source::Span;

use super::super::changes::{Change, Changes, Worker};
use super::super::grant::GrantValues;
use super::super::names::logical_id;
use super::super::task_definition::task_definition;
use super::super::{
    ActionPlan, ConditionRulePlan, ConfigurationValue, Entity, Expr, Grant, LogsPlan, Piece, PipelinePlan, Plan,
    Purpose, RoleOrigin, Site,
};
use super::build::secret_arn;
use super::environment::{Reach, store};
use super::{Derived, Naming};

/// Returns the values for the permissions of an action, from its configuration.
pub fn values(
    naming: &Naming,
    pipeline: &PipelinePlan,
    (id, hir): (ActionId, &Action),
    configuration: &IndexMap<String, ConfigurationValue>,
    span: Span,
) -> GrantValues {
    let mut values = GrantValues::of_configuration(configuration, pipeline.aws_name(), span).of_type(&hir.action_type);
    if let Some(ValueKind::Map(entries)) = hir.value("EnvironmentVariables").map(|value| &value.kind) {
        for (_, value) in entries {
            if let (Category::Compute, ValueKind::Secret(secret)) = (hir.category, &value.kind) {
                values.set("EnvironmentVariables", secret_arn(naming, secret), value.span);
            }
        }
    }
    let of = |pipeline| task_definition(&naming.scope, naming.action_files, pipeline, id);
    let found = naming.scope.pipeline.and_then(of);
    if let Some(definition) = found {
        if let Some(family) = definition.family {
            values.set("Family", Expr::text(family), span);
        }
        match definition.roles {
            Some(roles) => roles.into_iter().for_each(|role| values.set("TaskRole", role, span)),
            None => values.set("AnyTaskRole", Expr::text("true"), span),
        }
    }
    values
}

/// Returns the permissions that an action in the pipeline's account needs, for its type and for what it looks up.
pub fn of_action(naming: &Naming, plan: &Plan, id: PipelineId, action: &ActionPlan) -> Vec<Grant> {
    let (Some(pipeline), Some(hir)) = (plan.pipelines.get(id), hir_of(naming, id, action)) else { return Vec::new() };
    let within = Naming { scope: naming.scope.within(id), ..*naming };
    let values = values(&within, pipeline, (action.id, hir), &in_home(plan, action), action.span);
    let own = hir.action_type.grant.iter().filter(|grant| grant.role == GrantRole::Pipeline);
    let granted = values.grants_of_type(own).into_iter().map(|grant| Grant { cause: action.span, ..grant });
    let granted = granted.chain(action.lookups.iter().cloned());
    granted.map(|grant| in_region(grant, action.region.as_deref())).collect()
}

/// Returns the permissions that a rule of a condition needs.
pub fn of_rule(pipeline: &PipelinePlan, planned: &ConditionRulePlan, rule: &crate::hir::ConditionRule) -> Vec<Grant> {
    let values = GrantValues::of_configuration(&planned.configuration, pipeline.aws_name(), planned.span);
    let of_rule = values.grants_of_type(&rule.rule_type.grant).into_iter();
    of_rule.map(|grant| Grant { cause: planned.span, ..in_region(grant, planned.region.as_deref()) }).collect()
}

fn hir_of<'a>(naming: &Naming<'a>, id: PipelineId, action: &ActionPlan) -> Option<&'a Action> {
    naming.scope.hir.pipelines.get(id)?.actions.get(action.id)
}

/// Returns the configuration of an action. In another Region, the pipeline's Region is written as a literal.
fn in_home(plan: &Plan, action: &ActionPlan) -> IndexMap<String, ConfigurationValue> {
    let mut configuration = action.configuration.clone();
    if let Some(region) = &action.region {
        for value in configuration.values_mut() {
            let there = Site::Region(region.clone());
            value.granted.iter_mut().for_each(|granted| *granted = plan.translated(granted, &Site::Home, &there));
        }
    }
    configuration
}

/// Converts a permission of an action to its account and Region.
fn in_region(mut grant: Grant, region: Option<&str>) -> Grant {
    let Some(region) = region else { return grant };
    let values = grant.conditions.iter_mut().flat_map(|condition| &mut condition.values);
    for expr in grant.resources.iter_mut().chain(values) {
        *expr = expr.in_region(region);
    }
    grant
}

/// An action or rule that has, or gets, its own role.
struct User {
    worker: Worker,
    span: Span,
    /// The stage and its own name.
    name: (String, String),
    needs: Vec<Grant>,
    /// The role that the file names.
    role: Option<Entity>,
}

/// Derives a role for every action and rule that runs code of the repository, unless the file names its role. For the
/// roles that the file names, records the permissions that they need.
pub fn roles(naming: &Naming, plan: &Plan, id: PipelineId) -> Changes {
    let mut changes = Changes::of(plan);
    let pipeline = &plan.pipelines[id];
    let symbol = &pipeline.identity.symbol;
    if naming.scope.hir.pipelines.get(id).is_some_and(|pipeline| pipeline.generate) {
        changes.push(Change::Logs(id, log_groups(naming, plan, id)));
    }
    for user in actions(naming, plan, pipeline, id).chain(rules(naming, plan, pipeline, id)) {
        if let Some(role) = user.role {
            changes.push(Change::Needed(role, user.needs.clone()));
            changes.push(Change::WorkerNeeds(id, user.worker, user.needs));
        } else if pipeline.role.is_none() {
            let (stage, name) = &user.name;
            let (what, ends, of_action) = match user.worker {
                Worker::Action(_) => ("action", "role", true),
                Worker::Rule(_) => ("rule", "rule-role", false),
            };
            let what = format!("{stage}-{name}-{what}");
            let mut role = Derived {
                display: format!("{symbol}.{stage}.{name}.{ends}"),
                owner: &pipeline.name,
                logical: logical_id("Role", &format!("{symbol}-{what}")),
                what,
                service: "pipeline",
                purpose: Purpose::Code(id),
                span: user.span,
            }
            .plan(naming);
            role.grants = user.needs;
            role.identity.of_action = of_action;
            let role = Entity::Role(changes.roles.push(role));
            changes.push(Change::WorkerRole(id, user.worker, role));
        }
    }
    changes
}

/// Returns the declared role that an action or rule in the pipeline's account uses.
fn named(plan: &Plan, role: Option<&Expr>) -> Option<Entity> {
    let [Piece::Arn(node)] = role?.pieces() else { return None };
    let role = plan.role(*node)?;
    let declared = !matches!(role.origin, RoleOrigin::Derived(_));
    (declared && role.identity.site == Site::Home).then_some(*node)
}

/// Returns the permissions that an action or a rule needs for its artifacts.
fn artifacts(plan: &Plan, pipeline: &PipelinePlan, region: Option<&str>, reach: Reach, cause: Span) -> Vec<Grant> {
    if matches!(reach, Reach::Artifacts { reads: false, writes: false }) {
        return Vec::new();
    }
    let (bucket, key) = plan.store_in(pipeline, region);
    store(plan, (bucket, key.as_ref()), &Site::Home, cause, reach).grants
}

fn actions<'a>(
    naming: &'a Naming,
    plan: &'a Plan,
    pipeline: &'a PipelinePlan,
    id: PipelineId,
) -> impl Iterator<Item = User> + 'a {
    let all = pipeline.stages.iter().flat_map(|stage| stage.actions.iter().map(move |action| (stage, action)));
    all.filter_map(move |(stage, action)| {
        let hir = hir_of(naming, id, action)?;
        let role = named(plan, action.role.as_ref());
        let own = hir.action_type.own_role;
        if role.is_none() && (action.role.is_some() || !own) {
            return None;
        }
        let reach = Reach::Artifacts { reads: !action.inputs.is_empty(), writes: !action.outputs.is_empty() };
        let mut needs = artifacts(plan, pipeline, action.region.as_deref(), reach, action.span);
        needs.extend(of_action(naming, plan, id, action));
        let name = (stage.name.clone(), action.name.clone());
        Some(User { worker: Worker::Action(action.id), span: action.span, name, needs, role })
    })
}

fn rules<'a>(
    naming: &'a Naming,
    plan: &'a Plan,
    pipeline: &'a PipelinePlan,
    id: PipelineId,
) -> impl Iterator<Item = User> + 'a {
    let hir = naming.scope.hir.pipelines.get(id);
    let stages = pipeline.stages.iter();
    let planned = stages.flat_map(|stage| {
        stage.conditions.iter().flat_map(|condition| &condition.rules).map(move |rule| (stage, rule))
    });
    let both = planned.zip(hir.into_iter().flat_map(crate::hir::Pipeline::rules));
    both.enumerate().filter_map(move |(index, ((stage, planned), rule))| {
        let role = named(plan, planned.role.as_ref());
        let own = rule.rule_type.own_role;
        if role.is_none() && (planned.role.is_some() || !own) {
            return None;
        }
        let reach = Reach::Artifacts { reads: !planned.inputs.is_empty(), writes: false };
        let mut needs = artifacts(plan, pipeline, planned.region.as_deref(), reach, planned.span);
        needs.extend(of_rule(pipeline, planned, rule));
        let name = (stage.name.clone(), planned.name.clone());
        Some(User { worker: Worker::Rule(index), span: planned.span, name, needs, role })
    })
}

/// Plans the log group of everything that runs code of the repository, in each site: the template creates it, so that
/// it expires and no role needs permission to create it.
fn log_groups(naming: &Naming, plan: &Plan, id: PipelineId) -> Vec<(Site, LogsPlan)> {
    let (pipeline, hir) = (&plan.pipelines[id], &naming.scope.hir.pipelines[id]);
    let of_actions = hir.actions().filter(|(_, action)| action.action_type.own_role);
    let of_actions = of_actions.filter_map(|(action, _)| plan.action(id, action)).map(|action| action.site.clone());
    let of_rules = hir
        .rules()
        .filter(|it| it.rule_type.own_role)
        .map(|rule| super::super::rule_region(plan, rule).map_or(Site::Home, |region| Site::Region(region.node)));
    let mut logs: Vec<(Site, LogsPlan)> = Vec::new();
    for site in of_actions.chain(of_rules) {
        if !logs.iter().any(|(known, _)| *known == site) {
            let group = Expr::text("/aws/codepipeline/").then(pipeline.aws_name());
            let logical_id = Some(logical_id("LogGroup", &format!("{}-commands", pipeline.identity.symbol)));
            logs.push((site, LogsPlan { logical_id, group }));
        }
    }
    logs
}
