//! First pass: gives every declared thing its id and binds the names of values.

use std::collections::HashSet;

use indexmap::IndexMap;

use crate::catalog::Target;
use crate::catalog::names::{check, mend, rules};
use crate::diagnostic::families::names;
use crate::hir::{self, BucketId, ConnectionId, Entity, PipelineId, ProjectId, RoleId, TopicId};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, ParamKind, ResourceKind, Stmt, StmtKind};

use super::Lowerer;
use super::placement::Place;
use super::scope::{Binding, ScopeId, Scopes};

/// A declaration that the second pass will fill in.
#[derive(Debug, Clone)]
pub(super) struct Declared<'a, T> {
    pub(super) statement: &'a Stmt,
    pub(super) node: &'a T,
    pub(super) symbol: Spanned<String>,
}

/// What the file declares, by kind and name.
#[derive(Debug, Default)]
pub(super) struct Symbols<'a> {
    entities: IndexMap<(Target, String), (Entity, Span)>,
    forgiven: HashSet<String>,
    pub(super) resources: Vec<Declared<'a, ast::Resource>>,
    pub(super) pipelines: Vec<Declared<'a, ast::Named>>,
    text: &'a str,
}

impl<'a> Symbols<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, ..Self::default() }
    }

    /// The declared thing of a kind and name.
    pub(super) fn entity(&self, kind: Target, name: &str) -> Option<Entity> {
        self.entities.get(&(kind, name.to_owned())).map(|(entity, _)| *entity)
    }

    /// Things of any kind with a name, in the order declared.
    pub(super) fn entities_named(&self, name: &str) -> Vec<(Target, Entity, Span)> {
        let matching = self.entities.iter().filter(|((_, symbol), _)| symbol == name);
        matching.map(|((kind, _), (entity, span))| (*kind, *entity, *span)).collect()
    }

    /// The name of a declared thing.
    pub(super) fn name_of(&self, entity: Entity) -> Option<&str> {
        self.entities.iter().find(|(_, (other, _))| *other == entity).map(|((_, name), _)| name.as_str())
    }

    /// Names of a kind, in the order declared.
    pub(super) fn names_of(&self, kind: Target) -> impl Iterator<Item = &str> {
        self.entities.keys().filter(move |(other, _)| *other == kind).map(|(_, name)| name.as_str())
    }

    /// All declared names, in the order declared.
    pub(super) fn all_names(&self) -> impl Iterator<Item = &str> {
        self.entities.keys().map(|(_, name)| name.as_str())
    }

    /// Whether a name may have been introduced where nothing could be read: using it is then not reported.
    pub(super) fn is_forgiven(&self, name: &str) -> bool {
        self.forgiven.contains(name)
    }

    /// Remembers every word of a statement that was not understood.
    pub(super) fn forgive(&mut self, statement: &Stmt) {
        if let StmtKind::Error(error) = &statement.kind {
            self.forgiven.extend(error.words.iter().cloned());
            return;
        }
        let covered = self.text.get(statement.span.range()).unwrap_or_default();
        let words = covered.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
        self.forgiven.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
    }

    fn declare(&mut self, kind: Target, symbol: &Spanned<String>, entity: Entity) -> Option<Span> {
        let key = (kind, symbol.node.clone());
        if let Some((_, first)) = self.entities.get(&key) {
            return Some(*first);
        }
        self.entities.insert(key, (entity, symbol.span));
        None
    }
}

/// The word for a kind of declared thing.
pub(super) fn noun(kind: Target) -> &'static str {
    match kind {
        Target::Project => "project",
        Target::Role => "role",
        Target::Bucket => "bucket",
        Target::Topic => "topic",
        Target::Connection => "connection",
        Target::Key => "key",
        Target::Repository => "repository",
        Target::Environment => "environment",
        Target::Pipeline => "pipeline",
    }
}

impl<'a> Lowerer<'a> {
    /// Runs the first pass over the file.
    pub(super) fn declare_all(&mut self) {
        self.forgive_errors(&self.file.statements);
        let statements = self.admitted(&self.file.statements, Place::File, "");
        let root = Scopes::root();
        self.bind_values(&statements, root);
        for statement in statements {
            match &statement.kind {
                StmtKind::Resource(resource) => self.declare_resource(statement, resource),
                StmtKind::Pipeline(named) => self.declare_pipeline(statement, named),
                _ => {}
            }
        }
    }

