//! The roles a template makes and the managed policies it attaches: what the deploying role must be allowed to do with IAM.
//!
//! Policies that SAM attaches: `aws-sam-translator` 1.115.0, run (2026-11-23).

use crate::source::Span;
use crate::workspace::document::Node;

use super::{Resource, Template, is_no_value, sam};

/// A role that the template makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its logical id: for a role of SAM, the one SAM gives it.
    pub id: String,
    /// What causes it.
    pub span: Span,
    /// `RoleName`, where it is written out.
    pub name: Option<String>,
    /// Whether the template names it at all, be it by a function.
    pub named: bool,
    /// The services that may assume it; empty when the policy is computed.
    pub services: Vec<String>,
}

/// A managed policy that the template attaches to a role, user or group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// The policy.
    pub policy: PolicyReference,
    /// The logical id of the resource that gets it, as written.
    pub id: String,
    /// What causes it.
    pub span: Span,
}

/// How a managed policy is referred to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyReference {
    /// An ARN; may hold `${AWS::Partition}` and its like.
    Arn(String),
    /// The bare name of an AWS managed policy, which SAM looks up.
    Name(String),
    /// A parameter or a resource of the template, by its logical id.
    Local(String),
    /// Computed some other way.
    Unknown,
}

/// Policies that SAM attaches to a function's own role: property present, policy.
const BY_PROPERTY: &[(&str, &str)] =
    &[("Tracing", "AWSXrayWriteOnlyAccess"), ("VpcConfig", "service-role/AWSLambdaVPCAccessExecutionRole")];
/// The same by the type of an event.
const BY_EVENT: &[(&str, &str)] = &[
    ("DynamoDB", "service-role/AWSLambdaDynamoDBExecutionRole"),
    ("Kinesis", "service-role/AWSLambdaKinesisExecutionRole"),
    ("MSK", "service-role/AWSLambdaMSKExecutionRole"),
    ("SQS", "service-role/AWSLambdaSQSQueueExecutionRole"),
];
const BASIC: &str = "service-role/AWSLambdaBasicExecutionRole";
const DURABLE: &str = "service-role/AWSLambdaBasicDurableExecutionRolePolicy";
const CODEDEPLOY: &str = "service-role/AWSCodeDeployRoleForLambda";

impl Template {
    /// The roles the template makes, those of SAM's functions and state machines included; not those of events.
    pub fn roles(&self) -> Vec<Role> {
        self.resources.iter().filter_map(|resource| self.role(resource)).collect()
    }

    /// The managed policies that the template attaches.
    pub fn managed_policies(&self) -> Vec<ManagedPolicy> {
        let mut found = Vec::new();
        for resource in &self.resources {
            match resource.kind.node.as_str() {
                "AWS::IAM::Role" | "AWS::IAM::User" | "AWS::IAM::Group" => {
                    let arns = resource.property("ManagedPolicyArns").map(Node::items).unwrap_or_default();
                    found.extend(arns.iter().filter(|arn| !is_no_value(arn)).map(|arn| attached(resource, arn)));
                }
                "AWS::Serverless::Function" => self.function_policies(resource, &mut found),
                "AWS::Serverless::StateMachine" if self.inherited(resource, &["Role"]).is_none() => {
                    found.extend(self.policies(resource));
                    if let Some(tracing) = self.inherited(resource, &["Tracing"]) {
                        found.push(aws_managed(resource, "AWSXrayWriteOnlyAccess", tracing.span));
                    }
                }
                "AWS::Serverless::GraphQLApi" => {
                    let span = resource.kind.span;
                    found.push(aws_managed(resource, "service-role/AWSAppSyncPushToCloudWatchLogs", span));
                }
                _ => {}
            }
        }
        found
    }

    fn role(&self, resource: &Resource) -> Option<Role> {
        let service = match resource.kind.node.as_str() {
            "AWS::IAM::Role" => return Some(declared(resource)),
            "AWS::Serverless::Function" => "lambda.amazonaws.com",
            "AWS::Serverless::StateMachine" => "states.amazonaws.com",
            _ => return None,
        };
        self.inherited(resource, &["Role"]).is_none().then(|| Role {
            id: format!("{}Role", resource.id.node),
            span: resource.kind.span,
            name: None,
            named: false,
            services: vec![service.to_owned()],
        })
    }

