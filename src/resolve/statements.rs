//! The walk over statements: what each defines, and the identifiers in it.

use crate::catalog::{self, Kind};
use crate::diagnostic::Phrase;
use crate::diagnostic::families::attributes;
use crate::slots::{Shape, SlotSet, slots_of};
use crate::source::Span;
use crate::syntax::ast::{self, Else, OnClause, ParamKind, ResourceBody, Stmt, StmtKind};

use super::block::{At, Inside};
use super::expect::{Expect, expect_of_type, slots_of_action, slots_of_param, slots_of_stack_action};
use super::index::{DefinitionId, DefinitionKind, ScopeId, Word, number};
use super::pending::Wanted;
use super::place::Place;
use super::unknown_words::unknown_attribute;
use super::walk::{Argument, Use, Walk};

impl<'a> Walk<'a> {
    pub(super) fn statements(&mut self, statements: &'a [Stmt], inside: &Inside<'a>, at: At) {
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
        if attributes::in_header(key, &[], &Phrase::default()).is_some() {
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
