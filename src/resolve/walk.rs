//! One walk over the trees that records their definitions and every identifier to be linked to a definition.

use crate::catalog::Kind;
use crate::collections::{HashMap, HashSet};
use crate::diagnostic::{Diagnostic, Diagnostics, suggest};
use crate::slots::SlotSet;
use crate::source::Span;
use crate::syntax::ast::{self, Ident, Name, Stmt, StmtKind};

use super::block::{At, Inside};
use super::expect::Expect;
use super::index::{Definition, DefinitionId, DefinitionKind, Index, Meaning, Mention, Scope, ScopeId, Word, number};
use super::module::Module;
use super::names::{Entry, Names, Space};
use super::pending::{Pending, Wanted};
use super::place::Place;

/// A `use` statement.
pub(super) struct Use<'a> {
    /// The component's name, which is linked first.
    pub(super) component: Pending<'a>,
    /// The component, once that is done.
    pub(super) definition: Option<DefinitionId>,
}

/// An argument of a `use` statement.
pub(super) struct Argument<'a> {
    /// The index of the statement.
    pub(super) used_by: usize,
    /// The parameter's name.
    pub(super) name: Option<&'a str>,
}

/// What the walk has found so far.
pub(super) struct Walk<'a> {
    pub(super) modules: &'a [Module<'a>],
    pub(super) index: Index,
    pub(super) names: Names<'a>,
    pub(super) pending: Vec<Pending<'a>>,
    pub(super) uses: Vec<Use<'a>>,
    pub(super) arguments: Vec<Argument<'a>>,
    /// The component of each definition of a component.
    pub(super) components: HashMap<DefinitionId, &'a ast::Component>,
    /// The `use` statement of each instance.
    pub(super) instances: HashMap<DefinitionId, usize>,
    /// The value of each `let`, and the default of each `option` and `param`, in which its own name is not defined.
    pub(super) own_values: HashMap<DefinitionId, Span>,
    /// The scope of the file that each module name refers to.
    pub(super) files: HashMap<DefinitionId, ScopeId>,
    /// Words in text that could not be read: they may be names that it introduces.
    pub(super) unreadable: HashSet<&'a str>,
    /// Whether a file that is imported as a whole could not be read.
    pub(super) lost_import: bool,
    /// Pipelines that may have stages with computed names: stages in loops and in components.
    pub(super) open_stages: HashSet<ScopeId>,
    /// The variables that strings refer to in CodePipeline's notation, with their spans and the enclosing pipelines.
    pub(super) run_variables: Vec<(&'a str, Span, Option<ScopeId>)>,
    /// The logical IDs in calls of `cfn.ref`.
    pub(super) logical_ids: Vec<(&'a str, Span, ScopeId)>,
    /// Diagnostics of what the walk alone shows to be unresolved.
    pub(super) diagnostics: Diagnostics,
    /// The providers that the files declare.
    pub(super) providers: HashSet<&'a str>,
    /// The scopes of the files walked over.
    roots: Vec<ScopeId>,
}

impl<'a> Walk<'a> {
    /// Walks over all files, imported ones first.
    pub(super) fn over(modules: &'a [Module<'a>]) -> Self {
        let mut walk = Self {
            modules,
            index: Index::default(),
            names: Names::default(),
            pending: Vec::new(),
            uses: Vec::new(),
            arguments: Vec::new(),
            components: HashMap::default(),
            instances: HashMap::default(),
            own_values: HashMap::default(),
            files: HashMap::default(),
            unreadable: HashSet::default(),
            lost_import: false,
            open_stages: HashSet::default(),
            run_variables: Vec::new(),
            logical_ids: Vec::new(),
            diagnostics: Diagnostics::new(),
            providers: HashSet::default(),
            roots: Vec::new(),
        };
        for module in modules {
            walk.find_providers(&module.ast.statements);
        }
        for module in modules {
            walk.module(module);
        }
        walk
    }

    fn find_providers(&mut self, statements: &'a [Stmt]) {
        for statement in statements {
            match &statement.kind {
                StmtKind::Resource(resource) if resource.kind == Kind::Provider => {
                    self.providers.extend(resource.name.literal());
                }
                StmtKind::For(loop_) => self.find_providers(&loop_.block.statements),
                StmtKind::Component(component) => self.find_providers(&component.block.statements),
                StmtKind::If(condition) => {
                    condition.branches().into_iter().for_each(|block| self.find_providers(&block.statements));
                }
                _ => {}
            }
        }
    }

    fn module(&mut self, module: &'a Module<'a>) {
        let root = self.open(None, module.ast.span);
        self.names.begin_file(root);
        let at = At { scope: root, local: root, global: Some(root), pipeline: None, in_loop: false, is_ignored: false };
        let imports = module.ast.statements.iter().filter_map(|statement| match &statement.kind {
            StmtKind::Import(import) => Some(import),
            _ => None,
        });
        for (import, target) in imports.zip(module.imports) {
            self.import(import, target.and_then(|target| self.roots.get(target).copied()), at);
        }
        let inside = Inside::new(SlotSet::default(), Place::File);
        self.statements(&module.ast.statements, &inside, at);
        self.close(root);
        self.roots.push(root);
    }

    pub(super) fn import(&mut self, import: &'a ast::Import, target: Option<ScopeId>, at: At) {
        let Some(home) = target else {
            let names = import.names.iter().chain(&import.alias);
            for name in names {
                self.unreadable.insert(&name.node);
                self.note(name.span, Meaning::Open);
            }
            self.lost_import |= import.names.is_empty() && import.alias.is_none();
            return;
        };
        if let Some(alias) = &import.alias {
            let id = self.define(alias, DefinitionKind::Module, at);
            self.files.insert(id, home);
        }
        let everything = import.names.is_empty() && import.alias.is_none();
        let top = self.names.at_top(home);
        let is_pipeline = |entry: &Entry| entry.space == Space::of(Kind::Pipeline);
        let wanted = |name: &str, entry: &Entry| {
            import.names.iter().any(|it| it.node == name) || everything && !is_pipeline(entry)
        };
        let shared: Vec<(&'a str, Entry)> = top.iter().filter(|(name, entry)| wanted(name, entry)).copied().collect();
        let top_names: Vec<&'a str> = top.iter().map(|(name, _)| *name).collect();
        for (name, entry) in &shared {
            self.names.add(name, Entry { scope: at.scope, ..*entry });
            self.index.imported.push((at.scope, entry.definition));
        }
        for name in &import.names {
            let found = shared.iter().find(|(known, _)| *known == name.node);
            // An import alone is not a use.
            if let Some((_, entry)) = found {
                self.note(name.span, Meaning::Names(entry.definition));
                continue;
            }
            // Its uses may have the name that is meant.
            let near = suggest::similar(&name.node, top_names.iter().copied());
            self.unreadable.extend(near);
            self.later(name, &[], Wanted::Imported(home), at);
        }
    }

    /// Opens a scope.
    pub(super) fn open(&mut self, parent: Option<ScopeId>, span: Span) -> ScopeId {
        let id = ScopeId(number(self.index.scopes.len()));
        self.index.scopes.push(Scope { parent, span, end: u32::MAX });
        id
    }

    /// Closes a scope after everything inside it.
    pub(super) fn close(&mut self, scope: ScopeId) {
        let end = number(self.index.scopes.len());
        if let Some(scope) = self.index.scopes.get_mut(scope.0 as usize) {
            scope.end = end;
        }
    }

    /// Records what an identifier refers to. Returns the index of the mention.
    pub(super) fn note(&mut self, span: Span, meaning: Meaning) -> u32 {
        self.index.mentions.push(Mention { span, meaning });
        number(self.index.mentions.len() - 1)
    }

    /// Records a word that is not a name.
    pub(super) fn word(&mut self, word: &Ident, kind: Word) {
        self.note(word.span, Meaning::Word(kind));
    }

    /// Records an identifier that does not resolve.
    pub(super) fn nothing(&mut self, span: Span, diagnostic: Diagnostic) {
        self.note(span, Meaning::Unknown);
        self.index.unknown += 1;
        self.diagnostics.push(diagnostic);
    }

    /// Records an identifier that is linked when all definitions are known.
    pub(super) fn later(&mut self, head: &'a Ident, accesses: &'a [ast::Access], wanted: Wanted<'a>, at: At) {
        let pending = self.pend(head, accesses, wanted, at);
        self.pending.push(pending);
    }

    pub(super) fn pend(
        &mut self,
        head: &'a Ident,
        accesses: &'a [ast::Access],
        wanted: Wanted<'a>,
        at: At,
    ) -> Pending<'a> {
        let mention = self.note(head.span, Meaning::Open);
        for access in accesses {
            match access {
                ast::Access::Member(member) => self.word(member, Word::Member),
                ast::Access::Index(index) => self.value(index, Expect::Value, at),
            }
        }
        let wanted = if at.is_ignored { Wanted::Name(Expect::Open) } else { wanted };
        Pending { mention, head, accesses, wanted, scope: at.scope, pipeline: at.pipeline, part: None }
    }

    /// Records an identifier as a definition.
    pub(super) fn define(&mut self, name: &'a Ident, kind: DefinitionKind, at: At) -> DefinitionId {
        let visible = match kind {
            DefinitionKind::Artifact => Some(at.local),
            // Whatever encloses it, a variable belongs to the pipeline, or to each pipeline in which its component is
            // used.
            DefinitionKind::Variable => at.pipeline.or(at.global),
            _ => Some(at.scope),
        };
        let id = self.add(&name.node, name.span, kind, visible, at.scope);
        self.note(name.span, Meaning::Defines(id));
        id
    }

    fn add(
        &mut self,
        name: &'a str,
        span: Span,
        kind: DefinitionKind,
        visible: Option<ScopeId>,
        written: ScopeId,
    ) -> DefinitionId {
        let definition = DefinitionId(number(self.index.definitions.len()));
        let name_of = name.to_owned();
        let made = Definition {
            kind,
            name: name_of,
            span,
            written,
            visible,
            opens: None,
            owner: None,
            uses: 0,
            first: definition,
        };
        self.index.definitions.push(made);
        let space = kind.space();
        match visible {
            _ if name.is_empty() => {}
            Some(scope) => self.names.add(name, Entry { scope, space, definition }),
            None => self.names.export(name, space, definition),
        }
        definition
    }

    /// Records the name of a declaration: an identifier is local to a loop or a component, a quoted name is not.
    pub(super) fn declare(&mut self, name: &'a Name, kind: DefinitionKind, at: At) -> DefinitionId {
        let visible = match kind {
            DefinitionKind::Instance => Some(at.scope),
            // Stages are visible in the whole pipeline.
            DefinitionKind::Stage => Some(at.pipeline.unwrap_or(at.local)),
            _ if name.quoted => at.global,
            _ => Some(at.local),
        };
        if let Some(literal) = name.literal() {
            let id = self.add(literal, name.span, kind, visible, at.scope);
            self.note(name.span, Meaning::Defines(id));
            return id;
        }
        self.text(&name.parts, at);
        self.names.add_computed(visible, kind.space());
        let id = self.add("", name.span, kind, visible, at.scope);
        self.note(name.span, Meaning::Defines(id));
        id
    }

    /// Records the scope that a definition opens.
    pub(super) fn opens(&mut self, definition: DefinitionId, scope: ScopeId) {
        if let Some(definition) = self.index.definitions.get_mut(definition.0 as usize) {
            definition.opens = Some(scope);
        }
    }
}
