//! E0442, W0442, E0443: task definitions with placeholders that no image replaces, or that do not match the AppSpec.

use camino::Utf8PathBuf;

use crate::check::support::json_errors::{of_json_file, reason};
use crate::check::support::task_files::read;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::repository as family;
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase, wording};
use crate::hir::{Action, Value, ValueKind};
use crate::plan::TASK_DEFINITION;
use crate::source::{Span, Spanned};
use crate::workspace::document::Node;

pub(super) const RULE: Rule =
    Rule { name: "task-definitions", codes: &[Code::E0211, Code::E0442, Code::W0442, Code::E0443], run: check };

/// The key with the artifacts of images, by placeholder.
const IMAGES: &str = "Image1ArtifactName";

/// The key around a task definition in the output of the AWS CLI.
const WRAPPER: &str = "taskDefinition";

/// The key with the AppSpec.
const APPSPEC: &str = "AppSpecTemplateArtifact";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut broken: Vec<Span> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        if let Some((path, error)) = not_json(subject, place)
            && !broken.contains(&error.0)
        {
            broken.push(error.0);
            findings.push(family::not_json(&path, error.0, &reason(&error.1)));
            continue;
        }
        let Some((path, document)) = read(subject, place, TASK_DEFINITION) else { continue };
        match (&document.root, &document.error) {
            (Some(task), _) => one(subject, place, task, findings),
            (None, Some(error)) if !broken.contains(&error.span) => {
                broken.push(error.span);
                let shown = format!("task definition `{path}`");
                findings.push(family::not_parsed(&shown, &error.message, error.span, error.unfinished_key));
            }
            (None, _) => {}
        }
    }
}

/// Returns the path of a task definition that YAML accepts and JSON does not, and the error.
fn not_json(subject: &Subject<'_>, place: Place<'_>) -> Option<(Utf8PathBuf, (Span, serde_json::Error))> {
    let ValueKind::ArtifactFile(file) = &place.action.value(TASK_DEFINITION)?.kind else { return None };
    let (path, document) = subject.action_files.document(place.pipeline_id, file)?;
    let error = of_json_file(subject, &path).filter(|_| document.root.is_some())?;
    Some((path, error))
}

/// A container in a task definition.
struct Container {
    name: Option<Spanned<String>>,
    image: Option<Spanned<String>>,
    /// Its ports, unless some are ranges.
    ports: Option<Vec<String>>,
    /// Whether a build replaces its image.
    is_open: bool,
}

fn one(subject: &Subject<'_>, place: Place<'_>, task: &Node, findings: &mut Findings) {
    let Some(list) = task.get("containerDefinitions") else {
        let keys = || task.entries().iter().map(|entry| &entry.key);
        let near =
            keys().find(|key| similar(&key.node, ["containerDefinitions"]).is_some() || key.node == "containers");
        return findings.push(match near {
            Some(key) => misspelled_containers(key.span),
            None if task.entry(WRAPPER).is_some_and(|inner| inner.value.get("containerDefinitions").is_some()) => {
                wrapped(keys().next().map_or(task.span, |key| key.span))
            }
            None => no_containers(keys().next().map_or(task.span, |key| key.span)),
        });
    };
    let is_misspelled = || task.entries().iter().any(|entry| similar(&entry.key.node, ["family"]).is_some());
    if task.get("family").is_none() && !is_misspelled() {
        findings.push(no_family(task.entries().first().map_or(task.span, |entry| entry.key.span)));
    }
    let containers: Vec<Container> = list.items().iter().map(container).collect();
    placeholders(place.action, &containers, list.span, findings);
    let names: Vec<&Spanned<String>> = containers.iter().filter_map(|container| container.name.as_ref()).collect();
    let repeated = names.iter().enumerate().find_map(|(index, name)| {
        let first = names.iter().take(index).find(|other| other.node == name.node)?;
        Some((*name, first.span))
    });
    if let Some((name, first)) = repeated {
        return findings.push(named_twice(name, first));
    }
    if let Some((_, appspec)) = read(subject, place, APPSPEC)
        && let Some(appspec) = &appspec.root
    {
        target(appspec, &containers, findings);
    }
}

