//! Converts intents to edits of a document in its own syntax: YAML blocks, or the brackets of JSON and YAML's flow
//! style.

use crate::catalog::numbers::number;
use crate::diagnostic::{Edit, Intent};
use crate::source::{SourceMap, Span};
use crate::workspace::document::{Entry, Node, NodeKind, Style};

/// A document, and the names of an action's keys in it.
pub(super) struct Rewriter<'d> {
    pub(super) root: &'d Node,
    pub(super) json: bool,
    pub(super) sources: &'d SourceMap,
}

impl Rewriter<'_> {
    /// Returns the edits for an intent, or `None` if they cannot be determined. `aws`: returns AWS's name for a word of
    /// the language at a span.
    pub(super) fn edits(&self, intent: &Intent, aws: &dyn Fn(Span, &str) -> String) -> Option<Vec<Edit>> {
        let edit = match intent {
            Intent::SetString { place, text } | Intent::SetName { place, name: text } => self.set(*place, text)?,
            Intent::SetAttribute { given: Some(place), value, .. } => self.set(*place, &literal(value)?)?,
            Intent::SetAttribute { block, attribute, value, given: None } => {
                self.add_to_configuration(*block, &aws(*block, attribute), &literal(value)?)?
            }
            Intent::Remove { attribute } => self.remove(*attribute)?,
            Intent::AddStatement { .. } | Intent::ReplaceAttribute { .. } | Intent::RemoveOutput { .. } => return None,
        };
        Some(vec![edit])
    }

    fn text(&self, span: Span) -> &str {
        self.sources.file(span.file).text()
    }

    /// Replaces the text of a scalar, or a part of it.
    pub(super) fn set(&self, place: Span, text: &str) -> Option<Edit> {
        let scalar = scalar_at(self.root, place)?;
        let whole = scalar.text_span();
        let style = scalar.scalar()?.style;
        let place = if place.covers(scalar.span) { whole } else { place };
        let is_whole = place == whole;
        let plain = is_plain(text);
        let replacement = match (style, self.text(place).get(..whole.start as usize)?.chars().next_back()) {
            (Style::Quoted, Some('"')) => escaped(text)?,
            (Style::Quoted, Some('\'')) if !text.contains('\n') => text.replace('\'', "''"),
            (Style::Plain, _) if self.json && is_whole => format!("\"{}\"", escaped(text)?),
            (Style::Plain, _) if plain => text.to_owned(),
            (Style::Plain, _) if is_whole => format!("\"{}\"", escaped(text)?),
            _ => return None,
        };
        Some(Edit { span: place, replacement })
    }

    /// Adds a key to the configuration of the action at a span.
    fn add_to_configuration(&self, action: Span, key: &str, value: &str) -> Option<Edit> {
        let configuration = configuration_at(self.root, action.start)?;
        let last = configuration.entries().last()?;
        let first = configuration.entries().first()?;
        let text = self.text(action);
        let line_of = |at: u32| text.get(..at as usize).map_or(0, |before| before.matches('\n').count());
        let indent = indent_before(text, first.key.span.start)?;
        let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        if text.get(configuration.span.range())?.starts_with('{') {
            let entry = if self.json {
                format!("\"{key}\": \"{}\"", escaped(value)?)
            } else {
                format!("{key}: {}", spelled(value)?)
            };
            let own_lines = line_of(configuration.span.start) != line_of(first.key.span.start);
            let break_before = if own_lines { format!("{line_end}{indent}") } else { " ".to_owned() };
            return Some(Edit { span: last.value.span.after(), replacement: format!(",{break_before}{entry}") });
        }
        // Before the first key of the block, because lines after a block scalar at its end may belong to it.
        let column = first.key.span.start as usize
            - text.get(..first.key.span.start as usize)?.rfind('\n').map_or(0, |at| at + 1);
        let entry = format!("{key}: {}{line_end}{}", spelled(value)?, " ".repeat(column));
        Some(Edit { span: first.key.span.before(), replacement: entry })
    }

    /// Removes a key with its value. `attribute`: the span from the key to the end of the value.
    fn remove(&self, attribute: Span) -> Option<Edit> {
        let (mapping, entry) = entry_at(self.root, attribute)?;
        let text = self.text(attribute);
        let span = entry.key.span.to(entry.value.span);
        // The entries of an alias or a merge are written elsewhere.
        if !mapping.span.covers(span) {
            return None;
        }
        let place = if text.get(mapping.span.range())?.starts_with('{') {
            with_comma(span, text)?
        } else {
            whole_lines(mapping, span, text)?
        };
        Some(Edit { span: place, replacement: String::new() })
    }
}

/// Returns the value of an attribute as AWS's text: the items of a list separated by commas.
fn literal(value: &str) -> Option<String> {
    let value = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(value);
    let items = value.split(',').map(|item| item.trim().trim_matches('"'));
    let text = items.collect::<Vec<_>>().join(",");
    text.chars().all(|c| c.is_ascii_alphanumeric() || "_-,".contains(c)).then_some(text)
}

