//! Removes the declared parts from the text of a template.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::compare::{Keys, NormalValue};
use crate::workspace::document::{Document, DocumentOrigin, Entry, Node};
use crate::workspace::pipeline_document::pipelines;

use crate::decompile::{Additions, INTERFACE};

/// Sections that a file of resources does not add to a template.
const SILENT: [&str; 2] = ["AWSTemplateFormatVersion", "Description"];

/// The sections whose entries can be declared. The first one is in every file of resources.
const SECTIONS: [&str; 5] = ["Resources", "Parameters", "Mappings", "Conditions", METADATA];

/// The section of which statements can say one entry.
const METADATA: &str = "Metadata";

/// Names of entries that statements declare, by section.
struct Declared<'d> {
    resources: BTreeSet<&'d str>,
    params: BTreeSet<&'d str>,
    mappings: BTreeSet<&'d str>,
    conditions: BTreeSet<&'d str>,
    interface: bool,
}

impl<'d> Declared<'d> {
    fn of(root: &'d Node, additions: &'d Additions) -> Self {
        let resources = pipelines(root).map(|entry| &entry.key.node).chain(additions.declared.keys());
        let resources = resources.chain(&additions.left_out);
        let names = |names: &'d BTreeSet<String>| names.iter().map(String::as_str).collect();
        Self {
            resources: resources.map(String::as_str).collect(),
            params: names(&additions.params),
            mappings: names(&additions.mappings),
            conditions: names(&additions.conditions),
            interface: additions.interface,
        }
    }

    /// Whether entries of a section can be among them.
    fn may_have(&self, section: &str) -> bool {
        SECTIONS.contains(&section) && (section != METADATA || self.interface)
    }

    fn has(&self, section: &str, entry: &Entry) -> bool {
        let name = entry.key.node.as_str();
        match section {
            "Resources" => self.resources.contains(name),
            "Parameters" => self.params.contains(name),
            "Mappings" => self.mappings.contains(name),
            "Conditions" => self.conditions.contains(name),
            METADATA => self.interface && name == INTERFACE,
            _ => false,
        }
    }
}

/// Returns the text of a template without its pipelines and other declared parts; everything else stays as it is,
/// including comments. `None` if nothing else is left.
pub(super) fn without_declared(text: &str, root: &Node, additions: &Additions) -> Option<String> {
    let resources = root.entry("Resources")?;
    let declared = Declared::of(root, additions);
    let left = |section: &Entry| {
        section.value.entries().iter().filter(|entry| !declared.has(&section.key.node, entry)).count()
    };
    let is_left = |section: &Entry| {
        let name = section.key.node.as_str();
        !SILENT.contains(&name) && !section.value.is_null() && (!declared.may_have(name) || left(section) > 0)
    };
    if !root.entries().iter().any(is_left) {
        return None;
    }
    let is_flow = |node: &Node| text.get(node.span.range()).is_some_and(|text| text.starts_with('{'));
    let cut = |node: &Node, is_cut: &dyn Fn(&Entry) -> bool| {
        if is_flow(node) { in_flow(text, node, is_cut) } else { in_block(text, node, is_cut) }
    };
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for section in root.entries().iter().filter(|entry| declared.may_have(&entry.key.node)) {
        if left(section) > 0 {
            ranges.extend(cut(&section.value, &|entry| declared.has(&section.key.node, entry)));
        } else if !std::ptr::eq(section, resources) {
            ranges.extend(cut(root, &|entry| std::ptr::eq(entry, section)));
        }
    }
    let mut pieces: Vec<(Range<usize>, String)> = ranges.into_iter().map(|range| (range, String::new())).collect();
    if left(resources) == 0 {
        pieces.push(emptied(text, resources, is_flow(&resources.value)));
    }
    pieces.sort_by_key(|(range, _)| range.start);
    let mut rest = text.to_owned();
    for (range, by) in pieces.into_iter().rev() {
        if rest.get(range.clone()).is_some() {
            rest.replace_range(range, &by);
        }
    }
    let kept = Document::parse(&rest, DocumentOrigin::At(root.span)).root.filter(|kept| is_same(kept, root, &declared));
    Some(if kept.is_some() { rest } else { as_json(root, &declared) })
}