fn container(node: &Node) -> Container {
    let ports = node.get("portMappings").map(Node::items).unwrap_or_default();
    let ports = ports.iter().map(|port| Some(port.get("containerPort")?.literal()?.to_owned())).collect();
    Container {
        name: node.get("name").and_then(Node::spanned),
        image: node.get("image").and_then(Node::spanned),
        is_open: node.get("image").is_some_and(|image| image.tag.is_some()),
        ports,
    }
}

/// Compares the placeholders of the file with those that the pipeline replaces.
fn placeholders(action: &Action, containers: &[Container], list: Span, findings: &mut Findings) {
    let given: &[(Spanned<String>, Value)] = match action.value(IMAGES).map(|value| &value.kind) {
        Some(ValueKind::Map(entries)) => entries,
        Some(_) => return,
        None => &[],
    };
    let name_of = |image: &Spanned<String>| {
        image.node.strip_prefix('<').and_then(|text| text.strip_suffix('>')).map(str::to_owned)
    };
    let used: Vec<String> = containers.iter().filter_map(|it| it.image.as_ref()).filter_map(name_of).collect();
    for image in containers.iter().filter_map(|container| container.image.as_ref()) {
        if let Some(name) = name_of(image).filter(|name| !given.iter().any(|(known, _)| known.node == *name)) {
            let unused =
                given.iter().map(|(known, _)| known.as_str()).filter(|known| !used.iter().any(|it| it == known));
            let near = similar(&name, unused.clone()).or_else(|| only(unused));
            let written = near.and_then(|near| given.iter().find(|(known, _)| known.node == near));
            let images = action.configuration.get(IMAGES).map(|setting| (setting.attribute, "its images"));
            let label = written.map(|(known, _)| (known.span, "given here")).or(images);
            let label = label.unwrap_or((action.name.span, "deployed here"));
            findings.push(unfilled(&name, image.span, near, given.is_empty()).labels([label]));
        }
    }
    // Another container probably has the image of this one.
    let images: Vec<&Spanned<String>> = containers.iter().filter_map(|container| container.image.as_ref()).collect();
    let repeated = images.iter().enumerate().find_map(|(index, image)| {
        let is_repeated = images.iter().take(index).any(|other| other.node == image.node);
        (is_repeated && name_of(image).is_some()).then_some(*image)
    });
    // A container without an image is reported by its form.
    let is_open = containers.iter().any(|container| container.is_open || container.image.is_none());
    for (name, _) in given.iter().filter(|(name, _)| !is_open && !used.contains(&name.node)) {
        let open = used.iter().filter(|used| !given.iter().any(|(known, _)| known.node == **used));
        let near = open.clone().any(|used| similar(used, [name.node.as_str()]).is_some()) || only(open).is_some();
        // A similar name is reported in the file.
        let bare = containers.iter().filter_map(|it| it.image.as_ref()).find(|image| image.node == name.node);
        match bare {
            Some(image) if !near => findings.push(no_brackets(image)),
            None if !near => findings.push(unused(name, list, repeated)),
            _ => {}
        }
    }
}

/// Compares the container and port of the AppSpec with the containers.
fn target(appspec: &Node, containers: &[Container], findings: &mut Findings) {
    let resources = appspec.get("Resources").or_else(|| appspec.get("resources"));
    let Some([only]) = resources.map(Node::items) else { return };
    let service = only.entries().first().map(|entry| &entry.value);
    let balancer = service.and_then(|service| service.at(&["Properties", "LoadBalancerInfo"]));
    let Some(name) = balancer.and_then(|it| it.get("ContainerName")).and_then(Node::spanned) else { return };
    let names = || containers.iter().filter_map(|container| container.name.as_ref()).map(Spanned::as_str);
    if containers.iter().any(|container| container.name.is_none()) {
        return;
    }
    let Some(container) = containers.iter().find(|it| it.name.as_ref().is_some_and(|own| own.node == name.node)) else {
        return findings.push(no_container(&name, &names().collect::<Vec<_>>()));
    };
    let port = balancer.and_then(|it| it.get("ContainerPort")).and_then(Node::spanned);
    if let (Some(port), Some(ports)) = (port, &container.ports)
        && !ports.contains(&port.node)
        && port.node.bytes().all(|byte| byte.is_ascii_digit())
        // Other numbers are no ports, which another rule reports.
        && ports.iter().all(|port| port.parse::<u16>().is_ok())
    {
        findings.push(no_port(&port, &name.node, ports));
    }
}

