//! Task definitions and other files that attributes of deployments name.

use std::sync::Arc;

use camino::Utf8PathBuf;

use super::inside_templates::{InsideTemplate, with_merged};
use super::json_errors::of_json_file;
use super::object_forms::is_written_out;
use crate::catalog::spellings::template_key;
use crate::check::{Place, Subject};
use crate::hir::ValueKind;
use crate::plan::TASK_DEFINITION;
use crate::source::Span;
use crate::workspace::document::{Document, Entry, Node};

/// The resource type of task definitions.
pub(in crate::check) const DEFINITION: &str = "AWS::ECS::TaskDefinition";

/// The name of Fargate in task definitions and services.
pub(in crate::check) const FARGATE: &str = "FARGATE";

/// A task definition: a file, or the properties of a resource.
#[derive(Debug, Clone, Copy)]
pub(in crate::check) struct TaskDefinition<'a> {
    pub node: &'a Node,
    /// Whether it is part of a template, in which keys start with a capital letter.
    pub in_template: bool,
}

impl<'a> TaskDefinition<'a> {
    /// Returns a key as it is written here.
    pub(in crate::check) fn key(&self, key: &str) -> String {
        if self.in_template { template_key(key) } else { key.to_owned() }
    }

    /// A key and its value, as they are written here.
    pub(in crate::check) fn pair(&self, key: &str, value: &str) -> String {
        let key = self.key(key);
        if self.in_template { format!("{key}: {value}") } else { format!("\"{key}\": \"{value}\"") }
    }

    pub(in crate::check) fn get(&self, key: &str) -> Option<&'a Node> {
        self.node.get(&self.key(key))
    }

    /// Returns the value of a key of a part of it.
    pub(in crate::check) fn of<'n>(&self, part: &'n Node, key: &str) -> Option<&'n Node> {
        part.get(&self.key(key))
    }

    /// Returns the elements of a list in a part of it, or `None` if a function computes them.
    pub(in crate::check) fn list<'n>(&self, part: &'n Node, key: &str) -> Option<&'n [Node]> {
        match self.of(part, key) {
            None => Some(&[]),
            Some(list) if list.intrinsic().is_some() => None,
            Some(list) => Some(list.items()),
        }
    }

    /// Returns the entries at the end of a path, in each element of the lists on the way.
    pub(in crate::check) fn entries(&self, path: &str) -> Vec<&'a Entry> {
        let (before, last) = path.rsplit_once('.').unwrap_or(("", path));
        let mut nodes = vec![self.node];
        for key in before.split('.').filter(|key| !key.is_empty()) {
            let inner = nodes.into_iter().filter_map(|node| node.get(&self.key(key)));
            nodes = inner.flat_map(Node::one_or_more).collect();
        }
        nodes.into_iter().filter_map(|node| node.entry(&self.key(last))).collect()
    }

    pub(in crate::check) fn containers(&self) -> impl Iterator<Item = &'a Node> {
        self.get("containerDefinitions").map(Node::items).unwrap_or_default().iter()
    }

    /// Returns the span of a launch type among those that the definition is for.
    pub(in crate::check) fn is_for(&self, launch: &str) -> Option<Span> {
        let types = self.get("requiresCompatibilities")?.items();
        types.iter().find(|item| item.literal() == Some(launch)).map(|item| item.span)
    }
}

/// Returns the IDs and properties of the task definitions of a template, without those with computed keys.
pub(in crate::check) fn definitions_of(inside: &InsideTemplate) -> impl Iterator<Item = (&str, TaskDefinition<'_>)> {
    let is_definition = |entry: &&Entry| entry.value.get("Type").and_then(Node::literal) == Some(DEFINITION);
    let properties = inside.section("Resources").filter(is_definition);
    let properties = properties.filter_map(|entry| Some((entry.key.as_str(), entry.value.get("Properties")?)));
    let written = properties.filter(|(_, node)| is_written_out(node));
    written.map(|(id, node)| (id, TaskDefinition { node, in_template: true }))
}

/// Calls `visit` with each task definition of a file or of a template, and the label for its deployment.
pub(in crate::check) fn each_written_task(
    subject: &Subject<'_>,
    mut visit: impl FnMut(TaskDefinition<'_>, Option<(Span, &'static str)>),
) {
    each_task_definition(subject, |_, node| visit(TaskDefinition { node, in_template: false }, None));
    for inside in with_merged(subject).filter(|inside| inside.template.declares_all_names()) {
        definitions_of(inside).for_each(|(_, task)| visit(task, inside.deployed_here()));
    }
}

/// Returns an amount of memory in MiB, or of processors in CPU units: `1024`, `1 GB`, and `1 vCPU` are the same.
pub(in crate::check) fn amount(text: &str, large: &str) -> Option<u32> {
    let text = text.trim();
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let (number, unit) = text.split_at_checked(text.len().checked_sub(large.len())?)?;
    if !unit.eq_ignore_ascii_case(large) {
        return None;
    }
    let (whole, part) = number.trim().split_once('.').unwrap_or((number.trim(), ""));
    let whole: u32 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part = match part.trim_end_matches('0') {
        "" => 0,
        "5" => 512,
        "25" => 256,
        "75" => 768,
        _ => return None,
    };
    whole.checked_mul(1024)?.checked_add(part)
}

/// Reads a file that an attribute names, if it is in the repository. What a build replaces in it is unknown.
pub(in crate::check) fn read(
    subject: &Subject<'_>,
    place: Place<'_>,
    key: &str,
) -> Option<(Utf8PathBuf, Arc<Document>)> {
    let ValueKind::ArtifactFile(file) = &place.action.value(key)?.kind else { return None };
    let (path, document) = subject.action_files.document(place.pipeline_id, file)?;
    // Another rule reports a file that is not JSON, although YAML accepts it.
    (document.root.is_none() || of_json_file(subject, &path).is_none()).then_some((path, document))
}

/// Calls `visit` with each task definition that an action names and the repository has, once, and the first of its
/// actions.
pub(in crate::check) fn each_task_definition<'a>(subject: &Subject<'a>, mut visit: impl FnMut(Place<'a>, &Node)) {
    let mut seen: Vec<Span> = Vec::new();
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some((_, document)) = read(subject, place, TASK_DEFINITION) else { continue };
        if let Some(root) = document.root.as_ref().filter(|root| !seen.contains(&root.span)) {
            seen.push(root.span);
            visit(place, root);
        }
    }
}
