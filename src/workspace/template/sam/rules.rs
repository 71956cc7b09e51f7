//! The rules of `rules.yaml`. Those of a type or an event are read when a template first uses it: reading all of them
//! would take longer than checking a small pipeline.

use std::sync::{LazyLock, OnceLock};

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::source::{SourceMap, Span, Spanned};
use crate::workspace::document::{Entry, Node, NodeKind};

/// One rule: what it generates, and when.
pub(super) struct Rule {
    /// The type of the generated resource; `None` for a rule that amends one.
    pub(super) kind: Option<String>,
    /// The logical ID, with placeholders.
    pub(super) id: Option<Node>,
    /// Mappings of conditions, all of which must hold.
    pub(super) when: Vec<Node>,
    /// The path whose entries each generate one resource.
    pub(super) each: Option<String>,
    /// Properties of the SAM resource that are not carried over; `None` if none are carried over.
    pub(super) base: Option<Vec<String>>,
    /// The path that refers to the amended resource.
    pub(super) amend: Option<String>,
    /// The properties, with placeholders.
    pub(super) properties: Option<Node>,
}

/// The rules of one of SAM's types.
pub(super) struct RuleSet {
    kind: &'static str,
    /// By the type of an event; empty for the resource itself.
    parts: Vec<Part>,
}

/// Rules that are read together.
struct Part {
    event: &'static str,
    text: &'static str,
    rules: OnceLock<Vec<Rule>>,
}

/// The output of `build.rs` for `rules.yaml`: types, types of events, JSON.
const TEXTS: &[(&str, &[(&str, &str)])] = include!(concat!(env!("OUT_DIR"), "/sam_rules.rs"));

static SETS: LazyLock<Vec<RuleSet>> = LazyLock::new(|| {
    let part = |(event, text): &(&'static str, &'static str)| Part { event, text, rules: OnceLock::new() };
    TEXTS.iter().map(|(kind, parts)| RuleSet { kind, parts: parts.iter().map(part).collect() }).collect()
});

/// Returns the rules of a type.
pub(super) fn of(kind: &str) -> Option<&'static RuleSet> {
    SETS.iter().find(|set| set.kind == kind)
}

/// Returns the rules for resources of every type.
pub(super) fn of_all() -> &'static [Rule] {
    of("*").map_or(&[], RuleSet::resources)
}

impl RuleSet {
    /// Returns the rules for the resource itself.
    pub(super) fn resources(&self) -> &[Rule] {
        self.of_event("")
    }

    /// Returns the rules for an event of this type.
    pub(super) fn of_event(&self, kind: &str) -> &[Rule] {
        let part = self.parts.iter().find(|part| part.event == kind);
        part.map_or(&[], |part| part.rules.get_or_init(|| read(part.text)))
    }
}

/// Reads rules in JSON. Returns an empty list if the text cannot be parsed, which a test rules out.
fn read(text: &str) -> Vec<Rule> {
    let nodes: Vec<JsonNode> = serde_json::from_str(text).unwrap_or_default();
    nodes.iter().map(|node| rule(&node.0)).collect()
}

/// A node of a rule. A generated resource has the span of its cause, so all nodes have the same one.
struct JsonNode(Node);

impl<'de> Deserialize<'de> for JsonNode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = JsonNode;

    fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("a text, a list, or a mapping")
    }

    fn visit_str<E>(self, text: &str) -> Result<JsonNode, E> {
        Ok(JsonNode(Node::constant(text.to_owned(), nowhere())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<JsonNode, A::Error> {
        let mut nodes = Vec::new();
        while let Some(JsonNode(node)) = items.next_element()? {
            nodes.push(node);
        }
        Ok(JsonNode(Node { kind: NodeKind::Sequence(nodes), span: nowhere(), tag: None }))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonNode, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, JsonNode(value))) = map.next_entry::<String, JsonNode>()? {
            if let Some(tag) = key.strip_prefix('!') {
                return Ok(JsonNode(Node { tag: Some(Spanned::new(tag.to_owned(), nowhere())), ..value }));
            }
            entries.push(Entry { key: Spanned::new(key, nowhere()), value });
        }
        Ok(JsonNode(Node { kind: NodeKind::Mapping(entries), span: nowhere(), tag: None }))
    }
}

fn nowhere() -> Span {
    static NOWHERE: LazyLock<Span> =
        LazyLock::new(|| Span::new(SourceMap::default().add("rules.yaml".into(), ""), 0, 0));
    *NOWHERE
}

fn rule(node: &Node) -> Rule {
    let text = |name: &str| node.get(name).and_then(Node::text).map(str::to_owned);
    Rule {
        kind: text("Type"),
        id: node.get("Id").cloned(),
        when: node.get("When").map_or_else(Vec::new, |when| when.one_or_more().to_vec()),
        each: text("Each"),
        base: node.get("Base").map(|base| base.items().iter().filter_map(Node::text).map(str::to_owned).collect()),
        amend: text("Amend"),
        properties: node.get("Properties").cloned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_whole() {
        let mut count = 0;
        for part in SETS.iter().flat_map(|set| &set.parts) {
            let rules = serde_json::from_str::<Vec<JsonNode>>(part.text).unwrap();
            assert!(!rules.is_empty(), "{}", part.text);
            for rule in rules.iter().map(|node| rule(&node.0)) {
                count += 1;
                let made = rule.kind.is_some() && rule.id.is_some();
                assert!(made != rule.amend.is_some(), "{:?} {:?}", rule.kind, rule.amend);
            }
        }
        assert!(count > 100, "{count}");
    }
}