/// A task definition without a name.
fn no_family(place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0443,
        "task definition has no `family`",
        place,
        "Amazon ECS rejects a task definition without it",
    )
    .help("add `\"family\": \"name\"`")
}

/// A task definition as `aws ecs describe-task-definition` prints it.
fn wrapped(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0443, "task definition has no `containerDefinitions`", place, "they are inside of this")
        .help(format!("remove `\"{WRAPPER}\"` and its braces, so that the file contains only what is inside"))
}

/// Containers under a misspelled key.
fn misspelled_containers(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0443, "task definition has no `containerDefinitions`", place, "")
        .help("write `containerDefinitions`")
        .edit(place, "\"containerDefinitions\"")
}

/// A task definition without containers.
fn no_containers(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0443, "task definition has no `containerDefinitions`", place, "")
        .help("add `containerDefinitions` with the containers to run")
}

/// Two containers with one name.
fn named_twice(name: &Spanned<String>, first: Span) -> Diagnostic {
    let message = format!("two containers are named `{}`", name.node);
    Diagnostic::new(Code::E0443, message, name.span, "Amazon ECS rejects the task definition")
        .label(first, "the first container")
        .help("give one of them another name")
}

/// A placeholder that the pipeline does not replace.
fn unfilled(name: &str, place: Span, near: Option<&str>, is_first: bool) -> Diagnostic {
    let message = format!("nothing fills the placeholder `<{name}>`");
    let diagnostic = Diagnostic::new(Code::E0442, message, place, "not among the images that the action names")
        .label_in_document("not among the image placeholders of the action");
    match near {
        // The file has the angle brackets, and the action only the name.
        Some(near) if near.starts_with('<') => {
            diagnostic.help(format!("write `{name}` in the action, without `<` and `>`"))
        }
        Some(near) => diagnostic.did_you_mean(&format!("<{near}>")).edit(place, format!("\"<{near}>\"")),
        None if is_first => diagnostic.help(phrase![
            "add the artifact with the image: ",
            PipeCode::set("images", format!("{{ {name} = Artifact }}"))
        ]),
        None => diagnostic.help(phrase![
            "add ",
            PipeCode::set(name, "Artifact"),
            " to `images`, with the artifact that contains the image"
        ]),
    }
}

/// A placeholder without its brackets, which is the name of an image then.
fn no_brackets(image: &Spanned<String>) -> Diagnostic {
    let meant = format!("\"<{}>\"", image.node);
    Diagnostic::new(
        Code::W0442,
        format!("`{}` is not a placeholder", image.node),
        image.span,
        "read as the name of an image",
    )
    .help(format!("write `{meant}`"))
    .edit(image.span, meant)
}

/// An image without a placeholder in the task definition.
fn unused(name: &Spanned<String>, list: Span, repeated: Option<&Spanned<String>>) -> Diagnostic {
    let message = format!("the task definition has no placeholder `<{}>`", name.node);
    let found = Diagnostic::new(Code::W0442, message, name.span, "this image is not deployed");
    if let Some(image) = repeated {
        return found
            .label(image.span, "another container has the same placeholder")
            .help(format!("write `\"image\": \"<{}>\"` in one of them", name.node));
    }
    found
        .label(list, format!("no `image` here is `<{}>`", name.node))
        .help(format!("write `\"image\": \"<{}>\"` in the task definition", name.node))
}

/// A container that the task definition does not have.
fn no_container(name: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let message = format!("the task definition has no container `{}`", name.node);
    let diagnostic = Diagnostic::new(Code::E0443, message, name.span, "");
    match similar(&name.node, known.iter().copied()) {
        near @ Some(_) => diagnostic.suggest(name.span, near),
        None => diagnostic.help(format!("use {}", wording::or_list(known.iter().copied()))),
    }
}

/// A port that the container does not map.
fn no_port(port: &Spanned<String>, container: &str, ports: &[String]) -> Diagnostic {
    let message = format!("container `{container}` has no port {}", port.node);
    let diagnostic = Diagnostic::new(Code::E0443, message, port.span, "not in its `portMappings`");
    match ports {
        [] => diagnostic.help(format!("add `\"portMappings\": [{{ \"containerPort\": {} }}]` to it", port.node)),
        ports => diagnostic.help(format!("use {}", wording::or_list(ports.iter().map(String::as_str)))),
    }
}

/// Returns the only item of an iterator.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}
