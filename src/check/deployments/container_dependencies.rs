//! E0443: containers of a task definition that wait for what another container never reaches.

use crate::check::support::task_files::{TaskDefinition, each_written_task};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Spanned;
use crate::workspace::document::Node;

pub(super) const RULE: Rule = Rule { name: "container-dependencies", codes: &[Code::E0443], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_written_task(subject, |task, label| {
        let list = task.get("containerDefinitions").map(Node::items).unwrap_or_default();
        findings.extend(Containers { list, task }.faults().into_iter().map(|diagnostic| diagnostic.labels(label)));
    });
}

/// The containers of a task definition.
struct Containers<'a> {
    list: &'a [Node],
    task: TaskDefinition<'a>,
}

impl<'a> Containers<'a> {
    fn get(&self, node: &'a Node, key: &str) -> Option<&'a Node> {
        self.task.of(node, key)
    }

    /// Returns the names of all containers; `None` if one is not written.
    fn names(&self) -> Option<Vec<Spanned<String>>> {
        self.list.iter().map(|container| self.get(container, "name")?.spanned()).collect()
    }

    fn faults(&self) -> Vec<Diagnostic> {
        let Some(names) = self.names() else { return Vec::new() };
        let waits = |container| self.get(container, "dependsOn").map(Node::items).unwrap_or_default();
        let all = self.list.iter().flat_map(waits);
        let mut found: Vec<Diagnostic> = all.filter_map(|wait| self.dependency(wait, &names)).collect();
        found.extend(self.circle(&names));
        found
    }

    /// Reports the first container that waits for itself through others.
    fn circle(&self, names: &[Spanned<String>]) -> Option<Diagnostic> {
        let waits = |at: usize| -> Vec<(usize, Spanned<String>)> {
            let waits = self.list.get(at).and_then(|container| self.get(container, "dependsOn"));
            let waits = waits.map(Node::items).unwrap_or_default().iter();
            let others = waits.filter_map(|wait| self.get(wait, "containerName")?.spanned());
            others.filter_map(|name| Some((names.iter().position(|known| known.node == name.node)?, name))).collect()
        };
        for (start, container) in names.iter().enumerate() {
            let mut reached: Vec<usize> = Vec::new();
            let mut open: Vec<(usize, Spanned<String>)> = waits(start);
            while let Some((at, place)) = open.pop() {
                if at == start {
                    return Some(waits_for_itself(container, &place));
                }
                if !reached.contains(&at) {
                    reached.push(at);
                    open.extend(waits(at));
                }
            }
        }
        None
    }

    fn dependency(&self, wait: &'a Node, names: &[Spanned<String>]) -> Option<Diagnostic> {
        let name = self.get(wait, "containerName")?.spanned()?;
        let Some(at) = names.iter().position(|known| known.node == name.node) else {
            return Some(no_container(&name, names));
        };
        let condition = self.get(wait, "condition")?.spanned()?;
        let other = self.list.get(at)?;
        let known = names.get(at)?;
        match condition.as_str() {
            "HEALTHY" if self.get(other, "healthCheck").is_none() => {
                Some(never_healthy(&condition, known, &self.task.key("healthCheck")))
            }
            "COMPLETE" | "SUCCESS" if self.get(other, "essential").is_none_or(|it| it.as_bool() == Some(true)) => {
                Some(never_ends(&condition, known, &self.task.key("essential")))
            }
            _ => None,
        }
    }
}

/// The label of what Amazon ECS rejects.
const REJECTED: &str = "Amazon ECS rejects the task definition";

/// A dependency on a container that does not exist.
fn no_container(name: &Spanned<String>, known: &[Spanned<String>]) -> Diagnostic {
    let names = || known.iter().map(Spanned::as_str);
    let message = format!("the task definition has no container `{}`", name.node);
    let found = Diagnostic::new(Code::E0443, message, name.span, REJECTED);
    match similar(&name.node, names()) {
        Some(near) => found.did_you_mean(near),
        None => found.help(format!("use {}", wording::or_list(names()))),
    }
}

/// A container that waits for itself, directly or through others.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definition_dependson>
/// (2026-11-30)
fn waits_for_itself(container: &Spanned<String>, last: &Spanned<String>) -> Diagnostic {
    let message = format!("container `{}` waits for itself", container.node);
    Diagnostic::new(Code::E0443, message, last.span, "the task cannot start")
        .label(container.span, "the container")
        .help("remove one of these dependencies")
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
