//! The properties that SAM's resources inherit from `Globals`.
//!
//! Fact source: <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html>
//! and `plugins/globals/globals.py` of `aws-sam-translator` 1.115.0 (2026-11-28).

use crate::workspace::document::{Entry, Node, NodeKind};

use super::super::{Resource, Template};

/// Properties whose own value replaces the global one, although both are lists.
const REPLACED: &[&str] = &["Architectures"];

impl Template {
    /// Returns the properties of a resource, including those that it inherits from `Globals`.
    pub fn properties(&self, resource: &Resource) -> Option<Node> {
        let own = resource.node.get("Properties");
        let Some(inherited) = self.section(&resource.kind.node) else { return own.cloned() };
        let ignored = resource.node.get("IgnoreGlobals").map_or(&[][..], Node::one_or_more);
        let ignored: Vec<&str> = ignored.iter().filter_map(Node::text).collect();
        let kept = |entry: &&Entry| !ignored.iter().any(|name| *name == "*" || *name == entry.key.node);
        let kept: Vec<Entry> = inherited.entries().iter().filter(kept).cloned().collect();
        if kept.is_empty() {
            return own.cloned();
        }
        let inherited = Node { kind: NodeKind::Mapping(kept), ..inherited.clone() };
        Some(own.map_or_else(|| inherited.clone(), |own| merged(&inherited, own)))
    }

    /// Returns the section that a resource of this type inherits.
    pub(super) fn section(&self, kind: &str) -> Option<&Node> {
        self.globals.as_ref().filter(|_| self.is_sam())?.get(kind.strip_prefix("AWS::Serverless::")?)
    }

    /// Returns a property of a SAM resource, its own or from `Globals`.
    pub fn inherited<'a>(&'a self, resource: &'a Resource, path: &[&str]) -> Option<&'a Node> {
        let own = resource.node.get("Properties").and_then(|properties| properties.at(path));
        own.or_else(|| self.section(&resource.kind.node)?.at(path))
            .filter(|node| !node.is_no_value() && !node.is_null())
    }
}

/// Merges a global value and a resource's own: mappings are merged, lists are joined, other values replace the global
/// ones.
pub(super) fn merged(global: &Node, own: &Node) -> Node {
    let plain = global.intrinsic().is_none() && own.intrinsic().is_none();
    let kind = match (&global.kind, &own.kind) {
        (NodeKind::Mapping(inherited), NodeKind::Mapping(entries)) if plain => {
            let mut all = inherited.clone();
            for entry in entries {
                match all.iter_mut().find(|other| other.key.node == entry.key.node) {
                    Some(other) if REPLACED.contains(&entry.key.node.as_str()) => *other = entry.clone(),
                    Some(other) => {
                        *other = Entry { key: entry.key.clone(), value: merged(&other.value, &entry.value) };
                    }
                    None => all.push(entry.clone()),
                }
            }
            NodeKind::Mapping(all)
        }
        (NodeKind::Sequence(inherited), NodeKind::Sequence(items)) if plain => {
            NodeKind::Sequence(inherited.iter().chain(items).cloned().collect())
        }
        _ => return own.clone(),
    };
    Node { kind, span: own.span, tag: None }
}
