//! Lexical scopes: what a bare name stands for where it is used.

use std::collections::HashMap;

use crate::catalog::Words;
use crate::hir::{ParamId, Value, VariableId};
use crate::source::Span;
use crate::syntax::ast;

/// Index of a scope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ScopeId(usize);

/// Index of a `let`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LetId(pub(crate) usize);

/// Index of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ComponentId(pub(crate) usize);

/// Index of a `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TypeId(pub(crate) usize);

/// What a name is bound to.
#[derive(Debug, Clone)]
pub(crate) enum Binding {
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
    pub(crate) fn is_value(&self) -> bool {
        matches!(self, Self::Value(_) | Self::Let(_) | Self::Param(_) | Self::Variable(_))
    }
}

/// How far a `let` has been evaluated.
#[derive(Debug, Clone)]
pub(crate) enum LetState {
    /// Not yet.
    Waiting,
    /// Being evaluated: meeting it again is a cycle, of which all that are running are a part or which they use.
    Running {
        /// Whether a cycle has been met since.
        circular: bool,
    },
    /// Done.
    Done(Value),
}

/// A value that is evaluated when it is first used: of a `let`, or an argument of a component.
#[derive(Debug, Clone)]
pub(crate) struct LetEntry<'a> {
    pub(crate) name: &'a ast::Ident,
    pub(crate) value: &'a ast::Expr,
    /// Its type, and the scope that type was written in.
    pub(crate) ty: Option<(&'a ast::Type, ScopeId)>,
    /// The names its value sees.
    pub(crate) scope: ScopeId,
    /// The pipeline around it.
    pub(crate) pipeline: Option<usize>,
    /// What a bare word in it means.
    pub(crate) words: Words,
    pub(crate) state: LetState,
}

impl LetEntry<'_> {
    /// Whether a cycle has been met while it is evaluated.
    pub(crate) fn is_circular(&self) -> bool {
        matches!(self.state, LetState::Running { circular: true })
    }

    /// Notes that a cycle has been met, where it is being evaluated.
    pub(crate) fn mark_circular(&mut self) {
        if let LetState::Running { circular } = &mut self.state {
            *circular = true;
        }
    }
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
pub(crate) struct Scopes<'a> {
    list: Vec<Scope>,
    pub(crate) lets: Vec<LetEntry<'a>>,
    /// Components, each with the scope of its file.
    pub(crate) components: Vec<(&'a ast::Component, ScopeId)>,
    /// `type` declarations, each with the scope of its file.
    pub(crate) types: Vec<(&'a ast::TypeDecl, ScopeId)>,
}

impl<'a> Scopes<'a> {
    pub(crate) fn new() -> Self {
        Self { list: Vec::new(), lets: Vec::new(), components: Vec::new(), types: Vec::new() }
    }

    /// The scope of one more file.
    pub(crate) fn root(&mut self) -> ScopeId {
        self.list.push(Scope::default());
        ScopeId(self.list.len() - 1)
    }

    /// A new scope inside another.
    pub(crate) fn child(&mut self, parent: ScopeId) -> ScopeId {
        self.list.push(Scope { parent: Some(parent), names: HashMap::new() });
        ScopeId(self.list.len() - 1)
    }

    /// Binds a name; gives back the place of an earlier binding in the same scope, which stays.
    pub(crate) fn bind(&mut self, scope: ScopeId, name: &ast::Ident, binding: Binding) -> Option<Span> {
        self.bind_imported(scope, name, binding, name.span)
    }

    /// Binds a name that was declared elsewhere.
    pub(crate) fn bind_imported(
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
    pub(crate) fn add_let(&mut self, entry: LetEntry<'a>) -> LetId {
        self.lets.push(entry);
        LetId(self.lets.len() - 1)
    }

    /// What a name is bound to here or further out.
    pub(crate) fn find(&self, scope: ScopeId, name: &str) -> Option<&Binding> {
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
    pub(crate) fn own(&self, scope: ScopeId, name: &str) -> Option<&Binding> {
        self.list.get(scope.0)?.names.get(name).map(|bound| &bound.binding)
    }

    /// The names bound in this very scope, in a fixed order.
    pub(crate) fn own_names(&self, scope: ScopeId) -> Vec<String> {
        let mut names: Vec<String> =
            self.list.get(scope.0).map(|scope| scope.names.keys().cloned().collect()).unwrap_or_default();
        names.sort_unstable();
        names
    }

    /// How many scopes further out `ancestor` is; `None` when `scope` is not inside it.
    pub(crate) fn distance(&self, scope: ScopeId, ancestor: ScopeId) -> Option<usize> {
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
    pub(crate) fn place(&self, scope: ScopeId, name: &str) -> Option<Span> {
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
    pub(crate) fn visible(&self, scope: ScopeId) -> Vec<&str> {
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
