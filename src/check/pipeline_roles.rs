//! E0840, W0840: declared roles with which a pipeline does not run, or may fail.

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::roles::{self, PipelineRole, RoleLack};
use crate::plan::{Entity, Grant, Piece, RoleOrigin};
use crate::source::Span;

use super::Subject;
use super::role_lacks::{lack, line};

/// Calls that a pipeline makes only sometimes, or can do without.
pub(super) const DISPENSABLE: [&str; 16] = [
    "codebuild:StopBuild",
    "codecommit:CancelUploadArchive",
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

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for (pipeline, planned) in subject.hir.pipelines.iter().zip(&subject.plan.pipelines) {
        let Some(named) = &pipeline.role else { continue };
        let Some(role) = subject.hir.roles.get(named.node).filter(|_| pipeline.raw.is_none()) else { continue };
        let lack = lack(subject, named.node, "codepipeline", &planned.needs, &DISPENSABLE);
        let Some(lack) = lack else { continue };
        let (derived, nameable): (Vec<_>, Vec<_>) =
            lack.needs.iter().partition(|(need, _)| is_on_derived_role(subject, need));
        let (mut lines, unnamed): (Vec<String>, Vec<bool>) =
            nameable.iter().map(|(need, actions)| line(subject.hir, subject.plan, need, actions)).unzip();
        lines.dedup();
        diagnostics.push(roles::cannot_run(&PipelineRole {
            lack: RoleLack {
                role: &role.declaration.symbol,
                user: &pipeline.symbol.node,
                used: named.span,
                actions: &lack.actions,
                lines: &lines,
                unnamed_bucket: unnamed.contains(&true),
                certain: lack.certain,
            },
            unnamed_role: !derived.is_empty(),
            causes: &causes(&lack.needs, planned.identity.span),
        }));
    }
}

/// Whether a need is about a role that dotpipe derives, which no statement can name.
pub(super) fn is_on_derived_role(subject: &Subject<'_>, need: &Grant) -> bool {
    let derived = |piece: &Piece| match piece {
        Piece::Arn(Entity::Role(index)) => {
            subject.plan.roles.get(*index).is_some_and(|role| matches!(role.origin, RoleOrigin::Derived(_)))
        }
        _ => false,
    };
    need.resources.iter().any(|resource| resource.pieces().iter().any(derived))
}

/// The actions that need what is missing, each with its calls.
fn causes(found: &[(&Grant, Vec<&str>)], pipeline: Span) -> Vec<(Span, String)> {
    let mut causes: Vec<(Span, Vec<&str>)> = Vec::new();
    for (need, actions) in found.iter().filter(|(need, _)| need.cause != pipeline) {
        match causes.iter_mut().find(|(span, _)| *span == need.cause) {
            Some((_, known)) => {
                let fresh: Vec<&str> = actions.iter().copied().filter(|action| !known.contains(action)).collect();
                known.extend(fresh);
            }
            None => causes.push((need.cause, actions.clone())),
        }
    }
    causes.into_iter().map(|(span, actions)| (span, actions.join(", "))).collect()
}
