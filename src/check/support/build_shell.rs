//! The shell that runs the commands of a build.

use crate::catalog::images::{Image, image};
use crate::hir::Project;
use crate::workspace::Build;

/// The types of environments that run images for Linux.
const ON_LINUX: [&str; 2] = ["LINUX_CONTAINER", "ARM_CONTAINER"];

/// Returns whether a shell like `sh` runs the commands.
pub(in crate::check) fn is_posix(build: &Build, project: &Project) -> bool {
    let on_linux = match image_of(project) {
        Some(Image::Curated { environment, .. }) => !environment.contains("WINDOWS"),
        Some(Image::Foreign) => true,
        _ => false,
    };
    let environment = project.declaration.attributes.get("environment-type");
    let batch = build.spec.batch.as_ref();
    let types = batch.is_none_or(|batch| batch.environment_types.is_empty());
    let shell = build.spec.env.shell.as_ref().map(|shell| shell.node.as_str());
    on_linux
        && types
        && environment.is_none_or(|it| it.value.as_str().is_some_and(|own| ON_LINUX.contains(&own)))
        && project.declaration.raw().is_none()
        && shell.is_none_or(|shell| ["sh", "bash"].iter().any(|known| shell.ends_with(known)))
}

/// Returns whether the commands run in an image of CodeBuild for Linux, so that the programs in it are known.
pub(in crate::check) fn is_curated(build: &Build, project: &Project) -> bool {
    let has_curated = matches!(image_of(project), Some(Image::Curated { .. }));
    has_curated && is_posix(build, project) && build.spec.batch.as_ref().is_none_or(|batch| batch.images.is_empty())
}

/// Returns whether `powershell.exe` runs the commands, in an image of CodeBuild for Windows.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.env.shell> (2026-11-30)
pub(in crate::check) fn is_powershell(build: &Build, project: &Project) -> bool {
    let on_windows =
        matches!(image_of(project), Some(Image::Curated { environment, .. }) if environment.contains("WINDOWS"));
    let shell = build.spec.env.shell.as_ref();
    on_windows
        && project.declaration.raw().is_none()
        && build.spec.batch.is_none()
        && shell.is_none_or(|shell| shell.node.ends_with("powershell.exe"))
}

/// Returns whether the buildspec asks for Bash.
pub(in crate::check) fn asks_for_bash(build: &Build) -> bool {
    build.spec.env.shell.as_ref().is_some_and(|shell| shell.node.ends_with("bash"))
}

/// Returns whether the shell of the commands is not Bash, so that it rejects the syntax of Bash.
pub(in crate::check) fn runs_without_bash(build: &Build, project: &Project) -> bool {
    let has_other = matches!(image_of(project), Some(Image::Curated { sh: Some(_), .. }));
    has_other && is_curated(build, project) && !asks_for_bash(build)
}

fn image_of(project: &Project) -> Option<Image> {
    project.declaration.attributes.get("image").and_then(|attribute| attribute.value.as_str()).map(image)
}
