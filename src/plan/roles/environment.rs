//! The roles that actions assume in other accounts: created by the support stack there, and assumed by the pipelines.

use std::borrow::Cow;

use crate::catalog::{GrantRole, RoleKind};
use crate::hir::{ActionId, EnvironmentId, PipelineId};
use crate::source::Span;

use super::super::changes::{Change, Changes, Worker};
use super::super::grant::GrantValues;
use super::super::names::logical_id;
use super::super::{
    ActionPlan, Condition, Effect, Entity, Expr, Grant, Identity, Piece, PipelinePlan, Plan, Purpose, RolePlan, Share,
    Site,
};
use super::keys::key_in_policy;
use super::{Derived, Naming};

/// The permissions for the artifacts of one store, and the policies that let another account use them.
pub struct StoreGrants {
    /// The permissions of the role.
    pub grants: Vec<Grant>,
    /// The bucket.
    bucket: Entity,
    /// The key, if it is part of the plan.
    key: Option<Entity>,
}

/// The extent of a role's access to an artifact store.
#[derive(Debug, Clone, Copy)]
pub enum Reach {
    /// Everything that CodePipeline does there.
    Service,
    /// The minimum for the artifacts of an action.
    Artifacts {
        /// Whether it has input artifacts.
        reads: bool,
        /// Whether it has output artifacts.
        writes: bool,
    },
}

/// Sets the role of every action in an environment: the one that the file names, or a derived one if the account is
/// another. The permissions of derived roles are added later.
pub fn roles(naming: &Naming, plan: &Plan) -> Changes {
    let mut changes = Changes::of(plan);
    for (index, environment) in plan.environments.entries() {
        let users = users(naming, plan, index);
        let Some(first) = users.first() else { continue };
        let role = match (environment.action_role, &environment.account) {
            (Some(role), _) => {
                if let Entity::Role(role) = role {
                    changes.push(Change::Located(role, index));
                }
                role
            }
            (None, Some(_)) => Entity::Role(changes.roles.push(derived(naming, plan, index, first.pipeline))),
            (None, None) => continue,
        };
        changes.push(Change::EnvironmentRole(index, role));
        changes.extend(users.iter().map(|user| Change::WorkerRole(user.pipeline, Worker::Action(user.action), role)));
    }
    changes
}

/// An action that uses the role of its environment.
struct User {
    pipeline: PipelineId,
    action: ActionId,
}

/// Returns the actions in an environment that do not name their own role.
fn users(naming: &Naming, plan: &Plan, environment: EnvironmentId) -> Vec<User> {
    let mut users = Vec::new();
    for (index, pipeline) in plan.pipelines.entries() {
        let hir = &naming.scope.hir.pipelines[index];
        for action in pipeline.stages.iter().flat_map(|stage| &stage.actions).filter(|action| action.role.is_none()) {
            let place = hir.actions.get(action.id).and_then(|action| action.environment.as_ref());
            if place.is_some_and(|place| place.node == environment) {
                users.push(User { pipeline: index, action: action.id });
            }
        }
    }
    users
}

/// Derives the role of an environment, named after the first pipeline that uses it.
fn derived(naming: &Naming, plan: &Plan, index: EnvironmentId, pipeline: PipelineId) -> RolePlan {
    let Identity { symbol, span, .. } = &plan.environments[index].identity;
    let mut role = Derived {
        display: format!("{symbol}.action-role"),
        owner: &plan.pipelines[pipeline].name,
        what: format!("{symbol}-action"),
        logical: logical_id("Role", &format!("{symbol}-action")),
        service: "pipeline",
        purpose: Purpose::Action(index),
        span: *span,
    }
    .plan(naming);
    role.identity.site = Site::Environment(index);
    role.identity.name.clone_from(&role.identity.fixed);
    role
}

