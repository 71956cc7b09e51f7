//! First pass: gives every declaration its id and binds the names of values.

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::catalog::Kind;
use crate::diagnostic::families::names;
use crate::hir::{Entity, PipelineId};
use crate::resolve::place::Place;
use crate::slots;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, ParamKind, Stmt, StmtKind};

use super::Lowerer;
use super::environment::EnvironmentLets;
use super::expand::{Placed, Surroundings};
use super::expression::Words;
use super::scope::{Binding, ComponentId, LetEntry, LetState, ScopeId, Scopes, TypeId};

/// A declaration that the second pass will fill in.
#[derive(Debug, Clone)]
pub(super) struct Declared<'a, T> {
    pub(super) statement: &'a Stmt,
    pub(super) node: &'a T,
    /// Its name as written.
    pub(super) written: String,
    /// Its name, with what loops and instances add.
    pub(super) symbol: Spanned<String>,
    pub(super) at: Surroundings,
}

/// The name of a declaration.
#[derive(Debug, Clone)]
pub(super) struct Owned {
    /// How it is looked up.
    pub(super) symbol: Spanned<String>,
    /// What it is called: the same, with what loops and instances add.
    pub(super) full: Spanned<String>,
    /// Where the name is visible.
    pub(super) local: ScopeId,
}

/// A declaration and where its name is visible.
#[derive(Debug, Clone, Copy)]
struct Visible {
    entity: Entity,
    span: Span,
    local: ScopeId,
}

/// What the files declare, by kind and name.
#[derive(Debug, Default)]
pub(super) struct Symbols<'a> {
    entities: IndexMap<String, Vec<(Kind, Visible)>>,
    full_names: HashMap<Entity, String>,
    pub(super) resources: Vec<Declared<'a, ast::Resource>>,
    counts: HashMap<Kind, usize>,
    pub(super) pipelines: Vec<Declared<'a, ast::Named>>,
    /// By [`EnvironmentId`].
    pub(super) environments: Vec<EnvironmentLets>,
}

impl<'a> Symbols<'a> {
    /// The declaration of a kind and name that is visible in a scope: the innermost.
    pub(super) fn entity(&self, kind: Kind, name: &str, scopes: &Scopes<'a>, scope: ScopeId) -> Option<Entity> {
        let found = self.entities_named(name, scopes, scope);
        found.into_iter().find(|(other, _, _)| *other == kind).map(|(_, entity, _)| entity)
    }

    /// Things of any kind with a name that are visible in a scope: of each kind the innermost, in the order declared.
    pub(super) fn entities_named(&self, name: &str, scopes: &Scopes<'a>, scope: ScopeId) -> Vec<(Kind, Entity, Span)> {
        let mut nearest: IndexMap<Kind, (usize, Visible)> = IndexMap::new();
        for (kind, visible) in self.entities.get(name).into_iter().flatten() {
            let Some(distance) = scopes.distance(scope, visible.local) else { continue };
            if nearest.get(kind).is_none_or(|(least, _)| distance < *least) {
                nearest.insert(*kind, (distance, *visible));
            }
        }
        nearest.into_iter().map(|(kind, (_, visible))| (kind, visible.entity, visible.span)).collect()
    }

    /// What a declaration is called.
    pub(super) fn name_of(&self, entity: Entity) -> Option<&str> {
        self.full_names.get(&entity).map(String::as_str)
    }

    /// The declaration of a kind and name, in any scope, and where it is declared.
    pub(super) fn declared(&self, kind: Kind, name: &str) -> Option<(Entity, Span)> {
        let (_, visible) = self.entities.get(name)?.iter().find(|(other, _)| *other == kind)?;
        Some((visible.entity, visible.span))
    }

    /// Names of a kind, in the order declared.
    pub(super) fn names_of(&self, kind: Kind) -> impl Iterator<Item = &str> {
        let of_kind = move |entry: &(&String, &Vec<(Kind, Visible)>)| entry.1.iter().any(|(other, _)| *other == kind);
        self.entities.iter().filter(of_kind).map(|(name, _)| name.as_str())
    }

