//! The roles that a template creates and the managed policies that it attaches, which decide the IAM permissions of the
//! deploying role.

use crate::source::Span;
use crate::workspace::document::{Node, PolicyStatement};

use super::{MadeResource, Template};

/// A role that the template creates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateRole {
    /// Its logical ID. For a role that SAM generates, the one that SAM assigns.
    pub id: String,
    /// The span that causes it.
    pub span: Span,
    /// `RoleName`, if it is literal.
    pub name: Option<String>,
    /// Whether the template sets its name at all, even with a function.
    pub named: bool,
    /// The services that may assume it; empty if the policy is computed.
    pub services: Vec<String>,
}

/// A managed policy that the template attaches to a role, user, or group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// The policy.
    pub policy: PolicyReference,
    /// The logical ID of the resource that it is attached to, as written.
    pub id: String,
    /// The span that causes it.
    pub span: Span,
}

/// A reference to a managed policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyReference {
    /// An ARN, which may contain `${AWS::Partition}` and similar.
    Arn(String),
    /// The bare name of an AWS managed policy, which SAM looks up.
    Name(String),
    /// A parameter or a resource of the template, by its logical ID.
    Local(String),
    /// Any other computed value.
    Unknown,
}

impl Template {
    /// Returns the roles that the template creates, including those that SAM generates.
    pub fn roles(&self) -> Vec<TemplateRole> {
        let made = self.made_resources();
        made.iter().filter(|made| made.kind == "AWS::IAM::Role").map(role).collect()
    }

    /// Returns the managed policies that the template attaches.
    pub fn managed_policies(&self) -> Vec<ManagedPolicy> {
        let made = self.made_resources();
        made.iter().filter(|made| ATTACHED_TO.contains(&made.kind.as_str())).flat_map(attachments).collect()
    }
}

/// Types with `ManagedPolicyArns`.
const ATTACHED_TO: &[&str] = &["AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"];

fn role(made: &MadeResource) -> TemplateRole {
    let name = made.property("RoleName");
    let trust = made.property("AssumeRolePolicyDocument").into_iter();
    let services = trust.flat_map(PolicyStatement::written).flat_map(|statement| statement.principals("Service"));
    TemplateRole {
        id: made.id.known().to_owned(),
        span: made.span,
        name: name.and_then(Node::literal).map(str::to_owned),
        named: name.is_some(),
        services: services.filter_map(Node::literal).map(str::to_owned).collect(),
    }
}

fn attachments(made: &MadeResource) -> Vec<ManagedPolicy> {
    let arns = made.property("ManagedPolicyArns").map_or(&[][..], Node::items);
    arns.iter().filter(|arn| !arn.is_no_value()).map(|arn| attached(made, arn)).collect()
}

fn attached(made: &MadeResource, item: &Node) -> ManagedPolicy {
    let policy = match (item.literal(), item.intrinsic()) {
        (Some(arn), _) if arn.starts_with("arn:") => PolicyReference::Arn(arn.to_owned()),
        (Some(name), _) => PolicyReference::Name(name.to_owned()),
        (None, Some(call)) => match (call.name.as_ref(), call.argument.text()) {
            ("Ref", Some(id)) => PolicyReference::Local(id.to_owned()),
            // Pseudo parameters are kept; other variables are not known here.
            ("Fn::Sub", Some(text)) if text.starts_with("arn:") && only_pseudo_parameters(text) => {
                PolicyReference::Arn(text.to_owned())
            }
            _ => PolicyReference::Unknown,
        },
        (None, None) => PolicyReference::Unknown,
    };
    ManagedPolicy { policy, id: made.cause.clone(), span: item.span }
}

fn only_pseudo_parameters(text: &str) -> bool {
    text.split("${").skip(1).all(|rest| rest.starts_with("AWS::"))
}
