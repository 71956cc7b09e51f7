//! What definitions are bound to in each expanded body.

use std::collections::hash_map::Entry;

use crate::catalog::Words;
use crate::collections::HashMap;
use crate::hir::{ArtifactId, Entity, ParamId, Value, VariableId};
use crate::resolve::DefinitionId;
use crate::source::{FileId, Span, Spanned};
use crate::syntax::ast;

/// Index of a scope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ScopeId(usize);

/// Index of a `let`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct LetId(pub(crate) usize);

/// Index of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ComponentId(pub(crate) usize);

/// Index of a `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TypeId(pub(crate) usize);

/// What a definition is bound to.
#[derive(Debug, Clone)]
pub(crate) enum Binding {
    /// A value: an `option`, or an element of a loop.
    Value(Value),
    /// A `let`, evaluated on first use.
    Let(LetId),
    /// `param`
    Param(ParamId),
    /// A `variable` of the enclosing pipeline.
    Variable(VariableId),
    /// `component`
    Component(ComponentId),
    /// `type`
    Type(TypeId),
    /// `use ... as Name`: the instance's own names.
    Instance(ScopeId),
    /// `import ... as name`: the names of that file.
    Module(ScopeId),
    /// A declaration.
    Declaration(Entity),
    /// An artifact of the enclosing pipeline.
    Artifact(ArtifactId),
}

/// The progress of evaluating a `let`.
#[derive(Debug, Clone)]
pub(crate) enum LetState {
    /// Not yet.
    Waiting,
    /// Being evaluated: reaching it again is a cycle, and all that are running are part of it or depend on it.
    Running {
        /// Whether a cycle has been found in the meantime.
        circular: bool,
    },
    /// Done.
    Done(Value),
}

/// A value that is evaluated on first use: that of a `let`, or an argument of a component.
#[derive(Debug, Clone)]
pub(crate) struct LetEntry<'a> {
    pub(crate) name: &'a ast::Ident,
    pub(crate) value: &'a ast::Expr,
    /// Its type, and the scope in which the type was written.
    pub(crate) ty: Option<(&'a ast::Type, ScopeId)>,
    /// The scope of its value.
    pub(crate) scope: ScopeId,
    /// The enclosing pipeline.
    pub(crate) pipeline: Option<usize>,
    /// What a bare word in it means.
    pub(crate) words: Words,
    pub(crate) state: LetState,
}

impl LetEntry<'_> {
    /// Returns whether a cycle was found while it is being evaluated.
    pub(crate) fn is_circular(&self) -> bool {
        matches!(self.state, LetState::Running { circular: true })
    }

    /// Records that a cycle was found, if it is being evaluated.
    pub(crate) fn mark_circular(&mut self) {
        if let LetState::Running { circular } = &mut self.state {
            *circular = true;
        }
    }
}

/// The names of one expanded body.
#[derive(Debug, Default)]
struct Scope {
    parent: Option<ScopeId>,
    /// What its definitions are bound to, each with the span of the first one.
    bound: HashMap<DefinitionId, (Binding, Span)>,
    /// Instances with computed names.
    instances: HashMap<String, (ScopeId, Span)>,
    /// Values of other files by name, each with the span of its import.
    imported: HashMap<String, Span>,
}

