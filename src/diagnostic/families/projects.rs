//! W0255, E0903, W0903, W0905, E0911, E0912, W0912, W0930, E0940: the machines that builds run on.

use crate::diagnostic::wording::tick;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};

/// A build that needs the Docker daemon in a project without it.
pub fn docker_without_privileges(build: &str, project: &Spanned<String>, command: Span) -> Diagnostic {
    let message = format!("build `{build}` uses Docker, but its project is not privileged");
    Diagnostic::new(Code::E0903, message, project.span, "has no Docker daemon")
        .label(command, "needs the Docker daemon")
        .note("the build would fail with \"Cannot connect to the Docker daemon\"")
        .help(format!("add `privileged = true` to project `{}`", project.node))
}

/// A path in `cache` that the buildspec does not list. `shown`: as written.
pub fn path_of_cache(shown: &str, place: Span) -> Diagnostic {
    let message = format!("cache path {} has no effect: the buildspec does not list it", tick(shown));
    Diagnostic::new(Code::W0255, message, place, "CodeBuild reads cache paths only from the buildspec")
        .help(format!("add `cache: {{ paths: [{shown}] }}` to the buildspec"))
}

/// Privileged mode that no build needs.
pub fn unnecessarily_privileged(project: &str, place: Span) -> Diagnostic {
    let message = format!("project `{project}` is privileged, but its builds do not use Docker");
    Diagnostic::new(Code::W0903, message, place, "gives build commands access to the devices of the host")
        .help("remove `privileged`")
}

/// An image that is no longer maintained.
pub fn deprecated_image(image: &str, place: Span, newest: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::W0905,
        format!("CodeBuild no longer maintains image `{image}`"),
        place,
        "gets no updates, and starts slowly because it is not cached on the host",
    );
    match newest {
        // No edit: whether the build works with the tools of another image is for its owner to try.
        Some(newest) => diagnostic.help(format!("write `\"{newest}\"`")),
        None => diagnostic,
    }
}

/// An image that CodeBuild does not list. `misspelled`: it is no name of a newer image either.
pub fn unknown_image(image: &str, place: Span, near: Option<&str>, misspelled: bool) -> Diagnostic {
    let (code, label) = if misspelled {
        (Code::E0912, "no build can start with this image")
    } else {
        (Code::W0912, "not in CodeBuild's list of images")
    };
    let diagnostic = Diagnostic::new(code, format!("unknown CodeBuild image `{image}`"), place, label);
    match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")).edit(place, format!("\"{near}\"")),
        None => diagnostic.help("use one of CodeBuild's images, such as `aws/codebuild/standard:7.0`"),
    }
}

/// Privileged mode where it is not available.
pub fn privileged(machine: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0911, format!("builds on {machine} cannot be privileged"), place, "")
        .help("remove `privileged`, or use a Linux environment type")
}

/// CodeBuild's own image, and an attribute for images of other registries.
pub fn own_image_fetched(attribute: &str, place: Span, image: Span) -> Diagnostic {
    let by_role = attribute != "registry-credential";
    let message = if by_role {
        "CodeBuild pulls its own images with its own credentials, not with the project's role"
    } else {
        "CodeBuild pulls its own images without `registry-credential`"
    };
    let diagnostic = Diagnostic::new(Code::E0940, message, place, "only for images from other registries")
        .label(image, "a CodeBuild image")
        .help(format!("remove `{attribute}`"));
    if by_role {
        return diagnostic
            .note("AWS: \"cannot use a CodeBuild curated image with imagePullCredentialsType SERVICE_ROLE\"");
    }
    diagnostic
}

/// What builds on AWS Lambda do not support.
pub fn not_on_lambda(attribute: &str, machine: &str, place: Span) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::E0911, format!("builds on {machine} do not support `{attribute}`"), place, "");
    let diagnostic = match attribute {
        "timeout" => diagnostic.note("builds on AWS Lambda time out after 15 minutes"),
        _ => diagnostic,
    };
    diagnostic.help(format!("remove `{attribute}`, or use another environment type"))
}

/// An image for a different processor from that of the machine.
pub fn wrong_processor(image: &str, own: &str, machine: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0911,
        format!("image `{image}` does not run on {machine}"),
        place,
        format!("an image for {own}"),
    )
    .help("remove `environment-type`, or use an image for this machine")
}

/// A compute size that the machine does not have.
pub fn wrong_size(size: &str, machine: &str, place: Span, sizes: &[&str]) -> Diagnostic {
    Diagnostic::new(Code::E0911, format!("{machine} is not available in size `{size}`"), place, "")
        .help(format!("write {}", wording::or_list(sizes.iter().copied())))
}

/// The default compute size is not available.
pub fn default_size(size: &str, machine: &str, place: Span, sizes: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0911,
        format!("{machine} is not available in the default size `{size}`"),
        place,
        "needs `compute`",
    );
    match sizes.first() {
        Some(first) => diagnostic.help(format!("add `compute = {first}`")),
        None => diagnostic,
    }
}

/// A test whose project has a longer timeout than CodePipeline allows.
pub fn outlasts_test(test: &Spanned<String>, project: &str, hours: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0930,
        format!("test `{}` times out after {}, before its build does", test.node, wording::count(hours, "hour")),
        place,
        format!("builds of project `{project}` can take longer"),
    )
    .label(test.span, "limited by CodePipeline")
    .help(format!("write `{hours}h` here, or use `build codebuild` instead of `test codebuild`"))
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

/// A project that builds pull requests and is used in another pipeline too.
pub fn shared_with_pull_requests(shared: &SharedProject<'_>) -> Diagnostic {
    let message = format!(
        "project `{}` builds pull requests, but is also used in pipeline `{}`",
        shared.project, shared.pipeline
    );
    Diagnostic::new(Code::W0878, message, shared.asked, "code of pull requests runs with the project's role")
        .label(shared.trusted, "the same role reads and writes the artifacts here")
        .help("declare a separate project for pull requests")
}
