//! Permissions boundaries: those of generated roles, and those that stacks must set on the roles and users that they
//! create.

use crate::catalog::boundaries::{BOUND, KEY, REFUSED};
use crate::hir::{BOUNDARY, ConditionRule, PipelineId, RoleId};

use super::super::changes::{Change, Changes};
use super::super::{Condition, Effect, Entity, Expr, Grant, Piece, Plan, Purpose, RoleOrigin, RolePlan, Site};
use super::Naming;

/// Limits the permissions of derived stack roles for roles and users, if the file requires a boundary.
pub fn demand(naming: &Naming, plan: &Plan) -> Changes {
    let mut changes = Changes::of(plan);
    let limited = |(role, boundary)| Change::Grants(role, limited(&plan.roles[role], &boundary));
    changes.extend(demanded(naming, plan).into_iter().map(limited));
    changes
}

/// Returns the roles of stacks for which the file requires a boundary, each once.
fn demanded(naming: &Naming, plan: &Plan) -> Vec<(RoleId, Expr)> {
    let hir = naming.scope.hir;
    let mut found: Vec<(RoleId, Expr)> = Vec::new();
    for (id, pipeline) in hir.pipelines.entries() {
        let planned = &plan.pipelines[id];
        for planned in planned.stages.iter().flat_map(|stage| &stage.actions) {
            let action = pipeline.action(planned.id);
            let (Some(role), Some(value)) = (plan.own_role(planned), hir.boundary(pipeline, action)) else { continue };
            if found.iter().all(|(known, _)| *known != role) {
                let boundary = naming.scope.within(id).plain(value);
                found.push((role, plan.translated(&boundary, &Site::Home, &planned.site)));
            }
        }
    }
    found
}

fn limited(role: &RolePlan, boundary: &Expr) -> Vec<Grant> {
    let mut limited = Vec::new();
    for mut grant in role.grants.iter().cloned() {
        if grant.effect == Effect::Deny {
            limited.push(grant);
            continue;
        }
        grant.actions.retain(|action| !REFUSED.contains(&&**action));
        let (bound, free): (Vec<_>, Vec<_>) =
            std::mem::take(&mut grant.actions).into_iter().partition(|action| BOUND.contains(&&**action));
        if !free.is_empty() {
            limited.push(Grant { actions: free, ..grant.clone() });
        }
        if !bound.is_empty() {
            grant.conditions.push(Condition::equals(KEY, boundary.clone()));
            limited.push(Grant { actions: bound, ..grant });
        }
    }
    limited
}

/// Sets the boundary of each generated role to that of its environment or of the pipeline that it belongs to.
pub fn of_generated(naming: &Naming, plan: &Plan) -> Changes {
    let mut changes = Changes::of(plan);
    for (id, role) in plan.roles.entries() {
        let RoleOrigin::Derived(purpose) = &role.origin else { continue };
        if let Some(boundary) = of_role(naming, plan, id, role, purpose) {
            changes.push(Change::Boundary(id, boundary));
        }
    }
    changes
}

/// Returns the boundary of a derived role. In an environment in another account, the boundary of the pipeline would be
/// a policy of a foreign account.
fn of_role(naming: &Naming, plan: &Plan, id: RoleId, role: &RolePlan, purpose: &Purpose) -> Option<Expr> {
    let hir = naming.scope.hir;
    if let Site::Environment(environment) = role.identity.site {
        let attribute = hir.environments[environment].declaration.attributes.get(BOUNDARY)?;
        let boundary = naming.scope.plain(&attribute.value);
        return Some(plan.translated(&boundary, &Site::Home, &role.identity.site));
    }
    let of = |pipeline: PipelineId| {
        let value = hir.pipelines[pipeline].boundary.as_ref()?;
        Some(naming.scope.within(pipeline).plain(value))
    };
    let any = |uses: &dyn Fn(PipelineId) -> bool| hir.pipelines.ids().filter(|id| uses(*id)).find_map(of);
    match *purpose {
        Purpose::Pipeline(pipeline) | Purpose::Code(pipeline) | Purpose::Events(pipeline) => of(pipeline),
        Purpose::Build(project) => any(&|pipeline| {
            let pipeline = &hir.pipelines[pipeline];
            let of_actions = pipeline.actions().filter_map(|(_, action)| action.project());
            of_actions.chain(pipeline.rules().filter_map(ConditionRule::project)).any(|it| it == project)
        }),
        Purpose::Stack | Purpose::Action(_) => any(&|pipeline| {
            let mut actions = plan.pipelines[pipeline].stages.iter().flat_map(|stage| &stage.actions);
            actions
                .any(|action| plan.own_role(action) == Some(id) || action.role.as_ref().is_some_and(|it| names(it, id)))
        }),
    }
}

/// Returns whether an expression is the ARN of a role.
fn names(role: &Expr, id: RoleId) -> bool {
    matches!(role.pieces(), [Piece::Arn(node)] if *node == Entity::Role(id))
}