/// Adds the permissions of the roles in environments, including those for artifacts.
pub fn grants(naming: &Naming, plan: &Plan) -> Changes {
    let mut changes = Changes::of(plan);
    for (index, environment) in plan.environments.entries() {
        let (Some(role), Some(account)) = (environment.action_role, &environment.account) else { continue };
        let site = Site::Environment(index);
        let uses = uses(naming, plan, role, &site);
        for found in &uses {
            changes.extend(shares(&found.store, account, role));
            // The role trusts the pipeline's role, which is in another template, by its name.
            changes.push(Change::Named(found.trusted));
        }
        let trusted = plan.translated(&Expr::pseudo("AccountId"), &Site::Home, &site);
        let principals: Vec<Expr> = uses.iter().map(|found| Piece::Arn(found.trusted).into()).collect();
        let needed: Vec<Grant> =
            uses.into_iter().flat_map(|found| [found.store.grants, found.grants]).flatten().collect();
        changes.push(Change::Needed(role, plan.at_home(needed.clone(), &site)));
        let Entity::Role(id) = role else { continue };
        let Some(role) = plan.roles.get(id).filter(|role| role.identity.is_owned()) else { continue };
        changes.push(Change::TrustedAccount(id, trusted));
        let (operator, key) = ("ArnEquals".to_owned(), "aws:PrincipalArn".to_owned());
        changes.push(Change::Trust(id, Condition { operator, key, values: principals }));
        if matches!(role.origin, super::RoleOrigin::Derived(_)) {
            changes.push(Change::Grants(id, needed));
        }
    }
    changes
}

/// A pipeline's use of a role of an environment.
struct Use {
    /// The role that assumes it.
    trusted: Entity,
    /// The artifacts that it reads and writes.
    store: StoreGrants,
    /// The permissions that its actions need there.
    grants: Vec<Grant>,
}

fn uses(naming: &Naming, plan: &Plan, role: Entity, site: &Site) -> Vec<Use> {
    let wanted = Expr::from(Piece::Arn(role));
    let mut uses = Vec::new();
    for (number, pipeline) in plan.pipelines.entries() {
        let actions = pipeline.stages.iter().flat_map(|stage| &stage.actions);
        let actions: Vec<&ActionPlan> = actions.filter(|action| action.role.as_ref() == Some(&wanted)).collect();
        let (Some(first), Some(trusted)) = (actions.first(), pipeline.role) else { continue };
        let (bucket, key) = plan.store_in(pipeline, first.region.as_deref());
        let needs = |action: &&ActionPlan| of_action(naming, plan, pipeline, (number, action), site);
        uses.push(Use {
            trusted,
            store: store(plan, (bucket, key.as_ref()), site, first.span, Reach::Service),
            grants: actions.iter().flat_map(needs).collect(),
        });
    }
    uses
}

/// Returns the permissions that a role of a site needs for an artifact store.
pub fn store(
    plan: &Plan,
    (bucket, key): (Entity, Option<&Expr>),
    site: &Site,
    cause: Span,
    reach: Reach,
) -> StoreGrants {
    let mut values = GrantValues::new(cause);
    let kind = match reach {
        Reach::Service => RoleKind::Pipeline,
        Reach::Artifacts { reads, writes } => {
            for (key, _) in [("Reads", reads), ("Writes", writes)].into_iter().filter(|(_, holds)| *holds) {
                values.set(key, Expr::text("true"), cause);
            }
            RoleKind::Code
        }
    };
    values.set("ArtifactBucket", Piece::Name(bucket).into(), cause);
    values.set("ArtifactAccount", plan.translated(&Expr::pseudo("AccountId"), &Site::Home, site), cause);
    let enforces_owner = plan.identity(bucket).is_some_and(Identity::is_owned);
    if matches!(site, Site::Environment(_)) && !enforces_owner {
        values.set("ForeignObjects", Expr::text("true"), cause);
    }
    let target = key.map(|key| key_in_policy(plan, key, site));
    if let Some((resource, _)) = &target {
        values.set("ArtifactKey", resource.clone(), cause);
    }
    let mut grants = values.grants(kind.grants().into_iter().flat_map(|set| &set.grant));
    if let Some((resource, conditions)) = target {
        for grant in grants.iter_mut().filter(|grant| grant.resources.contains(&resource)) {
            grant.conditions.extend(conditions.iter().cloned());
        }
    }
    let key = key.and_then(|key| match key.pieces() {
        [Piece::Arn(node @ Entity::Key(_))] => Some(*node),
        _ => None,
    });
    StoreGrants { grants, bucket, key }
}

