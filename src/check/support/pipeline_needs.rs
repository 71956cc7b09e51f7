//! The permissions that the role of a pipeline needs.

use crate::check::Subject;
use crate::plan::{Entity, Grant, Piece, RoleOrigin};

/// Calls that a pipeline makes only in some cases, or can do without. The roles that CodePipeline and the AWS CDK create
/// do not allow the calls that list or read applications, deployment groups, and deployments of CodeDeploy:
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html>,
/// <https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-codepipeline-actions/lib/codedeploy/server-deploy-action.ts>
/// (2026-11-30).
pub(in crate::check) const DISPENSABLE: [&str; 21] = [
    "codebuild:StopBuild",
    "codecommit:CancelUploadArchive",
    "codedeploy:GetApplication",
    "codedeploy:GetDeploymentGroup",
    "codedeploy:ListDeploymentConfigs",
    "codedeploy:ListDeploymentGroups",
    "codedeploy:ListDeployments",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "lambda:ListFunctions",
    "logs:CreateLogGroup",
    "s3:GetBucketAcl",
    "s3:GetBucketLocation",
    "s3:GetBucketVersioning",
    "s3:GetObjectTagging",
    "s3:GetObjectVersion",
    "s3:GetObjectVersionTagging",
    "s3:ListBucket",
    "s3:PutObjectTagging",
];

/// Returns whether a need is for a role that dotpipe derives, which no statement can name.
pub(in crate::check) fn is_on_derived_role(subject: &Subject<'_>, need: &Grant) -> bool {
    let derived = |piece: &Piece| match piece {
        Piece::Arn(Entity::Role(index)) => {
            subject.plan.roles.get(*index).is_some_and(|role| matches!(role.origin, RoleOrigin::Derived(_)))
        }
        _ => false,
    };
    need.resources.iter().any(|resource| resource.pieces().iter().any(derived))
}
