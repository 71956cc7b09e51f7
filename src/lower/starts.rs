//! What starts a pipeline besides its sources' changes as such: `on` in a source.

use crate::catalog::Slot;
use crate::diagnostic::families::statements;
use crate::hir::{Filter, FilterEvent};
use crate::source::Span;
use crate::syntax::ast::{On, OnClause, StmtKind};

use super::Lowerer;
use super::action::declared_slots;
use super::attributes::Owner;
use super::expand::Placed;
use super::placement::Place;

impl<'a> Lowerer<'a> {
    /// The filters among the statements of an action's block.
    pub(super) fn filters(&mut self, statements: &[Placed<'a>]) -> Vec<Filter> {
        let mut filters = Vec::new();
        for placed in statements {
            let StmtKind::On(on) = &placed.statement.kind else { continue };
            let event = if on.event.node == "push" { FilterEvent::Push } else { FilterEvent::PullRequest };
            filters.push(self.filter(on, event, placed));
        }
        filters
    }

    fn filter(&mut self, on: &'a On, event: FilterEvent, placed: &Placed<'a>) -> Filter {
        let span = on.keyword.to(on.event.span);
        let words = format!("on {}", event.word());
        if let Some(clause) = &on.clause {
            self.hir.incomplete = true;
            self.diagnostics.push(statements::surplus_clause(&words, clause_span(clause, span)));
        }
        let slots: Vec<&Slot> = declared_slots(event.word());
        let shown = format!("`{words}`");
        let owner = Owner { shown: &shown, place: span };
        let at = placed.at.with_scope(self.scopes.child(placed.at.scope));
        let statements = on.block.as_ref().map_or(&[][..], |block| &block.statements);
        let body = self.expand(statements, Place::Plain, &words, &at);
        let written = body.statements.iter().filter(|it| matches!(it.statement.kind, StmtKind::Attribute(_))).count();
        let attributes = self.attributes(&body.statements, &slots, owner);
        self.require(&attributes, &slots, owner, body.incomplete);
        let poisoned = attributes.values().any(|attribute| attribute.value.is_poisoned());
        let incomplete = body.incomplete || poisoned || attributes.len() < written || on.clause.is_some();
        Filter { event, attributes, span, incomplete }
    }
}

/// Where a clause stands; the statement's words where it has no place of its own.
fn clause_span(clause: &OnClause, words: Span) -> Span {
    match clause {
        OnClause::Require { .. } => words,
        OnClause::Text(text) => text.span,
        OnClause::Outcome(outcome) => outcome.word.span,
    }
}
