//! The shell that runs the commands of a build.

use crate::catalog::images::{Image, image};
use crate::hir::Project;
use crate::workspace::Build;

/// Returns whether a shell like `sh` runs the commands.
pub(in crate::check) fn is_posix(build: &Build, project: &Project) -> bool {
    let on_linux = match literal(project, "image").flatten().map(image) {
        Some(Image::Curated { environment, .. }) => !environment.contains("WINDOWS"),
        Some(Image::Foreign) => true,
        _ => false,
    };
    let batch = build.spec.batch.as_ref();
    let types = batch.is_none_or(|batch| batch.environment_types.is_empty());
    let shell = build.spec.env.shell.as_ref().map(|shell| shell.node.as_str());
    on_linux
        && types
        && matches!(literal(project, "environment-type"), None | Some(Some("LINUX_CONTAINER" | "ARM_CONTAINER")))
        && project.declaration.raw().is_none()
        && shell.is_none_or(|shell| ["sh", "bash"].iter().any(|known| shell.ends_with(known)))
}

/// Returns whether the commands run in an image of CodeBuild for Linux, so that the programs in it are known.
pub(in crate::check) fn is_curated(build: &Build, project: &Project) -> bool {
    let has_curated = matches!(literal(project, "image").flatten().map(image), Some(Image::Curated { .. }));
    has_curated && is_posix(build, project) && build.spec.batch.as_ref().is_none_or(|batch| batch.images.is_empty())
}

/// Returns whether the buildspec asks for Bash.
pub(in crate::check) fn asks_for_bash(build: &Build) -> bool {
    build.spec.env.shell.as_ref().is_some_and(|shell| shell.node.ends_with("bash"))
}

/// Returns whether the shell of the commands is not Bash, so that it rejects the syntax of Bash.
pub(in crate::check) fn runs_without_bash(build: &Build, project: &Project) -> bool {
    let has_other = matches!(literal(project, "image").flatten().map(image), Some(Image::Curated { sh: Some(_), .. }));
    has_other && is_curated(build, project) && !asks_for_bash(build)
}

fn literal<'p>(project: &'p Project, word: &str) -> Option<Option<&'p str>> {
    project.declaration.attributes.get(word).map(|attribute| attribute.value.as_str())
}
