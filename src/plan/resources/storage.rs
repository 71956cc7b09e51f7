//! Storage: buckets, keys, images, logs.

use serde_json::{Value as Json, json};

use crate::catalog::decisions::DecisionId;

use super::super::{BucketPlan, Data, Entity, Expr, KeyPlan, LogsPlan, Piece, Plan, RepositoryPlan, tags};
use super::{Removal, ResourcePlan, map, nothing, policy};

/// `AWS::S3::Bucket`
pub fn bucket(bucket: &BucketPlan) -> ResourcePlan {
    let mut resource = ResourcePlan::of(&bucket.identity, "AWS::S3::Bucket", "BucketName");
    match &bucket.key {
        Some(key) => resource.decide(DecisionId::BucketEncryptionWithKey, &|_| Some(key.clone())),
        None if bucket.generate => resource.decide(DecisionId::BucketEncryption, &nothing),
        None => {}
    }
    if bucket.generate {
        resource.decide(DecisionId::BucketOwnership, &nothing);
        resource.decide(DecisionId::BucketPublicAccess, &nothing);
    }
    if bucket.versioned {
        resource.decide(DecisionId::BucketVersioning, &nothing);
    }
    if bucket.events {
        resource.decide(DecisionId::BucketEvents, &nothing);
    }
    if bucket.generate || bucket.expire.is_some() {
        lifecycle(&mut resource, bucket);
    }
    if !bucket.tags.is_empty() {
        resource.set("Tags", tags(&bucket.tags));
    }
    resource.removal = bucket.retain.map(Removal::retain);
    resource.raw.clone_from(&bucket.raw);
    resource
}

/// Adds one lifecycle rule for all objects.
fn lifecycle(resource: &mut ResourcePlan, bucket: &BucketPlan) {
    let mut rule = Vec::new();
    let parts = [
        Some(DecisionId::BucketLifecycle),
        bucket.versioned.then_some(DecisionId::BucketOldVersions),
        Some(DecisionId::BucketIncompleteUploads),
    ];
    for id in parts.into_iter().flatten() {
        if let Some(Data::Map(part)) = resource.decided(id, &nothing) {
            rule.extend(part);
        }
        if let (DecisionId::BucketLifecycle, Some(days)) = (id, bucket.expire) {
            rule.push(("ExpirationInDays".to_owned(), days.into()));
        }
    }
    resource.set("LifecycleConfiguration", map([("Rules", vec![Data::Map(rule)].into())]));
}

/// `AWS::S3::BucketPolicy`: requires TLS, and allows what other accounts do. Its principals are not roles, so that
/// neither has to be created before the other.
pub fn bucket_policy(node: Entity, bucket: &BucketPlan) -> ResourcePlan {
    let id = format!("{}Policy", bucket.identity.logical_id);
    let mut resource = ResourcePlan::new(id, "AWS::S3::BucketPolicy").with(&bucket.identity);
    let tls = resource.decided(DecisionId::BucketTls, &|_| Some(Piece::Arn(node).into()));
    let statements = tls.into_iter().chain(policy::shares(&bucket.shares)).collect();
    resource.set("Bucket", Expr::from(Piece::Name(node)));
    resource.set("PolicyDocument", policy::document(statements));
    resource
}

/// `AWS::KMS::Key`. The IAM policies of its account decide who can use it, and its own policy decides which roles of
/// other accounts can.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html> (2026-11-23)
pub fn key(plan: &Plan, node: Entity, key: &KeyPlan) -> ResourcePlan {
    let mut resource = ResourcePlan::given(&key.identity, "AWS::KMS::Key");
    resource.doc.clone_from(&key.identity.doc);
    let root = policy::root_of(Expr::pseudo("AccountId"));
    let mut statements: Vec<Data> =
        resource.decided(DecisionId::KeyAccount, &|_| Some(root.clone())).into_iter().collect();
    if encrypts_notifications(plan, node) {
        let service = Expr::text("sns.").then(Expr::pseudo("Region")).then(".").then(Expr::pseudo("URLSuffix"));
        statements.extend(resource.decided(DecisionId::KeyNotifications, &|_| Some(service.clone())));
    }
    statements.extend(policy::shares(&key.shares));
    resource.set("KeyPolicy", policy::document(statements));
    resource.set_all(&key.properties);
    if !resource.properties.iter().any(|(key, _)| key == "Description")
        && let Some(doc) = &key.identity.doc
    {
        resource.set("Description", doc.as_str());
    }
    resource.removal = key.retain.map(Removal::retain);
    resource.raw.clone_from(&key.raw);
    resource
}

/// Returns whether a key encrypts a topic to which notifications are published.
fn encrypts_notifications(plan: &Plan, key: Entity) -> bool {
    let encrypted = Data::Text(Piece::Arn(key).into());
    plan.notifications.iter().any(|notification| match notification.topic {
        Entity::Topic(index) => plan.topics.get(index).is_some_and(|topic| {
            topic.properties.iter().any(|(name, value)| name == "KmsMasterKeyId" && *value == encrypted)
        }),
        _ => false,
    })
}

/// `AWS::KMS::Alias`: identifies the key where its ID is not known.
pub fn key_alias(key: &KeyPlan) -> ResourcePlan {
    let id = &key.identity.logical_id;
    let mut resource = ResourcePlan::new(format!("{id}Alias"), "AWS::KMS::Alias").with(&key.identity);
    resource.set("AliasName", Expr::text("alias/").then(key.identity.name.clone().unwrap_or_default()));
    resource.set("TargetKeyId", Expr::from(Piece::Ref(id.clone())));
    resource
}

/// `AWS::ECR::Repository`
pub fn repository(repository: &RepositoryPlan) -> ResourcePlan {
    let mut resource = ResourcePlan::of(&repository.identity, "AWS::ECR::Repository", "RepositoryName");
    if repository.immutable {
        resource.set("ImageTagMutability", "IMMUTABLE");
    }
    if let Some(key) = &repository.key {
        let with_key = map([("EncryptionType", "KMS".into()), ("KmsKey", key.clone().into())]);
        resource.set("EncryptionConfiguration", with_key);
    }
    if let Some(days) = repository.expire_untagged {
        resource.set("LifecyclePolicy", map([("LifecyclePolicyText", expire_untagged(days).to_string().into())]));
    }
    resource.set_all(&repository.properties);
    resource.removal = repository.retain.map(Removal::retain);
    resource.raw.clone_from(&repository.raw);
    resource
}

/// Returns the lifecycle policy that deletes untagged images.
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html> (2026-11-28)
fn expire_untagged(days: u64) -> Json {
    json!({ "rules": [{
        "rulePriority": 1,
        "selection": { "tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": days },
        "action": { "type": "expire" },
    }] })
}

/// `AWS::Logs::LogGroup`, unless it is an existing group.
pub fn log_group(logs: &LogsPlan) -> Option<ResourcePlan> {
    let mut resource = ResourcePlan::new(logs.logical_id.as_deref()?, "AWS::Logs::LogGroup");
    resource.set("LogGroupName", logs.group.clone());
    resource.decide(DecisionId::LogRetention, &nothing);
    resource.removal = Some(Removal::Delete);
    Some(resource)
}
