//! `for`, `if` and `use` written out: a block becomes the flat list of statements that hold.

use std::rc::Rc;
use std::sync::Arc;

use crate::diagnostic::families::{reuse, statements};
use crate::hir::{ComponentUse, Loop, LoopId, UseId, Value, ValueKind};
use crate::resolve::place::Place;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Else, Stmt, StmtKind};

use super::Lowerer;
use super::declare::Owned;
use super::expression::{Context, Words};
use super::limits::COMPONENT_DEPTH;
use super::placement::{impossible, keyword};
use super::scope::{Binding, ComponentId, ScopeId};
use crate::slots::describe;

/// Statements that the loops and components of a file may come to in all, far past what AWS allows in a pipeline.
const EXPANSION_LIMIT: usize = 50_000;

/// Where a statement stands after expansion.
#[derive(Debug, Clone)]
pub(super) struct Surroundings {
    /// The names it sees.
    pub(super) scope: ScopeId,
    /// The body in which identifiers declared here are visible: a loop's, an instance's, else the file or pipeline.
    pub(super) local: ScopeId,
    /// Where quoted names are visible: outside all loops.
    pub(super) global: ScopeId,
    /// What loops and instances add to the names of things declared by identifier, for example `-prod`.
    pub(super) suffix: Rc<str>,
    /// The `use` statements that led here, outermost first.
    pub(super) trail: Rc<[UseId]>,
    /// The loops around, outermost first.
    pub(super) loops: Arc<[LoopId]>,
}

impl Surroundings {
    /// Directly in a scope.
    pub(super) fn of(scope: ScopeId) -> Self {
        Self { scope, local: scope, global: scope, suffix: Rc::from(""), trail: Rc::from([]), loops: Arc::from([]) }
    }

    /// The same place with another scope of names.
    pub(super) fn with_scope(&self, scope: ScopeId) -> Self {
        Self { scope, ..self.clone() }
    }
}

/// A statement and its surroundings.
#[derive(Debug, Clone)]
pub(super) struct Placed<'a> {
    pub(super) statement: &'a Stmt,
    pub(super) at: Surroundings,
}

/// The statements of a block, expanded.
#[derive(Debug, Clone, Default)]
pub(super) struct Body<'a> {
    pub(super) statements: Vec<Placed<'a>>,
    /// Whether one of them was left out or could not be read.
    pub(super) incomplete: bool,
}