    /// Binds `option`, `param` and `let` of one block.
    pub(super) fn bind_values(&mut self, statements: &[&'a Stmt], scope: ScopeId) {
        for statement in statements {
            match &statement.kind {
                StmtKind::Param(param) if param.kind == ParamKind::Option => self.declare_option(param, scope),
                StmtKind::Param(param) if param.kind == ParamKind::Param => {
                    self.declare_param(param, statement.doc.as_ref(), scope);
                }
                StmtKind::Let(declaration) => {
                    let id = self.scopes.add_let(scope, declaration);
                    self.bind("let", scope, &declaration.name, Binding::Let(id));
                }
                _ => {}
            }
        }
    }

    /// Binds a name, once in its scope.
    pub(super) fn bind(&mut self, keyword: &'static str, scope: ScopeId, name: &ast::Ident, binding: Binding) {
        match self.scopes.bind(scope, name, binding) {
            Some(first) => self.report_duplicate("value", name, Some(first)),
            None => self.hir.bindings.push(hir::Binding { keyword, name: name.clone() }),
        }
    }

    pub(super) fn report_duplicate(&mut self, kind: &str, name: &Spanned<String>, earlier: Option<Span>) {
        if let Some(first) = earlier {
            self.hir.incomplete = true;
            self.diagnostics.push(names::duplicate(kind, name, first));
        }
    }

    /// Unreadable statements anywhere in the file may have introduced names.
    pub(super) fn forgive_errors(&mut self, statements: &'a [Stmt]) {
        for statement in statements {
            if let StmtKind::Error(_) = &statement.kind {
                self.symbols.forgive(statement);
                self.hir.incomplete = true;
            }
            if let Some(block) = block_of(statement) {
                self.forgive_errors(&block.statements);
            }
        }
    }

    fn declare_resource(&mut self, statement: &'a Stmt, resource: &'a ast::Resource) {
        let same_kind = |other: &&Declared<'_, ast::Resource>| other.node.kind == resource.kind;
        let index = self.symbols.resources.iter().filter(same_kind).count();
        let (kind, entity) = match resource.kind {
            ResourceKind::Project => (Target::Project, Entity::Project(ProjectId(index))),
            ResourceKind::Role => (Target::Role, Entity::Role(RoleId(index))),
            ResourceKind::Bucket => (Target::Bucket, Entity::Bucket(BucketId(index))),
            ResourceKind::Topic => (Target::Topic, Entity::Topic(TopicId(index))),
            ResourceKind::Connection => (Target::Connection, Entity::Connection(ConnectionId(index))),
            ResourceKind::Environment | ResourceKind::Provider | ResourceKind::Key | ResourceKind::Repository => return,
        };
        let Some(symbol) = self.name(&resource.name, Scopes::root()) else {
            self.hir.incomplete = true;
            return;
        };
        let earlier = self.symbols.declare(kind, &symbol, entity);
        self.report_duplicate(noun(kind), &symbol, earlier);
        self.symbols.resources.push(Declared { statement, node: resource, symbol });
    }

    fn declare_pipeline(&mut self, statement: &'a Stmt, named: &'a ast::Named) {
        let Some(symbol) = self.name(&named.name, Scopes::root()) else {
            self.hir.incomplete = true;
            return;
        };
        let entity = Entity::Pipeline(PipelineId(self.symbols.pipelines.len()));
        let earlier = self.symbols.declare(Target::Pipeline, &symbol, entity);
        self.report_duplicate("pipeline", &symbol, earlier);
        self.symbols.pipelines.push(Declared { statement, node: named, symbol });
    }

    /// Reports a name that its kind does not allow.
    pub(super) fn check_name(&mut self, kind: &str, name: &Spanned<String>) {
        if let (Some(fault), Some(rules)) = (check(kind, &name.node), rules(kind)) {
            let mended = mend(kind, &name.node);
            let mended = check(kind, &mended).is_none().then_some(mended);
            self.diagnostics.push(names::invalid_name(rules, name, &fault, mended.as_deref()));
        }
    }
}

/// The block of a statement that holds statements.
pub(super) fn block_of(statement: &Stmt) -> Option<&ast::Block> {
    match &statement.kind {
        StmtKind::Pipeline(named) | StmtKind::Stage(named) => Some(&named.block),
        StmtKind::Parallel(unnamed) | StmtKind::Sequence(unnamed) => Some(&unnamed.block),
        StmtKind::Action(action) => action.block.as_ref(),
        StmtKind::StackAction(action) => action.block.as_ref(),
        StmtKind::Settings(settings) => Some(&settings.block),
        StmtKind::Resource(resource) => match &resource.body {
            ast::ResourceBody::Block(block) => Some(block),
            _ => None,
        },
        StmtKind::On(on) => on.block.as_ref(),
        StmtKind::Property(property) => property.block.as_ref(),
        _ => None,
    }
}
