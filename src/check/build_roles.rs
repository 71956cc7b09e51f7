//! E0814: statements of a project that has a role of its own. W0815: declared roles with which no build works.

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::roles::{self, BuildRole};
use crate::hir::{Hir, Ownership, Project, Role};
use crate::plan::{Expr, Grant, Node, Piece, Plan, ProjectPlan, RolePlan};
use crate::source::Span;

use super::Subject;
use super::coverage::{self, Target};
use super::unused::is_in_extra;

/// Calls that builds make only sometimes, or can do without.
const DISPENSABLE: [&str; 9] = [
    "codebuild:CreateReportGroup",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "logs:CreateLogGroup",
    "s3:GetBucketAcl",
    "s3:GetBucketLocation",
    "s3:GetObjectVersion",
];

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for (project, planned) in subject.hir.projects.iter().zip(&subject.plan.projects) {
        let Some(named) = &project.role else { continue };
        if project.declaration.incomplete {
            continue;
        }
        let Some(role) = subject.hir.roles.get(named.node.0) else { continue };
        if let Some(statement) = project.statements.first() {
            let imported = role.declaration.ownership != Ownership::Owned;
            let used = (role.declaration.symbol.node.as_str(), named.span);
            let project = &project.declaration.symbol.node;
            diagnostics.push(roles::without_effect(statement.deny, statement.span, project, used, imported));
        }
        if let Some(planned_role) = subject.plan.roles.get(named.node.0) {
            lacks(subject, (project, planned), (role, planned_role), named.span, diagnostics);
        }
    }
}

fn lacks(
    subject: &Subject<'_>,
    (project, planned): (&Project, &ProjectPlan),
    (role, planned_role): (&Role, &RolePlan),
    used: Span,
    diagnostics: &mut Diagnostics,
) {
    let known = planned_role.identity.is_owned() && planned_role.managed.is_empty() && planned_role.raw.is_none();
    let for_builds = role.service.as_ref().is_none_or(|service| service.node == "codebuild");
    // A policy there may allow more.
    let in_extra = is_in_extra(subject, &planned_role.identity.logical_id);
    if !known || in_extra || !for_builds || project.declaration.raw.is_some() || subject.hir.incomplete {
        return;
    }
    let missing: Vec<(&Grant, Vec<&str>)> =
        planned.needs.iter().map(|need| (need, missing(subject.plan, planned_role, need, &DISPENSABLE))).collect();
    let missing: Vec<_> = missing.into_iter().filter(|(_, actions)| !actions.is_empty()).collect();
    if missing.is_empty() {
        return;
    }
    let mut actions: Vec<&str> = missing.iter().flat_map(|(_, actions)| actions.iter().copied()).collect();
    actions.sort_unstable();
    actions.dedup();
    let (subjects, unnamed): (Vec<_>, Vec<bool>) =
        missing.iter().map(|(need, actions)| line(subject.hir, subject.plan, need, actions)).unzip();
    diagnostics.push(roles::cannot_build(&BuildRole {
        role: &role.declaration.symbol,
        project: &project.declaration.symbol.node,
        used,
        actions: &actions,
        lines: &subjects,
        unnamed_bucket: unnamed.contains(&true),
    }));
}

/// The actions of a need that the role does not allow; in doubt it does.
pub(super) fn missing<'a>(plan: &Plan, role: &RolePlan, need: &'a Grant, dispensable: &[&str]) -> Vec<&'a str> {
    let needed = need.actions.iter().map(String::as_str).filter(|action| !dispensable.contains(action));
    needed.filter(|action| !allows(plan, role, action, need)).collect()
}

fn allows(plan: &Plan, role: &RolePlan, action: &str, need: &Grant) -> bool {
    let Some(bucket) = need.resources.iter().find_map(bucket_of) else {
        return coverage::names_anywhere(role, action);
    };
    let name = plan.name(bucket);
    coverage::allows(role, action, Target::Thing(bucket, name.as_ref().and_then(Expr::as_text)))
}

fn bucket_of(resource: &Expr) -> Option<Node> {
    resource.pieces().iter().find_map(|piece| match piece {
        Piece::Arn(node @ Node::Bucket(_)) | Piece::Name(node @ Node::Bucket(_)) => Some(*node),
        _ => None,
    })
}

/// The statement that is missing, and whether it is about a bucket that the file does not declare.
pub(super) fn line(hir: &Hir, plan: &Plan, need: &Grant, actions: &[&str]) -> (String, bool) {
    let quoted: Vec<String> = actions.iter().map(|action| format!("\"{action}\"")).collect();
    let declared = need.resources.iter().find_map(bucket_of).map(|node| match node {
        Node::Bucket(index) => hir.buckets.get(index).map(|bucket| bucket.symbol.node.clone()),
        _ => None,
    });
    let on: Vec<String> = match &declared {
        Some(bucket) => vec![bucket.clone().unwrap_or_else(|| "Artifacts".to_owned())],
        None => need.resources.iter().map(|resource| format!("\"{}\"", plan.readable(resource))).collect(),
    };
    let on = if let [only] = on.as_slice() { only.clone() } else { format!("[{}]", on.join(", ")) };
    (format!("allow [{}] on {on}", quoted.join(", ")), declared == Some(None))
}
