//! The roles that actions assume in other accounts: created by the support stack there, assumed by the pipelines.

use crate::catalog::{GrantRole, RoleKind};
use crate::hir::{ActionId, BucketId, EnvironmentId, PipelineId};
use crate::source::Span;

use super::super::grant::Values;
use super::super::names::logical_id;
use super::super::{
    ActionPlan, Condition, Effect, Entity, Expr, Grant, Piece, PipelinePlan, Plan, Purpose, Share, Site,
};
use super::keys::key_in_policy;
use super::{Derived, Naming};

/// The permissions that the artifacts of one store require, and the policies that let another account use them.
pub struct StoreGrants {
    /// For the role.
    pub grants: Vec<Grant>,
    /// The bucket.
    bucket: Entity,
    /// The key, if the plan has it.
    key: Option<Entity>,
}

/// What a role reaches of an artifact store.
#[derive(Debug, Clone, Copy)]
pub enum Reach {
    /// All that CodePipeline does there.
    Service,
    /// As little as the artifacts of an action ask for.
    Artifacts {
        /// Whether it has input artifacts.
        reads: bool,
        /// Whether it has output artifacts.
        writes: bool,
    },
}

/// Gives every action in an environment its role there: the one the file names, else a derived one where the account is
/// another. What the derived ones may do comes later.
pub fn roles(naming: &Naming, plan: &mut Plan) {
    for index in plan.environments.ids() {
        let users = users(naming, plan, index);
        let Some(environment) = plan.environments.get(index).filter(|_| !users.is_empty()) else { continue };
        let role = match (environment.action_role, &environment.account) {
            (Some(role), _) => {
                place(plan, role, index);
                role
            }
            (None, Some(_)) => {
                let Some(role) = derived(naming, plan, index, &users) else { continue };
                role
            }
            (None, None) => continue,
        };
        if let Some(environment) = plan.environments.get_mut(index) {
            environment.action_role = Some(role);
        }
        for user in users {
            if let Some(action) = plan.action_mut(user.pipeline, user.action) {
                action.role = Some(Piece::Arn(role).into());
            }
        }
    }
}

/// An action that uses the role of its environment.
struct User {
    pipeline: PipelineId,
    action: ActionId,
    /// Its header.
    span: Span,
}

/// The actions in an environment that name no role of their own.
fn users(naming: &Naming, plan: &Plan, environment: EnvironmentId) -> Vec<User> {
    let mut users = Vec::new();
    for (index, pipeline) in plan.pipelines.entries() {
        let hir = &naming.scope.hir.pipelines[index];
        for action in pipeline.stages.iter().flat_map(|stage| &stage.actions).filter(|action| action.role.is_none()) {
            let place = hir.actions.get(action.id).and_then(|action| action.environment.as_ref());
            if place.is_some_and(|place| place.node == environment) {
                users.push(User { pipeline: index, action: action.id, span: action.span });
            }
        }
    }
    users
}

/// A declared role that an environment uses is created there.
pub fn place(plan: &mut Plan, role: Entity, environment: EnvironmentId) {
    let elsewhere = plan.is_elsewhere(environment);
    let Entity::Role(index) = role else { return };
    if let Some(role) = plan.roles.get_mut(index).filter(|role| elsewhere && role.identity.is_owned()) {
        if role.identity.site == Site::Home {
            role.identity.site = Site::Environment(environment);
        }
        if role.identity.name.is_none() {
            role.identity.name.clone_from(&role.identity.fixed);
        }
    }
}

fn derived(naming: &Naming, plan: &mut Plan, index: EnvironmentId, users: &[User]) -> Option<Entity> {
    let owner = users.first().and_then(|user| plan.pipelines.get(user.pipeline));
    let owner = owner.map_or_else(|| "dotpipe".to_owned(), |pipeline| pipeline.name.clone());
    let identity = plan.environments.get(index).map(|environment| &environment.identity);
    let (symbol, span) = identity.map_or((String::new(), None), |it| (it.symbol.clone(), Some(it.span)));
    let span = span.or_else(|| users.first().map(|user| user.span))?;
    let mut role = Derived {
        display: format!("{symbol}.action-role"),
        owner: &owner,
        what: format!("{symbol}-action"),
        logical: logical_id("Role", &format!("{symbol}-action")),
        service: "pipeline",
        purpose: Purpose::Action(index),
        span,
    }
    .plan(naming);
    role.identity.site = Site::Environment(index);
    role.identity.name.clone_from(&role.identity.fixed);
    Some(Entity::Role(plan.roles.push(role)))
}

