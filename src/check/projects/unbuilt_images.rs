//! W0230: images that are pushed under a tag under which no command builds them. W0232: images that are deployed under a tag under
//! which no command pushes them.

use crate::check::support::build_calls::Calls;
use crate::check::support::build_environment::Environment;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::workspace::packaging::{GivenValue, Invocation};

pub(super) const RULE: Rule = Rule { name: "unbuilt-images", codes: &[Code::W0230, Code::W0232], run: check };

/// Programs with the commands of Docker.
const PROGRAMS: [&str; 2] = ["docker", "podman"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen = SeenBuilds::default();
    for place in subject.actions() {
        let project = place.action.project().and_then(|id| subject.hir.projects.get(id));
        let builds = subject.action_files.builds(place.pipeline_id, place.id);
        let own = subject.action_files.own_commands(place.pipeline_id, place.id);
        for build in builds.chain(own).filter(|build| seen.is_new(build)).collect::<Vec<_>>() {
            let environment = Environment::of(place.action, project, build);
            let calls = Calls { hir: subject.hir, plan: subject.plan, environment, source: None };
            let unbuilt = unbuilt(&calls);
            // One cause, one diagnostic.
            let unpushed = unpushed(&calls).filter(|_| unbuilt.is_empty());
            findings.extend(unbuilt);
            findings.extend(unpushed);
        }
    }
}

/// An image with its tag.
struct Image {
    address: String,
    tag: String,
    place: Span,
}

/// Returns the pushes of images that an earlier command builds under other tags only.
fn unbuilt(calls: &Calls<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut built: Vec<Image> = Vec::new();
    let mut tagged: Vec<Image> = Vec::new();
    let mut early: Vec<Image> = Vec::new();
    let invocations = &calls.environment.build.commands.invocations;
    for call in invocations.iter().filter(|call| PROGRAMS.contains(&call.program.as_str())) {
        let operation = call.operation(2);
        let words = match operation.as_slice() {
            ["buildx" | "image" | "builder", rest @ ..] => rest,
            all => all,
        };
        let offset = operation.len() - words.len();
        match words {
            ["build", ..] => {
                let tags = ["-t", "--tag"].into_iter().flat_map(|option| call.options(option));
                let Some(images) = tags.map(|tag| calls.image_of(&tag)).collect::<Option<Vec<_>>>() else {
                    return Vec::new();
                };
                for image in images {
                    let is_it = |other: &Image| other.address == image.address && other.tag == image.tag;
                    if let Some(at) = early.iter().position(is_it) {
                        found.push(built_later(early.remove(at).place, image.place));
                    }
                    built.push(image);
                }
            }
            ["tag", ..] => match call.positional(2 + offset).and_then(|target| calls.image_of(&target)) {
                Some(image) => tagged.push(image),
                None => return Vec::new(),
            },
            ["pull", ..] => tagged.extend(call.positional(1 + offset).and_then(|image| calls.image_of(&image))),
            ["push", ..] if call.certain && !call.has("-a") && !call.has("--all-tags") => {
                let Some(image) = call.positional(1 + offset).and_then(|image| calls.image_of(&image)) else {
                    continue;
                };
                let others = || built.iter().filter(|other| other.address == image.address);
                let is_known = |other: &Image| other.address == image.address && other.tag == image.tag;
                if let Some(other) = others().next()
                    && !built.iter().chain(&tagged).any(is_known)
                {
                    found.push(other_tag(image.place, other.place));
                } else if !built.iter().chain(&tagged).any(is_known) {
                    early.push(image);
                }
            }
            // Programs that create images without naming them.
            ["bake" | "commit" | "compose" | "import" | "load" | "manifest", ..] => return Vec::new(),
            _ => {}
        }
    }
    found
}

/// Commands that push images without naming them, or give them tags in the registry.
const OTHERWISE: [&str; 7] = ["--all-tags", "--push", "bake", "compose", "crane", "put-image", "skopeo"];

/// Returns the first image that `printf` writes for a deployment, if the build pushes images of its repository under other tags
/// only.
fn unpushed(calls: &Calls<'_>) -> Option<Diagnostic> {
    let build = calls.environment.build;
    let is_push = |call: &&Invocation| PROGRAMS.contains(&call.program.as_str()) && call.operation(1) == ["push"];
    let pushing = build.commands.invocations.iter().filter(is_push);
    let pushed = pushing.map(|call| calls.image_of(&call.positional(1)?)).collect::<Option<Vec<_>>>()?;
    if build.commands.opaque.is_some() || OTHERWISE.iter().any(|word| build.mentions(word)) {
        return None;
    }
    let written = build.commands.invocations.iter().filter(|call| call.program == "printf" && call.certain);
    let images =
        written.flat_map(|call| call.plain(&[]).into_iter().skip(1)).filter_map(|given| calls.image_of(&given));
    images.into_iter().find_map(|image| {
        let own = || pushed.iter().filter(|other| other.address == image.address);
        // Such as the variable of a loop.
        let is_unknown = |tag: &str| {
            let mut unknown = build.commands.assignments.iter().filter(|it| it.value.is_none());
            unknown.any(|it| tag.contains(&format!("${{{}}}", it.name)))
        };
        if own().any(|other| is_unknown(&other.tag)) {
            return None;
        }
        let other = own().next().filter(|_| own().all(|other| other.tag != image.tag))?;
        Some(not_pushed(image.place, other.place))
    })
}

impl Calls<'_> {
    /// Returns the image that a word names, or `None` if its tag is not known.
    fn image_of(&self, given: &GivenValue) -> Option<Image> {
        let text = self.resolved(&given.parts)?;
        let name = text.rfind('/').map_or(0, |at| at + 1);
        let (address, tag) = match text.get(name..)?.split_once(':') {
            Some((last, tag)) => (format!("{}{last}", text.get(..name)?), tag.to_owned()),
            // A variable may contain a tag.
            None if text.ends_with('}') => return None,
            None => (text, "latest".to_owned()),
        };
        (!address.contains('@')).then_some(Image { address, tag, place: given.whole })
    }
}

/// A push of a tag that is not there.
fn other_tag(place: Span, built: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0230,
        "no command builds or tags the image that is pushed here",
        place,
        "\"An image does not exist locally with the tag\"",
    )
    .label(built, "built under this tag")
    .help("push the tag that is built, or add this one with `docker tag`")
}

/// A push before the image is built.
fn built_later(place: Span, built: Span) -> Diagnostic {
    let label = "\"An image does not exist locally with the tag\"";
    Diagnostic::new(Code::W0230, "the image is pushed before it is built", place, label)
        .label(built, "built only here")
        .help("move the push after this command")
}

/// A deployed tag that is not there.
fn not_pushed(place: Span, pushed: Span) -> Diagnostic {
    let label = "the deployment would not find it, or find an older image";
    Diagnostic::new(Code::W0232, "no command pushes the image that is deployed here", place, label)
        .label(pushed, "pushed under this tag")
        .help("write the tag that is pushed, or push this one, too")
}
