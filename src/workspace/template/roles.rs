//! The roles a template makes and the managed policies it attaches: what the deploying role must be allowed to do with IAM.

use crate::source::Span;
use crate::workspace::document::Node;

use super::{MadeResource, Template, is_no_value};

/// A role that the template makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its logical ID: for a role of SAM, the one SAM gives it.
    pub id: String,
    /// What causes it.
    pub span: Span,
    /// `RoleName`, if it is written out.
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
    /// The logical ID of the resource that gets it, as written.
    pub id: String,
    /// What causes it.
    pub span: Span,
}

/// How a managed policy is referred to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyReference {
    /// An ARN; may hold `${AWS::Partition}` and similar.
    Arn(String),
    /// The bare name of an AWS managed policy, which SAM looks up.
    Name(String),
    /// A parameter or a resource of the template, by its logical ID.
    Local(String),
    /// Computed some other way.
    Unknown,
}

impl Template {
    /// The roles the template makes, those of SAM included.
    pub fn roles(&self) -> Vec<Role> {
        let made = self.made_resources();
        made.iter().filter(|made| made.kind == "AWS::IAM::Role").map(role).collect()
    }

    /// The managed policies that the template attaches.
    pub fn managed_policies(&self) -> Vec<ManagedPolicy> {
        let made = self.made_resources();
        made.iter().filter(|made| ATTACHED_TO.contains(&made.kind.as_str())).flat_map(attachments).collect()
    }
}

/// Types with `ManagedPolicyArns`.
const ATTACHED_TO: &[&str] = &["AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"];

fn role(made: &MadeResource) -> Role {
    let name = made.property("RoleName");
    let statements = made.property("AssumeRolePolicyDocument").and_then(|document| document.get("Statement"));
    let statements = statements.map_or(&[][..], Node::one_or_more);
    let services = statements.iter().filter_map(|statement| statement.at(&["Principal", "Service"]));
    Role {
        id: made.id.known().to_owned(),
        span: made.span,
        name: name.and_then(Node::literal).map(str::to_owned),
        named: name.is_some(),
        services: services.flat_map(Node::one_or_more).filter_map(Node::literal).map(str::to_owned).collect(),
    }
}

fn attachments(made: &MadeResource) -> Vec<ManagedPolicy> {
    let arns = made.property("ManagedPolicyArns").map_or(&[][..], Node::items);
    arns.iter().filter(|arn| !is_no_value(arn)).map(|arn| attached(made, arn)).collect()
}

fn attached(made: &MadeResource, item: &Node) -> ManagedPolicy {
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
    ManagedPolicy { policy, id: made.cause.clone(), span: item.span }
}

fn only_pseudo_parameters(text: &str) -> bool {
    text.split("${").skip(1).all(|rest| rest.starts_with("AWS::"))
}
