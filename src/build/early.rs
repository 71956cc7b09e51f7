//! Attributes of an action that are needed before its block is read: how many actions a statement has, their names, and
//! the namespaces of their variables. References in values depend on them.

use crate::catalog::Words;
use crate::evaluate::ScopeId;
use crate::expand::Surroundings;
use crate::hir::{Value, ValueKind};
use crate::resolve::place::Place;
use crate::syntax::ast::{self, StmtKind};

use super::builder::Builder;

/// Attributes of a block by word. Their errors are reported when the whole block is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Early(Vec<(String, Value)>);

impl Early {
    /// Returns the value of an attribute that the block sets.
    pub(super) fn get(&self, word: &str) -> Option<&Value> {
        self.0.iter().find(|(given, _)| given == word).map(|(_, value)| value)
    }

    /// Returns the text of an attribute, if it is known at compile time.
    pub(super) fn text(&self, word: &str) -> Option<&str> {
        self.get(word)?.as_str()
    }

    /// Returns an entry of a map.
    pub(super) fn entry(&self, word: &str, key: &str) -> Option<&Value> {
        let ValueKind::Map(entries) = &self.get(word)?.kind else { return None };
        entries.iter().find(|(given, _)| given.node == key).map(|(_, value)| value)
    }
}

impl<'a> Builder<'a> {
    /// Reads some attributes of an action's block, as seen from `scope`. Has no lasting effects: values that cannot be
    /// evaluated yet are evaluated again later.
    pub(super) fn early(&mut self, block: Option<&'a ast::Block>, words: &[&str], scope: ScopeId) -> Early {
        let Some(block) = block.filter(|block| may_give(&block.statements, words)) else { return Early::default() };
        let (incomplete, expanded) = (self.values.incomplete, self.values.limits.made);
        let read = self.quietly(|this| this.early_values(block, words, scope));
        self.values.incomplete = incomplete;
        self.values.limits.made = expanded;
        Early(read)
    }

    fn early_values(&mut self, block: &'a ast::Block, words: &[&str], scope: ScopeId) -> Vec<(String, Value)> {
        let at = Surroundings::of(self.values.scopes.child(scope));
        let body = self.expand(&block.statements, Place::Action, "an action", &at);
        let mut read: Vec<(String, Value)> = Vec::new();
        for placed in &body.statements {
            let StmtKind::Attribute(attribute) = &placed.statement.kind else { continue };
            let word = &attribute.key.node;
            if words.contains(&word.as_str()) && read.iter().all(|(known, _)| known != word) {
                let context = self.values.context_in(placed.at.scope);
                read.push((word.clone(), self.values.evaluate(&attribute.value, context, Words::Text)));
            }
        }
        read
    }
}

/// Returns whether statements may expand to an attribute with one of these words.
fn may_give(statements: &[ast::Stmt], words: &[&str]) -> bool {
    statements.iter().any(|statement| match &statement.kind {
        StmtKind::Attribute(attribute) => words.contains(&attribute.key.node.as_str()),
        StmtKind::If(_) | StmtKind::For(_) | StmtKind::Use(_) => true,
        _ => false,
    })
}