/// Returns a text in double quotes, valid in JSON and YAML.
fn escaped(text: &str) -> Option<String> {
    let is_printable = text.chars().all(|c| !c.is_control());
    is_printable.then(|| text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Returns a text as a YAML scalar.
fn spelled(text: &str) -> Option<String> {
    if is_plain(text) { Some(text.to_owned()) } else { escaped(text).map(|text| format!("\"{text}\"")) }
}

/// Returns whether YAML reads an unquoted text as this string in any position.
fn is_plain(text: &str) -> bool {
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic() || "./".contains(c));
    let is_reserved = matches!(
        text.to_ascii_lowercase().as_str(),
        "true" | "false" | "yes" | "no" | "on" | "off" | "null" | "y" | "n" | ".inf" | ".nan"
    );
    let is_number = number(text).is_some();
    let is_one = text.chars().all(|c| c.is_ascii_alphanumeric() || "._-/:@ ".contains(c));
    let is_closed = !text.ends_with([':', ' ']) && !text.contains(": ") && !text.contains("  ");
    is_word && !is_reserved && !is_number && is_one && is_closed
}

fn children(node: &Node) -> Vec<&Node> {
    match &node.kind {
        NodeKind::Scalar(_) => Vec::new(),
        NodeKind::Sequence(items) => items.iter().collect(),
        NodeKind::Mapping(entries) => entries.iter().map(|entry| &entry.value).collect(),
    }
}

/// Returns the scalar that covers a span, or that a span covers apart from its quotes.
fn scalar_at(node: &Node, place: Span) -> Option<&Node> {
    if node.scalar().is_some() {
        return node.span.covers(place).then_some(node);
    }
    children(node).into_iter().find_map(|child| scalar_at(child, place))
}

/// Returns the configuration of the innermost action at an offset.
fn configuration_at(node: &Node, at: u32) -> Option<&Node> {
    let inside = |node: &&Node| node.span.start <= at && at < node.span.end;
    let below = children(node).into_iter().filter(inside).find_map(|child| configuration_at(child, at));
    below.or_else(|| {
        let own = ["Configuration", "configuration"].iter().find_map(|key| node.get(key))?;
        let is_mapping = matches!(own.kind, NodeKind::Mapping(_)) && own.tag.is_none() && own.intrinsic().is_none();
        // The target of an alias belongs to other nodes too.
        (is_mapping && node.span.covers(own.span)).then_some(own)
    })
}

/// Returns the entry whose key starts at the start of a span, with its mapping.
fn entry_at(node: &Node, attribute: Span) -> Option<(&Node, &Entry)> {
    let own = node.entries().iter().find(|entry| entry.key.span.start == attribute.start);
    match own {
        Some(entry) => Some((node, entry)),
        None => children(node).into_iter().find_map(|child| entry_at(child, attribute)),
    }
}

/// Returns the spaces before an offset, if nothing else is before it on its line.
fn indent_before(text: &str, at: u32) -> Option<&str> {
    let before = text.get(..at as usize)?;
    let line = before.get(before.rfind('\n').map_or(0, |newline| newline + 1)..)?;
    line.get(..line.len() - line.trim_start_matches([' ', '\t']).len())
}

/// Returns an entry in brackets, with the comma and the spaces after or before it.
fn with_comma(entry: Span, text: &str) -> Option<Span> {
    let (before, tail) = (text.get(..entry.start as usize)?, text.get(entry.end as usize..)?);
    if let Some(rest) = tail.trim_start().strip_prefix(',') {
        let end = text.len() - rest.trim_start().len();
        return Some(Span::new(entry.file, entry.start as usize, end));
    }
    let kept = before.trim_end().strip_suffix(',')?;
    Some(Span::new(entry.file, kept.len(), entry.end as usize))
}

/// Returns the lines of an entry in a block with other entries, if nothing else is on them.
fn whole_lines(mapping: &Node, entry: Span, text: &str) -> Option<Span> {
    let before = text.get(..entry.start as usize)?;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let tail = text.get(entry.end as usize..)?;
    let rest = tail.split('\n').next()?;
    let is_alone = before.get(start..)?.trim().is_empty() && rest.trim().is_empty();
    let end = entry.end as usize + rest.len() + usize::from(tail.len() > rest.len());
    (is_alone && mapping.entries().len() > 1).then(|| Span::new(entry.file, start, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::document::{Document, DocumentOrigin};

    /// Returns the text after an intent about the spans of words in it.
    fn after(text: &str, intent: impl FnOnce(&dyn Fn(&str) -> Span) -> Intent) -> Option<String> {
        let mut sources = SourceMap::default();
        let file = sources.add("a.yaml".into(), text);
        let document = Document::parse(text, DocumentOrigin::File(file));
        let place = |word: &str| {
            let start = text.find(word).expect("it is there");
            Span::new(file, start, start + word.len())
        };
        let rewriter = Rewriter { root: document.root.as_ref()?, json: text.starts_with('{'), sources: &sources };
        let edits = rewriter
            .edits(&intent(&place), &|_, word| if word == "capabilities" { "Capabilities" } else { word }.to_owned())?;
        let mut changed = text.to_owned();
        for edit in edits {
            changed.replace_range(edit.span.range(), &edit.replacement);
        }
        let again = Document::parse(&changed, DocumentOrigin::File(file));
        assert!(again.error.is_none() && again.findings.is_empty(), "{changed}");
        Some(changed)
    }

    fn set(text: &str, word: &str, new: &str) -> Option<String> {
        after(text, |place| Intent::SetString { place: place(word), text: new.to_owned() })
    }

    #[test]
    fn values_keep_their_quotes() {
        assert_eq!(set("a: old # c\n", "old", "new").as_deref(), Some("a: new # c\n"));
        assert_eq!(set("a: old\n", "old", "two words").as_deref(), Some("a: two words\n"));
        assert_eq!(set("a: old\n", "old", "b: c").as_deref(), Some("a: \"b: c\"\n"));
        assert_eq!(set("a: old\n", "old", "1.5").as_deref(), Some("a: \"1.5\"\n"));
        assert_eq!(set("a: old\n", "old", "**/x").as_deref(), Some("a: \"**/x\"\n"));
        assert_eq!(set("a: \"old\"\n", "old", "n\"w").as_deref(), Some("a: \"n\\\"w\"\n"));
        assert_eq!(set("a: 'old'\n", "old", "n'w").as_deref(), Some("a: 'n''w'\n"));
        assert_eq!(set("a: 'old'\n", "'old'", "new").as_deref(), Some("a: 'new'\n"));
        assert_eq!(set("{\"a\": \"old\"}", "old", "new").as_deref(), Some("{\"a\": \"new\"}"));
        assert_eq!(set("a: x-old-y\n", "old", "new").as_deref(), Some("a: x-new-y\n"));
        assert_eq!(set("a: x-old-y\n", "old", "#"), None);
        assert_eq!(set("a: |\n  old\n", "old", "new"), None);
    }

    fn remove(text: &str, attribute: &str) -> Option<String> {
        after(text, |place| Intent::Remove { attribute: place(attribute) })
    }

    #[test]
    fn keys_are_removed_with_their_lines() {
        assert_eq!(remove("a:\n  b: 1\n  c: 2\n", "b: 1").as_deref(), Some("a:\n  c: 2\n"));
        assert_eq!(remove("a:\n  c: 2\n  b:\n    - 1\n", "b:\n    - 1").as_deref(), Some("a:\n  c: 2\n"));
        assert_eq!(remove("a:\n  b: 1\n", "b: 1"), None);
        assert_eq!(remove("- b: 1\n  c: 2\n", "b: 1"), None);
        assert_eq!(remove("- c: 2\n  b: 1 # why\n", "b: 1"), None);
        assert_eq!(remove("a: { b: 1, c: 2 }\n", "b: 1").as_deref(), Some("a: { c: 2 }\n"));
        assert_eq!(remove("a: { c: 2, b: 1 }\n", "b: 1").as_deref(), Some("a: { c: 2 }\n"));
        assert_eq!(remove("{\n  \"c\": 2,\n  \"b\": 1\n}", "\"b\": 1").as_deref(), Some("{\n  \"c\": 2\n}"));
    }

    fn add(text: &str) -> Option<String> {
        after(text, |place| Intent::SetAttribute {
            block: place("Name"),
            attribute: "capabilities",
            given: None,
            value: "[CAPABILITY_IAM, CAPABILITY_AUTO_EXPAND]".to_owned(),
        })
    }

    #[test]
    fn keys_are_added_in_the_notation_of_their_neighbors() {
        assert_eq!(
            add("- Name: x\n  Configuration:\n    A: 1\n    B: |\n      x\n").as_deref(),
            Some(
                "- Name: x\n  Configuration:\n    Capabilities: \"CAPABILITY_IAM,CAPABILITY_AUTO_EXPAND\"\n    A: 1\n    B: |\n      x\n"
            )
        );
        assert_eq!(
            add("- Name: x\n  Configuration: { A: 1 }\n").as_deref(),
            Some("- Name: x\n  Configuration: { A: 1, Capabilities: \"CAPABILITY_IAM,CAPABILITY_AUTO_EXPAND\" }\n")
        );
        assert_eq!(
            add("{\"Name\": \"x\", \"Configuration\": {\n  \"A\": \"1\"\n}}").as_deref(),
            Some(
                "{\"Name\": \"x\", \"Configuration\": {\n  \"A\": \"1\",\n  \"Capabilities\": \"CAPABILITY_IAM,CAPABILITY_AUTO_EXPAND\"\n}}"
            )
        );
        assert_eq!(
            add("- Name: x\r\n  Configuration:\r\n    A: 1\r\n").as_deref().map(|text| text.matches("\r\n").count()),
            Some(4)
        );
        assert_eq!(add("- Name: x\n  Configuration: !Ref X\n"), None);
        assert_eq!(add("- Nome: y\n  Configuration: &c { A: 1 }\n- Name: x\n  Configuration: *c\n"), None);
    }
}
