//! Expands a block to the flat list of its statements that apply: `for` and `if` are resolved.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use crate::catalog::Words;
use crate::collections::HashMap;
use crate::diagnostic::families::{names, statements};
use crate::evaluate::{Binding, ConditionResult};
use crate::hir::{ConditionId, Loop, LoopId, Value, ValueKind};
use crate::resolve::DefinitionKind;
use crate::resolve::place::Place;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Else, Stmt, StmtKind};

use super::expander::Expander;
use super::placement::{can_be_conditional, impossible, keyword};
use super::surroundings::{Body, Placed, Surroundings, part_of_name};

impl<'a> Expander<'_, 'a> {
    /// Returns the statements of a block that are allowed in it and have a meaning, with loops, conditions, and
    /// components expanded; reports the others.
    pub(crate) fn expand(&mut self, statements: &'a [Stmt], place: Place, inside: &str, at: &Surroundings) -> Body<'a> {
        let mut body = Body::default();
        self.expand_into(statements, place, inside, at, &mut body);
        body
    }

    pub(super) fn expand_into(
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
                self.values.diagnostics.push(statements::only_deployed(
                    sets,
                    deletes,
                    action.verb.span.to(action.kind.span),
                ));
                self.values.give_up(statement.span);
                body.incomplete = true;
                continue;
            }
            if let Some(under) = at.under.filter(|_| !can_be_conditional(&statement.kind)) {
                self.undecided(statement, word, span, under.span);
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

    /// Adds a statement. Past the limit, drops the whole block: the rest would only be reported repeatedly.
    fn add(&mut self, placed: Placed<'a>, body: &mut Body<'a>) {
        // Statements that are not in a loop or component are limited by the file's length.
        let is_made = !placed.at.suffix.is_empty() || !placed.at.trail.is_empty();
        if !is_made || self.values.make(placed.statement.span) {
            body.statements.push(placed);
            return;
        }
        body.incomplete = true;
        body.statements.clear();
    }

    fn expand_loop(&mut self, loop_: &'a ast::For, place: Place, inside: &str, at: &Surroundings, body: &mut Body<'a>) {
        let context = self.values.context_in(at.scope);
        let list = self.values.evaluate(&loop_.list, context, Words::Value);
        let span = loop_.list.span;
        let Some(items) = self.values.items(list, span) else {
            self.values.give_up(loop_.block.span);
            body.incomplete = true;
            return;
        };
        self.values.limits.expanding.push(loop_.keyword);
        let run = self.run_of(loop_, &items);
        let around: Arc<[LoopId]> = at.loops.iter().copied().chain([run]).collect();
        let definition = self.values.names.defined(&loop_.name, |kind| kind == DefinitionKind::Loop);
        let repeated = self.repeated(&items);
        for (index, item) in items.into_iter().enumerate() {
            if repeated.contains(&index) {
                continue;
            }
            if !self.values.make(loop_.keyword) {
                body.incomplete = true;
                body.statements.clear();
                break;
            }
            let key = self.key_of(&item, index);
            let scope = self.values.scopes.child(at.scope);
            if let Some(definition) = definition {
                self.values.scopes.bind(scope, definition, &loop_.name, Binding::Value(item));
            }
            let suffix = Rc::from(format!("{}-{key}", at.suffix));
            let inner = Surroundings { scope, local: scope, suffix, loops: Arc::clone(&around), ..at.clone() };
            self.expand_into(&loop_.block.statements, place, inside, &inner, body);
        }
        self.values.limits.expanding.pop();
    }

    /// The elements of a list that are in it already, each of which is reported: all statements of the loop would be repeated.
    fn repeated(&mut self, items: &[Value]) -> BTreeSet<usize> {
        let plain = |item: &Value| item.as_str().map(str::to_owned);
        let mut first: HashMap<String, Span> = HashMap::default();
        let mut repeated = BTreeSet::new();
        for (index, item) in items.iter().enumerate() {
            let Some(text) = plain(item) else { continue };
            match first.get(&text) {
                // In a list that a function returned, elements may have one place.
                Some(place) if *place != item.span => {
                    self.values.diagnostics.push(names::repeated_element(&text, item.span, *place));
                    repeated.insert(index);
                }
                Some(_) => {}
                None => drop(first.insert(text, item.span)),
            }
        }
        repeated
    }

    /// Returns the ID of a loop and records its elements, if they are the most so far.
    fn run_of(&mut self, loop_: &ast::For, items: &[Value]) -> LoopId {
        let known = &mut self.state.loops;
        let made =
            || known.push(Loop { keyword: loop_.keyword, list: loop_.list.span, elements: 0, items: Vec::new() });
        let id = *self.state.loop_ids.entry(loop_.keyword).or_insert_with(made);
        let run = &mut self.state.loops[id];
        if items.len() >= run.elements {
            run.elements = items.len();
            run.items = items.iter().map(|item| item.span).collect();
        }
        id
    }

    /// Returns what a loop adds to names: the text of the element, the name of the declaration, or else the index.
    fn key_of(&self, item: &Value, index: usize) -> String {
        let text = match &item.kind {
            ValueKind::Entity(entity) => self.values.entities.name_of(*entity).map(str::to_owned),
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
        let context = self.values.context_in(at.scope);
        let Some(truth) = self.values.decision(&statement.condition, context) else {
            self.values.give_up(statement.block.span);
            body.incomplete = true;
            return;
        };
        let written = statement.condition.span;
        let (then, otherwise) = match truth {
            ConditionResult::Known(true) => (Some(at.clone()), None),
            ConditionResult::Known(false) => (None, Some(at.clone())),
            ConditionResult::Late(condition) => {
                let then = self.under(condition, written, at);
                let otherwise = statement.otherwise.as_ref().map(|_| {
                    let negated = self.values.negated(condition);
                    self.under(negated, written, at)
                });
                (Some(then), otherwise)
            }
        };
        if let Some(at) = then {
            self.expand_branch(&statement.block, place, inside, &at, body);
        }
        let Some(at) = otherwise else { return };
        match &statement.otherwise {
            Some(Else::Block(block)) => self.expand_branch(block, place, inside, &at, body),
            Some(Else::If(next)) => self.expand_if(next, place, inside, &at, body),
            None => {}
        }
    }

    /// Returns the position under a further condition, which is known at deployment.
    fn under(&mut self, condition: ConditionId, written: Span, at: &Surroundings) -> Surroundings {
        let whole = self.values.both(at.under.map(|outer| outer.node), condition);
        Surroundings { under: Some(Spanned::new(whole, written)), ..at.clone() }
    }

    fn expand_branch(
        &mut self,
        block: &'a ast::Block,
        place: Place,
        inside: &str,
        at: &Surroundings,
        body: &mut Body<'a>,
    ) {
        let scope = self.values.scopes.child(at.scope);
        self.expand_into(&block.statements, place, inside, &at.with_scope(scope), body);
    }
}