impl<'a> Lowerer<'a> {
    /// The statements of a block that may stand there and have a meaning, with loops, conditions and components written
    /// out; reports the others.
    pub(super) fn expand(&mut self, statements: &'a [Stmt], place: Place, inside: &str, at: &Surroundings) -> Body<'a> {
        let mut body = Body::default();
        self.expand_into(statements, place, inside, at, &mut body);
        body
    }

    fn expand_into(
        &mut self,
        statements: &'a [Stmt],
        place: Place,
        inside: &str,
        at: &Surroundings,
        body: &mut Body<'a>,
    ) {
        self.bind_values(statements, place, at);
        for statement in statements {
            let (word, span) = keyword(statement);
            if !place.allows(&statement.kind) {
                self.misplaced(statement, word, span, inside);
                body.incomplete = true;
                continue;
            }
            if let Some(action) = impossible(statement) {
                let sets = action.kind.node == ast::StackKind::StackSet;
                let deletes = action.verb.node == ast::StackVerb::Delete;
                self.diagnostics.push(statements::only_deployed(sets, deletes, action.verb.span.to(action.kind.span)));
                self.give_up(statement);
                body.incomplete = true;
                continue;
            }
            match &statement.kind {
                StmtKind::For(loop_) => self.expand_loop(loop_, place, inside, at, body),
                StmtKind::If(condition) => self.expand_if(condition, place, inside, at, body),
                StmtKind::Use(use_) => self.expand_use(use_, statement.span, place, inside, at, body),
                StmtKind::Error(_) => {
                    body.incomplete = true;
                    body.statements.push(Placed { statement, at: at.clone() });
                }
                _ => self.add(Placed { statement, at: at.clone() }, body),
            }
        }
    }

    /// Takes a statement in. Past the limit the block is given up: what is left would only be reported again and again.
    fn add(&mut self, placed: Placed<'a>, body: &mut Body<'a>) {
        // What somebody wrote line by line ends by itself.
        let is_made = !placed.at.suffix.is_empty() || !placed.at.trail.is_empty();
        if !is_made || self.make(placed.statement.span) {
            body.statements.push(placed);
            return;
        }
        body.incomplete = true;
        body.statements.clear();
    }

    /// Counts what loops and components make: statements, and turns of loops, since those of a loop within a loop take
    /// time even where they make nothing. Whether it is within the limit; reports it where it no longer is.
    pub(super) fn make(&mut self, place: Span) -> bool {
        self.expanded += 1;
        if self.expanded < EXPANSION_LIMIT {
            return true;
        }
        if self.expanded == EXPANSION_LIMIT {
            let place = self.expanding.last().copied().unwrap_or(place);
            self.diagnostics.push(reuse::too_large(EXPANSION_LIMIT, place));
        }
        self.hir.incomplete = true;
        false
    }

    fn expand_loop(&mut self, loop_: &'a ast::For, place: Place, inside: &str, at: &Surroundings, body: &mut Body<'a>) {
        let context = self.context_of(at);
        let list = self.evaluate(&loop_.list, context, Words::Value);
        let span = loop_.list.span;
        let Some(items) = self.items(list, span) else {
            self.give_up_part(loop_.block.span);
            body.incomplete = true;
            return;
        };
        self.expanding.push(loop_.keyword);
        let run = self.run_of(loop_, items.len());
        let around: Arc<[LoopId]> = at.loops.iter().copied().chain([run]).collect();
        for (index, item) in items.into_iter().enumerate() {
            if !self.make(loop_.keyword) {
                body.incomplete = true;
                body.statements.clear();
                break;
            }
            let key = self.key_of(&item, index);
            let scope = self.scopes.child(at.scope);
            self.scopes.bind(scope, &loop_.name, Binding::Value(item));
            let suffix = Rc::from(format!("{}-{key}", at.suffix));
            let inner = Surroundings { scope, local: scope, suffix, loops: Arc::clone(&around), ..at.clone() };
            self.expand_into(&loop_.block.statements, place, inside, &inner, body);
        }
        self.expanding.pop();
    }

    /// The loop that a statement is, and the most elements that it has had.
    fn run_of(&mut self, loop_: &ast::For, elements: usize) -> LoopId {
        let hir = &mut self.hir;
        let made = || hir.loops.push(Loop { keyword: loop_.keyword, list: loop_.list.span, elements: 0 });
        let id = *self.loop_ids.entry(loop_.keyword).or_insert_with(made);
        let run = &mut self.hir.loops[id];
        run.elements = run.elements.max(elements);
        id
    }

    /// What a loop runs over; `None`, reported, when it is no list that is known now.
    pub(super) fn items(&mut self, list: Value, span: Span) -> Option<Vec<Value>> {
        match list.kind {
            ValueKind::List(items) => Some(items),
            ValueKind::Range(from, to) if to.saturating_sub(from) <= EXPANSION_LIMIT as u64 => {
                Some((from..=to).map(|number| Value::new(ValueKind::Number(number.to_string()), span)).collect())
            }
            ValueKind::Poisoned => None,
            other => {
                let found = describe(&other);
                let wrong = crate::diagnostic::families::names::wrong_type("for", "a list", found, span);
                self.diagnostics.push(wrong);
                None
            }
        }
    }

    /// What a loop adds to names: the text of the element, the name of the thing, else its number.
    fn key_of(&self, item: &Value, index: usize) -> String {
        let text = match &item.kind {
            ValueKind::Entity(entity) => self.symbols.name_of(*entity).map(str::to_owned),
            ValueKind::Number(number) => Some(number.clone()),
            ValueKind::Map(entries) => entries
                .iter()
                .find(|(key, _)| key.node == "name")
                .and_then(|(_, name)| name.as_str().map(str::to_owned)),
            _ => item.as_str().map(str::to_owned),
        };
        let text = text.unwrap_or_else(|| (index + 1).to_string());
        part_of_name(&text)
    }

    fn expand_if(
        &mut self,
        statement: &'a ast::If,
        place: Place,
        inside: &str,
        at: &Surroundings,
        body: &mut Body<'a>,
    ) {
        let context = self.context_of(at);
        let Some(holds) = self.condition(&statement.condition, context) else {
            self.give_up_part(statement.block.span);
            body.incomplete = true;
            return;
        };
        let mut branch = |this: &mut Self, block: &'a ast::Block| {
            let scope = this.scopes.child(at.scope);
            let inner = Surroundings { scope, ..at.clone() };
            this.expand_into(&block.statements, place, inside, &inner, body);
        };
        if holds {
            return branch(self, &statement.block);
        }
        match &statement.otherwise {
            Some(Else::Block(block)) => branch(self, block),
            Some(Else::If(next)) => self.expand_if(next, place, inside, at, body),
            None => {}
        }
    }

