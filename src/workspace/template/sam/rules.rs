//! The rules of `rules.yaml`, read once.

use std::sync::LazyLock;

use crate::source::{SourceMap, Span};
use crate::workspace::document::{Document, Node, Origin};

/// One rule: what it makes, and when.
pub(super) struct Rule {
    /// The type of what is made; none for a rule that amends.
    pub(super) kind: Option<String>,
    /// The logical id, with holes.
    pub(super) id: Option<Node>,
    /// Mappings of conditions, all of which hold.
    pub(super) when: Vec<Node>,
    /// The path whose entries each make one.
    pub(super) each: Option<String>,
    /// Properties of the SAM resource that are not carried over; none where nothing is.
    pub(super) base: Option<Vec<String>>,
    /// The path that refers to the resource that is amended.
    pub(super) amend: Option<String>,
    /// The properties, with holes.
    pub(super) properties: Option<Node>,
}

/// The rules of one of SAM's types.
pub(super) struct RuleSet {
    kind: String,
    /// What the resource itself makes.
    pub(super) resources: Vec<Rule>,
    events: Vec<(String, Vec<Rule>)>,
}

static RULES: LazyLock<Vec<RuleSet>> = LazyLock::new(|| read(include_str!("rules.yaml")));

/// The rules of a type.
pub(super) fn of(kind: &str) -> Option<&'static RuleSet> {
    RULES.iter().find(|rules| rules.kind == kind)
}

/// The rules for resources of every type.
pub(super) fn of_all() -> &'static [Rule] {
    of("*").map_or(&[], |rules| &rules.resources)
}

impl RuleSet {
    /// What an event of this type makes.
    pub(super) fn of_event(&self, kind: &str) -> &[Rule] {
        self.events.iter().find(|(known, _)| known == kind).map_or(&[], |(_, rules)| rules)
    }
}

fn read(text: &str) -> Vec<RuleSet> {
    // What a rule makes stands at its cause, never here.
    let file = SourceMap::default().add("rules.yaml".into(), text);
    let document = Document::parse(text, Origin::At(Span::new(file, 0, 0)));
    let sections = document.root.as_ref().map(Node::entries).unwrap_or_default();
    let rules = |node: Option<&Node>| node.map_or_else(Vec::new, |node| node.items().iter().map(rule).collect());
    let set = |section: &crate::workspace::document::Entry| RuleSet {
        kind: section.key.node.clone(),
        resources: rules(section.value.get("Resources")),
        events: section.value.get("Events").map_or_else(Vec::new, |events| {
            events.entries().iter().map(|event| (event.key.node.clone(), rules(Some(&event.value)))).collect()
        }),
    };
    sections.iter().map(set).collect()
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
        let rules = RULES.iter().flat_map(|set| set.resources.iter().chain(set.events.iter().flat_map(|(_, it)| it)));
        let mut count = 0;
        for rule in rules {
            count += 1;
            let made = rule.kind.is_some() && rule.id.is_some();
            assert!(made != rule.amend.is_some(), "{:?} {:?}", rule.kind, rule.amend);
        }
        assert!(count > 100, "{count}");
    }
}
