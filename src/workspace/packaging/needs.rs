//! What commands must be allowed: one table of AWS CLI operations, and the programs that hide such calls.
//!
//! Action names: the Service Authorization Reference
//! (<https://docs.aws.amazon.com/service-authorization/latest/reference/>, 2026-11-23).

use crate::source::Span;
use crate::workspace::shell::{ShellWord, WordPart};

use super::arguments::Arguments;
use super::{Argument, Reference};

/// What kind of thing a need is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceKind {
    /// An S3 bucket.
    Bucket,
    /// An ECR repository; the reference is an image's address.
    Repository,
    /// A Lambda function.
    Function,
    /// A Systems Manager parameter.
    Parameter,
    /// A Secrets Manager secret.
    Secret,
    /// A distribution of `CloudFront`.
    Distribution,
    /// An SNS topic.
    Topic,
    /// An SQS queue.
    Queue,
    /// A CloudFormation stack.
    Stack,
    /// An IAM role to assume.
    Role,
    /// A KMS key.
    Key,
    /// A CodePipeline pipeline.
    Pipeline,
    /// The actions take no resource, or the command names none.
    Account,
}

/// Actions that a command calls on a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// IAM actions.
    pub actions: &'static [&'static str],
    /// What the resource is.
    pub kind: ResourceKind,
    /// Which one: the bucket of an `s3://` address, the value of the option. None when the command names none.
    pub resource: Option<Reference>,
    /// The argument that names it.
    pub argument: Option<Argument>,
    /// The place of the command.
    pub command: Span,
}

