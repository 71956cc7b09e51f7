//! W0443: task definitions for another processor than that of the images that a build makes for them.

use crate::catalog::images::{Image, image};
use crate::check::support::task_files::read;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, Project, ValueKind};
use crate::plan::{TASK_DEFINITION, repository};
use crate::source::Span;
use crate::workspace::Build;
use crate::workspace::document::Node;

pub(super) const RULE: Rule = Rule { name: "task-processors", codes: &[Code::W0443], run: check };

/// The key with the artifacts of images, by placeholder.
const IMAGES: &str = "Image1ArtifactName";

/// The option with the processor of an image, and the start of its value.
/// <https://docs.docker.com/build/building/multi-platform/> (2026-11-30)
const PLATFORM: &str = "--platform";
const LINUX: &str = "linux/";

/// The default of a task.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html> (2026-11-30)
const DEFAULT: &str = "X86_64";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: Vec<Span> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some((_, document)) = read(subject, place, TASK_DEFINITION) else { continue };
        let Some(root) = document.root.as_ref().filter(|root| !seen.contains(&root.span)) else { continue };
        seen.push(root.span);
        let written = root.at(&["runtimePlatform", "cpuArchitecture"]);
        let Some(of_task) = written.map_or(Some(DEFAULT), Node::literal) else { continue };
        for (name, node, built) in images(subject, place, root) {
            if built.processor != of_task && ["ARM64", DEFAULT].contains(&of_task) {
                let label = written.map_or(node.span, |written| written.span);
                findings.push(other_processor(&name, (of_task, label, written.is_some()), &built));
            }
        }
    }
}

/// The processor of an image.
struct Built {
    processor: &'static str,
    /// What decides it: an option, or the image of the build's project.
    place: Span,
}

/// Returns the placeholders of a task definition whose images a build makes.
fn images<'n>(subject: &Subject<'_>, place: Place<'_>, root: &'n Node) -> Vec<(String, &'n Node, Built)> {
    let Some(ValueKind::Map(entries)) = place.action.value(IMAGES).map(|value| &value.kind) else { return Vec::new() };
    let containers = root.get("containerDefinitions").map(Node::items).unwrap_or_default();
    let image_of = |name: &str| {
        let images = containers.iter().filter_map(|container| container.get("image"));
        images.into_iter().find(|image| image.literal() == Some(&format!("<{name}>")))
    };
    let one = |name: &str, kind: &ValueKind| {
        let ValueKind::Artifact(id) = kind else { return None };
        let producer = place.pipeline.artifacts.get(*id)?.producer;
        let build = subject.action_files.build(place.pipeline_id, producer)?;
        let image = processor(subject, build, place.pipeline.actions.get(producer)?)?;
        Some((name.to_owned(), image_of(name)?, image))
    };
    entries.iter().filter_map(|(name, value)| one(&name.node, &value.kind)).collect()
}

/// Returns the processor of all images that a build makes, if there is one.
fn processor(subject: &Subject<'_>, of_action: &Build, action: &Action) -> Option<Built> {
    let commands: Vec<_> = of_action.spec.commands().filter(|command| is_docker_build(&command.text)).collect();
    let mut found: Option<Built> = None;
    for command in &commands {
        let made = match command.text.split_once(PLATFORM) {
            Some((_, rest)) => {
                let value = rest.trim_start_matches(['=', ' ']).split([' ', '\n']).next()?.trim_matches(['"', '\'']);
                let processor = match value.strip_prefix(LINUX)? {
                    "amd64" => DEFAULT,
                    "arm64" | "arm64/v8" => "ARM64",
                    _ => return None,
                };
                Built { processor, place: command.span }
            }
            None => of_project(repository::project(subject.hir, action)?)?,
        };
        if found.as_ref().is_some_and(|other| other.processor != made.processor) {
            return None;
        }
        found = Some(made);
    }
    found
}

/// Returns whether a command makes an image of a Dockerfile.
fn is_docker_build(text: &str) -> bool {
    text.contains("docker build ") || text.contains("docker buildx build ")
}

/// Returns the processor of a project's machine, if the project has one of CodeBuild's images.
fn of_project(project: &Project) -> Option<Built> {
    let image_of = project.declaration.attributes.get("image")?;
    let Image::Curated { environment, .. } = image(image_of.value.as_str()?) else { return None };
    let processor = if environment.starts_with("ARM_") { "ARM64" } else { DEFAULT };
    let is_plain = !project.declaration.attributes.contains_key("environment-type");
    is_plain.then_some(Built { processor, place: image_of.value.span })
}

/// An image for another processor than that of the task.
fn other_processor(name: &str, (task, place, written): (&str, Span, bool), built: &Built) -> Diagnostic {
    let message = format!("image `<{name}>` is for {}, but the task runs on {task}", built.processor);
    let found = Diagnostic::new(Code::W0443, message, place, "the container would fail with \"exec format error\"")
        .label(built.place, format!("the image is built for {}", built.processor));
    let right = built.processor;
    if written {
        found.help(format!("write `\"{right}\"`, or build the image for {task}"))
    } else {
        found.help(format!(
            "add `\"runtimePlatform\": {{ \"cpuArchitecture\": \"{right}\" }}`, or build the image for {task}"
        ))
    }
}
