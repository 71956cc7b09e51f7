//! The rules of `rules.yaml`. A type's are read when a template first has the type: reading all of them would take longer
//! than checking a small pipeline.

use std::sync::{LazyLock, OnceLock};

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
#[derive(Default)]
pub(super) struct RuleSet {
    /// What the resource itself makes.
    pub(super) resources: Vec<Rule>,
    events: Vec<(String, Vec<Rule>)>,
}

const TEXT: &str = include_str!("rules.yaml");

/// The section whose anchors all others refer to; they refer to no others.
const SHARED: &str = "Shared";

/// A type's part of the text.
struct Section {
    kind: &'static str,
    text: &'static str,
    rules: OnceLock<RuleSet>,
}

static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(|| sections(TEXT));

/// The rules of a type.
pub(super) fn of(kind: &str) -> Option<&'static RuleSet> {
    let section = SECTIONS.iter().find(|section| section.kind == kind && kind != SHARED)?;
    let shared = SECTIONS.iter().find(|section| section.kind == SHARED).map_or("", |section| section.text);
    Some(section.rules.get_or_init(|| read(&[shared, section.text].concat())))
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

/// The parts of the text, each from the line of its key, which is not indented, to the next such line.
fn sections(text: &'static str) -> Vec<Section> {
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if !line.starts_with([' ', '#', '\n']) {
            starts.push((at, line.trim_end().trim_end_matches(':').trim_matches('"')));
        }
        at += line.len();
    }
    let ends = starts.iter().map(|(start, _)| *start).skip(1).chain([text.len()]);
    let section = |((start, kind), end): ((usize, &'static str), usize)| Section {
        kind,
        text: text.get(start..end).unwrap_or_default(),
        rules: OnceLock::new(),
    };
    starts.iter().copied().zip(ends).map(section).collect()
}

/// The last section of the text.
fn read(text: &str) -> RuleSet {
    // What a rule makes stands at its cause, never here.
    let file = SourceMap::default().add("rules.yaml".into(), text);
    let document = Document::parse(text, Origin::At(Span::new(file, 0, 0)));
    let rules = |node: Option<&Node>| node.map_or_else(Vec::new, |node| node.items().iter().map(rule).collect());
    let Some(section) = document.root.as_ref().and_then(|root| root.entries().last()) else {
        return RuleSet::default();
    };
    RuleSet {
        resources: rules(section.value.get("Resources")),
        events: section.value.get("Events").map_or_else(Vec::new, |events| {
            events.entries().iter().map(|event| (event.key.node.clone(), rules(Some(&event.value)))).collect()
        }),
    }
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
        let sets = SECTIONS.iter().filter_map(|section| of(section.kind));
        let rules = sets.flat_map(|set| set.resources.iter().chain(set.events.iter().flat_map(|(_, it)| it)));
        let mut count = 0;
        for rule in rules {
            count += 1;
            let made = rule.kind.is_some() && rule.id.is_some();
            assert!(made != rule.amend.is_some(), "{:?} {:?}", rule.kind, rule.amend);
        }
        assert!(count > 100, "{count}");
        // A section that refers to what another than the shared one defines could not be read alone.
        let empty = SECTIONS.iter().filter(|section| of(section.kind).is_some_and(|set| set.resources.is_empty()));
        assert_eq!(empty.map(|section| section.kind).collect::<Vec<_>>(), [""; 0]);
    }
}
