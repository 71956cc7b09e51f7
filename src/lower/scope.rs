//! Lexical scopes: what a bare name stands for where it is used.

use std::collections::HashMap;

use crate::hir::{ParamId, Value, VariableId};
use crate::source::Span;
use crate::syntax::ast;

/// Index of a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ScopeId(usize);

/// Index of a `let`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LetId(pub(super) usize);

/// What a name is bound to.
#[derive(Debug, Clone)]
pub(super) enum Binding {
    /// A value: an `option`.
    Value(Value),
    /// `let`, evaluated when it is first used.
    Let(LetId),
    /// `param`
    Param(ParamId),
    /// `variable` of the pipeline around.
    Variable(VariableId),
}

/// How far a `let` has been evaluated.
#[derive(Debug, Clone)]
pub(super) enum LetState {
    /// Not yet.
    Waiting,
    /// Being evaluated: meeting it again is a cycle.
    Running,
    /// Done.
    Done(Value),
}

/// A `let` and the scope its value is evaluated in.
#[derive(Debug, Clone)]
pub(super) struct LetEntry<'a> {
    pub(super) declaration: &'a ast::Let,
    pub(super) scope: ScopeId,
    pub(super) state: LetState,
}

#[derive(Debug, Default)]
struct Scope {
    parent: Option<ScopeId>,
    names: HashMap<String, (Binding, Span)>,
}

/// All scopes of a file.
#[derive(Debug)]
pub(super) struct Scopes<'a> {
    scopes: Vec<Scope>,
    pub(super) lets: Vec<LetEntry<'a>>,
}

impl<'a> Scopes<'a> {
    pub(super) fn new() -> Self {
        Self { scopes: vec![Scope::default()], lets: Vec::new() }
    }

    /// The scope of the file.
    pub(super) fn root() -> ScopeId {
        ScopeId(0)
    }

    /// A new scope inside another.
    pub(super) fn child(&mut self, parent: ScopeId) -> ScopeId {
        self.scopes.push(Scope { parent: Some(parent), names: HashMap::new() });
        ScopeId(self.scopes.len() - 1)
    }

    /// Binds a name; gives back the place of an earlier binding in the same scope, which stays.
    pub(super) fn bind(&mut self, scope: ScopeId, name: &ast::Ident, binding: Binding) -> Option<Span> {
        let scope = self.scopes.get_mut(scope.0)?;
        if let Some((_, first)) = scope.names.get(&name.node) {
            return Some(*first);
        }
        scope.names.insert(name.node.clone(), (binding, name.span));
        None
    }

    /// Registers a `let` for later.
    pub(super) fn add_let(&mut self, scope: ScopeId, declaration: &'a ast::Let) -> LetId {
        self.lets.push(LetEntry { declaration, scope, state: LetState::Waiting });
        LetId(self.lets.len() - 1)
    }

    /// What a name is bound to here or further out.
    pub(super) fn find(&self, scope: ScopeId, name: &str) -> Option<&Binding> {
        let mut current = Some(scope);
        while let Some(id) = current {
            let scope = self.scopes.get(id.0)?;
            if let Some((binding, _)) = scope.names.get(name) {
                return Some(binding);
            }
            current = scope.parent;
        }
        None
    }

    /// All names visible here, for suggestions, in a fixed order.
    pub(super) fn visible(&self, scope: ScopeId) -> Vec<&str> {
        let mut names = Vec::new();
        let mut current = Some(scope);
        while let Some(scope) = current.and_then(|id| self.scopes.get(id.0)) {
            names.extend(scope.names.keys().map(String::as_str));
            current = scope.parent;
        }
        names.sort_unstable();
        names
    }
}
