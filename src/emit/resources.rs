//! The resources of a template, one function a type.

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::catalog::{Count, permissions};
use crate::plan::{
    BucketPlan, CachePlan, ConnectionPlan, CustomTypePlan, DashboardPlan, Data, Entity, Expr, Grant, Identity, KeyPlan,
    LogsPlan, NotificationPlan, PUBLISHER, Piece, PipelinePlan, Plan, ProjectPlan, Properties, Property,
    RepositoryPlan, RolePlan, RulePlan, TopicPlan, WaitsFor, WebhookPlan,
};

use super::intrinsic::{data, value};
use super::policy;

/// A resource as the template holds it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Resource {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletion_policy: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update_replace_policy: Option<&'static str>,
    properties: Json,
}

impl Resource {
    /// Tells cfn-lint to let pass what AWS asks for and the reference it goes by does not list.
    fn linted(mut self, grants: &[Grant]) -> Self {
        if grants.iter().flat_map(|grant| &grant.actions).any(|action| permissions::is_unlisted(action)) {
            let metadata = self.metadata.get_or_insert_with(|| json!({}));
            if let Json::Object(entries) = metadata {
                entries.insert("cfn-lint".to_owned(), json!({ "config": { "ignore_checks": ["W3037"] } }));
            }
        }
        self
    }

    fn new(r#type: &'static str, properties: Json) -> Self {
        Self {
            r#type,
            metadata: None,
            condition: None,
            depends_on: Vec::new(),
            deletion_policy: None,
            update_replace_policy: None,
            properties,
        }
    }

    /// What is retained is deleted all the same where its creation is rolled back: it would keep its name from the next try.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>; a replaced
    /// resource has no such value:
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html> (2026-11-28)
    fn retained(mut self, retain: bool) -> Self {
        (self.deletion_policy, self.update_replace_policy) =
            if retain { (Some("RetainExceptOnCreate"), Some("Retain")) } else { (Some("Delete"), Some("Delete")) };
        self
    }

    /// Made only when another resource is there that it names without referring to it.
    pub fn after(mut self, logical_id: &str) -> Self {
        self.depends_on.push(logical_id.to_owned());
        self
    }

    /// Made only where a condition of the template holds.
    pub fn on_condition(mut self, condition: &'static str) -> Self {
        self.condition = Some(condition);
        self
    }

    fn documented(mut self, identity: &Identity) -> Self {
        self.metadata = identity.doc.as_ref().map(|doc| json!({ "Description": doc }));
        self
    }

    /// Merges what the user gives as `raw` over the properties.
    fn with_raw(mut self, plan: &Plan, raw: Option<&Data>) -> Self {
        if let Some(raw) = raw {
            merge(&mut self.properties, data(plan, raw));
        }
        self
    }
}

/// Puts one value over another; maps are merged key by key, but for an intrinsic function, which is a value as a whole.
pub fn merge(under: &mut Json, over: Json) {
    let whole = is_intrinsic(under) || is_intrinsic(&over);
    match (under, over) {
        (Json::Object(under), Json::Object(over)) if !whole => {
            for (key, value) in over {
                merge(under.entry(key).or_insert(Json::Null), value);
            }
        }
        (under, over) => *under = over,
    }
}

/// `{ "Ref": "Name" }`, `{ "Fn::ImportValue": "name" }`
fn is_intrinsic(value: &Json) -> bool {
    let keys: Vec<&String> = value.as_object().map(|map| map.keys().collect()).unwrap_or_default();
    matches!(keys.as_slice(), [only] if *only == "Ref" || only.starts_with("Fn::"))
}

/// Properties as JSON, `first` in front.
fn properties(plan: &Plan, first: Vec<(&str, Json)>, attributes: &Properties) -> Json {
    let mut map: Map<String, Json> = first.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    for (key, property) in attributes {
        map.insert(key.clone(), data(plan, property));
    }
    Json::Object(map)
}

