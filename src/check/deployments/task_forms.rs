//! E0443: parts of a task definition that Amazon ECS rejects: containers without a name, incomplete log options, and
//! ports, volumes, and launch types that do not fit.

use crate::check::support::task_files::each_task_definition;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};

pub(super) const RULE: Rule = Rule { name: "task-forms", codes: &[Code::E0443], run: check };

/// The launch types.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html> (2026-11-30)
const TYPES: [&str; 4] = ["EC2", "EXTERNAL", "FARGATE", "MANAGED_INSTANCES"];

/// The keys of a container whose values are lists.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html> (2026-11-30)
const LISTS: [&str; 6] = ["dependsOn", "environment", "environmentFiles", "mountPoints", "portMappings", "secrets"];

/// The options that the log driver `awslogs` needs, and the one that it needs on AWS Fargate.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html> (2026-11-30)
const OF_LOGS: [&str; 2] = ["awslogs-group", "awslogs-region"];
const ON_FARGATE: &str = "awslogs-stream-prefix";

/// The label of what Amazon ECS rejects.
const REJECTED: &str = "Amazon ECS rejects the task definition";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_task_definition(subject, |_, root| findings.extend(faults(root)));
}

fn faults(root: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let types = root.get("requiresCompatibilities").map(Node::items).unwrap_or_default();
    let named: Vec<Spanned<String>> = types.iter().filter_map(Node::spanned).collect();
    found.extend(named.iter().filter(|name| !TYPES.contains(&name.as_str())).map(unknown_type));
    let on_fargate = named.iter().any(|name| name.node == "FARGATE");
    let network = root.get("networkMode").and_then(Node::literal);
    let shares_port = network == Some("awsvpc");
    let volumes: Option<Vec<&str>> =
        root.get("volumes").map_or(&[][..], Node::items).iter().map(|volume| volume.get("name")?.literal()).collect();
    for container in root.get("containerDefinitions").map(Node::items).unwrap_or_default() {
        if let Some(Entry { key, .. }) = container.entries().first().filter(|_| container.get("name").is_none()) {
            found.push(no_name(key.span));
        }
        for Entry { key, value } in container.entries().iter().filter(|entry| LISTS.contains(&entry.key.as_str())) {
            found.extend((!value.entries().is_empty()).then(|| not_a_list(key)));
        }
        if let Some(entry) = container.get("healthCheck").and_then(|check| check.entry("command")) {
            found.extend(entry.value.literal().map(|_| not_a_list(&entry.key)));
        }
        found.extend(container.get("logConfiguration").and_then(|logs| log_options(logs, on_fargate)));
        for ports in container.get("portMappings").map(Node::items).unwrap_or_default() {
            found.extend(ports_differ(ports).filter(|_| shares_port));
        }
        for mount in container.get("mountPoints").map(Node::items).unwrap_or_default() {
            let volume = mount.get("sourceVolume").and_then(Node::spanned).zip(volumes.as_ref());
            found.extend(volume.and_then(|(name, volumes)| no_volume(&name, volumes)));
        }
    }
    found
}

/// Reports an option that the log driver lacks.
fn log_options(logs: &Node, on_fargate: bool) -> Option<Diagnostic> {
    let driver = logs.entry("logDriver").filter(|driver| driver.value.literal() == Some("awslogs"))?;
    let options = logs.entry("options");
    let needed = OF_LOGS.into_iter().chain(on_fargate.then_some(ON_FARGATE));
    let has = |name: &str| options.is_some_and(|options| options.value.get(name).is_some());
    let missing = needed.into_iter().find(|name| !has(name))?;
    let place = options.map_or(driver.value.span, |options| options.key.span);
    let message = format!("the log driver `awslogs` needs the option `{missing}`");
    let label = if missing == ON_FARGATE { "AWS Fargate requires it" } else { REJECTED };
    Some(Diagnostic::new(Code::E0443, message, place, label).help(format!("add `\"{missing}\"` to `options`")))
}

/// Reports ports that must be equal, because the task has a network interface of its own.
fn ports_differ(ports: &Node) -> Option<Diagnostic> {
    let port = |key: &str| ports.get(key).and_then(Node::spanned);
    let (host, own) = port("hostPort").zip(port("containerPort"))?;
    (host.node != own.node && host.node != "0").then(|| {
        let message = format!("host port {} differs from container port {}", host.node, own.node);
        Diagnostic::new(Code::E0443, message, host.span, "must be equal in network mode `awsvpc`")
            .label(own.span, "the container's port")
            .help("remove `hostPort`")
    })
}

/// A launch type that does not exist.
fn unknown_type(name: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` is not a launch type", name.node);
    let found = Diagnostic::new(Code::E0443, message, name.span, REJECTED);
    match similar(&name.node, TYPES) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help(format!("write {}", wording::or_list(TYPES))),
    }
}

/// A container without a name.
fn no_name(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0443, "container without `name`", place, REJECTED).help("add `\"name\": \"...\"`")
}

/// A value that must be a list.
fn not_a_list(key: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` of a container takes a list", key.node);
    Diagnostic::new(Code::E0443, message, key.span, REJECTED).help("write its elements in `[ ]`")
}

/// A volume that the task does not have.
fn no_volume(name: &Spanned<String>, volumes: &[&str]) -> Option<Diagnostic> {
    if volumes.contains(&name.as_str()) {
        return None;
    }
    let message = format!("the task definition has no volume `{}`", name.node);
    let found = Diagnostic::new(Code::E0443, message, name.span, REJECTED);
    Some(match similar(&name.node, volumes.iter().copied()) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help(format!("add `{}` to `volumes`", name.node)),
    })
}
