//! One walk over the trees that records their definitions and every identifier to be linked to a definition.

use std::collections::{HashMap, HashSet};

use crate::catalog::{self, Kind};
use crate::diagnostic::families::names;
use crate::diagnostic::{Diagnostic, Diagnostics, suggest};
use crate::slots::{Shape, SlotSet, slots_of};
use crate::source::Span;
use crate::syntax::ast::{self, Else, Ident, Name, OnClause, ParamKind, ResourceBody, Stmt, StmtKind};

use super::block::{At, Inside};
use super::expect::{Expect, expect_of_type, slots_of_action, slots_of_param, slots_of_stack_action};
use super::index::{Definition, DefinitionId, DefinitionKind, Index, Meaning, Mention, Scope, ScopeId, Word, number};
use super::module::Module;
use super::names::{Entry, Names, Space};
use super::pending::{Pending, Wanted};
use super::place::Place;
use super::unknown_words::unknown_attribute;

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
            components: HashMap::new(),
            instances: HashMap::new(),
            own_values: HashMap::new(),
            files: HashMap::new(),
            unreadable: HashSet::new(),
            lost_import: false,
            open_stages: HashSet::new(),
            run_variables: Vec::new(),
            logical_ids: Vec::new(),
            diagnostics: Diagnostics::new(),
            providers: HashSet::new(),
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

    fn import(&mut self, import: &'a ast::Import, target: Option<ScopeId>, at: At) {
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

    fn pend(&mut self, head: &'a Ident, accesses: &'a [ast::Access], wanted: Wanted<'a>, at: At) -> Pending<'a> {
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
    fn declare(&mut self, name: &'a Name, kind: DefinitionKind, at: At) -> DefinitionId {
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
    fn opens(&mut self, definition: DefinitionId, scope: ScopeId) {
        if let Some(definition) = self.index.definitions.get_mut(definition.0 as usize) {
            definition.opens = Some(scope);
        }
    }

    fn statements(&mut self, statements: &'a [Stmt], inside: &Inside<'a>, at: At) {
        for statement in statements {
            let fits = inside.place.is_none_or(|place| place.allows(&statement.kind));
            let at = At { is_ignored: at.is_ignored || !fits, ..at };
            self.statement(statement, inside, at);
        }
    }

    fn block(&mut self, block: &'a ast::Block, inside: &Inside<'a>, at: At) -> ScopeId {
        let scope = self.open(Some(at.scope), block.span);
        self.statements(&block.statements, inside, At { scope, ..at });
        self.close(scope);
        scope
    }

    fn plain_block(&mut self, block: Option<&'a ast::Block>, word: &'static str, at: At) {
        if let Some(block) = block {
            self.block(block, &Inside::new(slots_of(Shape::Listed(word)), Place::Plain), at);
        }
    }

    fn statement(&mut self, statement: &'a Stmt, inside: &Inside<'a>, at: At) {
        match &statement.kind {
            StmtKind::Attribute(attribute) => self.attribute(attribute, inside, at),
            // Read before all other statements.
            StmtKind::Import(_) if inside.place == Some(Place::File) => {}
            StmtKind::Import(import) => self.import(import, None, at),
            StmtKind::TypeDecl(declaration) => {
                self.define(&declaration.name, DefinitionKind::Type, at);
                self.ty(&declaration.ty, at);
            }
            StmtKind::Param(param) => self.param(param, at),
            StmtKind::Let(declaration) => {
                let id = self.define(&declaration.name, DefinitionKind::Let, at);
                self.own_values.insert(id, declaration.value.span);
                if let Some(ty) = &declaration.ty {
                    self.ty(ty, at);
                }
                self.value(&declaration.value, Expect::Value, at);
            }
            StmtKind::Component(component) => self.component(component, statement.span, at),
            StmtKind::Property(property) => self.property(property, at),
            StmtKind::Policy(named) => {
                self.declare(&named.name, DefinitionKind::Policy, at);
                self.block(&named.block, &Inside::new(slots_of(Shape::Listed("policy")), Place::Policy), at);
            }
            StmtKind::Pipeline(named) => self.pipeline(named, at),
            StmtKind::Stage(named) => self.stage(named, at),
            // Those that fit were expanded before.
            StmtKind::Update(update) => {
                let at = At { is_ignored: true, ..at };
                self.declare(&update.name, DefinitionKind::Stage, at);
                update.from.iter().for_each(|value| self.value(value, Expect::Open, at));
                self.plain_block(update.block.as_ref(), "", at);
            }
            StmtKind::Parallel(unnamed) | StmtKind::Sequence(unnamed) => {
                self.block(&unnamed.block, &Inside::new(SlotSet::default(), Place::Steps), at);
            }
            StmtKind::For(loop_) => self.for_loop(loop_, inside, at),
            StmtKind::If(condition) => {
                let mut next = Some(condition);
                while let Some(branch) = next {
                    self.value(&branch.condition, Expect::Value, at);
                    self.block(&branch.block, inside, at);
                    next = match &branch.otherwise {
                        Some(Else::If(other)) => Some(other),
                        Some(Else::Block(block)) => {
                            self.block(block, inside, at);
                            None
                        }
                        None => None,
                    };
                }
            }
            StmtKind::Use(use_) => self.use_component(use_, at),
            StmtKind::Allow(allow) => self.allow(allow, at),
            StmtKind::On(on) => self.on(on, at),
            StmtKind::Notify(notify) => {
                let target = Wanted::Name(Expect::Target(Kind::Topic));
                self.later(&notify.target.head, &notify.target.accesses, target, at);
                match slots_of(Shape::Listed("notify")).named("on") {
                    Some(slot) => self.slot_value(slot, &notify.events, at),
                    None => self.value(&notify.events, Expect::Open, at),
                }
                self.plain_block(notify.block.as_ref(), "notify", at);
            }
            StmtKind::StackAction(action) => self.stack_action(action, at),
            StmtKind::Action(action) => self.action(action, at),
            StmtKind::Resource(resource) => self.resource(resource, at),
            StmtKind::Settings(settings) => {
                self.word(&settings.keyword, Word::Header);
                let is_dashboard = settings.keyword.node == "dashboard";
                self.plain_block(Some(&settings.block), if is_dashboard { "dashboard" } else { "artifacts" }, at);
            }
            StmtKind::Error(error) => {
                self.index.is_incomplete = true;
                self.unreadable.extend(error.words.iter().map(String::as_str));
            }
        }
    }

    fn attribute(&mut self, attribute: &'a ast::Attribute, inside: &Inside<'a>, at: At) {
        let key = &attribute.key;
        if let Some(slot) = inside.slots.named(&key.node) {
            self.word(key, Word::Attribute);
            return self.slot_value(slot, &attribute.value, at);
        }
        if inside.place == Some(Place::File) {
            self.word(key, Word::Attribute);
            return self.resource_files(&attribute.value, at);
        }
        let unknown = unknown_attribute(attribute, inside).filter(|_| !at.is_ignored);
        let at = At { is_ignored: at.is_ignored || unknown.is_some(), ..at };
        match unknown {
            Some(diagnostic) => self.nothing(key.span, diagnostic),
            None => self.word(key, Word::Attribute),
        }
        if names::in_header(key, &[], "").is_some() {
            self.introduced(&attribute.value);
        }
        self.value(&attribute.value, Expect::Open, at);
    }

    /// Walks over `resources = file("extra.yaml")`, or a list of such values.
    fn resource_files(&mut self, value: &'a ast::Expr, at: At) {
        match &value.kind {
            ast::ExprKind::List(items) => items.iter().for_each(|item| self.resource_files(item, at)),
            ast::ExprKind::Call { callee, arguments } => {
                for part in callee {
                    self.word(part, Word::Function);
                }
                for argument in arguments {
                    self.value(&argument.value, Expect::Value, at);
                }
            }
            _ => self.value(value, Expect::Open, at),
        }
    }

    /// Records the names in a value where a header was meant: it may introduce them.
    fn introduced(&mut self, value: &'a ast::Expr) {
        match &value.kind {
            ast::ExprKind::List(items) => items.iter().for_each(|item| self.introduced(item)),
            ast::ExprKind::Reference(reference) => {
                self.unreadable.insert(&reference.head.node);
            }
            ast::ExprKind::String(parts) => self.unreadable.extend(parts.iter().filter_map(|part| match &part.kind {
                ast::StringPartKind::Text(text) => Some(text.as_str()),
                _ => None,
            })),
            _ => {}
        }
    }

    fn param(&mut self, param: &'a ast::Param, at: At) {
        let kind = match param.kind {
            ParamKind::Option => DefinitionKind::Option,
            ParamKind::Param => DefinitionKind::Param,
            ParamKind::Variable => DefinitionKind::Variable,
        };
        let id = self.define(&param.name, kind, at);
        self.ty(&param.ty, at);
        if let Some(default) = &param.default {
            self.own_values.insert(id, default.span);
            self.value(default, Expect::Value, at);
        }
        if let Some(block) = &param.block {
            let slots = slots_of_param(param.kind);
            self.block(block, &Inside::new(slots, Place::Plain), at);
        }
    }

    fn component(&mut self, component: &'a ast::Component, span: Span, at: At) {
        let id = self.define(&component.name, DefinitionKind::Component, at);
        self.components.insert(id, component);
        let scope = self.open(Some(at.scope), span);
        self.opens(id, scope);
        let inner = At { scope, local: scope, global: None, pipeline: None, in_loop: false, is_ignored: at.is_ignored };
        for formal in &component.formals {
            self.define(&formal.name, DefinitionKind::Parameter, inner);
            self.ty(&formal.ty, inner);
            if let Some(default) = &formal.default {
                self.value(default, expect_of_type(&formal.ty), inner);
            }
        }
        let inside = Inside { slots: slots_of(Shape::Component), place: None, owner: None };
        self.statements(&component.block.statements, &inside, inner);
        self.close(scope);
    }

    fn property(&mut self, property: &'a ast::Property, at: At) {
        self.declare(&property.name, DefinitionKind::Property, at);
        self.ty(&property.ty, at);
        if let Some(default) = &property.default {
            self.value(default, Expect::Value, at);
        }
        self.plain_block(property.block.as_ref(), "property", at);
    }

    fn pipeline(&mut self, named: &'a ast::Named, at: At) {
        let id = self.declare(&named.name, DefinitionKind::Declaration(Kind::Pipeline), at);
        let scope = self.open(Some(at.scope), named.block.span);
        self.opens(id, scope);
        let inner = At { scope, local: scope, global: Some(scope), pipeline: Some(scope), in_loop: false, ..at };
        self.statements(
            &named.block.statements,
            &Inside::new(slots_of(Shape::Listed("pipeline")), Place::Pipeline).of("pipeline", &named.name),
            inner,
        );
        self.close(scope);
    }

    fn stage(&mut self, named: &'a ast::Named, at: At) {
        let id = self.declare(&named.name, DefinitionKind::Stage, at);
        let renames = |statement: &Stmt| match &statement.kind {
            StmtKind::Attribute(attribute) => attribute.key.node == "name",
            StmtKind::If(_) => true,
            _ => false,
        };
        let is_plain = !at.in_loop && named.name.literal().is_some() && !named.block.statements.iter().any(renames);
        self.open_stages.extend(at.pipeline.filter(|_| !is_plain));
        let scope = self.block(
            &named.block,
            &Inside::new(slots_of(Shape::Listed("stage")), Place::Stage).of("stage", &named.name),
            at,
        );
        self.opens(id, scope);
    }

    fn for_loop(&mut self, loop_: &'a ast::For, inside: &Inside<'a>, at: At) {
        self.value(&loop_.list, Expect::Value, at);
        let scope = self.open(Some(at.scope), loop_.block.span);
        let inner = At { scope, local: scope, in_loop: true, ..at };
        self.define(&loop_.name, DefinitionKind::Loop, inner);
        self.statements(&loop_.block.statements, inside, inner);
        self.close(scope);
    }

    fn use_component(&mut self, use_: &'a ast::Use, at: At) {
        let component = self.pend(&use_.component.head, &use_.component.accesses, Wanted::Component, at);
        let number_of_use = self.uses.len();
        self.uses.push(Use { component, definition: None });
        self.open_stages.extend(at.pipeline);
        for argument in &use_.arguments {
            if let Some(name) = &argument.name {
                self.later(name, &[], Wanted::ArgumentName(number_of_use), at);
            }
            let name = argument.name.as_ref().map(|name| name.node.as_str());
            self.arguments.push(Argument { used_by: number_of_use, name });
            let expect = Expect::Argument(number(self.arguments.len() - 1));
            self.value(&argument.value, expect, at);
        }
        if let Some(alias) = &use_.alias {
            let id = self.declare(alias, DefinitionKind::Instance, at);
            if let Some(name) = alias.literal() {
                self.names.add_instance(name, at.local, id);
            }
            self.instances.insert(id, number_of_use);
        }
    }

    fn allow(&mut self, allow: &'a ast::Allow, at: At) {
        let mut verb = None;
        match &allow.actions.kind {
            ast::ExprKind::Reference(reference) if reference.accesses.is_empty() => {
                verb = Some(reference.head.node.as_str());
                self.later(&reference.head, &[], Wanted::Verb, at);
            }
            _ => self.value(&allow.actions, Expect::Value, at),
        }
        let resources = match &allow.resources.kind {
            ast::ExprKind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(&allow.resources),
        };
        for resource in resources {
            match (&resource.kind, verb) {
                (ast::ExprKind::Reference(reference), Some(verb)) if reference.accesses.is_empty() => {
                    self.later(&reference.head, &[], Wanted::Allowed(verb), at);
                }
                _ => self.value(resource, Expect::Value, at),
            }
        }
        if let Some(condition) = &allow.condition {
            self.value(condition, Expect::Value, at);
        }
    }

    fn on(&mut self, on: &'a ast::On, at: At) {
        self.word(&on.event, Word::Header);
        match &on.clause {
            Some(OnClause::Require { rules, outcome }) => {
                for rule in rules {
                    self.rule(rule, at);
                }
                self.outcome(outcome);
            }
            Some(OnClause::Text(text)) => self.value(text, Expect::Value, at),
            Some(OnClause::Outcome(outcome)) => self.outcome(outcome),
            None => {}
        }
        match ["push", "pull-request", "event", "schedule"].into_iter().find(|event| *event == on.event.node) {
            Some(event) => self.plain_block(on.block.as_ref(), event, at),
            // No other event has a block.
            None => self.plain_block(on.block.as_ref(), "", At { is_ignored: true, ..at }),
        }
    }

    fn outcome(&mut self, outcome: &'a ast::Outcome) {
        self.word(&outcome.word, Word::Header);
        if let Some(detail) = &outcome.detail {
            self.word(detail, Word::Header);
        }
    }

    fn clauses(&mut self, clauses: &'a ast::Clauses, action: DefinitionId, at: At) {
        if let Some(environment) = &clauses.environment {
            let wanted = Wanted::Name(Expect::Target(Kind::Environment));
            self.later(&environment.head, &environment.accesses, wanted, at);
        }
        for input in &clauses.from {
            match &input.kind {
                ast::ExprKind::Reference(reference) => {
                    self.later(&reference.head, &reference.accesses, Wanted::Input, at);
                }
                _ => self.value(input, Expect::Artifact, at),
            }
        }
        for output in &clauses.to {
            let id = self.define(&output.name, DefinitionKind::Artifact, at);
            if let Some(definition) = self.index.definitions.get_mut(id.0 as usize) {
                definition.owner = Some(action);
            }
            output.contents.iter().for_each(|file| self.value(file, Expect::Value, at));
        }
    }

    fn action(&mut self, action: &'a ast::Action, at: At) {
        let providers = &self.providers;
        let (slots, whole) = slots_of_action(action, |name| providers.contains(name));
        let mut targets_stack = false;
        let mut at = at;
        if let ast::ActionHead::Typed { category, provider } = &action.head {
            targets_stack = provider.node == "cloudformation";
            self.word(category, Word::Header);
            self.later(provider, &[], Wanted::Provider(category), at);
            // Without a known provider, nothing in it has a meaning.
            let known = self.providers.contains(provider.node.as_str())
                || catalog::categories(&provider.node).contains(&super::expect::category_of(&category.node));
            at.is_ignored |= !known;
        }
        let id = self.declare(&action.name, DefinitionKind::Action { targets_stack }, at);
        self.clauses(&action.clauses, id, at);
        if let Some(block) = &action.block {
            let inside = Inside::new(slots, Place::Action);
            let inside = if whole { inside.of("action", &action.name) } else { inside };
            let scope = self.block(block, &inside, at);
            self.opens(id, scope);
        }
    }

    fn stack_action(&mut self, action: &'a ast::StackAction, at: At) {
        let targets_stack = action.kind.node == ast::StackKind::Stack;
        let id = self.declare(&action.name, DefinitionKind::Action { targets_stack }, at);
        self.clauses(&action.clauses, id, at);
        if let Some(block) = &action.block {
            let scope = self.block(block, &Inside::new(slots_of_stack_action(action), Place::Action), at);
            self.opens(id, scope);
        }
    }

    fn resource(&mut self, resource: &'a ast::Resource, at: At) {
        let kind = resource.kind;
        let place = Place::of_declaration(kind);
        let id = self.declare(&resource.name, DefinitionKind::Declaration(kind), at);
        if let Some(service) = &resource.service {
            self.word(service, Word::Header);
        }
        match &resource.body {
            ResourceBody::Imported(value) => self.value(value, Expect::Text, at),
            ResourceBody::Block(block) => {
                let slots = slots_of(Shape::Listed(resource.kind.word()));
                let inside = Inside::new(slots, place).of(resource.kind.word(), &resource.name);
                let scope = self.block(block, &inside, at);
                self.opens(id, scope);
            }
            ResourceBody::None => {}
        }
    }
}
