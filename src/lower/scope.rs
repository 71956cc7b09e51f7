//! Lexical scopes: what a bare name stands for where it is used.

use std::collections::HashMap;

use crate::hir::{ParamId, Value, VariableId};
use crate::source::Span;
use crate::syntax::ast;

use super::expression::Words;

/// Index of a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ScopeId(usize);

/// Index of a `let`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LetId(pub(super) usize);

/// Index of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ComponentId(pub(super) usize);

/// Index of a `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TypeId(pub(super) usize);

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
    /// `component`
    Component(ComponentId),
    /// `type`
    Type(TypeId),
    /// `use ... as Name`: the instance's own names.
    Instance(ScopeId),
    /// `import ... as name`: the names of that file.
    Module(ScopeId),
}

impl Binding {
    /// Whether it stands for a value.
    pub(super) fn is_value(&self) -> bool {
        matches!(self, Self::Value(_) | Self::Let(_) | Self::Param(_) | Self::Variable(_))
    }
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

/// A value that is evaluated when it is first used: of a `let`, or an argument of a component.
#[derive(Debug, Clone)]
pub(super) struct LetEntry<'a> {
    pub(super) name: &'a ast::Ident,
    pub(super) value: &'a ast::Expr,
    /// Its type, and the scope that type was written in.
    pub(super) ty: Option<(&'a ast::Type, ScopeId)>,
    /// The names its value sees.
    pub(super) scope: ScopeId,
    /// The pipeline around it.
    pub(super) pipeline: Option<usize>,
    /// What a bare word in it means.
    pub(super) words: Words,
    pub(super) state: LetState,
}

#[derive(Debug, Default)]
struct Scope {
    parent: Option<ScopeId>,
    names: HashMap<String, Bound>,
}

/// A name's meaning.
#[derive(Debug)]
struct Bound {
    binding: Binding,
    /// Where the name was brought in.
    place: Span,
    /// Where it was declared; another file's for an imported name.
    declared: Span,
}

/// All scopes of a file.
#[derive(Debug)]
pub(super) struct Scopes<'a> {
    list: Vec<Scope>,
    pub(super) lets: Vec<LetEntry<'a>>,
    /// Components, each with the scope of its file.
    pub(super) components: Vec<(&'a ast::Component, ScopeId)>,
    /// `type` declarations, each with the scope of its file.
    pub(super) types: Vec<(&'a ast::TypeDecl, ScopeId)>,
}

impl<'a> Scopes<'a> {
    pub(super) fn new() -> Self {
        Self { list: Vec::new(), lets: Vec::new(), components: Vec::new(), types: Vec::new() }
    }

    /// The scope of one more file.
    pub(super) fn root(&mut self) -> ScopeId {
        self.list.push(Scope::default());
        ScopeId(self.list.len() - 1)
    }

    /// A new scope inside another.
    pub(super) fn child(&mut self, parent: ScopeId) -> ScopeId {
        self.list.push(Scope { parent: Some(parent), names: HashMap::new() });
        ScopeId(self.list.len() - 1)
    }

    /// Binds a name; gives back the place of an earlier binding in the same scope, which stays.
    pub(super) fn bind(&mut self, scope: ScopeId, name: &ast::Ident, binding: Binding) -> Option<Span> {
        self.bind_imported(scope, name, binding, name.span)
    }

    /// Binds a name that was declared elsewhere.
    pub(super) fn bind_imported(
        &mut self,
        scope: ScopeId,
        name: &ast::Ident,
        binding: Binding,
        declared: Span,
    ) -> Option<Span> {
        let scope = self.list.get_mut(scope.0)?;
        if let Some(first) = scope.names.get(&name.node) {
            return Some(first.place);
        }
        scope.names.insert(name.node.clone(), Bound { binding, place: name.span, declared });
        None
    }

    /// Registers a value for later.
    pub(super) fn add_let(&mut self, entry: LetEntry<'a>) -> LetId {
        self.lets.push(entry);
        LetId(self.lets.len() - 1)
    }

    /// What a name is bound to here or further out.
    pub(super) fn find(&self, scope: ScopeId, name: &str) -> Option<&Binding> {
        let mut current = Some(scope);
        while let Some(id) = current {
            let scope = self.list.get(id.0)?;
            if let Some(bound) = scope.names.get(name) {
                return Some(&bound.binding);
            }
            current = scope.parent;
        }
        None
    }

    /// What a name is bound to in this very scope.
    pub(super) fn own(&self, scope: ScopeId, name: &str) -> Option<&Binding> {
        self.list.get(scope.0)?.names.get(name).map(|bound| &bound.binding)
    }

    /// The names bound in this very scope, in a fixed order.
    pub(super) fn own_names(&self, scope: ScopeId) -> Vec<String> {
        let mut names: Vec<String> =
            self.list.get(scope.0).map(|scope| scope.names.keys().cloned().collect()).unwrap_or_default();
        names.sort_unstable();
        names
    }

    /// How many scopes further out `ancestor` is; `None` when `scope` is not inside it.
    pub(super) fn distance(&self, scope: ScopeId, ancestor: ScopeId) -> Option<usize> {
        let mut current = Some(scope);
        let mut distance = 0;
        while let Some(id) = current {
            if id == ancestor {
                return Some(distance);
            }
            current = self.list.get(id.0)?.parent;
            distance += 1;
        }
        None
    }

    /// Where the name that is visible here was declared.
    pub(super) fn place(&self, scope: ScopeId, name: &str) -> Option<Span> {
        let mut current = Some(scope);
        while let Some(scope) = current.and_then(|id| self.list.get(id.0)) {
            if let Some(bound) = scope.names.get(name) {
                return Some(bound.declared);
            }
            current = scope.parent;
        }
        None
    }

    /// All names visible here, for suggestions, in a fixed order.
    pub(super) fn visible(&self, scope: ScopeId) -> Vec<&str> {
        let mut names = Vec::new();
        let mut current = Some(scope);
        while let Some(scope) = current.and_then(|id| self.list.get(id.0)) {
            names.extend(scope.names.keys().map(String::as_str));
            current = scope.parent;
        }
        names.sort_unstable();
        names
    }
}
