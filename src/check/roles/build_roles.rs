//! E0815, W0815: declared roles with which builds fail, or may fail.

use crate::check::support::role_lacks::{denied, lack, missing_statements};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::roles::{self as families, RoleLack};
use crate::diagnostic::{Code, Diagnostic, Phrase, PipeCode, phrase, wording};
use crate::hir::{ProjectId, RoleId};
use crate::plan::Grant;
use crate::source::Spanned;
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

/// Calls that batches make only in some cases: to stop builds that are no longer needed, and to retry them.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/batch-build.html> (2026-11-30)
const RARE_IN_BATCHES: [&str; 2] = ["codebuild:RetryBuild", "codebuild:StopBuild"];

/// The call for coverage reports.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/test-permissions.html> (2026-11-29)
const PUT_COVERAGE: &str = "codebuild:BatchPutCodeCoverages";

/// The formats of coverage reports.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html> (2026-11-29)
const COVERAGE_FORMATS: [&str; 4] = ["CLOVERXML", "COBERTURAXML", "JACOCOXML", "SIMPLECOV"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (index, (project, planned)) in subject.hir.projects.iter().zip(&subject.plan.projects).enumerate() {
        if project.declaration.incomplete || project.declaration.raw().is_some() {
            continue;
        }
        let user = &project.declaration.symbol.node;
        if let Some(named) = project.role() {
            let mut dispensable = DISPENSABLE.to_vec();
            if !has_coverage(subject, ProjectId(index)) {
                dispensable.push(PUT_COVERAGE);
            }
            let needs = &planned.needs;
            compare(subject, &Use { named, of: "build", user, needs, dispensable: &dispensable }, findings);
        }
        if let Some(named) = project.batch_role() {
            let needs = &planned.batch_needs;
            compare(subject, &Use { named, of: "batch", user, needs, dispensable: &RARE_IN_BATCHES }, findings);
        }
    }
}

/// A use of a declared role by a project.
struct Use<'a> {
    named: Spanned<RoleId>,
    /// What runs with it: a build or a batch.
    of: &'static str,
    /// The project.
    user: &'a str,
    needs: &'a [Grant],
    dispensable: &'a [&'a str],
}

/// Compares the role with what its user needs.
fn compare(subject: &Subject<'_>, of: &Use<'_>, findings: &mut Findings) {
    let &Use { named, user, needs, dispensable, .. } = of;
    let role = &subject.hir.roles[named.node];
    if let Some(denied) = denied(subject, named.node, needs, dispensable) {
        let code = if denied.certain { Code::E0815 } else { Code::W0815 };
        let list = wording::and_list(denied.actions.iter().copied());
        let users = if of.of == "build" { "builds" } else { "batches" };
        let message = format!("role `{}` denies {list}, which {users} of `{user}` need", role.declaration.symbol.node);
        let places = [(named.span, "used here".to_owned())];
        findings.push(families::denied(code, message, denied.statement, &places, &denied.actions));
    }
    let Some(lack) = lack(subject, named.node, "codebuild", needs, dispensable) else { return };
    let (lines, unnamed_bucket) = missing_statements(subject, &lack.needs);
    let found = RoleLack {
        role: &role.declaration.symbol,
        user,
        used: named.span,
        actions: &lack.actions,
        lines: &lines,
        unnamed_bucket,
        certain: lack.certain,
        elsewhere: lack.elsewhere.as_ref(),
    };
    findings.push(cannot_build(&found, of.of));
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

/// A declared role with which every build or batch of a project fails.
fn cannot_build(lack: &RoleLack<'_>, of: &str) -> Diagnostic {
    let message = format!("role `{}` lacks permissions that every {of} of `{}` needs", lack.role.node, lack.user);
    let label = format!("does not allow {}", wording::or_list(lack.actions.iter().copied()));
    let code = if lack.certain { Code::E0815 } else { Code::W0815 };
    let lines = Phrase::joined(lack.lines.iter().map(|line| PipeCode::Allow(line.clone())), "and");
    // Only the role of the builds can be derived.
    let instead = if of == "build" { ", or remove `role` to have one derived" } else { "" };
    let found = lack.diagnostic(code, message, label, &[]).help(phrase!["add ", &lines, instead]);
    lack.with_typo(found.help_in_document(phrase!["add ", lines]))
}
