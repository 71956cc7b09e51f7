//! W0285: a packaging command whose bucket is a variable that nothing sets.

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::projects;
use crate::plan::repository;
use crate::source::Span;
use crate::workspace::packaging::Reference;

use super::Subject;
use super::environment::Environment;

/// Beginnings of variables that CodeBuild sets, and of those that the AWS CLI reads.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html> (2026-11-28)
const GIVEN: [&str; 2] = ["CODEBUILD_", "AWS_"];
/// Commands that can set variables which the buildspec does not name.
const READS_VARIABLES: [&str; 3] = ["source ", ". ", "eval "];

/// Follows the bucket of every packaging command.
pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let hir = subject.hir;
    let mut reported: Vec<Span> = Vec::new();
    for place in subject.actions() {
        let Some(project) = repository::project(hir, place.action) else { continue };
        let Some(build) = repository::build(hir, subject.workspace, place.pipeline, place.action) else { continue };
        let environment = Environment { own: place.action.value("EnvironmentVariables"), project, build: &build };
        let may_be_read = build.spec.commands().any(|command| {
            let mut steps = command.text.split(['\n', ';', '&', '|']).map(str::trim_start);
            steps.any(|step| READS_VARIABLES.iter().any(|word| step.starts_with(word)))
        });
        if may_be_read || project.declaration.raw.is_some() || project.declaration.incomplete {
            continue;
        }
        for argument in build.commands.packagings.iter().filter_map(|packaging| packaging.bucket.as_ref()) {
            let Reference::Variable(name) = argument.reference() else { continue };
            let is_given = GIVEN.iter().any(|prefix| name.starts_with(prefix)) || environment.sets(&name);
            if !is_given && !reported.contains(&argument.whole) {
                reported.push(argument.whole);
                let project = &project.declaration.symbol;
                diagnostics.push(projects::bucket_not_set(&name, argument.whole, &project.node, project.span));
            }
        }
    }
}
