//! Resources for access and identity: roles, topics, connections, action types.

use crate::catalog::Count;
use crate::catalog::decisions::DecisionId;

use super::super::{
    ConnectionPlan, CustomTypePlan, Data, Entity, Expr, Piece, Plan, PolicyPlan, Property, RolePlan, TopicPlan,
};
use super::existence::PolicyHost;
use super::{ResourcePlan, cut, map, policy};

/// `AWS::IAM::Role`, preceded by managed policies for the statements that do not fit in it.
pub fn role(plan: &Plan, role: &RolePlan) -> Vec<ResourcePlan> {
    let parts = plan.policies(role);
    let id = &role.identity.logical_id;
    let host = PolicyHost::of(plan, role);
    let mut resource = ResourcePlan::of(&role.identity, "AWS::IAM::Role", "RoleName");
    resource.describe(role.identity.doc.as_deref(), "role-description");
    resource.set("AssumeRolePolicyDocument", policy::trust(role));
    let made: Vec<ResourcePlan> = parts
        .managed
        .iter()
        .enumerate()
        .map(|(index, grants)| {
            let policy_id = format!("{id}Policy{}", index + 1);
            let mut policy = ResourcePlan::new(policy_id, "AWS::IAM::ManagedPolicy").with(&role.identity);
            let description =
                format!("Permissions of {} that exceed the size limit of its inline policies", role.display);
            policy.set("Description", description);
            policy.set("PolicyDocument", policy::of_grants(&host, grants));
            policy.allows(grants);
            policy
        })
        .collect();
    let own = made.iter().map(|policy| Expr::from(Piece::Ref(policy.logical_id.clone())));
    let managed: Vec<Data> = role.managed.iter().cloned().chain(own).map(Data::Text).collect();
    if !managed.is_empty() {
        resource.set("ManagedPolicyArns", managed);
    }
    let inline = |name: &Expr, document| map([("PolicyName", name.clone().into()), ("PolicyDocument", document)]);
    let mut policies: Vec<Data> = Vec::new();
    if !parts.inline.is_empty() {
        policies.push(host.policy(&parts.inline, &|host| {
            let written = || policy::as_written(host, &parts.inline, &[]);
            let document = if role.generate { policy::of_grants(host, &parts.inline) } else { written() };
            inline(&Expr::text("Grants"), document)
        }));
    }
    let (apart, own): (Vec<&PolicyPlan>, Vec<&PolicyPlan>) =
        role.policies.iter().partition(|policy| policy.resource.is_some());
    policies.extend(own.iter().map(|it| {
        let write = |host: &PolicyHost<'_>| inline(&it.name, policy::as_written(host, &it.grants, &it.further));
        if it.further.is_empty() { host.policy(&it.grants, &write) } else { write(&host) }
    }));
    if !policies.is_empty() {
        resource.set("Policies", policies);
    }
    resource.set_all(&role.properties);
    let grants = parts.inline.iter().chain(own.iter().flat_map(|policy| &policy.grants));
    resource.allows(grants);
    resource.raw.clone_from(&role.raw);
    let apart = apart.into_iter().filter_map(|policy| role_policy(&host, role, policy));
    made.into_iter().chain(Some(resource)).chain(apart).collect()
}

/// `AWS::IAM::Policy`, of one role.
fn role_policy(host: &PolicyHost<'_>, role: &RolePlan, policy: &PolicyPlan) -> Option<ResourcePlan> {
    let own = policy.resource.as_ref()?;
    let mut resource = ResourcePlan::new(own.logical_id.as_str(), "AWS::IAM::Policy").with(&role.identity);
    resource.attributes.clone_from(&own.attributes);
    resource.set("PolicyName", policy.name.clone());
    resource.set("PolicyDocument", policy::as_written(host, &policy.grants, &policy.further));
    resource.set("Roles", vec![Data::Text(Piece::Ref(role.identity.logical_id.clone()).into())]);
    resource.allows(&policy.grants);
    Some(resource)
}

/// `AWS::SNS::Topic`
pub fn topic(topic: &TopicPlan) -> ResourcePlan {
    let mut resource = ResourcePlan::of(&topic.identity, "AWS::SNS::Topic", "TopicName");
    let subscription = |email: &Expr| map([("Protocol", "email".into()), ("Endpoint", email.clone().into())]);
    if !topic.email.is_empty() {
        resource.set("Subscription", topic.email.iter().map(subscription).collect::<Vec<_>>());
    }
    resource.set_all(&topic.properties);
    resource.raw.clone_from(&topic.raw);
    resource
}

/// `AWS::SNS::TopicPolicy`, which allows notifications of this account to be published.
pub fn topic_policy(node: Entity, topic: &TopicPlan) -> ResourcePlan {
    let id = format!("{}Policy", topic.identity.logical_id);
    let mut resource = ResourcePlan::new(id, "AWS::SNS::TopicPolicy").with(&topic.identity);
    let arn = Expr::from(Piece::Arn(node));
    resource.set("Topics", vec![Data::Text(arn.clone())]);
    let ids = [DecisionId::TopicNotifications, DecisionId::TopicAccount];
    let statements = ids.into_iter().filter_map(|id| resource.decided(id, &|_| Some(arn.clone()))).collect();
    resource.set("PolicyDocument", policy::document(statements));
    resource
}

/// `AWS::CodeConnections::Connection`
pub fn connection(connection: &ConnectionPlan) -> ResourcePlan {
    let mut resource = ResourcePlan::given(&connection.identity, "AWS::CodeConnections::Connection");
    resource.set_all(&connection.properties);
    resource.raw.clone_from(&connection.raw);
    resource
}

/// `AWS::CodePipeline::CustomActionType`
pub fn action_type(made: &CustomTypePlan) -> ResourcePlan {
    let mut resource = ResourcePlan::given(&made.identity, "AWS::CodePipeline::CustomActionType");
    resource.doc.clone_from(&made.identity.doc);
    let count = |count: Count| map([("MinimumCount", count.min.into()), ("MaximumCount", count.max.into())]);
    resource.set("Category", made.id.category.aws());
    resource.set("Provider", made.id.provider.as_str());
    resource.set("Version", made.id.version.as_str());
    resource.set("InputArtifactDetails", count(made.inputs));
    resource.set("OutputArtifactDetails", count(made.outputs));
    if !made.configuration.is_empty() {
        resource.set("ConfigurationProperties", made.configuration.iter().map(property).collect::<Vec<_>>());
    }
    resource.set_all(&made.properties);
    resource.raw.clone_from(&made.raw);
    resource
}

/// Returns a key of the configuration of an action type.
fn property(property: &Property) -> Data {
    let Data::Map(mut entry) = map([
        ("Name", property.name.node.as_str().into()),
        ("Type", property.ty.into()),
        ("Key", property.key.into()),
        ("Required", property.required.into()),
        ("Secret", property.secret.into()),
        ("Queryable", property.queryable.is_some().into()),
    ]) else {
        return Data::Map(Vec::new());
    };
    if let Some(doc) = &property.doc {
        entry.push(("Description".to_owned(), cut(doc, "property-description").into()));
    }
    Data::Map(entry)
}