/// Returns whether a text has the same meaning as the template apart from the declared parts.
fn is_same(kept: &Node, root: &Node, declared: &Declared<'_>) -> bool {
    let read = |node: &Node| NormalValue::read(node, Keys::AsWritten);
    let sections = |node: &Node, skips: &dyn Fn(&str, &Entry) -> bool| {
        let mut found = Vec::new();
        for section in node.entries() {
            if declared.may_have(&section.key.node) {
                let entries = section.value.entries().iter().filter(|entry| !skips(&section.key.node, entry));
                found
                    .extend(entries.map(|entry| (section.key.node.clone(), Some(&entry.key.node), read(&entry.value))));
            } else {
                found.push((section.key.node.clone(), None, read(&section.value)));
            }
        }
        found.into_iter().map(|(section, entry, value)| (section, entry.cloned(), value)).collect::<Vec<(
            String,
            Option<String>,
            Option<NormalValue>,
        )>>()
    };
    sections(kept, &|_, _| false) == sections(root, &|section, entry| declared.has(section, entry))
}

/// Returns the lines of entries, with the comments before and the empty lines after them.
fn in_block(text: &str, node: &Node, is_cut: &dyn Fn(&Entry) -> bool) -> Vec<Range<usize>> {
    let lines = |entry: &Entry| {
        let start = comments_start(text, entry);
        let end = line_end(text, end_of(&entry.value));
        let after = text.get(end..).unwrap_or_default();
        let empty = after.split_inclusive('\n').take_while(|line| line.trim().is_empty());
        start..end + empty.map(str::len).sum::<usize>()
    };
    node.entries().iter().filter(|entry| is_cut(entry)).map(lines).collect()
}

/// Returns the end of a node. The span of a mapping in block style may not include the last bracket in it.
fn end_of(node: &Node) -> usize {
    let inner = node.entries().iter().map(|entry| &entry.value).chain(node.items()).map(end_of).max();
    inner.unwrap_or(0).max(node.span.range().end)
}

/// Returns the end of the line in which a value ends.
fn line_end(text: &str, value_end: usize) -> usize {
    let end = text.get(..value_end).map_or(value_end, |text| text.trim_end().len());
    text.get(end..).and_then(|after| after.find('\n')).map_or(text.len(), |at| end + at + 1)
}

/// Returns the start of a key's line, or of the comments directly before it with the same indentation.
fn comments_start(text: &str, entry: &Entry) -> usize {
    let line_of = |at: usize| text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let key = entry.key.span.range().start;
    let mut start = line_of(key);
    let indent = text.get(start..key).map_or(0, |before| before.trim_end_matches(['"', '\'']).len());
    while let Some(above) = start.checked_sub(1).map(line_of) {
        let line = text.get(above..start).unwrap_or_default();
        let is_comment = line.trim_start().starts_with('#') && line.len() - line.trim_start().len() == indent;
        if !is_comment {
            break;
        }
        start = above;
    }
    start
}

/// Returns the comments before and in the declared parts, by their names in the template.
pub(super) fn comments_of_declared(text: &str, root: &Node, additions: &Additions) -> BTreeMap<String, Vec<String>> {
    let declared = Declared::of(root, additions);
    let mut found = BTreeMap::new();
    for section in root.entries().iter().filter(|entry| declared.may_have(&entry.key.node)) {
        let is_flow = text.get(section.value.span.range()).is_some_and(|text| text.starts_with('{'));
        for entry in section.value.entries().iter().filter(|entry| !is_flow && declared.has(&section.key.node, entry)) {
            let lines = comments_of(text, entry);
            if !lines.is_empty() {
                found.insert(entry.key.node.clone(), lines);
            }
        }
    }
    found
}

/// Returns whether there are comments before or in the metadata that says how the console shows parameters.
pub(super) fn has_interface_comments(text: &str, root: &Node) -> bool {
    let entry = root.get(METADATA).and_then(|metadata| metadata.entry(INTERFACE));
    entry.is_some_and(|entry| !comments_of(text, entry).is_empty())
}

