//! What is beside the pipelines of a template: its text without them.

use std::ops::Range;

use crate::compare::Pipelines;
use crate::workspace::document::{Document, DocumentOrigin, Entry, Node};
use crate::workspace::pipeline_document::pipelines;

/// Sections that a file of resources does not add to a template.
const SILENT: [&str; 2] = ["AWSTemplateFormatVersion", "Description"];

/// The text of a template without its pipelines: everything else stays as it is, comments too. None: nothing else is there.
pub(super) fn without_pipelines(text: &str, root: &Node) -> Option<String> {
    let section = root.entry("Resources")?;
    let cut: Vec<&Entry> = pipelines(root).collect();
    let leaves_resources = section.value.entries().len() > cut.len();
    let has_others = root.entries().iter().any(|entry| {
        entry.key.node != "Resources" && !SILENT.contains(&entry.key.node.as_str()) && !entry.value.is_null()
    });
    if !leaves_resources && !has_others {
        return None;
    }
    let is_flow = text.get(section.value.span.range()).is_some_and(|text| text.starts_with('{'));
    let ranges: Vec<Range<usize>> = if !leaves_resources {
        vec![section.value.span.range()]
    } else if is_flow {
        cut.iter().map(|entry| in_flow(text, entry)).collect()
    } else {
        cut.iter().map(|entry| in_block(text, entry)).collect()
    };
    let mut rest = text.to_owned();
    for range in ranges.iter().rev() {
        rest.replace_range(range.clone(), if leaves_resources { "" } else { "{}" });
    }
    if !leaves_resources && !is_flow {
        rest = on_one_line(&rest, section, ranges.first()?.start);
    }
    let kept = Document::parse(&rest, DocumentOrigin::At(root.span)).root.filter(|kept| is_same(kept, root));
    Some(if kept.is_some() { rest } else { as_json(root) })
}

/// Whether two templates say the same but for the pipelines.
fn is_same(kept: &Node, root: &Node) -> bool {
    let (kept, mut whole) = (Pipelines::read(kept), Pipelines::read(root));
    whole.pipelines.clear();
    kept.pipelines.is_empty()
        && kept.resources == whole.resources
        && kept.permissions == whole.permissions
        && kept.sections == whole.sections
}

/// The lines of an entry.
fn in_block(text: &str, entry: &Entry) -> Range<usize> {
    let start = entry.key.span.range().start;
    let start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end = entry.value.span.range().end;
    let end = text.get(..end).map_or(end, |text| text.trim_end().len());
    let end = text.get(end..).and_then(|after| after.find('\n')).map_or(text.len(), |at| end + at + 1);
    start..end
}

/// An entry between braces, with one comma.
fn in_flow(text: &str, entry: &Entry) -> Range<usize> {
    let mut range = entry.key.span.range().start..entry.value.span.range().end;
    let quote = text.get(..range.start).and_then(|before| before.chars().next_back()).filter(|it| "\"'".contains(*it));
    range.start -= quote.map_or(0, char::len_utf8);
    let after = text.get(range.end..).unwrap_or_default();
    let spaces = after.len() - after.trim_start().len();
    if after.trim_start().starts_with(',') {
        let behind = after.get(spaces + 1..).unwrap_or_default();
        range.end += spaces + 1 + (behind.len() - behind.trim_start().len());
        return range;
    }
    let before = text.get(..range.start).unwrap_or_default().trim_end();
    range.start = before.strip_suffix(',').unwrap_or(before).len();
    range
}

/// `Resources: {}`, where the value was in lines of its own.
fn on_one_line(text: &str, section: &Entry, value: usize) -> String {
    let key_end = section.key.span.range().end;
    let colon = text.get(key_end..value).and_then(|between| between.find(':')).map_or(key_end, |at| key_end + at + 1);
    let (head, rest) = (text.get(..colon).unwrap_or_default(), text.get(value..).unwrap_or_default());
    let after = rest.strip_prefix("{}").unwrap_or(rest);
    let line_end = if after.is_empty() || after.starts_with('\n') { "" } else { "\n" };
    format!("{head} {{}}{line_end}{after}")
}

/// The template as JSON, where its text cannot be cut.
fn as_json(root: &Node) -> String {
    let mut json = crate::workspace::document::long_form(root);
    let ids: Vec<&str> = pipelines(root).map(|entry| entry.key.node.as_str()).collect();
    if let Some(resources) = json.get_mut("Resources").and_then(serde_json::Value::as_object_mut) {
        resources.retain(|id, _| !ids.contains(&id.as_str()));
    }
    let mut text = serde_json::to_string_pretty(&json).unwrap_or_default();
    text.push('\n');
    text
}