/// Adds the permissions of the derived roles, and lets these roles use the artifacts.
pub fn grants(naming: &Naming, plan: &mut Plan) {
    for index in plan.environments.ids() {
        let environment = &plan.environments[index];
        let (Some(role), Some(account)) = (environment.action_role, environment.account.clone()) else { continue };
        let site = Site::Environment(index);
        let uses = uses(naming, plan, role, &site);
        for found in &uses {
            share(plan, &found.store, &account, role);
            // An existing role trusts the pipeline's role by name.
            plan.fix_name(found.trusted);
        }
        let trusted = plan.translated(&Expr::pseudo("AccountId"), &Site::Home, &site);
        let principals: Vec<Expr> = uses.iter().map(|found| Piece::Arn(found.trusted).into()).collect();
        let needed: Vec<Grant> =
            uses.into_iter().flat_map(|found| [found.store.grants, found.grants]).flatten().collect();
        super::note(plan, role, plan.at_home(needed.clone(), &site));
        let Entity::Role(number) = role else { continue };
        let Some(role) = plan.roles.get_mut(number).filter(|role| role.identity.is_owned()) else { continue };
        role.trusted_account = Some(trusted);
        role.trust.push(Condition {
            operator: "ArnEquals".to_owned(),
            key: "aws:PrincipalArn".to_owned(),
            values: principals,
        });
        if matches!(role.origin, super::RoleOrigin::Derived(_)) {
            role.grants = needed;
        }
    }
}

/// What a pipeline does with a role of an environment.
struct Use {
    /// The role that assumes it.
    trusted: Entity,
    /// The artifacts it reads and writes.
    store: StoreGrants,
    /// What its actions need there.
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

/// The permissions that a role of a site needs on an artifact store.
pub fn store(
    plan: &Plan,
    (bucket, key): (Entity, Option<&Expr>),
    site: &Site,
    cause: Span,
    reach: Reach,
) -> StoreGrants {
    let mut values = Values::new(cause);
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
    let enforces_owner = plan.identity(bucket).is_some_and(super::Identity::is_owned);
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

/// What an action needs in its environment.
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
    values.grants(own).into_iter().chain(lookups).map(|grant| in_own_account(plan, grant, site)).collect()
}

/// A grant of a site on a bucket of this file that is created elsewhere: the bucket is in the account there, not in the site's.
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

/// Lets a role of another account at an artifact store, as far as the store is the plan's own.
fn share(plan: &mut Plan, store: &StoreGrants, account: &str, role: Entity) {
    let arn = Expr::from(Piece::Arn(role));
    let about_bucket = |grant: &&Grant| grant.resources.iter().any(|resource| mentions(resource, store.bucket));
    let of = |actions: &[String], resources: &[Expr]| Share {
        account: account.to_owned(),
        role: arn.clone(),
        actions: actions.to_vec(),
        resources: resources.to_vec(),
    };
    let of_bucket: Vec<Share> =
        store.grants.iter().filter(about_bucket).map(|grant| of(&grant.actions, &grant.resources)).collect();
    let is_of_key = |grant: &&Grant| grant.actions.iter().any(|action| action.starts_with("kms:"));
    let of_key: Vec<Share> =
        store.grants.iter().filter(is_of_key).map(|grant| of(&grant.actions, &[Expr::text("*")])).collect();
    if let Entity::Bucket(index) = store.bucket
        && let Some(bucket) = plan.buckets.get_mut(index)
    {
        bucket.shares.extend(of_bucket.into_iter().filter(|share| !bucket.shares.contains(share)).collect::<Vec<_>>());
    }
    if let Some(Entity::Key(index)) = store.key
        && let Some(key) = plan.keys.get_mut(index)
    {
        key.shares.extend(of_key.into_iter().filter(|share| !key.shares.contains(share)).collect::<Vec<_>>());
    }
}

/// Lets the roles that are created in other accounts use the buckets of this file that they need: those with the code of templates, and
/// what the file allows.
pub fn share_buckets(plan: &mut Plan) {
    let mut shares: Vec<(BucketId, Share)> = Vec::new();
    for (index, role) in plan.roles.entries() {
        let Site::Environment(environment) = role.identity.site else { continue };
        let account = plan.environments.get(environment).and_then(|it| it.account.clone());
        let Some(account) = account else { continue };
        for grant in role.grants.iter().filter(|grant| grant.effect == Effect::Allow) {
            for bucket in plan
                .buckets
                .ids()
                .filter(|bucket| grant.resources.iter().any(|resource| mentions(resource, Entity::Bucket(*bucket))))
            {
                shares.push((
                    bucket,
                    Share {
                        account: account.clone(),
                        role: Piece::Arn(Entity::Role(index)).into(),
                        actions: grant.actions.clone(),
                        resources: grant.resources.clone(),
                    },
                ));
            }
        }
    }
    for (index, share) in shares {
        if let Some(bucket) = plan.buckets.get_mut(index).filter(|bucket| !bucket.shares.contains(&share)) {
            bucket.shares.push(share);
        }
    }
}

fn mentions(resource: &Expr, node: Entity) -> bool {
    resource.pieces().iter().any(|piece| matches!(piece, Piece::Arn(other) | Piece::Name(other) if *other == node))
}
