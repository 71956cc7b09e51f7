//! What to do in a document.

use crate::catalog::ExampleValue;
use crate::diagnostic::suggest::similar;
use crate::diagnostic::wording::or_list;
use crate::diagnostic::{Diagnostic, DocumentHelp, Label, Phrase};
use crate::source::{SourceMap, Span};
use crate::workspace::document::Node;

use super::wording::{Region, Wording};

/// The namespace of the variables of a pipeline.
const OF_PIPELINE: &str = "variables";

impl Wording {
    /// Returns the help for a place with these regions, or `None` if the document can do nothing.
    pub(super) fn help(&self, help: DocumentHelp, regions: &[&Region], root: &Node) -> Option<Phrase> {
        match help {
            DocumentHelp::Text(text) => Some(self.text(text)),
            DocumentHelp::Same(text) => Some(text),
            DocumentHelp::OneOf(words) => {
                let is_key = |word: &&str| regions.first().is_some_and(|region| region.aws(word).is_some());
                let keys: Vec<&str> = words.iter().map(String::as_str).filter(is_key).collect();
                (!keys.is_empty()).then(|| format!("use {}", or_list(keys)).into())
            }
            DocumentHelp::Resource(id) => Some(format!("write `{}`", self.notation().reference(&id)).into()),
            DocumentHelp::Variable { action, variable } => Some(self.by_namespace(&action, &variable, root).into()),
            DocumentHelp::OtherNamespace(written) => Some(self.known_namespaces(&written, root).into()),
        }
    }

    /// Returns how to refer to a variable of an action: an action of a document has a namespace only if the document says
    /// so.
    fn by_namespace(&self, name: &str, variable: &str, root: &Node) -> String {
        let namespace = action_named(root, name, &|key| self.key(key)).map(|action| action.get(&self.key("Namespace")));
        match namespace {
            Some(None) => format!(
                "add `{}` to action `{name}`",
                self.assignment(&self.key("Namespace"), &name.into(), &str::to_owned)
            ),
            Some(Some(namespace)) => format!("write `#{{{}.{variable}}}`", namespace.literal().unwrap_or(name)),
            None => format!("write `#{{{name}.{variable}}}`"),
        }
    }

    /// Returns the help for a reference to a namespace that no action has.
    fn known_namespaces(&self, written: &str, root: &Node) -> String {
        let key = self.key("Namespace");
        let mut known: Vec<&str> = Vec::new();
        namespaces(root, &key, &mut known);
        match similar(written, known.iter().copied().chain([OF_PIPELINE])) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => {
                format!(
                    "add `{}` to the action that sets the variable",
                    self.assignment(&key, &written.into(), &str::to_owned)
                )
            }
            None => format!("use the namespace of an action: {}", or_list(known.into_iter())),
        }
    }

    /// Returns a value as JSON in a string, which a configuration takes.
    pub(super) fn json_in_text(&self, value: &ExampleValue) -> String {
        let json = json(value);
        if self.json { format!("\"{}\"", json.replace('"', "\\\"")) } else { format!("'{json}'") }
    }
}

fn json(value: &ExampleValue) -> String {
    match value {
        ExampleValue::Bare(bare) => bare.clone(),
        ExampleValue::Text(text) => format!("\"{text}\""),
        ExampleValue::List(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        ExampleValue::Map(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("\"{key}\":{}", json(value))).collect();
            format!("{{{}}}", entries.join(","))
        }
    }
}

/// Adds a label at the value in a mapping that the place of a diagnostic looks up.
pub(super) fn label_lookup(found: &mut Diagnostic, root: &Node, sources: &SourceMap) {
    if !sources.slice(found.primary.span).contains("FindInMap") {
        return;
    }
    let place = lookup_at(root, found.primary.span).and_then(|lookup| looked_up(root, lookup));
    if let Some(place) = place.filter(|place| found.secondary.iter().all(|label| label.span != *place)) {
        found.secondary.push(Label { span: place, text: "the value that is looked up".to_owned(), secret: false });
    }
}

/// Returns the lookup in a mapping that covers a span.
fn lookup_at(node: &Node, span: Span) -> Option<&Node> {
    if node.span.covers(span) && node.intrinsic().is_some_and(|call| call.name == "Fn::FindInMap") {
        return Some(node);
    }
    let inside = node.entries().iter().map(|entry| &entry.value).chain(node.items());
    inside.into_iter().find_map(|node| lookup_at(node, span))
}

/// Returns the span of the value in a mapping; if the first key is not literal, of the first value.
fn looked_up(root: &Node, lookup: &Node) -> Option<Span> {
    let call = lookup.intrinsic().filter(|call| call.name == "Fn::FindInMap")?;
    let [map, first, second] = call.argument.items() else { return None };
    let map = root.at(&["Mappings", map.literal()?])?;
    let values = match first.literal() {
        Some(first) => map.get(first)?,
        None => &map.entries().first()?.value,
    };
    values.get(second.literal()?).map(|value| value.span)
}

/// Collects the namespaces of all actions.
fn namespaces<'n>(node: &'n Node, key: &str, found: &mut Vec<&'n str>) {
    for entry in node.entries() {
        if entry.key.node == key
            && let Some(name) = entry.value.literal()
            && !found.contains(&name)
        {
            found.push(name);
        }
        namespaces(&entry.value, key, found);
    }
    node.items().iter().for_each(|item| namespaces(item, key, found));
}

/// Returns the action with a name.
fn action_named<'n>(node: &'n Node, name: &str, key: &dyn Fn(&str) -> String) -> Option<&'n Node> {
    let is_it =
        node.get(&key("ActionTypeId")).is_some() && node.get(&key("Name")).and_then(Node::literal) == Some(name);
    if is_it {
        return Some(node);
    }
    let inside = node.entries().iter().map(|entry| &entry.value).chain(node.items());
    inside.into_iter().find_map(|node| action_named(node, name, key))
}
