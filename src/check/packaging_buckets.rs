//! W0285: a deployed template packaged into a bucket that is a variable which nothing sets.

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::projects;
use crate::hir::{Project, ValueKind};
use crate::plan::{TemplateBehind, repository, template_behind};
use crate::source::Span;
use crate::workspace::Build;
use crate::workspace::packaging::{Argument, Reference};

use super::environment::Environment;
use super::{Place, Subject};

/// Beginnings of variables that CodeBuild sets, and of those that the AWS CLI reads.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html> (2026-11-28)
const GIVEN: [&str; 2] = ["CODEBUILD_", "AWS_"];
/// Commands that can set variables which the buildspec does not name.
const READS_VARIABLES: [&str; 3] = ["source ", ". ", "eval "];

/// Follows the bucket of the packaging command behind every deployed template.
pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut reported: Vec<Span> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some((name, argument, project)) = unset(subject, place) else { continue };
        if !reported.contains(&argument) {
            reported.push(argument);
            let symbol = &project.declaration.symbol;
            diagnostics.push(projects::bucket_not_set(&name, argument, &symbol.node, symbol.span));
        }
    }
}

/// The variable, the argument that names it, and the project of the build.
fn unset<'a>(subject: &Subject<'a>, place: Place<'a>) -> Option<(String, Span, &'a Project)> {
    let behind = template_behind(subject.hir, subject.workspace, place.pipeline_id, place.action);
    let TemplateBehind::Found { packaging: Some(packaging), .. } = behind else { return None };
    let (packaging, build) = *packaging;
    let ValueKind::ArtifactFile(file) = &place.action.value("TemplatePath")?.kind else { return None };
    let artifact = place.pipeline.artifacts.get(file.artifact?.0)?;
    let producer = place.pipeline.actions.get(artifact.producer.0)?;
    let project = repository::project(subject.hir, producer)?;
    let environment = Environment { own: producer.value("EnvironmentVariables"), project, build: &build };
    let Argument { whole, .. } = packaging.bucket.as_ref()?;
    let Reference::Variable(name) = packaging.bucket.as_ref()?.reference() else { return None };
    let known = GIVEN.iter().any(|prefix| name.starts_with(prefix)) || environment.sets(&name);
    let readable = project.declaration.raw.is_none() && !project.declaration.incomplete && !reads_variables(&build);
    (!known && readable).then_some((name, *whole, project))
}

fn reads_variables(build: &Build) -> bool {
    build.spec.commands().any(|command| {
        let mut steps = command.text.split(['\n', ';', '&', '|']).map(str::trim_start);
        steps.any(|step| READS_VARIABLES.iter().any(|word| step.starts_with(word)))
    })
}