    fn function_policies(&self, resource: &Resource, found: &mut Vec<ManagedPolicy>) {
        let preference = self.inherited(resource, &["DeploymentPreference"]);
        let disabled = |node: &Node| node.get("Enabled").and_then(Node::as_bool) == Some(false);
        if let Some(preference) = preference.filter(|node| node.get("Role").is_none() && !disabled(node)) {
            found.push(aws_managed(resource, CODEDEPLOY, preference.span));
        }
        if self.inherited(resource, &["Role"]).is_some() {
            return;
        }
        let basic = if self.inherited(resource, &["DurableConfig"]).is_some() { DURABLE } else { BASIC };
        found.push(aws_managed(resource, basic, resource.kind.span));
        for (property, policy) in BY_PROPERTY {
            let value = self.inherited(resource, &[property]).filter(|value| value.literal() != Some("Disabled"));
            found.extend(value.map(|value| aws_managed(resource, policy, value.span)));
        }
        for (kind, properties) in sam::events(resource) {
            let queued = properties.and_then(|properties| properties.get("SqsSubscription"));
            let name = match kind.literal() {
                Some("SNS") if queued.is_some_and(|queued| queued.as_bool() != Some(false)) => Some("SQS"),
                name => name,
            };
            let policy = BY_EVENT.iter().find(|(event, _)| Some(*event) == name);
            found.extend(policy.map(|(_, policy)| aws_managed(resource, policy, kind.span)));
        }
        found.extend(self.policies(resource));
    }

    /// `Policies` of a SAM resource: names and ARNs; statements and policy templates become inline policies.
    fn policies<'a>(&'a self, resource: &'a Resource) -> impl Iterator<Item = ManagedPolicy> + 'a {
        let policies = self.inherited(resource, &["Policies"]);
        let items = policies.map(|policies| match policies.items() {
            [] => std::slice::from_ref(policies),
            items => items,
        });
        let inline = |item: &&Node| item.entries().is_empty() || item.intrinsic().is_some();
        items
            .unwrap_or_default()
            .iter()
            .filter(inline)
            .filter(|item| !is_no_value(item))
            .map(|item| attached(resource, item))
    }
}

fn aws_managed(resource: &Resource, name: &str, span: Span) -> ManagedPolicy {
    let arn = format!("arn:${{AWS::Partition}}:iam::aws:policy/{name}");
    ManagedPolicy { policy: PolicyReference::Arn(arn), id: resource.id.node.clone(), span }
}

fn attached(resource: &Resource, item: &Node) -> ManagedPolicy {
    let policy = match (item.literal(), item.intrinsic()) {
        (Some(arn), _) if arn.starts_with("arn:") => PolicyReference::Arn(arn.to_owned()),
        (Some(name), _) => PolicyReference::Name(name.to_owned()),
        (None, Some(call)) => match (call.name.as_ref(), call.argument.text()) {
            ("Ref", Some(id)) => PolicyReference::Local(id.to_owned()),
            // Pseudo-parameters stay; anything else is not known here.
            ("Fn::Sub", Some(text)) if text.starts_with("arn:") && only_pseudo_parameters(text) => {
                PolicyReference::Arn(text.to_owned())
            }
            _ => PolicyReference::Unknown,
        },
        (None, None) => PolicyReference::Unknown,
    };
    ManagedPolicy { policy, id: resource.id.node.clone(), span: item.span }
}

fn only_pseudo_parameters(text: &str) -> bool {
    text.split("${").skip(1).all(|rest| rest.starts_with("AWS::"))
}

fn declared(resource: &Resource) -> Role {
    let name = resource.property("RoleName").filter(|name| !is_no_value(name));
    let statements = resource.property("AssumeRolePolicyDocument").and_then(|document| document.get("Statement"));
    let statements =
        statements.map(|node| if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() });
    let services =
        statements.unwrap_or_default().iter().filter_map(|statement| statement.at(&["Principal", "Service"]));
    let names =
        services.flat_map(|node| if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() });
    Role {
        id: resource.id.node.clone(),
        span: resource.kind.span,
        name: name.and_then(Node::literal).map(str::to_owned),
        named: name.is_some(),
        services: names.filter_map(Node::literal).map(str::to_owned).collect(),
    }
}
