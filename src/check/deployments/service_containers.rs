//! E0445: containers and ports that a service of a template passes to its load balancer, and that its task definition
//! does not have.

use crate::check::support::inside_templates::{InsideTemplate, each_template};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};

pub(super) const RULE: Rule = Rule { name: "service-containers", codes: &[Code::E0445], run: check };

/// The resource types of services and of task definitions.
const SERVICE: &str = "AWS::ECS::Service";
const DEFINITION: &str = "AWS::ECS::TaskDefinition";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        let services = inside.section("Resources").filter(|entry| kind(entry) == Some(SERVICE));
        for properties in services.filter_map(|service| service.value.get("Properties")) {
            let Some(containers) = definition(inside, properties).and_then(containers) else { continue };
            let balancers = properties.get("LoadBalancers").map(Node::items).unwrap_or_default();
            findings.extend(balancers.iter().filter_map(|balancer| one(balancer, &containers)));
        }
    });
}

fn kind(entry: &Entry) -> Option<&str> {
    entry.value.get("Type").and_then(Node::literal)
}

/// Returns the task definition of a service, if the template declares it.
fn definition<'a>(inside: &'a InsideTemplate, service: &Node) -> Option<&'a Node> {
    let id = service.get("TaskDefinition")?.referred()?;
    let found = inside.section("Resources").find(|entry| entry.key.node == id)?;
    found.value.get("Properties").filter(|_| kind(found) == Some(DEFINITION))
}

/// A container of a task definition.
struct Container {
    name: Spanned<String>,
    /// Its ports; `None` if they are not all written.
    ports: Option<Vec<String>>,
}

/// Returns the containers of a task definition, or `None` if they are not all written.
fn containers(definition: &Node) -> Option<Vec<Container>> {
    let list = definition.get("ContainerDefinitions").filter(|list| !list.items().is_empty())?;
    let one = |node: &Node| {
        let name = node.get("Name")?.spanned()?;
        let ports = match node.get("PortMappings") {
            None => Some(Vec::new()),
            Some(mappings) if mappings.intrinsic().is_some() => None,
            Some(mappings) => {
                let port = |it: &Node| it.get("ContainerPort")?.literal().map(str::to_owned);
                mappings.items().iter().map(port).collect()
            }
        };
        Some(Container { name, ports })
    };
    list.items().iter().map(one).collect()
}

fn one(balancer: &Node, containers: &[Container]) -> Option<Diagnostic> {
    let name = balancer.get("ContainerName")?.spanned()?;
    let Some(container) = containers.iter().find(|it| it.name.node == name.node) else {
        return Some(no_container(&name, containers));
    };
    let port = balancer.get("ContainerPort")?.spanned()?;
    let ports = container.ports.as_ref().filter(|ports| !ports.contains(&port.node))?;
    Some(no_port(&port, &container.name, ports))
}

/// The label of what Amazon ECS does not find.
const REJECTED: &str = "Amazon ECS rejects the service";

/// A container that the task definition does not have.
fn no_container(name: &Spanned<String>, containers: &[Container]) -> Diagnostic {
    let known = || containers.iter().map(|container| container.name.as_str());
    let message = format!("the task definition has no container `{}`", name.node);
    let first: Option<Span> = containers.first().map(|container| container.name.span);
    let found = Diagnostic::new(Code::E0445, message, name.span, REJECTED);
    let found = match first {
        Some(first) => found.label(first, "a container of its task definition"),
        None => found,
    };
    let mut only = known();
    let near = similar(&name.node, known()).or_else(|| only.next().filter(|_| only.next().is_none()));
    match near {
        Some(_) => found.suggest(name.span, near),
        None => found.help(format!("use {}", wording::or_list(known()))),
    }
}

/// A port that the container does not have.
fn no_port(port: &Spanned<String>, container: &Spanned<String>, ports: &[String]) -> Diagnostic {
    let message = format!("container `{}` has no port {}", container.node, port.node);
    let found = Diagnostic::new(Code::E0445, message, port.span, REJECTED).label(container.span, "the container");
    match ports {
        [] => found.help(format!("add `ContainerPort: {}` to its `PortMappings`", port.node)),
        ports => found.help(format!("use {}", wording::or_list(ports.iter().map(String::as_str)))),
    }
}
