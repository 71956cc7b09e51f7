//! The permissions of roles for the customer managed keys of the buckets and topics that they use.

use crate::catalog::PropertyPath;
use crate::hir::RoleId;

use super::super::changes::{Change, Changes};
use super::super::properties::text_at;
use super::super::{Condition, Effect, Entity, Expr, Grant, Piece, Plan, RolePlan, Share, Site};
use super::statement::BY_NAME;

/// A resource that a customer managed key encrypts.
struct Keyed {
    node: Entity,
    key: Expr,
    service: &'static str,
}

/// The requirements of using an encrypted resource: the action that uses it, the permissions for the key, and the
/// reason.
/// Buckets: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>, topics:
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html> (2026-11-23)
const USES: [(&str, &[&str], &str); 3] = [
    ("s3:GetObject", &["kms:Decrypt"], "decrypt objects in a bucket that has its own key"),
    ("s3:PutObject", &["kms:Decrypt", "kms:GenerateDataKey"], "encrypt objects in a bucket that has its own key"),
    ("sns:Publish", &["kms:Decrypt", "kms:GenerateDataKey"], "encrypt messages to a topic that has its own key"),
];

/// Adds the permissions that every role of the file needs for those keys.
pub fn permissions(plan: &Plan) -> Changes {
    let mut changes = Changes::of(plan);
    let keyed = keyed(plan);
    for (index, role) in plan.roles.entries().filter(|(_, role)| role.identity.is_owned()) {
        for encrypted in &keyed {
            let grants = of_role(plan, role, encrypted);
            changes.extend(shares(plan, (index, role), encrypted, &grants));
            changes.push(Change::Allowed(index, grants));
        }
    }
    changes
}

fn keyed(plan: &Plan) -> Vec<Keyed> {
    let mut keyed = Vec::new();
    for (index, bucket) in plan.buckets.entries() {
        if let Some(key) = &bucket.key {
            keyed.push(Keyed { node: Entity::Bucket(index), key: key.clone(), service: "s3" });
        }
    }
    for (index, topic) in plan.topics.entries() {
        if let Some(key) = text_at(&topic.properties, PropertyPath::new("KmsMasterKeyId")) {
            keyed.push(Keyed { node: Entity::Topic(index), key: key.clone(), service: "sns" });
        }
    }
    keyed
}

/// Returns the changes for a role of another account that uses a key of the plan.
fn shares(plan: &Plan, (id, role): (RoleId, &RolePlan), encrypted: &Keyed, grants: &[Grant]) -> Vec<Change> {
    let ([Piece::Arn(Entity::Key(key))], Site::Environment(environment)) =
        (encrypted.key.pieces(), &role.identity.site)
    else {
        return Vec::new();
    };
    let Some(account) = &plan.environments[*environment].account else { return Vec::new() };
    let share = |grant: &Grant| Share {
        account: account.clone(),
        role: Piece::Arn(Entity::Role(id)).into(),
        actions: grant.actions.clone(),
        resources: vec![Expr::text("*")],
    };
    grants.iter().map(|grant| Change::KeyShare(*key, share(grant))).collect()
}

/// Returns how a policy of a role of a site refers to a key: the resource, and further conditions. A key of another
/// stack is identified by its alias, because its ID is not known before it is created.
pub fn key_in_policy(plan: &Plan, key: &Expr, site: &Site) -> (Expr, Vec<Condition>) {
    let [Piece::Arn(node @ Entity::Key(_))] = key.pieces() else { return key_arn(key) };
    let Some(identity) = plan.identity(*node) else { return key_arn(key) };
    if let Some(imported) = &identity.imported {
        let (resource, conditions) = key_arn(&imported.arn);
        return (plan.translated(&resource, &Site::Home, site), conditions);
    }
    if identity.site == *site {
        return (key.clone(), Vec::new());
    }
    let alias = Expr::text("alias/").then(identity.name.clone().unwrap_or_default());
    let mut condition = Condition::equals("kms:ResourceAliases", alias);
    "ForAnyValue:StringEquals".clone_into(&mut condition.operator);
    (plan.translated(&Expr::arn("kms", "key/*"), &identity.site, site), vec![condition])
}

/// Returns the permissions that a role needs for one key, once for each use, except those that it already has
/// unconditionally.
fn of_role(plan: &Plan, role: &RolePlan, encrypted: &Keyed) -> Vec<Grant> {
    let (resource, by_alias) = key_in_policy(plan, &encrypted.key, &role.identity.site);
    let has = |action: &str| {
        let on_key = |grant: &&Grant| grant.conditions == by_alias && grant.resources.contains(&resource);
        role.all_grants().filter(on_key).any(|grant| grant.actions.iter().any(|it| it == action))
    };
    let mut conditions = by_alias.clone();
    conditions.push(via(plan, encrypted, &role.identity.site));
    let mut grants: Vec<Grant> = Vec::new();
    for (used, actions, reason) in USES {
        let Some(cause) = role.grants.iter().find(|grant| uses(grant, used, encrypted.node)) else { continue };
        let lacking: Vec<&'static str> = actions.iter().copied().filter(|action| !has(action)).collect();
        if !lacking.is_empty() {
            let mut grant = Grant::allow(&lacking, vec![resource.clone()], reason, cause.cause);
            grant.conditions.clone_from(&conditions);
            grants.push(grant);
        }
    }
    grants
}

/// Returns whether a permission is for this use of a resource. Statements in the file that list IAM actions are not
/// changed.
fn uses(grant: &Grant, action: &str, encrypted: Entity) -> bool {
    let about = |piece: &Piece| matches!(piece, Piece::Arn(node) | Piece::Name(node) if *node == encrypted);
    grant.effect == Effect::Allow
        && grant.reason != BY_NAME
        && grant.actions.iter().any(|it| it == action)
        && grant.resources.iter().any(|resource| resource.pieces().iter().any(about))
}

/// Returns how a policy refers to a key: by its ARN, even if the file has its ID. Policies cannot name an alias, so a
/// condition does. <https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html> (2026-11-23)
fn key_arn(key: &Expr) -> (Expr, Vec<Condition>) {
    let Some(text) = key.as_text() else { return (key.clone(), Vec::new()) };
    let resource = text.splitn(6, ':').nth(5).unwrap_or(text);
    if resource.starts_with("alias/") {
        let mut condition = Condition::equals("kms:ResourceAliases", resource);
        "ForAnyValue:StringEquals".clone_into(&mut condition.operator);
        let all = match text.strip_suffix(resource).filter(|head| head.starts_with("arn:")) {
            Some(head) => Expr::text(head).then("key/*"),
            None => Expr::arn("kms", "key/*"),
        };
        return (all, vec![condition]);
    }
    if text.starts_with("arn:") {
        return (key.clone(), Vec::new());
    }
    (Expr::arn("kms", Expr::text("key/").then(text)), Vec::new())
}

/// Limits the use of a key to the service of the resource, in the Region of the key.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service> (2026-11-23)
fn via(plan: &Plan, encrypted: &Keyed, site: &Site) -> Condition {
    let own = encrypted.key.as_text().filter(|text| text.starts_with("arn:")).and_then(|text| text.split(':').nth(3));
    let home = plan.identity(encrypted.node).map(|identity| identity.site.clone()).unwrap_or_default();
    let region = plan.translated(&own.map_or_else(|| Expr::pseudo("Region"), Expr::text), &home, site);
    let service = Expr::text(encrypted.service).then(".").then(region).then(".").then(Expr::pseudo("URLSuffix"));
    Condition::equals("kms:ViaService", service)
}
