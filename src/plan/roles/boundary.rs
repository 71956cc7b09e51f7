//! Permissions boundaries demanded of the roles and users that stacks create.

use crate::hir::RoleId;

use super::super::changes::{Change, Changes};
use super::super::{Condition, Effect, Expr, Grant, Plan, RolePlan, Site};
use super::Naming;

/// The calls that AWS's example of a delegation allows only with the boundary, for users, and their twins for roles.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html> (2026-11-28)
const BOUND: [&str; 12] = [
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateRole",
    "iam:CreateUser",
    "iam:DeleteRolePolicy",
    "iam:DeleteUserPolicy",
    "iam:DetachRolePolicy",
    "iam:DetachUserPolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:PutUserPermissionsBoundary",
    "iam:PutUserPolicy",
];
/// The calls that the same page denies.
const REFUSED: [&str; 2] = ["iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary"];
/// The condition key of the boundary.
const KEY: &str = "iam:PermissionsBoundary";

/// Limits what the derived roles of stacks may do with roles and users, where the file demands a boundary.
pub fn demand(naming: &Naming, plan: &Plan) -> Changes {
    let mut changes = Changes::of(plan);
    let limited = |(role, boundary)| Change::Grants(role, limited(&plan.roles[role], &boundary));
    changes.extend(demanded(naming, plan).into_iter().map(limited));
    changes
}

/// The roles of stacks for which the file requires a boundary, each once.
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
        grant.actions.retain(|action| !REFUSED.contains(&action.as_str()));
        let (bound, free): (Vec<String>, Vec<String>) =
            std::mem::take(&mut grant.actions).into_iter().partition(|action| BOUND.contains(&action.as_str()));
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

#[cfg(test)]
mod tests {
    use super::{BOUND, KEY};
    use crate::catalog::permissions::iam_action;

    #[test]
    fn every_call_has_the_key() {
        for action in BOUND {
            assert!(iam_action(action).is_some_and(|action| action.condition_keys().contains(&KEY)), "{action}");
        }
    }
}
