//! Who can assume the role of actions: the roles of the pipelines that use it, and no one else in their account.
//!
//! A pipeline's role names the roles that it assumes, and those name the role that assumes them. Neither can wait for the other, so the
//! trust refers to no resource: it names the pipeline's role by a path that only that role has. (Names that CloudFormation
//! generates are no use for this: it cuts long names of stacks.)

use super::super::properties::{set, text_at};
use super::super::{Condition, Data, Entity, Expr, Piece, PipelinePlan, Plan, Site};

/// The ARN of the role whose credentials a caller has.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html> (2026-11-28)
const PRINCIPAL: &str = "aws:PrincipalArn";

/// Limits every role of the file for pipelines to the roles of the pipelines that use it.
pub fn limit(plan: &mut Plan) {
    for index in plan.roles.ids() {
        let role = &plan.roles[index];
        let limited = role.trust.iter().any(|condition| condition.key == PRINCIPAL);
        if limited || !role.identity.is_owned() || role.service.as_deref() != Some("pipeline") {
            continue;
        }
        let site = role.identity.site.clone();
        let values: Vec<Expr> = users(plan, Entity::Role(index))
            .into_iter()
            .filter_map(|pipeline| principal(plan, pipeline, &site))
            .collect();
        if let Some(role) = plan.roles.get_mut(index).filter(|_| !values.is_empty()) {
            role.trust.push(Condition { operator: "ArnLike".to_owned(), key: PRINCIPAL.to_owned(), values });
        }
    }
}

/// The roles of the pipelines that use a role, or of all pipelines if none uses it yet.
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

/// A pipeline's role without a reference to it, as a site sees it.
fn principal(plan: &mut Plan, node: Entity, site: &Site) -> Option<Expr> {
    if *site != Site::Home {
        // A role made by others is known by its name.
        plan.fix_name(node);
        return Some(Piece::Arn(node).into());
    }
    if let Some(arn) = plan.arn(node) {
        return Some(arn);
    }
    let Entity::Role(index) = node else { return None };
    let role = plan.roles.get_mut(index)?;
    let path = if let Some(path) = text_at(&role.properties, "Path") {
        path.clone()
    } else {
        let own = Expr::text("/").then(Expr::pseudo("StackName")).then("/").then(role.identity.logical_id.as_str());
        let path = own.then("/");
        set(&mut role.properties, "Path", Data::Text(path.clone()));
        path
    };
    Some(Expr::fill("arn:${Partition}:iam::${Account}:role", &|_| None).then(path).then("*"))
}
