//! `on`: what starts a pipeline, in a source and in the pipeline itself, and what a failed stage does.

use crate::diagnostic::PipeCode;
use crate::diagnostic::families::{starts, statements, structure};
use crate::evaluate::Context;
use crate::expand::Placed;
use crate::hir::{Filter, FilterEvent, OnFailure, Schedule, StartEvent};
use crate::resolve::place::Place;
use crate::slots::{Owner, Shape, require, slots_of};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{ExprKind, On, OnClause, StmtKind};

use super::builder::Builder;

impl<'a> Builder<'a> {
    /// Returns the filters in the statements of an action's block.
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
            self.values.incomplete = true;
            let shown = clause_shown(clause, |place| self.values.shown(place));
            self.values.diagnostics.push(statements::surplus_clause(&words, &shown, clause_span(clause, span)));
        }
        let slots = slots_of(Shape::Listed(event.word()));
        let shown = PipeCode::on(event.word()).into();
        let owner = Owner { shown: &shown, place: span };
        let at = placed.at.inside(self.values.scopes.child(placed.at.scope));
        let statements = on.block.as_ref().map_or(&[][..], |block| &block.statements);
        let body = self.expand(statements, Place::Plain, &words, &at);
        let written = body.statements.iter().filter(|it| matches!(it.statement.kind, StmtKind::Attribute(_))).count();
        let attributes = self.attributes(&body.statements, &slots, owner);
        if !body.incomplete {
            require(&attributes, slots.iter(), owner, &mut self.values);
        }
        let poisoned = attributes.values().any(|attribute| attribute.value.is_poisoned());
        let incomplete = body.incomplete || poisoned || attributes.len() < written || on.clause.is_some();
        Filter { event, attributes, span, incomplete }
    }

    /// Returns the schedules in the statements of a pipeline.
    pub(super) fn schedules(&mut self, statements: &[Placed<'a>], context: Context) -> Vec<Schedule> {
        let mut schedules = Vec::new();
        for placed in statements {
            let StmtKind::On(on) = &placed.statement.kind else { continue };
            if on.event.node != "schedule" {
                continue;
            }
            let span = on.keyword.to(on.event.span);
            if let Some(OnClause::Text(text)) = &on.clause {
                let context = Context { scope: placed.at.scope, ..context };
                let ExprKind::String(parts) = &text.kind else { continue };
                let parts = self.values.text(parts, context);
                let expression = self.values.compile_time("a schedule", &parts, text.span);
                let slots = slots_of(Shape::Listed("schedule"));
                let owner = Owner { shown: &PipeCode::on("schedule").into(), place: span };
                let (attributes, _) = self.plain_block(on.block.as_ref(), &slots, owner, "on schedule", &placed.at);
                let rule = StartEvent { attributes, condition: placed.at.under, span };
                schedules.extend(expression.map(|expression| Schedule { expression, rule }));
            } else {
                self.values.incomplete = true;
                self.values.diagnostics.push(starts::without_schedule(span));
            }
        }
        schedules
    }

    /// Returns what happens when a stage fails, according to its statements.
    pub(super) fn on_failure(&mut self, stage: &str, statements: &[Placed<'a>]) -> Option<Spanned<OnFailure>> {
        let mut found: Option<Spanned<OnFailure>> = None;
        for placed in statements {
            let StmtKind::On(on) = &placed.statement.kind else { continue };
            if on.event.node != "failure" || matches!(on.clause, Some(OnClause::Require { .. })) {
                continue;
            }
            let Some(outcome) = self.outcome(on) else { continue };
            if let Some(first) = &found {
                self.values.diagnostics.push(structure::outcome_twice(stage, outcome.span, first.span));
                continue;
            }
            found = Some(outcome);
        }
        found
    }

    fn outcome(&mut self, on: &On) -> Option<Spanned<OnFailure>> {
        let words = on.keyword.to(on.event.span);
        if let Some(block) = &on.block {
            self.values.diagnostics.push(statements::surplus_block("on failure", block.span));
        }
        let Some(OnClause::Outcome(outcome)) = &on.clause else {
            self.values.diagnostics.push(structure::unknown_outcome(words, ""));
            return None;
        };
        let detail = outcome.detail.as_ref();
        let kind = match (outcome.word.node.as_str(), detail.map(|detail| detail.node.as_str())) {
            ("retry", None | Some("failed")) => OnFailure::RetryFailed,
            ("retry", Some("all")) => OnFailure::RetryAll,
            ("rollback", None) => OnFailure::Rollback,
            (word, _) => {
                let allowed = if word == "retry" { Some("all") } else { None };
                let known = detail.filter(|_| matches!(word, "retry" | "rollback"));
                self.values.diagnostics.push(match known {
                    Some(detail) => structure::surplus_outcome(word, detail, allowed),
                    None => structure::unknown_outcome(outcome.word.span, word),
                });
                return None;
            }
        };
        let end = detail.map_or(outcome.word.span, |detail| detail.span);
        Some(Spanned::new(kind, on.keyword.to(end)))
    }
}

/// Returns a clause as it is written.
pub(super) fn clause_shown(clause: &OnClause, shown: impl Fn(Span) -> String) -> String {
    match clause {
        OnClause::Require { .. } => "require { ... }".to_owned(),
        OnClause::Text(text) => shown(text.span),
        OnClause::Outcome(outcome) => {
            shown(outcome.detail.as_ref().map_or(outcome.word.span, |detail| outcome.word.span.to(detail.span)))
        }
    }
}

/// Returns the span of a clause, or that of the statement's words if it has no span.
pub(super) fn clause_span(clause: &OnClause, words: Span) -> Span {
    match clause {
        OnClause::Require { .. } => words,
        OnClause::Text(text) => text.span,
        OnClause::Outcome(outcome) => outcome.word.span,
    }
}
