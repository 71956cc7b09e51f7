//! E0255, W0903, W0905, E0911, W0912, W0930, E0940: the machines that builds run on.

use crate::diagnostic::wording::tick;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};

/// A build that needs the Docker daemon and has none.
pub fn docker_without_privileges(build: &str, project: &Spanned<String>, command: Span) -> Diagnostic {
    let message = format!("build `{build}` uses Docker and is not privileged");
    Diagnostic::new(Code::W0903, message, project.span, "has no Docker daemon")
        .label(command, "needs the daemon")
        .note("the run would fail with \"Cannot connect to the Docker daemon\"")
        .help(format!("add `privileged = true` to project `{}`", project.node))
}

/// A path among the modes of a cache. `path`: where it is known; `shown`: as written.
pub fn path_of_cache(shown: &str, path: Option<&str>, place: Span) -> Diagnostic {
    let message = format!("{} has no effect: CodeBuild takes the paths of a cache from the buildspec", tick(shown));
    let written = path.unwrap_or("...");
    Diagnostic::new(Code::E0255, message, place, "a path, not a mode")
        .help(format!("write `custom` here, and in the buildspec `cache: {{ paths: [\"{written}\"] }}`"))
        .edit(place, "custom")
}

/// Privileges that nothing needs.
pub fn needlessly_privileged(project: &str, place: Span) -> Diagnostic {
    let message = format!("project `{project}` is privileged and its builds never use Docker");
    Diagnostic::new(Code::W0903, message, place, "gives commands the rights of the machine below the container")
        .help("remove it")
}

/// An image that is no longer maintained.
pub fn deprecated_image(image: &str, place: Span, newest: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::W0905,
        format!("CodeBuild no longer maintains image `{image}`"),
        place,
        "gets no updates, and starts slowly because it is not cached",
    );
    match newest {
        // No edit: whether the build works with the tools of another image is for its owner to try.
        Some(newest) => diagnostic.help(format!("write `\"{newest}\"`")),
        None => diagnostic,
    }
}

/// An image that CodeBuild does not list.
pub fn unknown_image(image: &str, place: Span, near: Option<&str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::W0912, format!("CodeBuild lists no image `{image}`"), place, "unknown image");
    match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")).edit(place, format!("\"{near}\"")),
        None => diagnostic.help("write one of CodeBuild's images such as `aws/codebuild/standard:7.0`"),
    }
}

/// Privileged mode where there is none.
pub fn privileged(machine: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0911,
        format!("builds on {machine} cannot be privileged"),
        place,
        "not available on this machine",
    )
    .help("remove `privileged`, or build on Linux")
}

/// CodeBuild's own image, and an attribute for images of other registries.
pub fn own_image_fetched(attribute: &str, place: Span, image: Span) -> Diagnostic {
    let by_role = attribute != "registry-credential";
    let message = if by_role {
        "CodeBuild fetches its own image itself, not with the project's role"
    } else {
        "CodeBuild fetches its own image without a `registry-credential`"
    };
    let diagnostic = Diagnostic::new(Code::E0940, message, place, "for images of other registries")
        .label(image, "one of CodeBuild's own")
        .help(format!("remove `{attribute}`"));
    if by_role {
        return diagnostic
            .note("AWS: \"cannot use a CodeBuild curated image with imagePullCredentialsType SERVICE_ROLE\"");
    }
    diagnostic
}

/// What builds on AWS Lambda do without.
pub fn not_on_lambda(attribute: &str, machine: &str, place: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0911,
        format!("builds on {machine} take no `{attribute}`"),
        place,
        "not available on AWS Lambda",
    );
    let diagnostic = match attribute {
        "timeout" => diagnostic.note("AWS Lambda ends every build after 15 minutes"),
        _ => diagnostic,
    };
    diagnostic.help(format!("remove `{attribute}`, or build on a machine of another kind"))
}

/// An image for another processor than the machine has.
pub fn wrong_processor(image: &str, own: &str, machine: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0911,
        format!("image `{image}` does not run on {machine}"),
        place,
        format!("an image for {own}"),
    )
    .help("remove `environment-type`, or write an image for this machine")
}

/// A size that the machine does not come in.
pub fn wrong_size(size: &str, machine: &str, place: Span, sizes: &[&str]) -> Diagnostic {
    Diagnostic::new(
        Code::E0911,
        format!("{machine} does not come in size `{size}`"),
        place,
        "not a size of this machine",
    )
    .help(format!("write {}", wording::or_list(sizes.iter().copied())))
}

/// The size that is taken when none is given does not fit.
pub fn default_size(size: &str, machine: &str, place: Span, sizes: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0911,
        format!("{machine} does not come in size `{size}`, the default"),
        place,
        "needs another size",
    );
    match sizes.first() {
        Some(first) => diagnostic.help(format!("add `compute = {first}`")),
        None => diagnostic,
    }
}

/// A test whose project may run longer than CodePipeline waits.
pub fn outlasts_test(test: &Spanned<String>, project: &str, hours: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0930,
        format!("CodePipeline ends test `{}` after {}", test.node, wording::count(hours, "hour")),
        place,
        format!("builds of `{project}` may take longer"),
    )
    .label(test.span, "the test")
    .help(format!("lower the timeout to `{hours}h`, or use `build codebuild`"))
}

/// A project of two pipelines, one of which builds pull requests.
#[derive(Debug)]
pub struct SharedProject<'a> {
    /// The project.
    pub project: &'a str,
    /// Where pull requests run it.
    pub asked: Span,
    /// The other pipeline.
    pub pipeline: &'a str,
    /// Where that runs it.
    pub trusted: Span,
}

/// A project that builds pull requests and runs in another pipeline too.
pub fn shared_with_pull_requests(shared: &SharedProject<'_>) -> Diagnostic {
    let message =
        format!("project `{}` builds pull requests and runs in pipeline `{}` too", shared.project, shared.pipeline);
    Diagnostic::new(Code::W0878, message, shared.asked, "code of a pull request runs under the role of the project")
        .label(shared.trusted, "that role also reads and writes the artifacts here")
        .help("declare a second project for pull requests")
}
