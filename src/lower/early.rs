//! What the block of an action says about the action itself. It is read before all other values, since what these refer to
//! rests on it: how many actions a statement makes, their names, the namespaces of their variables.

use crate::hir::{Value, ValueKind};
use crate::resolve::place::Place;
use crate::syntax::ast::{self, StmtKind};

use super::Lowerer;
use super::expand::Surroundings;
use super::expression::Words;
use super::scope::ScopeId;

/// Attributes of a block by word. Mistakes in them are reported where the whole block is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Early(Vec<(String, Value)>);

impl Early {
    /// The value of an attribute that the block gives.
    pub(super) fn get(&self, word: &str) -> Option<&Value> {
        self.0.iter().find(|(given, _)| given == word).map(|(_, value)| value)
    }

    /// The text of an attribute, where it is known at compile time.
    pub(super) fn text(&self, word: &str) -> Option<&str> {
        self.get(word)?.as_str()
    }

    /// An entry of a map.
    pub(super) fn entry(&self, word: &str, key: &str) -> Option<&Value> {
        let ValueKind::Map(entries) = &self.get(word)?.kind else { return None };
        entries.iter().find(|(given, _)| given.node == key).map(|(_, value)| value)
    }
}

impl<'a> Lowerer<'a> {
    /// Reads some attributes of an action's block, seen from `scope`. Leaves no trace: values that cannot be made yet are
    /// made again later.
    pub(super) fn early(&mut self, block: Option<&'a ast::Block>, words: &[&str], scope: ScopeId) -> Early {
        let Some(block) = block.filter(|block| may_give(&block.statements, words)) else { return Early::default() };
        let (reported, found) = (self.diagnostics.len(), self.found());
        let (incomplete, expanded) = (self.hir.incomplete, self.expanded);
        let states: Vec<_> = self.scopes.lets.iter().map(|entry| entry.state.clone()).collect();
        let at = Surroundings::of(self.scopes.child(scope));
        let body = self.expand(&block.statements, Place::Action, "an action", &at);
        let mut read = Vec::new();
        for placed in &body.statements {
            let StmtKind::Attribute(attribute) = &placed.statement.kind else { continue };
            let word = &attribute.key.node;
            if words.contains(&word.as_str()) && read.iter().all(|(known, _)| known != word) {
                let context = self.context_of(&placed.at);
                read.push((word.clone(), self.evaluate(&attribute.value, context, Words::Text)));
            }
        }
        if self.found() > found {
            for (entry, state) in self.scopes.lets.iter_mut().zip(states) {
                entry.state = state;
            }
        }
        self.diagnostics.truncate(reported);
        self.hir.incomplete = incomplete;
        self.expanded = expanded;
        Early(read)
    }
}

/// Whether statements may come to an attribute of one of these words.
fn may_give(statements: &[ast::Stmt], words: &[&str]) -> bool {
    statements.iter().any(|statement| match &statement.kind {
        StmtKind::Attribute(attribute) => words.contains(&attribute.key.node.as_str()),
        StmtKind::If(_) | StmtKind::For(_) | StmtKind::Use(_) => true,
        _ => false,
    })
}