/// Returns the comments before and in an entry, without `#`.
fn comments_of(text: &str, entry: &Entry) -> Vec<String> {
    let mut scalars = vec![entry.key.span.range()];
    add_scalars(&entry.value, &mut scalars);
    let start = comments_start(text, entry);
    let end = end_of(&entry.value);
    let mut found = Vec::new();
    let mut offset = start;
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        if offset > start && offset >= end {
            break;
        }
        let is_comment = |at: usize| {
            let follows_space = line.get(..at).is_some_and(|before| before.is_empty() || before.ends_with([' ', '\t']));
            follows_space && !scalars.iter().any(|scalar| scalar.contains(&(offset + at)))
        };
        let hash = line.match_indices('#').map(|(at, _)| at).find(|at| is_comment(*at));
        found.extend(hash.and_then(|at| line.get(at + 1..)).map(|comment| comment.trim_end().to_owned()));
        offset += line.len();
    }
    found
}

/// Collects the spans of the keys and strings in a node.
fn add_scalars(node: &Node, found: &mut Vec<Range<usize>>) {
    if node.scalar().is_some() {
        found.push(node.span.range());
    }
    for entry in node.entries() {
        found.push(entry.key.span.range());
        add_scalars(&entry.value, found);
    }
    node.items().iter().for_each(|item| add_scalars(item, found));
}

/// Returns entries in braces, with their commas: up to the next entry that stays, or from the end of the last one.
fn in_flow(text: &str, node: &Node, is_cut: &dyn Fn(&Entry) -> bool) -> Vec<Range<usize>> {
    let start = |entry: &Entry| {
        let start = entry.key.span.range().start;
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        start - before.filter(|it| "\"'".contains(*it)).map_or(0, char::len_utf8)
    };
    let mut ranges = Vec::new();
    let (mut kept_end, mut run): (Option<usize>, Option<Range<usize>>) = (None, None);
    for entry in node.entries() {
        let end = entry.value.span.range().end;
        if is_cut(entry) {
            run = Some(run.map_or_else(|| start(entry), |run| run.start)..end);
        } else {
            ranges.extend(run.take().map(|run| run.start..start(entry)));
            kept_end = Some(end);
        }
    }
    ranges.extend(run.map(|run| kept_end.unwrap_or(run.start)..run.end));
    ranges
}

/// Returns the edit to `Resources: {}`, if nothing is left in the section.
fn emptied(text: &str, section: &Entry, is_flow: bool) -> (Range<usize>, String) {
    let value = section.value.span.range();
    if is_flow {
        return (value, "{}".to_owned());
    }
    let end = line_end(text, end_of(&section.value));
    let key_end = section.key.span.range().end;
    let between = text.get(key_end..value.start).unwrap_or_default();
    let colon = between.find(':').map_or(key_end, |at| key_end + at + 1);
    (colon..end, " {}\n".to_owned())
}

/// Returns the template as JSON, if its text cannot be cut.
fn as_json(root: &Node, declared: &Declared<'_>) -> String {
    let mut json = crate::workspace::document::long_form(root);
    for (section, names) in [("Resources", &declared.resources), ("Parameters", &declared.params)] {
        if let Some(entries) = json.get_mut(section).and_then(serde_json::Value::as_object_mut) {
            entries.retain(|name, _| !names.contains(name.as_str()));
        }
    }
    let metadata = json.get_mut(METADATA).and_then(serde_json::Value::as_object_mut);
    if let Some(metadata) = metadata.filter(|_| declared.interface) {
        metadata.retain(|name, _| name != INTERFACE);
    }
    if let Some(sections) = json.as_object_mut() {
        let is_left = |section: &serde_json::Value| section.as_object().is_none_or(|it| !it.is_empty());
        sections.retain(|name, section| name == "Resources" || !declared.may_have(name) || is_left(section));
    }
    let mut text = serde_json::to_string_pretty(&json).unwrap_or_default();
    text.push('\n');
    text
}
