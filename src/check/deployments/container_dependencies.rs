//! E0443: containers of a task definition that wait for what another container never reaches, and incomplete secrets.

use std::borrow::Cow;

use crate::check::support::inside_templates::with_merged;
use crate::check::support::task_files::each_task_definition;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};
use crate::workspace::document::Node;
use crate::workspace::pipeline_document::template_key;

pub(super) const RULE: Rule = Rule { name: "container-dependencies", codes: &[Code::E0443], run: check };

/// The conditions of a dependency.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html> (2026-11-30)
const CONDITIONS: [&str; 4] = ["COMPLETE", "HEALTHY", "START", "SUCCESS"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_task_definition(subject, |_, root| {
        let list = root.get("containerDefinitions").map(Node::items).unwrap_or_default();
        findings.extend(Containers { list, in_template: false }.faults());
    });
    for inside in with_merged(subject).filter(|inside| inside.template.declares_all_names()) {
        let resources = inside.section("Resources").map(|entry| &entry.value);
        let tasks = resources.filter(|it| it.get("Type").and_then(Node::literal) == Some("AWS::ECS::TaskDefinition"));
        for list in tasks.filter_map(|task| task.at(&["Properties", "ContainerDefinitions"])) {
            let found = Containers { list: list.items(), in_template: true }.faults();
            findings.extend(found.into_iter().map(|diagnostic| diagnostic.labels(inside.deployed_here())));
        }
    }
}

/// The containers of a task definition.
struct Containers<'a> {
    list: &'a [Node],
    /// Whether it is part of a template, in which keys start with a capital letter.
    in_template: bool,
}

impl<'a> Containers<'a> {
    /// Returns a key of the API in the spelling of the document.
    fn key<'k>(&self, key: &'k str) -> Cow<'k, str> {
        if self.in_template { Cow::Owned(template_key(key)) } else { Cow::Borrowed(key) }
    }

    fn get(&self, node: &'a Node, key: &str) -> Option<&'a Node> {
        node.get(&self.key(key))
    }

    /// Returns the names of all containers; `None` if one is not written.
    fn names(&self) -> Option<Vec<Spanned<String>>> {
        self.list.iter().map(|container| self.get(container, "name")?.spanned()).collect()
    }

    fn faults(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let names = self.names();
        for container in self.list {
            let secrets = self.get(container, "secrets").map(Node::items).unwrap_or_default();
            found.extend(secrets.iter().filter_map(|secret| self.secret(secret)));
            if let Some(names) = &names {
                let waits = self.get(container, "dependsOn").map(Node::items).unwrap_or_default();
                found.extend(waits.iter().filter_map(|wait| self.dependency(wait, names)));
            }
        }
        found
    }

    fn secret(&self, secret: &'a Node) -> Option<Diagnostic> {
        if secret.intrinsic().is_some() || secret.entries().is_empty() || self.get(secret, "valueFrom").is_some() {
            return None;
        }
        let keys = || secret.entries().iter().map(|entry| &entry.key);
        let written = keys().find(|it| it.node.eq_ignore_ascii_case("value"));
        Some(no_source(&self.key("valueFrom"), written, keys().next().map_or(secret.span, |key| key.span)))
    }

    fn dependency(&self, wait: &'a Node, names: &[Spanned<String>]) -> Option<Diagnostic> {
        let Some(name) = self.get(wait, "containerName") else {
            let first = wait.entries().first().filter(|_| wait.intrinsic().is_none())?;
            return Some(no_name(&self.key("containerName"), first.key.span, names));
        };
        let name = name.spanned()?;
        let Some(at) = names.iter().position(|known| known.node == name.node) else {
            return Some(no_container(&name, names));
        };
        let condition = self.get(wait, "condition")?.spanned()?;
        if !CONDITIONS.contains(&condition.as_str()) {
            return Some(no_condition(&condition));
        }
        let other = self.list.get(at)?;
        let known = names.get(at)?;
        match condition.as_str() {
            "HEALTHY" if self.get(other, "healthCheck").is_none() => {
                Some(never_healthy(&condition, known, &self.key("healthCheck")))
            }
            "COMPLETE" | "SUCCESS" if self.get(other, "essential").is_none_or(|it| it.as_bool() == Some(true)) => {
                Some(never_ends(&condition, known, &self.key("essential")))
            }
            _ => None,
        }
    }
}

/// The label of what Amazon ECS rejects.
const REJECTED: &str = "Amazon ECS rejects the task definition";

/// A secret without its source.
fn no_source(key: &str, written: Option<&Spanned<String>>, place: Span) -> Diagnostic {
    let place = written.map_or(place, |written| written.span);
    let found = Diagnostic::new(Code::E0443, format!("secret of a container has no `{key}`"), place, REJECTED);
    match written {
        Some(_) => found.help(format!("write `{key}`, with the ARN of the secret or parameter")),
        None => found.help(format!("add `{key}` with the ARN of the secret or parameter")),
    }
}

/// A dependency that names no container.
fn no_name(key: &str, place: Span, known: &[Spanned<String>]) -> Diagnostic {
    let message = format!("element of `dependsOn` needs `{key}`");
    let names = wording::or_list(known.iter().map(Spanned::as_str));
    Diagnostic::new(Code::E0443, message, place, REJECTED).help(format!("add `{key}` with {names}"))
}

/// A dependency on a container that does not exist.
fn no_container(name: &Spanned<String>, known: &[Spanned<String>]) -> Diagnostic {
    let names = || known.iter().map(Spanned::as_str);
    let message = format!("the task definition has no container `{}`", name.node);
    let found = Diagnostic::new(Code::E0443, message, name.span, REJECTED);
    match similar(&name.node, names()) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help(format!("use {}", wording::or_list(names()))),
    }
}

/// A condition that does not exist.
fn no_condition(condition: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` is not a valid value for `condition`", condition.node);
    let found = Diagnostic::new(Code::E0443, message, condition.span, REJECTED);
    match similar(&condition.node, CONDITIONS) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help(format!("write {}", wording::or_list(CONDITIONS))),
    }
}

/// A container that has no health. `key`: that of its health check.
fn never_healthy(condition: &Spanned<String>, other: &Spanned<String>, key: &str) -> Diagnostic {
    let message = format!("container `{}` has no `{key}`", other.node);
    Diagnostic::new(Code::E0443, message, condition.span, "waits until its health check succeeds")
        .label(other.span, "the container")
        .help(format!("add `{key}` to the container, or wait for `START`"))
}

/// A container that must not end before the task. `key`: the one that says so.
fn never_ends(condition: &Spanned<String>, other: &Spanned<String>, key: &str) -> Diagnostic {
    let message = format!("container `{}` is essential, so the task ends with it", other.node);
    Diagnostic::new(Code::E0443, message, condition.span, "waits until the container ends")
        .label(other.span, "the container")
        .help(format!("add `{key}` with the value `false` to the container, or wait for `START`"))
}