fn name(plan: &Plan, key: &'static str, identity: &Identity) -> Vec<(&'static str, Json)> {
    identity.name.iter().map(|name| (key, value(plan, name))).collect()
}

/// `AWS::S3::Bucket`
pub fn bucket(plan: &Plan, bucket: &BucketPlan) -> Resource {
    let encryption = match &bucket.key {
        Some(key) => json!({
            "ServerSideEncryptionByDefault": { "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": value(plan, key) },
            "BucketKeyEnabled": true,
        }),
        None => json!({ "ServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" } }),
    };
    let mut first = name(plan, "BucketName", &bucket.identity);
    first.push(("BucketEncryption", json!({ "ServerSideEncryptionConfiguration": [encryption] })));
    first.push(("OwnershipControls", json!({ "Rules": [{ "ObjectOwnership": "BucketOwnerEnforced" }] })));
    first.push((
        "PublicAccessBlockConfiguration",
        json!({
            "BlockPublicAcls": true,
            "BlockPublicPolicy": true,
            "IgnorePublicAcls": true,
            "RestrictPublicBuckets": true,
        }),
    ));
    if bucket.versioned {
        first.push(("VersioningConfiguration", json!({ "Status": "Enabled" })));
    }
    if bucket.events {
        first
            .push(("NotificationConfiguration", json!({ "EventBridgeConfiguration": { "EventBridgeEnabled": true } })));
    }
    first.push(("LifecycleConfiguration", lifecycle(bucket)));
    if !bucket.tags.is_empty() {
        first.push(("Tags", data(plan, &crate::plan::tags(&bucket.tags))));
    }
    Resource::new("AWS::S3::Bucket", properties(plan, first, &Vec::new()))
        .retained(bucket.retain)
        .documented(&bucket.identity)
        .with_raw(plan, bucket.raw.as_ref())
}

/// Days until old versions and what is left of broken uploads are deleted.
const LEFTOVERS: u64 = 30;

