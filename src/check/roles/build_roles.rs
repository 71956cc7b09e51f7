//! E0815, W0815: declared roles with which builds fail, or may fail.

use crate::check::support::role_lacks::{denied, lack, statements};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::roles::{self as families, RoleLack};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::ProjectId;
use crate::workspace::Build;

pub(super) const RULE: Rule = Rule { name: "build-roles", codes: &[Code::E0815, Code::W0815], run: check };

/// Calls that builds make only in some cases, or can do without.
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

/// The call for coverage reports.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/test-permissions.html> (2026-11-29)
const PUT_COVERAGE: &str = "codebuild:BatchPutCodeCoverages";

/// The formats of coverage reports.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html> (2026-11-29)
const COVERAGE_FORMATS: [&str; 4] = ["CLOVERXML", "COBERTURAXML", "JACOCOXML", "SIMPLECOV"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (index, (project, planned)) in subject.hir.projects.iter().zip(&subject.plan.projects).enumerate() {
        let Some(named) = project.role() else { continue };
        if project.declaration.incomplete {
            continue;
        }
        let role = &subject.hir.roles[named.node];
        if project.declaration.raw().is_some() {
            continue;
        }
        let mut dispensable = DISPENSABLE.to_vec();
        if !has_coverage(subject, ProjectId(index)) {
            dispensable.push(PUT_COVERAGE);
        }
        if let Some(denied) = denied(subject, named.node, &planned.needs, &dispensable) {
            let code = if denied.certain { Code::E0815 } else { Code::W0815 };
            let list = wording::and_list(denied.actions.iter().copied());
            let user = &project.declaration.symbol.node;
            let message =
                format!("role `{}` denies {list}, which builds of `{user}` need", role.declaration.symbol.node);
            let places = [(named.span, "used here".to_owned())];
            findings.push(families::denied(code, message, denied.statement, &places, &denied.actions));
        }
        let Some(lack) = lack(subject, named.node, "codebuild", &planned.needs, &dispensable) else { continue };
        let (lines, unnamed): (Vec<_>, Vec<bool>) =
            lack.needs.iter().flat_map(|(need, actions)| statements(subject.hir, subject.plan, need, actions)).unzip();
        findings.push(cannot_build(&RoleLack {
            role: &role.declaration.symbol,
            user: &project.declaration.symbol.node,
            used: named.span,
            actions: &lack.actions,
            lines: &lines,
            unnamed_bucket: unnamed.contains(&true),
            certain: lack.certain,
        }));
    }
}

/// Returns whether a build of a project creates a coverage report.
fn has_coverage(subject: &Subject<'_>, project: ProjectId) -> bool {
    let of_actions = subject.actions().filter(|place| place.action.project() == Some(project));
    let mut of_actions = of_actions.flat_map(|place| subject.action_files.builds(place.pipeline_id, place.id));
    let of_rules = subject.rules().filter(|place| place.rule.project() == Some(project));
    let mut of_rules = of_rules.filter_map(|place| subject.action_files.build_of_rule(place.pipeline_id, place.rule));
    let covers = |build: &Build| {
        let mut formats = build.spec.reports.iter().filter_map(|report| report.format.as_ref());
        formats.any(|format| COVERAGE_FORMATS.iter().any(|known| format.node.eq_ignore_ascii_case(known)))
    };
    of_actions.any(|build| covers(build)) || of_rules.any(|build| covers(&build))
}

/// A declared role with which every build of a project fails.
fn cannot_build(lack: &RoleLack<'_>) -> Diagnostic {
    let message = format!("role `{}` lacks permissions that every build of `{}` needs", lack.role.node, lack.user);
    let label = format!("does not allow {}", wording::or_list(lack.actions.iter().copied()));
    let code = if lack.certain { Code::E0815 } else { Code::W0815 };
    lack.diagnostic(code, message, label, &[]).help(format!(
        "add {}, or remove `role` to have one derived",
        wording::and_list(lack.lines.iter().map(String::as_str))
    ))
}
