//! The position of statements after expansion.

use std::rc::Rc;
use std::sync::Arc;

use crate::evaluate::{DeclaredName, Evaluator, ScopeId};
use crate::hir::{ConditionId, LoopId, UseId};
use crate::source::Spanned;
use crate::syntax::ast::{self, Stmt};

/// The position of a statement after expansion.
#[derive(Debug, Clone)]
pub(crate) struct Surroundings {
    /// The scope whose names are visible.
    pub(crate) scope: ScopeId,
    /// The body in which identifiers declared here are visible: that of a loop or an instance, else the file or
    /// pipeline.
    pub(crate) local: ScopeId,
    /// Where quoted names declared here are visible: outside all loops.
    pub(crate) global: ScopeId,
    /// What loops and instances add to the names of declarations with an identifier, for example `-prod`.
    pub(crate) suffix: Rc<str>,
    /// The `use` statements that led here, outermost first.
    pub(crate) trail: Rc<[UseId]>,
    /// The enclosing loops, outermost first.
    pub(crate) loops: Arc<[LoopId]>,
    /// The condition at deployment of the enclosing `if` statements in the same block, where the innermost one is written.
    pub(crate) under: Option<Spanned<ConditionId>>,
}

impl Surroundings {
    /// Creates the position directly in a scope.
    pub(crate) fn of(scope: ScopeId) -> Self {
        Self {
            scope,
            local: scope,
            global: scope,
            suffix: Rc::from(""),
            trail: Rc::from([]),
            loops: Arc::from([]),
            under: None,
        }
    }

    /// Returns the name of a declaration, both for references and in full. An identifier in a loop or component is
    /// local and gets the loop's key or the instance's name; a quoted name is unchanged and visible outside.
    pub(crate) fn declared_name<'a>(&self, name: &'a ast::Name, values: &mut Evaluator<'a>) -> Option<DeclaredName> {
        let written = values.name(name, values.context_in(self.scope))?;
        if name.quoted {
            return Some(DeclaredName { symbol: written.clone(), full: written, local: self.global });
        }
        let full = Spanned::new(format!("{}{}", written.node, self.suffix), written.span);
        Some(DeclaredName { symbol: written, full, local: self.local })
    }

    /// Returns the position in the block of a statement here, with the scope of the block. A condition of the statement
    /// is not repeated for the contents of its block.
    pub(crate) fn inside(&self, scope: ScopeId) -> Self {
        Self { scope, under: None, ..self.clone() }
    }

    /// Returns the same position with another scope.
    pub(crate) fn with_scope(&self, scope: ScopeId) -> Self {
        Self { scope, ..self.clone() }
    }
}

/// A statement and its surroundings.
#[derive(Debug, Clone)]
pub(crate) struct Placed<'a> {
    pub(crate) statement: &'a Stmt,
    pub(crate) at: Surroundings,
}

/// The statements of a block, expanded.
#[derive(Debug, Clone, Default)]
pub(crate) struct Body<'a> {
    pub(crate) statements: Vec<Placed<'a>>,
    /// Whether one of them was left out or could not be read.
    pub(crate) incomplete: bool,
}

/// Converts text so that `name-` followed by it is an identifier again.
pub(super) fn part_of_name(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').map(|word| word.trim_start_matches('_'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "x".to_owned() } else { words.join("-") }
}
