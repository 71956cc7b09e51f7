//! W0979: a resource with a fixed name in a template that two stacks of one account and Region are deployed from.

use crate::check::support::deploys::{Deploy, deploys};
use crate::check::support::existence::can_coexist;
use crate::check::support::rivals::same_place;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::workspace::template::Resource;

pub(super) const RULE: Rule = Rule { name: "shared-names", codes: &[Code::W0979], run: check };

/// Types whose names are unique in an account and Region.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html> (2026-11-30)
const UNIQUE: [&str; 21] = [
    "AWS::CloudWatch::Alarm",
    "AWS::DynamoDB::Table",
    "AWS::ECR::Repository",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::Events::Rule",
    "AWS::IAM::Group",
    "AWS::IAM::InstanceProfile",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Role",
    "AWS::IAM::User",
    "AWS::Kinesis::Stream",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SSM::Parameter",
    "AWS::SecretsManager::Secret",
    "AWS::Serverless::Function",
    "AWS::StepFunctions::StateMachine",
];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let all = deploys(subject);
    let mut reported: Vec<Span> = Vec::new();
    for (index, second) in all.iter().enumerate() {
        let earlier = all.iter().take(index);
        let Some(first) = earlier.into_iter().find(|first| are_two_stacks(subject, first, second)) else { continue };
        for (kind, name) in second.template.resources.iter().filter_map(fixed_name) {
            if !reported.contains(&name.span) {
                reported.push(name.span);
                let found = shared(kind, &name, &first.action.deployed_name(), &second.action.deployed_name());
                findings.about(second.as_place(), found);
            }
        }
    }
}

/// Returns whether both deploy one template as two stacks of one account and Region.
fn are_two_stacks(subject: &Subject<'_>, first: &Deploy<'_>, second: &Deploy<'_>) -> bool {
    let stack = |deploy: &Deploy<'_>| deploy.action.literal("StackName").map(str::to_owned);
    let differ = stack(first).zip(stack(second)).is_some_and(|(one, other)| one != other);
    let coexist = first.pipeline_id != second.pipeline_id
        || can_coexist(subject.hir, first.pipeline, first.action, second.action);
    first.path == second.path && differ && coexist && same_place(subject.plan, first.action, second.action)
}

/// Returns the type and the name of a resource, if the template always creates it with this name.
fn fixed_name(resource: &Resource) -> Option<(&str, Spanned<String>)> {
    let is_unique = resource.condition.is_none() && UNIQUE.contains(&resource.kind.as_str());
    let entry = resource.explicit_name().filter(|_| is_unique)?;
    // A call of a function, or a reference that is resolved at the deployment, may differ.
    let name = entry.value.spanned().filter(|name| !name.node.contains(['{', '$']))?;
    Some((&resource.kind.node, name))
}

/// A name that two stacks need.
fn shared(kind: &str, name: &Spanned<String>, first: &Spanned<String>, second: &Spanned<String>) -> Diagnostic {
    let message = format!("stacks `{}` and `{}` both create `{}`", first.node, second.node, name.node);
    Diagnostic::new(Code::W0979, message, name.span, format!("an account has one {kind} of this name in a Region"))
        .label(second.span, "the second stack")
        .note(format!("the deployment would fail with \"{} already exists\"", name.node))
        .help_in(|notation| {
            let own = notation.substituted(&format!("{}-${{AWS::StackName}}", name.node));
            format!("remove the name, or write `{own}`")
        })
}