    /// Kinds and names of what one file declares at its top.
    pub(super) fn names_in(&self, home: ScopeId) -> impl Iterator<Item = (Kind, String)> {
        self.entities.iter().flat_map(move |(name, visible)| {
            visible.iter().filter(move |(_, it)| it.local == home).map(|(kind, _)| (*kind, name.clone()))
        })
    }

    /// All declared names, in the order declared.
    pub(super) fn all_names(&self) -> impl Iterator<Item = &str> {
        self.entities.keys().map(String::as_str)
    }

    /// Makes what one file declares under a name visible in another; whether there is such a thing.
    pub(super) fn share(&mut self, name: &str, home: ScopeId, scope: ScopeId) -> bool {
        let Some(known) = self.entities.get_mut(name) else { return false };
        let shared: Vec<(Kind, Visible)> = known
            .iter()
            .filter(|(_, visible)| visible.local == home)
            .map(|(kind, visible)| (*kind, Visible { local: scope, ..*visible }))
            .collect();
        let found = !shared.is_empty();
        known.extend(shared);
        found
    }

    /// Declares a thing; gives back the place of an earlier one of the same kind and name in the same body.
    fn declare(&mut self, kind: Kind, name: &Owned, entity: Entity) -> Option<Span> {
        self.full_names.insert(entity, name.full.node.clone());
        let known = self.entities.entry(name.symbol.node.clone()).or_default();
        let first = known.iter().find(|(other, visible)| *other == kind && visible.local == name.local);
        if let Some((_, first)) = first {
            return Some(first.span);
        }
        known.push((kind, Visible { entity, span: name.symbol.span, local: name.local }));
        None
    }

    /// The number of things of a kind so far: the id of the next one.
    fn next(&mut self, kind: Kind) -> usize {
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        *count - 1
    }
}

impl<'a> Lowerer<'a> {
    /// Runs the first pass over all files.
    pub(super) fn declare_all(&mut self) {
        self.hir.incomplete |= self.names.has_unreadable();
        let mut roots = Vec::with_capacity(self.modules.len());
        for (index, module) in self.modules.iter().enumerate() {
            let root = self.scopes.root();
            self.import_all(index, root, &roots);
            roots.push(root);
            let at = Surroundings::of(root);
            let body = self.expand(&module.ast.statements, Place::File, "", &at);
            self.hir.incomplete |= body.incomplete;
            for placed in body.statements {
                match &placed.statement.kind {
                    StmtKind::Resource(resource) => self.declare_resource(&placed, resource),
                    StmtKind::Pipeline(named) => self.declare_pipeline(&placed, named),
                    StmtKind::Attribute(attribute) => {
                        self.resource_files(&attribute.value, self.context_of(&placed.at));
                    }
                    _ => {}
                }
            }
        }
    }

    /// Binds the names of values, types and components that one block declares.
    pub(super) fn bind_values(&mut self, statements: &'a [Stmt], place: Place, at: &Surroundings) {
        // An option is read at once, and its type may stand below it.
        for statement in statements.iter().filter(|statement| place.allows(&statement.kind)) {
            if let StmtKind::TypeDecl(declaration) = &statement.kind {
                let id = TypeId(self.scopes.types.len());
                self.scopes.types.push((declaration, at.scope));
                self.bind(at.scope, &declaration.name, Binding::Type(id));
            }
        }
        for statement in statements.iter().filter(|statement| place.allows(&statement.kind)) {
            if let StmtKind::TypeDecl(declaration) = &statement.kind {
                self.hir.incomplete |= !self.known_type(&declaration.ty, at.scope);
            }
        }
        for statement in statements.iter().filter(|statement| place.allows(&statement.kind)) {
            match &statement.kind {
                StmtKind::Param(param) if param.kind == ParamKind::Option => self.declare_option(param, at.scope),
                StmtKind::Param(param) if param.kind == ParamKind::Param => {
                    self.declare_param(param, statement.doc.as_ref(), at.scope);
                }
                StmtKind::Let(declaration) => {
                    let id = self.scopes.add_let(LetEntry {
                        name: &declaration.name,
                        value: &declaration.value,
                        ty: declaration.ty.as_ref().map(|ty| (ty, at.scope)),
                        scope: at.scope,
                        pipeline: self.current,
                        words: Words::Value,
                        state: LetState::Waiting,
                    });
                    self.bind(at.scope, &declaration.name, Binding::Let(id));
                }
                StmtKind::Component(component) => {
                    let id = ComponentId(self.scopes.components.len());
                    self.scopes.components.push((component, at.scope));
                    self.bind(at.scope, &component.name, Binding::Component(id));
                }
                _ => {}
            }
        }
    }