fn lifecycle(bucket: &BucketPlan) -> Json {
    let mut rule = json!({ "Id": "Expire", "Status": "Enabled" });
    if let (Json::Object(rule), Some(days)) = (&mut rule, bucket.expire) {
        rule.insert("ExpirationInDays".to_owned(), days.into());
    }
    if bucket.versioned {
        merge(&mut rule, json!({ "NoncurrentVersionExpiration": { "NoncurrentDays": LEFTOVERS } }));
    }
    merge(&mut rule, json!({ "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 7 } }));
    json!({ "Rules": [rule] })
}

/// `AWS::S3::BucketPolicy`: TLS only, and what other accounts may do. Its principals are no roles, so nothing waits for it
/// and it waits for none.
pub fn bucket_policy(plan: &Plan, node: Entity, bucket: &BucketPlan) -> Resource {
    let arn = Expr::from(Piece::Arn(node));
    let statement = json!({
        "Sid": "DenyInsecureTransport",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [value(plan, &arn), value(plan, &arn.clone().then("/*"))],
        "Condition": { "Bool": { "aws:SecureTransport": "false" } },
    });
    let mut statements = vec![statement];
    statements.extend(policy::shares(plan, &bucket.shares));
    Resource::new(
        "AWS::S3::BucketPolicy",
        json!({
            "Bucket": value(plan, &Piece::Name(node).into()),
            "PolicyDocument": { "Version": "2012-10-17", "Statement": statements },
        }),
    )
}

/// `AWS::KMS::Key`: the account that has it decides by IAM policies, and says which roles of other accounts may use it.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html> (2026-11-23)
pub fn key(plan: &Plan, node: Entity, key: &KeyPlan) -> Resource {
    let own = json!({
        "Sid": "EnableIamPolicies",
        "Effect": "Allow",
        "Principal": { "AWS": value(plan, &policy::root_of(Expr::pseudo("AccountId"))) },
        "Action": "kms:*",
        "Resource": "*",
    });
    let mut statements = vec![own];
    statements.extend(tells(plan, node).then(|| notifier(plan)));
    statements.extend(policy::shares(plan, &key.shares));
    let first = vec![("KeyPolicy", json!({ "Version": "2012-10-17", "Statement": statements }))];
    let mut all = properties(plan, first, &key.properties);
    if let (Json::Object(all), Some(doc)) = (&mut all, &key.identity.doc) {
        all.entry("Description").or_insert_with(|| doc.as_str().into());
    }
    Resource::new("AWS::KMS::Key", all).retained(key.retain).documented(&key.identity).with_raw(plan, key.raw.as_ref())
}

/// Whether a key encrypts a topic that notifications are published on.
fn tells(plan: &Plan, key: Entity) -> bool {
    let encrypted = Data::Text(Piece::Arn(key).into());
    plan.notifications.iter().any(|notification| match notification.topic {
        Entity::Topic(index) => plan.topics.get(index).is_some_and(|topic| {
            topic.properties.iter().any(|(name, value)| name == "KmsMasterKeyId" && *value == encrypted)
        }),
        _ => false,
    })
}

/// Lets notifications be encrypted on their way to a topic.
/// <https://docs.aws.amazon.com/dtconsole/latest/userguide/troubleshooting.html> (2026-11-23)
fn notifier(plan: &Plan) -> Json {
    let service = Expr::text("sns.").then(Expr::pseudo("Region")).then(".").then(Expr::pseudo("URLSuffix"));
    json!({
        "Effect": "Allow",
        "Principal": { "Service": PUBLISHER },
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": "*",
        "Condition": { "StringEquals": { "kms:ViaService": value(plan, &service) } },
    })
}

/// `AWS::KMS::Alias`: what the key is known by where its id is not.
pub fn key_alias(plan: &Plan, key: &KeyPlan) -> Resource {
    let name = Expr::text("alias/").then(key.identity.name.clone().unwrap_or_default());
    let id = &key.identity.logical_id;
    Resource::new("AWS::KMS::Alias", json!({ "AliasName": value(plan, &name), "TargetKeyId": { "Ref": id } }))
}

/// Greatest length of a role's description.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html> (2026-11-28)
const ROLE_DESCRIPTION: usize = 1000;

/// `AWS::IAM::Role`, and the managed policies that hold what does not fit in it, each with its logical id.
pub fn role(plan: &Plan, role: &RolePlan) -> (Resource, Vec<(String, Resource)>) {
    let parts = plan.policies(role);
    let mut first = name(plan, "RoleName", &role.identity);
    if let Some(doc) = &role.identity.doc {
        first.push(("Description", doc.chars().take(ROLE_DESCRIPTION).collect::<String>().into()));
    }
    first.push(("AssumeRolePolicyDocument", policy::trust(plan, role)));
    let ids: Vec<String> =
        (1..=parts.managed.len()).map(|n| format!("{}Policy{n}", role.identity.logical_id)).collect();
    let managed = role.managed.iter().map(|arn| value(plan, arn)).chain(ids.iter().map(|id| json!({ "Ref": id })));
    let managed: Vec<Json> = managed.collect();
    if !managed.is_empty() {
        first.push(("ManagedPolicyArns", managed.into()));
    }
    if !parts.inline.is_empty() {
        let document = policy::document(plan, &parts.inline);
        first.push(("Policies", json!([{ "PolicyName": "Grants", "PolicyDocument": document }])));
    }
    let resource = Resource::new("AWS::IAM::Role", properties(plan, first, &role.properties))
        .documented(&role.identity)
        .linted(&parts.inline)
        .with_raw(plan, role.raw.as_ref());
    let policies = parts.managed.iter().map(|grants| {
        let properties = json!({
            "Description": format!("Permissions of {} that exceed the size limit of its inline policies", role.display),
            "PolicyDocument": policy::document(plan, grants),
        });
        Resource::new("AWS::IAM::ManagedPolicy", properties).linted(grants)
    });
    (resource, ids.into_iter().zip(policies).collect())
}

/// `AWS::CodeBuild::Project`
pub fn project(plan: &Plan, project: &ProjectPlan) -> Resource {
    let mut first = name(plan, "Name", &project.identity);
    if let Some(doc) = &project.identity.doc {
        first.push(("Description", doc.chars().take(255).collect::<String>().into()));
    }
    if let Some(role) = project.role {
        first.push(("ServiceRole", value(plan, &Piece::Arn(role).into())));
    }
    first.push(("Artifacts", json!({ "Type": "CODEPIPELINE" })));
    let mut source = json!({ "Type": "CODEPIPELINE" });
    if let (Json::Object(source), Some(buildspec)) = (&mut source, &project.buildspec) {
        source.insert("BuildSpec".to_owned(), value(plan, buildspec));
    }
    first.push(("Source", source));
    let mut all = properties(plan, first, &project.properties);
    if !project.variables.is_empty() {
        let variables: Vec<Json> = project
            .variables
            .iter()
            .map(|variable| {
                json!({
                    "Name": variable.name,
                    "Type": variable.kind.aws(),
                    "Value": value(plan, &variable.value),
                })
            })
            .collect();
        merge(&mut all, json!({ "Environment": { "EnvironmentVariables": variables } }));
    }
    if let Some(logs) = &project.logs {
        merge(&mut all, json!({ "LogsConfig": { "CloudWatchLogs": { "GroupName": log_group_name(plan, logs) } } }));
    }
    if let Some(cache) = &project.cache {
        merge(
            &mut all,
            json!({ "Cache": match cache {
            CachePlan::Local(modes) => json!({ "Type": "LOCAL", "Modes": modes }),
            CachePlan::S3(location) => json!({ "Type": "S3", "Location": value(plan, location) }),
        } }),
        );
    }
    Resource::new("AWS::CodeBuild::Project", all).with_raw(plan, project.raw.as_ref())
}

/// A group the template makes is referred to, so that it is there before the project.
fn log_group_name(plan: &Plan, logs: &LogsPlan) -> Json {
    match &logs.logical_id {
        Some(id) => json!({ "Ref": id }),
        None => value(plan, &logs.group),
    }
}

/// Days the log of a build or of commands is kept.
const LOG_RETENTION: u64 = 90;

/// `AWS::Logs::LogGroup`
pub fn log_group(plan: &Plan, logs: &LogsPlan) -> Resource {
    let properties = json!({ "LogGroupName": value(plan, &logs.group), "RetentionInDays": LOG_RETENTION });
    Resource::new("AWS::Logs::LogGroup", properties).retained(false)
}

/// `AWS::SNS::Topic`
pub fn topic(plan: &Plan, topic: &TopicPlan) -> Resource {
    let mut first = name(plan, "TopicName", &topic.identity);
    let subscriptions: Vec<Json> =
        topic.email.iter().map(|email| json!({ "Protocol": "email", "Endpoint": value(plan, email) })).collect();
    if !subscriptions.is_empty() {
        first.push(("Subscription", subscriptions.into()));
    }
    Resource::new("AWS::SNS::Topic", properties(plan, first, &topic.properties))
        .documented(&topic.identity)
        .with_raw(plan, topic.raw.as_ref())
}

/// `AWS::CodeConnections::Connection`
pub fn connection(plan: &Plan, connection: &ConnectionPlan) -> Resource {
    Resource::new("AWS::CodeConnections::Connection", properties(plan, Vec::new(), &connection.properties))
        .with_raw(plan, connection.raw.as_ref())
}

/// `AWS::ECR::Repository`
pub fn repository(plan: &Plan, repository: &RepositoryPlan) -> Resource {
    let mut first = name(plan, "RepositoryName", &repository.identity);
    if repository.immutable {
        first.push(("ImageTagMutability", "IMMUTABLE".into()));
    }
    if let Some(key) = &repository.key {
        first.push(("EncryptionConfiguration", json!({ "EncryptionType": "KMS", "KmsKey": value(plan, key) })));
    }
    if let Some(days) = repository.expire_untagged {
        let rule = json!({ "rules": [{
            "rulePriority": 1,
            "selection": { "tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": days },
            "action": { "type": "expire" },
        }] });
        first.push(("LifecyclePolicy", json!({ "LifecyclePolicyText": rule.to_string() })));
    }
    Resource::new("AWS::ECR::Repository", properties(plan, first, &repository.properties))
        .retained(repository.retain)
        .documented(&repository.identity)
        .with_raw(plan, repository.raw.as_ref())
}

/// Greatest length of a property's description.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionConfigurationProperty.html> (2026-11-23)
const PROPERTY_DESCRIPTION: usize = 160;

/// `AWS::CodePipeline::CustomActionType`
pub fn action_type(plan: &Plan, made: &CustomTypePlan) -> Resource {
    let count = |count: Count| json!({ "MinimumCount": count.min, "MaximumCount": count.max });
    let property = |property: &Property| {
        let mut entry = json!({
            "Name": property.name.node,
            "Type": property.ty,
            "Key": property.key,
            "Required": property.required,
            "Secret": property.secret,
            "Queryable": property.queryable.is_some(),
        });
        if let (Json::Object(entry), Some(doc)) = (&mut entry, &property.doc) {
            let text: String = doc.chars().take(PROPERTY_DESCRIPTION).collect();
            entry.insert("Description".to_owned(), text.into());
        }
        entry
    };
    let mut first = vec![
        ("Category", made.id.category.aws().into()),
        ("Provider", made.id.provider.as_str().into()),
        ("Version", made.id.version.as_str().into()),
        ("InputArtifactDetails", count(made.inputs)),
        ("OutputArtifactDetails", count(made.outputs)),
    ];
    if !made.configuration.is_empty() {
        first.push(("ConfigurationProperties", made.configuration.iter().map(property).collect()));
    }
    Resource::new("AWS::CodePipeline::CustomActionType", properties(plan, first, &made.properties))
        .documented(&made.identity)
        .with_raw(plan, made.raw.as_ref())
}

/// `AWS::CodePipeline::Webhook`
pub fn webhook(plan: &Plan, webhook: &WebhookPlan) -> Resource {
    let filter = |(path, matches): &(String, String)| json!({ "JsonPath": path, "MatchEquals": matches });
    let mut first = name(plan, "Name", &webhook.identity);
    first.extend([
        ("Authentication", webhook.authentication.as_str().into()),
        ("AuthenticationConfiguration", json!({ "SecretToken": value(plan, &webhook.secret) })),
        ("Filters", webhook.filters.iter().map(filter).collect()),
        ("RegisterWithThirdParty", true.into()),
        ("TargetPipeline", value(plan, &Piece::Name(Entity::Pipeline(webhook.pipeline)).into())),
        ("TargetAction", webhook.action.as_str().into()),
    ]);
    Resource::new("AWS::CodePipeline::Webhook", properties(plan, first, &Vec::new()))
}

/// `AWS::Events::Rule`
pub fn rule(plan: &Plan, rule: &RulePlan) -> Resource {
    let mut first = name(plan, "Name", &rule.identity);
    first.push(("Description", rule.description.as_str().into()));
    match &rule.waits_for {
        WaitsFor::Pattern(pattern) => first.push(("EventPattern", data(plan, pattern))),
        WaitsFor::Schedule(schedule) => first.push(("ScheduleExpression", schedule.as_str().into())),
    }
    first.extend(rule.bus.iter().map(|bus| ("EventBusName", value(plan, bus))));
    first.push(("State", "ENABLED".into()));
    let target = json!({
        "Id": "Pipeline",
        "Arn": value(plan, &Piece::Arn(Entity::Pipeline(rule.pipeline)).into()),
        "RoleArn": rule.role.map(|role| value(plan, &Piece::Arn(role).into())),
    });
    first.push(("Targets", json!([target])));
    Resource::new("AWS::Events::Rule", properties(plan, first, &Vec::new()))
}

/// `AWS::CodeStarNotifications::NotificationRule`. Whether it reaches its topic is found out when it is made, so the topic's
/// policy stands before it.
pub fn notification(plan: &Plan, notification: &NotificationPlan) -> Resource {
    let mut first = name(plan, "Name", &notification.identity);
    first.push(("Resource", value(plan, &Piece::Arn(Entity::Pipeline(notification.pipeline)).into())));
    first.push(("EventTypeIds", notification.events.clone().into()));
    let address = value(plan, &Piece::Arn(notification.topic).into());
    first.push(("Targets", json!([{ "TargetType": "SNS", "TargetAddress": address }])));
    let properties = properties(plan, first, &notification.properties);
    let mut resource = Resource::new("AWS::CodeStarNotifications::NotificationRule", properties);
    let topic = plan.identity(notification.topic).filter(|identity| identity.is_owned());
    resource.depends_on.extend(topic.map(|topic| format!("{}Policy", topic.logical_id)));
    resource
}

/// `AWS::SNS::TopicPolicy`: notifications of this account may be published. A policy replaces the one that a topic has by itself,
/// by which other services, such as alarms, publish on behalf of the account: that stays allowed.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html> (2026-11-23)
pub fn topic_policy(plan: &Plan, node: Entity) -> Resource {
    let topic = value(plan, &Piece::Arn(node).into());
    let statement = json!({
        "Sid": "AllowNotifications",
        "Effect": "Allow",
        "Principal": { "Service": PUBLISHER },
        "Action": "sns:Publish",
        "Resource": topic,
        "Condition": { "StringEquals": { "aws:SourceAccount": { "Ref": "AWS::AccountId" } } },
    });
    let own = json!({
        "Sid": "AllowOwnAccount",
        "Effect": "Allow",
        "Principal": { "AWS": "*" },
        "Action": "sns:Publish",
        "Resource": topic,
        "Condition": { "StringEquals": { "aws:SourceAccount": { "Ref": "AWS::AccountId" } } },
    });
    let document = json!({ "Version": "2012-10-17", "Statement": [statement, own] });
    Resource::new("AWS::SNS::TopicPolicy", json!({ "Topics": [topic], "PolicyDocument": document }))
}

/// `AWS::CloudWatch::Dashboard`
pub fn dashboard(plan: &Plan, dashboard: &DashboardPlan) -> Resource {
    let mut first = name(plan, "DashboardName", &dashboard.identity);
    first.push(("DashboardBody", value(plan, &dashboard.body)));
    Resource::new("AWS::CloudWatch::Dashboard", properties(plan, first, &Vec::new()))
}

/// `AWS::CodePipeline::Pipeline`
pub fn pipeline(plan: &Plan, pipeline: &PipelinePlan) -> Resource {
    let mut resource = Resource::new("AWS::CodePipeline::Pipeline", super::pipeline::properties(plan, pipeline));
    let used = |made: &&CustomTypePlan| {
        pipeline.stages.iter().flat_map(|stage| &stage.actions).any(|action| action.action_type == made.id)
    };
    resource.depends_on = plan.action_types.iter().filter(used).map(|it| it.identity.logical_id.clone()).collect();
    resource.documented(&pipeline.identity).with_raw(plan, pipeline.raw.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intrinsic_replaces_what_was_there_and_is_replaced() {
        let mut under = json!({ "Role": { "Fn::GetAtt": ["Role", "Arn"] }, "Store": { "Type": "S3", "Name": { "Ref": "B" } }, "Kept": 1 });
        let over = json!({ "Role": { "Fn::ImportValue": "role" }, "Store": { "Name": { "Fn::ImportValue": "store" } }, "Kept": { "Ref": "AWS::NoValue" } });
        merge(&mut under, over);
        let wanted = json!({ "Role": { "Fn::ImportValue": "role" }, "Store": { "Type": "S3", "Name": { "Fn::ImportValue": "store" } }, "Kept": { "Ref": "AWS::NoValue" } });
        assert_eq!(under, wanted);
    }
}
