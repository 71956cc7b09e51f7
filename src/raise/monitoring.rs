//! What a pipeline has besides stages: events that start it, notifications, and its dashboard.

use crate::catalog;
use crate::collections::IndexMap;
use crate::hir::{Attribute, Entity, Notification, Pipeline, Schedule};
use crate::source::Span;
use crate::syntax::ast::tree;
use crate::syntax::ast::{Block, ExprKind, Notify, On, OnClause, Settings, Stmt, StmtKind};

use super::Raiser;

impl Raiser<'_> {
    /// Returns `on schedule` with the attributes of its rule.
    pub(super) fn schedule(&self, schedule: &Schedule) -> Stmt {
        let span = schedule.expression.span;
        let clause = Some(OnClause::Text(tree::text(&schedule.expression.node, span)));
        let block = self.block("schedule", &schedule.rule.attributes, span);
        let block = Some(block).filter(|block| !block.statements.is_empty());
        let on = On { keyword: span, event: tree::ident("schedule", span), clause, block };
        tree::statement(StmtKind::On(on), None, span)
    }

    /// Returns the statements besides the stages.
    pub(super) fn around(&self, pipeline: &Pipeline) -> Vec<Stmt> {
        let events = pipeline.events.iter().map(|event| {
            let span = event.span;
            let block = self.block("event", &event.attributes, span);
            let on = On { keyword: span, event: tree::ident("event", span), clause: None, block: Some(block) };
            (event.condition, tree::statement(StmtKind::On(on), None, span))
        });
        let notifications = pipeline.notifications.iter().map(|it| (it.condition, self.notification(it)));
        let dashboard = pipeline.dashboard.as_ref().map(|dashboard| {
            let block = self.block("dashboard", &dashboard.attributes, dashboard.span);
            let settings = Settings { keyword: tree::ident("dashboard", dashboard.span), block };
            (dashboard.condition, tree::statement(StmtKind::Settings(settings), None, dashboard.span))
        });
        self.in_ifs(events.chain(notifications).chain(dashboard).collect())
    }

    fn notification(&self, notification: &Notification) -> Stmt {
        let span = notification.span;
        let topic = &self.hir.symbol(Entity::Topic(notification.topic.node)).node;
        let slot = catalog::declaration("notify").and_then(|entry| entry.slot_of_attribute("on"));
        let word = |event: &String| {
            let known = slot.and_then(|slot| slot.values.iter().find(|(_, aws)| *aws == event));
            tree::word(known.map_or(event, |(word, _)| word), span)
        };
        let notify = Notify {
            keyword: span,
            target: tree::path(&[topic], notification.topic.span),
            events: tree::expr(ExprKind::List(notification.events.iter().map(word).collect()), span),
            block: Some(self.block("notify", &notification.attributes, span))
                .filter(|block| !block.statements.is_empty()),
        };
        tree::statement(StmtKind::Notify(notify), None, span)
    }

    /// Returns the block of attributes that the catalog lists under a word.
    pub(super) fn block(&self, word: &str, attributes: &IndexMap<String, Attribute>, span: Span) -> Block {
        let entry = catalog::declaration(word);
        let statements = attributes.iter().map(|(word, attribute)| {
            let slot = entry.and_then(|entry| entry.slot_of_attribute(word));
            tree::attribute(word, self.value(&attribute.value, slot))
        });
        tree::block(statements.collect(), span)
    }
}