/// What definitions are bound to where they are used. There is one scope for each expanded body: the index knows each
/// body once, but a loop or component has several.
#[derive(Debug)]
pub(crate) struct Scopes<'a> {
    list: Vec<Scope>,
    /// The scopes of the files.
    roots: HashMap<FileId, ScopeId>,
    pub(crate) lets: Vec<LetEntry<'a>>,
    /// Components, each with the scope in which it is declared.
    pub(crate) components: Vec<(&'a ast::Component, ScopeId)>,
    /// `type` declarations, each with the scope in which it is declared.
    pub(crate) types: Vec<(&'a ast::TypeDecl, ScopeId)>,
}

impl<'a> Scopes<'a> {
    pub(crate) fn new() -> Self {
        Self {
            list: Vec::new(),
            roots: HashMap::default(),
            lets: Vec::new(),
            components: Vec::new(),
            types: Vec::new(),
        }
    }

    /// Creates the scope of another file.
    pub(crate) fn root(&mut self, file: FileId) -> ScopeId {
        let root = self.add(None);
        self.roots.insert(file, root);
        root
    }

    /// Creates a scope inside another.
    pub(crate) fn child(&mut self, parent: ScopeId) -> ScopeId {
        self.add(Some(parent))
    }

    fn add(&mut self, parent: Option<ScopeId>) -> ScopeId {
        self.list.push(Scope { parent, ..Scope::default() });
        ScopeId(self.list.len() - 1)
    }

    /// Binds a definition. If the name is already bound in the same scope, keeps that binding and returns its span.
    pub(crate) fn bind(
        &mut self,
        scope: ScopeId,
        definition: DefinitionId,
        name: &Spanned<String>,
        binding: Binding,
    ) -> Option<Span> {
        let scope = self.list.get_mut(scope.0)?;
        if let Some(first) = scope.imported.get(&name.node).filter(|_| binding.is_of_values()) {
            return Some(*first);
        }
        match scope.bound.entry(definition) {
            Entry::Occupied(first) => Some(first.get().1),
            Entry::Vacant(free) => {
                free.insert((binding, name.span));
                None
            }
        }
    }

    /// Binds an instance with a computed name.
    pub(crate) fn bind_instance(&mut self, scope: ScopeId, name: &Spanned<String>, instance: ScopeId) -> Option<Span> {
        let scope = self.list.get_mut(scope.0)?;
        match scope.instances.entry(name.node.clone()) {
            Entry::Occupied(first) => Some(first.get().1),
            Entry::Vacant(free) => {
                free.insert((instance, name.span));
                None
            }
        }
    }

    /// Records an imported value of another file. Returns the span of an earlier import with the same name.
    pub(crate) fn import(&mut self, scope: ScopeId, name: &Spanned<String>) -> Option<Span> {
        match self.list.get_mut(scope.0)?.imported.entry(name.node.clone()) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(free) => {
                free.insert(name.span);
                None
            }
        }
    }

    /// Returns the names of the values that are imported in a scope.
    pub(crate) fn imported(&self, scope: ScopeId) -> impl Iterator<Item = &str> {
        self.list.get(scope.0).into_iter().flat_map(|scope| scope.imported.keys().map(String::as_str))
    }

    /// Returns what a definition is bound to in a scope, in an enclosing one, or in its own file.
    pub(crate) fn find(&self, scope: ScopeId, definition: DefinitionId, file: FileId) -> Option<&Binding> {
        let found = self.around(scope).find_map(|scope| scope.bound.get(&definition));
        let elsewhere = || self.list.get(self.roots.get(&file)?.0)?.bound.get(&definition);
        found.or_else(elsewhere).map(|(binding, _)| binding)
    }

    /// Returns the visible instance with a computed name.
    pub(crate) fn instance(&self, scope: ScopeId, name: &str) -> Option<ScopeId> {
        self.around(scope).find_map(|scope| scope.instances.get(name)).map(|(instance, _)| *instance)
    }

    /// Returns whether a scope is `outer` or inside it.
    pub(crate) fn is_inside(&self, scope: ScopeId, outer: ScopeId) -> bool {
        let mut current = Some(scope);
        while let Some(id) = current {
            if id == outer {
                return true;
            }
            current = self.list.get(id.0).and_then(|scope| scope.parent);
        }
        false
    }

    /// Returns the definitions that are bound in a scope.
    pub(crate) fn own(&self, scope: ScopeId) -> impl Iterator<Item = DefinitionId> {
        self.list.get(scope.0).into_iter().flat_map(|scope| scope.bound.keys().copied())
    }

    /// Returns the definitions that are bound in a scope or in an enclosing one.
    pub(crate) fn visible(&self, scope: ScopeId) -> impl Iterator<Item = DefinitionId> {
        self.around(scope).flat_map(|scope| scope.bound.keys().copied())
    }

    /// Returns a scope and the enclosing ones, inner ones first.
    fn around(&self, scope: ScopeId) -> impl Iterator<Item = &Scope> {
        let mut current = Some(scope);
        std::iter::from_fn(move || {
            let scope = self.list.get(current?.0)?;
            current = scope.parent;
            Some(scope)
        })
    }

    /// Registers a value to be evaluated later.
    pub(crate) fn add_let(&mut self, entry: LetEntry<'a>) -> LetId {
        self.lets.push(entry);
        LetId(self.lets.len() - 1)
    }
}

impl Binding {
    /// Returns whether its name is in the space that values, types, and components share.
    fn is_of_values(&self) -> bool {
        !matches!(self, Self::Declaration(_) | Self::Artifact(_))
    }
}