    fn expand_use(
        &mut self,
        use_: &'a ast::Use,
        span: Span,
        place: Place,
        inside: &str,
        at: &Surroundings,
        body: &mut Body<'a>,
    ) {
        let context = self.context_of(at);
        let Some(component) = self.component(&use_.component, context) else {
            body.incomplete = true;
            self.hir.incomplete = true;
            self.given_up.extend(use_.alias.as_ref().map(|alias| alias.span));
            return;
        };
        if self.is_recursive(component, use_) || self.is_too_deep(use_) {
            body.incomplete = true;
            return;
        }
        let Some((declaration, home)) = self.scopes.components.get(component.0).copied() else { return };
        let scope = self.scopes.child(home);
        body.incomplete |= !self.bind_arguments(declaration, use_, scope, context);
        let alias = use_.alias.as_ref().and_then(|alias| self.name(alias, context));
        let suffix = match &alias {
            Some(alias) => Rc::from(format!("{}-{}", at.suffix, part_of_name(&alias.node))),
            None => Rc::clone(&at.suffix),
        };
        if let Some(alias) = alias {
            let earlier = self.scopes.bind(at.scope, &alias, Binding::Instance(scope));
            self.report_duplicate("value", &alias, earlier);
        }
        let run = ComponentUse { body: declaration.block.span, span };
        let hir = &mut self.hir;
        let run = *self.use_ids.entry((run.body, run.span)).or_insert_with(|| hir.uses.push(run));
        let trail: Vec<UseId> = at.trail.iter().copied().chain([run]).collect();
        let inner = Surroundings { scope, local: scope, suffix, trail: Rc::from(trail), ..at.clone() };
        self.components.push(component);
        self.expanding.push(use_.keyword);
        self.traced(&inner.trail.clone(), |this| {
            this.expand_into(&declaration.block.statements, place, inside, &inner, body);
        });
        self.expanding.pop();
        self.components.pop();
    }

    /// Reports a component that uses itself.
    fn is_recursive(&mut self, component: ComponentId, use_: &'a ast::Use) -> bool {
        let Some(start) = self.components.iter().position(|running| *running == component) else { return false };
        let name = |id: &ComponentId| self.scopes.components.get(id.0).map(|(it, _)| it.name.node.clone());
        let mut path: Vec<String> = self.components.iter().skip(start).filter_map(name).collect();
        path.extend(name(&component));
        self.hir.incomplete = true;
        self.diagnostics.push(reuse::recursive(&path, use_.component.span));
        true
    }

    /// Reports a chain of components that is too long.
    fn is_too_deep(&mut self, use_: &'a ast::Use) -> bool {
        let deep = self.components.len() >= COMPONENT_DEPTH;
        if deep {
            self.too_deep("components use each other", COMPONENT_DEPTH, use_.component.span);
        }
        deep
    }

    /// Runs a step; what it reports is traced back to the `use` statements that led there.
    pub(super) fn traced<T>(&mut self, trail: &Rc<[UseId]>, step: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.diagnostics.len();
        let made = step(self);
        if let Some(last) = trail.last() {
            let used = self.hir.uses[*last].span;
            self.diagnostics.each_from(before, |diagnostic| reuse::trace(diagnostic, used));
        }
        made
    }

    /// The context of a place: in the pipeline whose draft is being made, if any.
    pub(super) fn context_of(&self, at: &Surroundings) -> Context {
        Context { scope: at.scope, pipeline: self.current }
    }

    /// The name of a declaration: how it is looked up, and what it is called. An identifier in a loop or a component
    /// is local and gets the loop's key or the instance's name; a quoted name is taken as it is and visible outside.
    pub(super) fn declared_name(&mut self, name: &'a ast::Name, at: &Surroundings) -> Option<Owned> {
        let context = self.context_of(at);
        let written = self.name(name, context)?;
        if name.quoted {
            return Some(Owned { symbol: written.clone(), full: written, local: at.global });
        }
        let full = Spanned::new(format!("{}{}", written.node, at.suffix), written.span);
        Some(Owned { symbol: written, full, local: at.local })
    }

    /// Gives a statement up. What it declares is then not reported where it is used.
    pub(super) fn give_up(&mut self, statement: &'a Stmt) {
        self.give_up_part(statement.span);
    }

    fn give_up_part(&mut self, part: Span) {
        self.hir.incomplete = true;
        self.given_up.push(part);
    }
}

/// A text as it can follow `name-` so that the whole is an identifier again.
fn part_of_name(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').map(|word| word.trim_start_matches('_'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "x".to_owned() } else { words.join("-") }
}
