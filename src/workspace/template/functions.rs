//! The functions that a template creates, and what their roles allow.

use crate::workspace::document::{Node, PolicyStatement};

use super::{ManagedPolicy, PolicyReference, Resource, Template};

/// Managed policies of AWS for functions, by the end of their ARN. None allows more than its name says.
const OF_FUNCTIONS: &[&str] = &[
    "AWSLambdaBasicExecutionRole",
    "AWSLambdaBasicDurableExecutionRolePolicy",
    "AWSLambdaDynamoDBExecutionRole",
    "AWSLambdaENIManagementAccess",
    "AWSLambdaKinesisExecutionRole",
    "AWSLambdaMSKExecutionRole",
    "AWSLambdaSQSQueueExecutionRole",
    "AWSLambdaVPCAccessExecutionRole",
    "AWSXRayDaemonWriteAccess",
    "AWSXrayWriteOnlyAccess",
    "AWSCodeDeployRoleForLambda",
    "CloudWatchLambdaInsightsExecutionRolePolicy",
];

/// The SAM policy template that lets a function send its result to a pipeline, and the actions that it allows.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html>
/// (2026-11-23)
const ANSWERS: (&str, [&str; 2]) =
    ("CodePipelineLambdaExecutionPolicy", ["codepipeline:PutJobSuccessResult", "codepipeline:PutJobFailureResult"]);

/// The origin of the role of a function.
#[derive(Debug, Clone, Copy)]
pub enum RoleSource<'a> {
    /// SAM generates it, with these policies.
    Generated(Option<&'a Node>),
    /// It is a resource of the template.
    Resource(&'a Resource),
}

impl Template {
    /// Returns the function with this name, if the template sets it literally.
    pub fn function_named(&self, name: &str) -> Option<&Resource> {
        let mut functions = self.resources.iter().filter(|resource| {
            matches!(resource.kind.node.as_str(), "AWS::Lambda::Function" | "AWS::Serverless::Function")
        });
        functions.find(|function| function.property("FunctionName").and_then(Node::literal) == Some(name))
    }

    /// Returns the origin of the role of a function, or `None` if it is not known.
    pub fn role_source<'a>(&'a self, function: &'a Resource) -> Option<RoleSource<'a>> {
        match self.inherited(function, &["Role"]) {
            None if function.kind.node == "AWS::Serverless::Function" => {
                Some(RoleSource::Generated(self.inherited(function, &["Policies"])))
            }
            None => None,
            Some(reference) => {
                let role = self.resource(referred(reference)?)?;
                (role.kind.node == "AWS::IAM::Role").then_some(RoleSource::Resource(role))
            }
        }
    }

    /// Returns patterns for all IAM actions that the role of a function may allow, or `None` if they are not known.
    pub fn allowed_at_most(&self, function: &Resource) -> Option<Vec<String>> {
        if !self.is_complete() {
            return None;
        }
        let mut actions = Vec::new();
        let role = match self.role_source(function)? {
            RoleSource::Generated(policies) => {
                policies.map_or(Some(()), |policies| inline(policies, &mut actions))?;
                function
            }
            RoleSource::Resource(role) => role,
        };
        let attached = |policy: &&ManagedPolicy| policy.id == role.id.node;
        if !self.managed_policies().iter().filter(attached).all(is_of_functions) {
            return None;
        }
        // Separate policies may be attached to it.
        for resource in &self.resources {
            match resource.kind.node.as_str() {
                "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" | "AWS::IAM::RolePolicy" => {
                    document(resource.property("PolicyDocument")?, &mut actions)?;
                }
                "AWS::IAM::Role" if resource.id.node == role.id.node => {
                    let policies = resource.property("Policies").map(Node::items).unwrap_or_default();
                    policies.iter().try_for_each(|policy| document(policy.get("PolicyDocument")?, &mut actions))?;
                }
                _ => {}
            }
        }
        Some(actions)
    }
}

fn is_of_functions(policy: &ManagedPolicy) -> bool {
    match &policy.policy {
        PolicyReference::Arn(name) | PolicyReference::Name(name) => {
            name.rsplit('/').next().is_some_and(|name| OF_FUNCTIONS.contains(&name))
        }
        // It is checked as a resource of its own.
        PolicyReference::Local(_) => true,
        PolicyReference::Unknown => false,
    }
}

/// Returns the logical ID in `!GetAtt Role.Arn`.
fn referred(reference: &Node) -> Option<&str> {
    let call = reference.intrinsic().filter(|call| call.name == "Fn::GetAtt")?;
    match call.argument.items() {
        [id, _] => id.literal(),
        _ => call.argument.text()?.strip_suffix(".Arn"),
    }
}

/// Adds the actions of the `Policies` of a SAM function. Names of managed policies are checked elsewhere.
fn inline(policies: &Node, actions: &mut Vec<String>) -> Option<()> {
    let items = if policies.items().is_empty() { std::slice::from_ref(policies) } else { policies.items() };
    for item in items.iter().filter(|item| item.intrinsic().is_none() && !item.entries().is_empty()) {
        if item.get("Statement").is_some() {
            document(item, actions)?;
        } else if item.get(ANSWERS.0).is_some() {
            actions.extend(ANSWERS.1.map(str::to_owned));
        }
    }
    Some(())
}

/// Adds the actions of a policy document. Returns `None` if one is computed.
fn document(document: &Node, actions: &mut Vec<String>) -> Option<()> {
    for statement in PolicyStatement::all(document)? {
        for action in statement.actions()? {
            actions.push(action.literal()?.to_owned());
        }
    }
    Some(())
}