    /// Binds a name, once in its scope.
    pub(super) fn bind(&mut self, scope: ScopeId, name: &ast::Ident, binding: Binding) {
        let kind = if matches!(binding, Binding::Variable(_)) { "variable" } else { "value" };
        let earlier = self.scopes.bind(scope, name, binding);
        self.report_duplicate(kind, name, earlier);
    }

    pub(super) fn report_duplicate(&mut self, kind: &str, name: &Spanned<String>, earlier: Option<Span>) {
        if let Some(first) = earlier {
            self.hir.incomplete = true;
            self.diagnostics.push(names::duplicate(kind, name, first));
        }
    }

    fn declare_resource(&mut self, placed: &Placed<'a>, resource: &'a ast::Resource) {
        let Some(name) = self.declared_name(&resource.name, &placed.at) else {
            self.hir.incomplete = true;
            return;
        };
        let kind = resource.kind;
        let entity = Entity::new(kind, self.symbols.next(kind));
        if kind == Kind::Environment {
            let lets = self.environment_lets(resource, &placed.at);
            self.symbols.environments.push(lets);
        }
        if self.names.uses_at(resource.name.span) == 0 {
            self.hir.unnamed.insert(entity);
        }
        let earlier = self.symbols.declare(kind, &name, entity);
        self.report_duplicate(kind.word(), &name.symbol, earlier);
        self.symbols.resources.push(declared(placed, resource, name));
    }

    fn declare_pipeline(&mut self, placed: &Placed<'a>, named: &'a ast::Named) {
        let Some(name) = self.declared_name(&named.name, &placed.at) else {
            self.hir.incomplete = true;
            return;
        };
        let entity = Entity::Pipeline(PipelineId(self.symbols.pipelines.len()));
        let earlier = self.symbols.declare(Kind::Pipeline, &name, entity);
        self.report_duplicate("pipeline", &name.symbol, earlier);
        self.symbols.pipelines.push(declared(placed, named, name));
    }

    /// Reports a name that its kind does not allow; whether it is one.
    pub(super) fn check_name(&mut self, kind: &str, name: &Spanned<String>) -> bool {
        slots::check_name(kind, name, self)
    }

    /// The text to write for another name, where nothing else can refer to the name: no other place of the files has it,
    /// and it is none that the commands of a build know.
    pub(super) fn renaming(&self, kind: &str, name: &Spanned<String>, mended: &str) -> Option<String> {
        let written = self.shown(name.span);
        let quote = written.chars().next().filter(|c| matches!(c, '"' | '\''));
        let bare = quote.map_or(Some(written.as_str()), |quote| written.strip_prefix(quote)?.strip_suffix(quote));
        let lines = self.modules.iter().flat_map(|module| module.text.lines());
        let statements = lines.filter(|line| !line.trim_start().starts_with("//"));
        let times: usize = statements.map(|line| line.matches(name.as_str()).count()).sum();
        let alone = bare == Some(name.as_str()) && times == 1 && slots::name_in_arn(&name.node) == name.node;
        let quote = quote.map(String::from).unwrap_or_default();
        (alone && kind != "environment-variable").then(|| format!("{quote}{mended}{quote}"))
    }
}

fn declared<'a, T>(placed: &Placed<'a>, node: &'a T, name: Owned) -> Declared<'a, T> {
    Declared { statement: placed.statement, node, written: name.symbol.node, symbol: name.full, at: placed.at.clone() }
}
