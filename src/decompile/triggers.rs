//! Converts triggers to filters of the actions that they refer to.

use crate::catalog::shapes::shape;
use crate::collections::HashMap;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{On, Stmt, StmtKind, tree};
use crate::workspace::document::{Entry, Node};

use super::actions::attribute;
use super::stages::texts;
use super::{Reader, TreePurpose, wording};

/// The filters of source actions, by the names of the actions.
#[derive(Debug, Default)]
pub(super) struct Filters {
    by_action: HashMap<String, Vec<Stmt>>,
    /// Whether an action with filters is unknown.
    is_open: bool,
}

impl Filters {
    /// Removes and returns the filters of an action.
    pub(super) fn take(&mut self, action: &str) -> Vec<Stmt> {
        self.by_action.remove(action).unwrap_or_default()
    }

    /// Returns whether there are filters for an action that has not been found.
    pub(super) fn are_left(&self) -> bool {
        self.is_open || !self.by_action.is_empty()
    }
}

/// The patterns of a filter: AWS's key, and the attribute.
pub(super) const PATTERNS: [(&str, &str); 3] = [("Branches", "branches"), ("Tags", "tags"), ("FilePaths", "paths")];

/// The key with the events of a pull request.
const EVENTS: &str = "Events";

impl<'d> Reader<'d> {
    /// Returns the filters of a pipeline.
    pub(super) fn filters(&mut self, node: &'d Node) -> Filters {
        let mut filters = Filters::default();
        for trigger in self.names.get(node, "Triggers").map(Node::items).unwrap_or_default() {
            let Some(git) = self.names.get(trigger, "GitConfiguration") else { continue };
            let Some(action) = self.names.get(git, "SourceActionName").and_then(|it| self.names.known_text(it)) else {
                filters.is_open = true;
                continue;
            };
            let own = filters.by_action.entry(action).or_default();
            for (key, event) in [("Push", "push"), ("PullRequest", "pull-request")] {
                let Some(entry) = self.names.entry(git, key) else { continue };
                own.extend(entry.value.items().iter().filter_map(|filter| self.filter(filter, entry, event)));
            }
        }
        filters
    }

    fn filter(&mut self, node: &'d Node, list: &'d Entry, event: &str) -> Option<Stmt> {
        let words = PATTERNS.iter().chain([&(EVENTS, "events")]).map(|(key, word)| (*word, *key));
        self.words.push(wording::Region::of_words(list.key.span.to(node.span), self.names.kind, words));
        let names = &self.names;
        let mut statements = Vec::new();
        for (key, word) in PATTERNS {
            let Some(entry) = names.entry(node, key) else { continue };
            let mut items = Vec::new();
            for (side, sign) in [("Includes", ""), ("Excludes", "!")] {
                for item in names.get(&entry.value, side).map(Node::items).unwrap_or_default() {
                    items.push(Spanned::new(format!("{sign}{}", names.known_text(item)?), item.text_span()));
                }
            }
            statements.push(attribute(word, entry, texts(items, entry.value.span)));
        }
        if let Some(entry) = names.entry(node, EVENTS) {
            // An unknown event is reported with the form of the document.
            let known = shape("PullRequest").and_then(|shape| shape.values.get(EVENTS));
            let is_known = |text: &str| known.is_none_or(|known| known.iter().any(|event| event == text));
            let word = |item: &Node| {
                let text = item.literal().filter(|text| names.purpose == TreePurpose::Import || is_known(text))?;
                Some(tree::word(&text.to_ascii_lowercase(), item.text_span()))
            };
            let words = entry.value.items().iter().filter_map(word).collect();
            statements.push(attribute("events", entry, tree::list(words, entry.value.span)));
        }
        let keyword: Span = list.key.span;
        let block = (!statements.is_empty()).then(|| tree::block(statements, node.span));
        let on = On { keyword, event: tree::ident(event, keyword), clause: None, block };
        Some(tree::statement(StmtKind::On(on), None, node.span))
    }
}