/// An operation of the AWS CLI, the option that names its resource, and the actions it calls.
type Operation = (&'static str, &'static str, &'static str, ResourceKind, &'static [&'static str]);

const OPERATIONS: &[Operation] = &[
    ("cloudformation", "package", "--s3-bucket", ResourceKind::Bucket, &["s3:PutObject"]),
    ("cloudformation", "package", "--kms-key-id", ResourceKind::Key, &["kms:GenerateDataKey"]),
    ("cloudformation", "validate-template", "", ResourceKind::Account, &["cloudformation:ValidateTemplate"]),
    ("cloudformation", "describe-stacks", "--stack-name", ResourceKind::Stack, &["cloudformation:DescribeStacks"]),
    (
        "cloudfront",
        "create-invalidation",
        "--distribution-id",
        ResourceKind::Distribution,
        &["cloudfront:CreateInvalidation"],
    ),
    ("codeartifact", "get-authorization-token", "", ResourceKind::Account, CODEARTIFACT),
    ("codeartifact", "login", "", ResourceKind::Account, CODEARTIFACT),
    (
        "codepipeline",
        "start-pipeline-execution",
        "--name",
        ResourceKind::Pipeline,
        &["codepipeline:StartPipelineExecution"],
    ),
    ("ecr", "get-login-password", "", ResourceKind::Account, ECR_TOKEN),
    ("ecr", "get-login", "", ResourceKind::Account, ECR_TOKEN),
    ("ecr", "get-authorization-token", "", ResourceKind::Account, ECR_TOKEN),
    ("lambda", "update-function-code", "--function-name", ResourceKind::Function, &["lambda:UpdateFunctionCode"]),
    (
        "lambda",
        "update-function-configuration",
        "--function-name",
        ResourceKind::Function,
        &["lambda:UpdateFunctionConfiguration"],
    ),
    ("lambda", "publish-version", "--function-name", ResourceKind::Function, &["lambda:PublishVersion"]),
    ("lambda", "update-alias", "--function-name", ResourceKind::Function, &["lambda:UpdateAlias"]),
    ("lambda", "invoke", "--function-name", ResourceKind::Function, &["lambda:InvokeFunction"]),
    ("s3api", "put-object", "--bucket", ResourceKind::Bucket, &["s3:PutObject"]),
    ("s3api", "get-object", "--bucket", ResourceKind::Bucket, &["s3:GetObject"]),
    ("s3api", "head-object", "--bucket", ResourceKind::Bucket, &["s3:GetObject"]),
    ("s3api", "delete-object", "--bucket", ResourceKind::Bucket, &["s3:DeleteObject"]),
    ("s3api", "list-objects-v2", "--bucket", ResourceKind::Bucket, &["s3:ListBucket"]),
    ("secretsmanager", "get-secret-value", "--secret-id", ResourceKind::Secret, &["secretsmanager:GetSecretValue"]),
    ("sns", "publish", "--topic-arn", ResourceKind::Topic, &["sns:Publish"]),
    ("sqs", "send-message", "--queue-url", ResourceKind::Queue, &["sqs:SendMessage"]),
    ("ssm", "get-parameter", "--name", ResourceKind::Parameter, &["ssm:GetParameter"]),
    ("ssm", "get-parameters", "--names", ResourceKind::Parameter, &["ssm:GetParameters"]),
    ("ssm", "get-parameters-by-path", "--path", ResourceKind::Parameter, &["ssm:GetParametersByPath"]),
    ("ssm", "put-parameter", "--name", ResourceKind::Parameter, &["ssm:PutParameter"]),
    ("sts", "assume-role", "--role-arn", ResourceKind::Role, &["sts:AssumeRole"]),
];

const ECR_TOKEN: &[&str] = &["ecr:GetAuthorizationToken"];
const CODEARTIFACT: &[&str] = &["codeartifact:GetAuthorizationToken", "sts:GetServiceBearerToken"];
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html> (2026-11-23), without the token.
const ECR_PUSH: &[&str] = &[
    "ecr:BatchCheckLayerAvailability",
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
];
const ECR_PULL: &[&str] = &["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/// What a command needs.
pub(super) fn of(program: &str, arguments: &Arguments<'_>) -> Vec<Need> {
    match (program, arguments.operation()) {
        ("aws", ["s3", operation]) => s3(operation, arguments),
        ("aws", [service, operation]) => {
            let rows = OPERATIONS.iter().filter(|row| row.0 == *service && row.1 == *operation);
            rows.filter_map(|row| operation_need(row, arguments)).collect()
        }
        ("sam", ["package", ..]) => {
            option_need("--s3-bucket", ResourceKind::Bucket, &["s3:PutObject"], arguments).into_iter().collect()
        }
        ("docker", ["push", ..]) => image(arguments, ECR_PUSH).into_iter().collect(),
        ("docker", ["pull", ..]) => image(arguments, ECR_PULL).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn operation_need(row: &Operation, arguments: &Arguments<'_>) -> Option<Need> {
    let &(_, _, option, kind, actions) = row;
    if option.is_empty() {
        return Some(Need { actions, kind, resource: None, argument: None, command: arguments.span() });
    }
    option_need(option, kind, actions, arguments)
}

fn option_need(
    option: &str,
    kind: ResourceKind,
    actions: &'static [&'static str],
    arguments: &Arguments<'_>,
) -> Option<Need> {
    let argument = arguments.option(&[option])?;
    Some(Need {
        actions,
        kind,
        resource: Some(argument.reference()),
        argument: Some(argument),
        command: arguments.span(),
    })
}

/// `aws s3 cp|mv|sync|rm|ls`: what is needed depends on which side is the bucket.
fn s3(operation: &str, arguments: &Arguments<'_>) -> Vec<Need> {
    let lists = operation == "sync" || arguments.has_flag("--recursive");
    let need = |word: Option<&&ShellWord>, actions: &'static [&'static str]| {
        let word = word?;
        let resource = Some(bucket(word)?);
        let argument = Some(arguments.bare(word));
        Some(Need { actions, kind: ResourceKind::Bucket, resource, argument, command: arguments.span() })
    };
    let (source, target) = (arguments.positionals().get(2), arguments.positionals().get(3));
    let found = match operation {
        "cp" | "sync" | "mv" => [
            need(
                source,
                match (operation, lists) {
                    ("mv", true) => &["s3:GetObject", "s3:DeleteObject", "s3:ListBucket"],
                    ("mv", false) => &["s3:GetObject", "s3:DeleteObject"],
                    (_, true) => &["s3:GetObject", "s3:ListBucket"],
                    (_, false) => &["s3:GetObject"],
                },
            ),
            need(
                target,
                match (operation, arguments.has_flag("--delete")) {
                    ("sync", true) => &["s3:PutObject", "s3:ListBucket", "s3:DeleteObject"],
                    ("sync", false) => &["s3:PutObject", "s3:ListBucket"],
                    _ => &["s3:PutObject"],
                },
            ),
        ],
        "rm" => [need(source, if lists { &["s3:DeleteObject", "s3:ListBucket"] } else { &["s3:DeleteObject"] }), None],
        "ls" => [need(source, &["s3:ListBucket"]), None],
        _ => [None, None],
    };
    found.into_iter().flatten().collect()
}

/// The bucket of `s3://bucket/key`.
fn bucket(word: &ShellWord) -> Option<Reference> {
    let mut parts = word.parts.iter();
    let Some(WordPart::Text(first)) = parts.next() else { return None };
    let mut name = Vec::new();
    let mut rest = Some(first.strip_prefix("s3://")?);
    loop {
        if let Some(text) = rest {
            let (own, key) = text.split_once('/').map_or((text, None), |(own, key)| (own, Some(key)));
            if !own.is_empty() {
                name.push(WordPart::Text(own.to_owned()));
            }
            if key.is_some() {
                break;
            }
        }
        match parts.next() {
            Some(WordPart::Text(text)) => rest = Some(text),
            Some(part) => {
                name.push(part.clone());
                rest = None;
            }
            None => break,
        }
    }
    Some(Reference::of(&name))
}

/// `docker push IMAGE`; the image may live in another registry than ECR when it does not say so.
fn image(arguments: &Arguments<'_>, actions: &'static [&'static str]) -> Option<Need> {
    let word = arguments.positional(1)?;
    let argument = arguments.bare(word);
    let resource = argument.reference();
    let elsewhere = matches!(&resource, Reference::Literal(address) if !address.contains(".dkr.ecr."));
    (!elsewhere).then(|| Need {
        actions,
        kind: ResourceKind::Repository,
        resource: Some(resource),
        argument: Some(argument),
        command: arguments.span(),
    })
}