/// Returns the permissions that an action needs in its environment.
fn of_action(
    naming: &Naming,
    plan: &Plan,
    pipeline: &PipelinePlan,
    (id, action): (PipelineId, &ActionPlan),
    site: &Site,
) -> Vec<Grant> {
    let Some(hir) = naming.scope.hir.pipelines.get(id).and_then(|hir| hir.actions.get(action.id)) else {
        return Vec::new();
    };
    let mut configuration = action.configuration.clone();
    for value in configuration.values_mut() {
        value.granted.iter_mut().for_each(|granted| *granted = plan.translated(granted, &Site::Home, site));
    }
    let within = Naming { scope: naming.scope.within(id), ..*naming };
    let values = super::action::values(&within, pipeline, (action.id, hir), &configuration, action.span);
    let own = hir.action_type.grant.iter().filter(|grant| grant.role == GrantRole::Pipeline);
    let lookups = action.lookups.iter().cloned();
    values.grants_of_type(own).into_iter().chain(lookups).map(|grant| in_own_account(plan, grant, site)).collect()
}

/// Rewrites a permission of a site for a bucket of this file that is created elsewhere: the bucket is in that account,
/// not in the site's.
fn in_own_account(plan: &Plan, mut grant: Grant, site: &Site) -> Grant {
    let nodes = grant.resources.iter().flat_map(Expr::pieces).filter_map(|piece| match piece {
        Piece::Arn(node @ Entity::Bucket(_)) | Piece::Name(node @ Entity::Bucket(_)) => plan.identity(*node),
        _ => None,
    });
    let Some(made) = nodes.filter(|identity| identity.is_owned()).map(|identity| identity.site.clone()).next() else {
        return grant;
    };
    for condition in grant.conditions.iter_mut().filter(|condition| condition.key == "aws:ResourceAccount") {
        for value in &mut condition.values {
            *value = plan.translated(value, &made, site);
        }
    }
    grant
}

/// Returns the changes for a role of another account that uses an artifact store, for the parts of the store that the
/// plan contains.
fn shares(store: &StoreGrants, account: &str, role: Entity) -> Vec<Change> {
    let arn = Expr::from(Piece::Arn(role));
    let about_bucket = |grant: &&Grant| grant.resources.iter().any(|resource| mentions(resource, store.bucket));
    let of = |actions: &[Cow<'static, str>], resources: &[Expr]| Share {
        account: account.to_owned(),
        role: arn.clone(),
        actions: actions.to_vec(),
        resources: resources.to_vec(),
    };
    let mut shares = Vec::new();
    if let Entity::Bucket(bucket) = store.bucket {
        let of_bucket = store.grants.iter().filter(about_bucket).map(|grant| of(&grant.actions, &grant.resources));
        shares.extend(of_bucket.map(|share| Change::BucketShare(bucket, share)));
    }
    let is_of_key = |grant: &&Grant| grant.actions.iter().any(|action| action.starts_with("kms:"));
    if let Some(Entity::Key(key)) = store.key {
        let of_key = store.grants.iter().filter(is_of_key).map(|grant| of(&grant.actions, &[Expr::text("*")]));
        shares.extend(of_key.map(|share| Change::KeyShare(key, share)));
    }
    shares
}

/// Records the use of this file's buckets by roles of other accounts: those with the code of templates, and those that
/// the file allows.
pub fn bucket_shares(plan: &Plan) -> Changes {
    let mut changes = Changes::of(plan);
    for (index, role) in plan.roles.entries() {
        let Site::Environment(environment) = role.identity.site else { continue };
        let account = plan.environments.get(environment).and_then(|it| it.account.clone());
        let Some(account) = account else { continue };
        for grant in role.all_grants().filter(|grant| grant.effect == Effect::Allow) {
            for bucket in plan
                .buckets
                .ids()
                .filter(|bucket| grant.resources.iter().any(|resource| mentions(resource, Entity::Bucket(*bucket))))
            {
                let share = Share {
                    account: account.clone(),
                    role: Piece::Arn(Entity::Role(index)).into(),
                    actions: grant.actions.clone(),
                    resources: grant.resources.clone(),
                };
                changes.push(Change::BucketShare(bucket, share));
            }
        }
    }
    changes
}

fn mentions(resource: &Expr, node: Entity) -> bool {
    resource.pieces().iter().any(|piece| matches!(piece, Piece::Arn(other) | Piece::Name(other) if *other == node))
}
