//! The principals that can assume the role of actions: only the roles of the pipelines that use it.
//!
//! A pipeline's role names the roles that it assumes, and those name the role that assumes them. To avoid a circular
//! dependency, the trust policy does not refer to a resource: it names the pipeline's role by a path that only that
//! role has. (Names that CloudFormation generates cannot be used for this, because it shortens long names of stacks.)

use crate::hir::RoleId;

use super::super::changes::{Change, Changes};
use super::super::properties::{ROLE_PATH, text_at};
use super::super::{Condition, Entity, Expr, Piece, PipelinePlan, Plan, RolePlan, Site};

/// The ARN of the role of the caller.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html> (2026-11-28)
const PRINCIPAL: &str = "aws:PrincipalArn";

/// Returns the roles of the file for pipelines that anybody could still assume.
fn open(plan: &Plan) -> impl Iterator<Item = (RoleId, &RolePlan)> {
    plan.roles.entries().filter(|(_, role)| {
        let limited = role.trust.iter().any(|condition| condition.key == PRINCIPAL);
        !limited
            && role.generate
            && role.principals.is_none()
            && role.identity.is_owned()
            && role.service.as_deref() == Some("pipeline")
    })
}

/// Fixes the names of the roles that roles in other templates trust: a role of another template is identified by its
/// name.
pub fn names(plan: &Plan) -> Changes {
    let mut changes = Changes::of(plan);
    for (id, _) in open(plan).filter(|(_, role)| role.identity.site != Site::Home) {
        changes.extend(users(plan, Entity::Role(id)).into_iter().map(Change::Named));
    }
    changes
}

/// Limits every role of the file for pipelines to the roles of the pipelines that use it.
pub fn limits(plan: &Plan) -> Changes {
    let mut changes = Changes::of(plan);
    for (id, role) in open(plan) {
        let mut values: Vec<Expr> = Vec::new();
        for user in users(plan, Entity::Role(id)) {
            let Some((principal, path)) = principal(plan, user, &role.identity.site) else { continue };
            values.push(principal);
            changes.extend(path.map(|(role, path)| Change::Path(role, path)));
        }
        if !values.is_empty() {
            let condition = Condition { operator: "ArnLike".to_owned(), key: PRINCIPAL.to_owned(), values };
            changes.push(Change::Trust(id, condition));
        }
    }
    changes
}

/// Returns the roles of the pipelines that use a role, or of all pipelines if none uses it yet.
fn users(plan: &Plan, role: Entity) -> Vec<Entity> {
    let wanted = Expr::from(Piece::Arn(role));
    let uses = |pipeline: &&PipelinePlan| {
        let of_actions = pipeline.stages.iter().flat_map(|stage| &stage.actions).map(|action| &action.role);
        of_actions.chain(pipeline.rules().map(|rule| &rule.role)).any(|role| role.as_ref() == Some(&wanted))
    };
    let mut found: Vec<Entity> = plan.pipelines.iter().filter(uses).filter_map(|pipeline| pipeline.role).collect();
    if found.is_empty() {
        found = plan.pipelines.iter().filter_map(|pipeline| pipeline.role).collect();
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Returns a pipeline's role without a reference to it, as seen from a site, and the path that the role gets for this.
fn principal(plan: &Plan, node: Entity, site: &Site) -> Option<(Expr, Option<(RoleId, Expr)>)> {
    if *site != Site::Home {
        return Some((Piece::Arn(node).into(), None));
    }
    if let Some(arn) = plan.arn(node) {
        return Some((arn, None));
    }
    let Entity::Role(id) = node else { return None };
    let role = &plan.roles[id];
    let own = Expr::text("/").then(Expr::pseudo("StackName")).then("/").then(role.identity.logical_id.as_str());
    let given = text_at(&role.properties, ROLE_PATH).cloned();
    let chosen = if given.is_some() { None } else { Some(own.then("/")) };
    let path = given.or_else(|| chosen.clone())?;
    let principal = Expr::fill("arn:${Partition}:iam::${Account}:role", &|_| None).then(path).then("*");
    Some((principal, chosen.map(|path| (id, path))))
}
