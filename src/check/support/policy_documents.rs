//! The policies in templates, with what each is attached to.

use crate::check::support::inside_templates::InsideTemplate;
use crate::workspace::document::{Entry, Node, PolicyStatement};

/// What a policy is attached to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum PolicyKind {
    /// A role: it says who can assume it.
    Trust,
    /// A role, user, or group: it says what they can do.
    Identity,
    /// A bucket, key, topic, or other resource: it says who can use it.
    Resource,
}

/// A policy in a template.
pub(in crate::check) struct WrittenPolicy<'a> {
    pub kind: PolicyKind,
    /// The type of the resource that has it.
    pub of: &'a str,
    /// That resource.
    pub owner: &'a Entry,
    /// The policy itself, which is no function.
    pub document: &'a Node,
}

/// The types of resources with policies, and the property that has the policy.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>
/// (2026-11-30)
const DOCUMENTS: [(&str, &str, PolicyKind); 15] = [
    ("AWS::IAM::Role", "AssumeRolePolicyDocument", PolicyKind::Trust),
    ("AWS::Serverless::Function", "AssumeRolePolicyDocument", PolicyKind::Trust),
    ("AWS::IAM::Policy", "PolicyDocument", PolicyKind::Identity),
    ("AWS::IAM::ManagedPolicy", "PolicyDocument", PolicyKind::Identity),
    ("AWS::IAM::RolePolicy", "PolicyDocument", PolicyKind::Identity),
    ("AWS::IAM::UserPolicy", "PolicyDocument", PolicyKind::Identity),
    ("AWS::IAM::GroupPolicy", "PolicyDocument", PolicyKind::Identity),
    ("AWS::S3::BucketPolicy", "PolicyDocument", PolicyKind::Resource),
    ("AWS::SNS::TopicPolicy", "PolicyDocument", PolicyKind::Resource),
    ("AWS::SNS::TopicInlinePolicy", "PolicyDocument", PolicyKind::Resource),
    ("AWS::SQS::QueuePolicy", "PolicyDocument", PolicyKind::Resource),
    ("AWS::KMS::Key", "KeyPolicy", PolicyKind::Resource),
    ("AWS::KMS::ReplicaKey", "KeyPolicy", PolicyKind::Resource),
    ("AWS::ECR::Repository", "RepositoryPolicyText", PolicyKind::Resource),
    ("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy", PolicyKind::Resource),
];

/// The types of resources with a list of policies, `Policies`, each with a name and a `PolicyDocument`.
const WITH_LIST: [&str; 3] = ["AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"];

/// Returns every policy of a template.
pub(in crate::check) fn policies_in<'a>(inside: &'a InsideTemplate) -> Vec<WrittenPolicy<'a>> {
    let mut found = Vec::new();
    for owner in inside.section("Resources") {
        let Some(of) = owner.value.get("Type").and_then(Node::literal) else { continue };
        let Some(properties) = owner.value.get("Properties") else { continue };
        let mut add = |kind, document: Option<&'a Node>| {
            let document = document.filter(|it| it.intrinsic().is_none());
            found.extend(document.map(|document| WrittenPolicy { kind, of, owner, document }));
        };
        for (_, key, kind) in DOCUMENTS.iter().filter(|(known, ..)| *known == of) {
            add(*kind, properties.get(key));
        }
        let listed = properties.get("Policies").map(Node::items).unwrap_or_default();
        if WITH_LIST.contains(&of) {
            for policy in listed {
                add(PolicyKind::Identity, policy.get("PolicyDocument"));
            }
        }
        // SAM also takes names of policies and policy templates.
        if of.starts_with("AWS::Serverless::") {
            let whole = listed.iter().filter(|policy| policy.get("Statement").is_some());
            whole.for_each(|policy| add(PolicyKind::Identity, Some(policy)));
        }
    }
    found
}

impl<'a> WrittenPolicy<'a> {
    /// Returns its statements that are no functions.
    pub(in crate::check) fn statements(&self) -> impl Iterator<Item = PolicyStatement<'a>> + use<'a> {
        PolicyStatement::written(self.document)
    }

    /// Returns whether functions may add statements.
    pub(in crate::check) fn is_open(&self) -> bool {
        PolicyStatement::all(self.document).is_none_or(|mut all| all.any(PolicyStatement::is_computed))
    }
}
