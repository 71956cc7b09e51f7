//! The statements of a pipeline besides its stages: `on event`, `notify`, `dashboard`.

use crate::catalog::accounts::is_account_id;
use crate::catalog::event_patterns::{Takes, is_sign, operators};
use crate::catalog::numbers::number;
use crate::catalog::{Kind, Words};
use crate::diagnostic::PipeCode;
use crate::diagnostic::families::{attributes, environments, names, notifications, starts, statements};
use crate::evaluate::Context;
use crate::expand::{Placed, Surroundings};
use crate::hir::{Dashboard, Entity, Notification, StartEvent, TopicId, Value, ValueKind};
use crate::resolve::place::Place;
use crate::slots::{self, Attributes, Owner, Shape, SlotSet, describe, slots_of};
use crate::source::Spanned;
use crate::syntax::ast::{Block, Notify, On, StmtKind};

use super::builder::Builder;
use super::starts::{clause_shown, clause_span};

/// Metrics that teams may want of a pipeline but that no AWS service measures itself.
const UNMEASURED: [&str; 4] = ["lead-time", "mttr", "mtbf", "cycle-time"];

/// The attribute of a notification that its statement sets.
const EVENTS: &str = "on";

/// What `numeric` takes, in words.
const NUMERIC: &str = "a list such as `[\">\", 0, \"<=\", 5]`";

/// Returns whether an element of `numeric` may be at its index: operators and numbers alternate. Returns `true` if in
/// doubt.
fn of_numeric(index: usize, value: &Value) -> bool {
    match &value.kind {
        ValueKind::Number(_) => !index.is_multiple_of(2),
        ValueKind::Text(text) => match text.as_literal() {
            Some(sign) => index.is_multiple_of(2) && is_sign(sign),
            None => true,
        },
        ValueKind::Raw(_) | ValueKind::Poisoned => true,
        _ => false,
    }
}

/// Returns the number that a value is or that a string contains.
fn number_of(value: &Value) -> Option<&str> {
    match &value.kind {
        ValueKind::Number(text) => Some(text),
        _ => value.as_str().filter(|text| number(text).is_some_and(f64::is_finite)),
    }
}

impl<'a> Builder<'a> {
    /// Returns the attributes of a block that takes nothing else, and whether all of it could be read.
    pub(super) fn plain_block(
        &mut self,
        block: Option<&'a Block>,
        slots: &SlotSet<'_>,
        owner: Owner<'_>,
        inside: &str,
        at: &Surroundings,
    ) -> (Attributes, bool) {
        let at = at.inside(self.values.scopes.child(at.scope));
        let statements = block.map_or(&[][..], |block| &block.statements);
        let body = self.expand(statements, Place::Plain, inside, &at);
        let written = body.statements.iter().filter(|it| matches!(it.statement.kind, StmtKind::Attribute(_))).count();
        let attributes = self.attributes(&body.statements, slots, owner);
        let complete = !body.incomplete && attributes.len() == written;
        (attributes, complete)
    }

    /// Returns the events in the statements of a pipeline.
    pub(super) fn start_events(&mut self, statements: &[Placed<'a>]) -> Vec<StartEvent> {
        let mut events = Vec::new();
        for placed in statements {
            let StmtKind::On(on) = &placed.statement.kind else { continue };
            if on.event.node == "event" {
                let trail = placed.at.trail.clone();
                events.push(self.traced(&trail, |this| this.start_event(on, &placed.at)));
            }
        }
        events
    }

    fn start_event(&mut self, on: &'a On, at: &Surroundings) -> StartEvent {
        let span = on.keyword.to(on.event.span);
        if let Some(clause) = &on.clause {
            self.values.incomplete = true;
            let shown = clause_shown(clause, |place| self.values.shown(place));
            self.values.diagnostics.push(statements::surplus_clause("on event", &shown, clause_span(clause, span)));
        }
        let slots = slots_of(Shape::Listed("event"));
        let owner = Owner { shown: &PipeCode::on("event").into(), place: span };
        let (attributes, complete) = self.plain_block(on.block.as_ref(), &slots, owner, "on event", at);
        let compared = attributes.keys().any(|word| StartEvent::PATTERN.contains(&word.as_str()));
        if let (false, true, Some(source)) = (compared, complete, slots.iter().next()) {
            let missing = attributes::missing_attribute(owner.shown, &source.attribute, &source.example(), span, None);
            self.values.diagnostics.push(missing);
        }
        if let Some(ValueKind::List(accounts)) = attributes.get("account").map(|account| &account.value.kind) {
            for account in accounts {
                let wrong = account.as_str().filter(|id| !is_account_id(id));
                self.values
                    .diagnostics
                    .extend(wrong.map(|id| environments::bad_account(id, true, false, account.span)));
            }
        }
        if let Some(detail) = attributes.get("detail").map(|detail| &detail.value) {
            match &detail.kind {
                ValueKind::Map(fields) => fields.iter().for_each(|(field, value)| self.pattern(&field.node, value)),
                ValueKind::Raw(_) | ValueKind::Poisoned => {}
                other => {
                    let wrong =
                        attributes::wrong_type("detail", "a map of the event's fields", describe(other), detail.span);
                    self.values.diagnostics.push(wrong);
                }
            }
        }
        StartEvent { attributes, condition: at.under, span }
    }

    /// Reports the parts of a pattern that are neither a map nor a list of values.
    fn pattern(&mut self, key: &str, value: &Value) {
        let span = value.span;
        match &value.kind {
            ValueKind::Map(entries) => entries.iter().for_each(|(key, value)| self.pattern(&key.node, value)),
            ValueKind::List(items) if items.is_empty() => {
                self.values.diagnostics.push(attributes::empty_list(key, span, None, false));
            }
            // Alternatives: each is its own pattern.
            ValueKind::List(items) if key == "$or" => {
                let maps = items.iter().filter(|item| matches!(item.kind, ValueKind::Map(_)));
                maps.for_each(|item| self.pattern(key, item));
            }
            ValueKind::List(items) => items.iter().for_each(|item| self.comparison_of_event(item)),
            ValueKind::Raw(_) | ValueKind::Poisoned => {}
            other => {
                let wrong = attributes::wrong_type(key, "a list of the values to match", describe(other), span);
                let suggestion = format!("[{}]", self.values.shown(span));
                self.values.diagnostics.push(names::write_instead(wrong, Some(suggestion), span));
            }
        }
    }

    /// Reports the parts of a comparison such as `{ prefix = "live-" }` that EventBridge rejects.
    fn comparison_of_event(&mut self, value: &Value) {
        let ValueKind::Map(entries) = &value.kind else { return };
        for (word, value) in entries {
            let place = value.span;
            let takes = operators().iter().find(|operator| operator.word == word.node).map(|operator| operator.takes);
            let wrong = match (takes, &value.kind) {
                (_, ValueKind::Raw(_) | ValueKind::Poisoned)
                | (Some(Takes::Any), _)
                | (Some(Takes::Flag), ValueKind::Bool(_)) => None,
                (Some(Takes::Flag), other) => {
                    let wrong = attributes::wrong_type(&word.node, "`true` or `false`", describe(other), place);
                    let meant = value.as_str().and_then(names::flag).map(str::to_owned);
                    Some(names::write_instead(wrong, meant, place))
                }
                (Some(Takes::Range), ValueKind::List(items)) => {
                    let fits = items.iter().enumerate().all(|(index, item)| of_numeric(index, item));
                    (!fits).then(|| starts::not_numeric(place, self.without_quotes(items)))
                }
                (Some(Takes::Range), other) => {
                    let wrong = attributes::wrong_type(&word.node, NUMERIC, describe(other), place);
                    let equal = number_of(value).map(|number| format!("[\"=\", {number}]"));
                    Some(names::write_instead(wrong, equal, place))
                }
                (None, _) => {
                    let known: Vec<&str> = operators().iter().map(|operator| operator.word.as_str()).collect();
                    Some(starts::unknown_comparison(word, &known))
                }
            };
            self.values.diagnostics.extend(wrong);
        }
    }

    /// Returns the elements of a `numeric` with numbers unquoted, if nothing else is wrong with them.
    fn without_quotes(&self, items: &[Value]) -> Option<String> {
        let element = |(index, item): (usize, &Value)| {
            if of_numeric(index, item) {
                return Some(self.values.shown(item.span));
            }
            number_of(item).filter(|_| !index.is_multiple_of(2)).map(str::to_owned)
        };
        let elements: Option<Vec<String>> = items.iter().enumerate().map(element).collect();
        elements.map(|elements| format!("[{}]", elements.join(", ")))
    }

    /// Returns the notifications in the statements of a pipeline.
    pub(super) fn notifications(&mut self, statements: &[Placed<'a>]) -> Vec<Notification> {
        let mut found = Vec::new();
        for placed in statements {
            let StmtKind::Notify(notify) = &placed.statement.kind else { continue };
            let trail = placed.at.trail.clone();
            found.extend(self.traced(&trail, |this| this.notification(notify, &placed.at)));
        }
        found
    }

    fn notification(&mut self, notify: &'a Notify, at: &Surroundings) -> Option<Notification> {
        let span = notify.keyword.to(notify.target.span);
        let context = self.values.context_in(at.scope);
        let all = slots_of(Shape::Listed("notify"));
        let events = all.named(EVENTS);
        let slots = all.without(EVENTS);
        let owner = Owner { shown: &"`notify`".into(), place: span };
        let (attributes, _) = self.plain_block(notify.block.as_ref(), &slots, owner, "notify", at);
        let events = events.map(|slot| {
            let value = self.values.evaluate_slot(slot, &notify.events, context);
            slots::fit(slot, value, &mut self.values)
        });
        let topic = self.told(notify, context);
        let Some(Value { kind: ValueKind::List(events), .. }) = events else {
            self.values.incomplete = true;
            return None;
        };
        for (index, event) in events.iter().enumerate().filter(|(_, event)| !event.is_poisoned()) {
            if let Some(first) = events.iter().take(index).find(|first| first.as_str() == event.as_str()) {
                let shown = self.values.shown(event.span);
                self.values.diagnostics.push(names::element_twice(EVENTS, &shown, event.span, first.span));
            }
        }
        let events = events.iter().filter_map(|event| event.as_str().map(str::to_owned)).collect();
        Some(Notification { topic: topic?, events, attributes, condition: at.under, span })
    }

    /// Returns the topic of a notification.
    fn told(&mut self, notify: &'a Notify, context: Context) -> Option<Spanned<TopicId>> {
        let target = self.values.reference(&notify.target, context, Words::Target(Kind::Topic));
        match target.kind {
            ValueKind::Entity(Entity::Topic(id)) => return Some(Spanned::new(id, target.span)),
            ValueKind::Poisoned => {}
            other => {
                self.values.diagnostics.push(attributes::wrong_type(
                    "notify",
                    "a topic",
                    describe(&other),
                    target.span,
                ));
            }
        }
        self.values.incomplete = true;
        None
    }

    /// Reads the `dashboard { ... }` block.
    pub(super) fn dashboard(&mut self, statements: &[Placed<'a>]) -> Option<Dashboard> {
        let mut blocks = statements.iter().filter_map(|placed| match &placed.statement.kind {
            StmtKind::Settings(settings) if settings.keyword.node == "dashboard" => Some((settings, &placed.at)),
            _ => None,
        });
        let (settings, at) = blocks.next()?;
        if let Some((second, _)) = blocks.next() {
            let name = Spanned::new("dashboard".to_owned(), second.keyword.span);
            self.values.diagnostics.push(names::duplicate("block", &name, settings.keyword.span));
        }
        let condition = at.under;
        let at = at.inside(self.values.scopes.child(at.scope));
        let mut body = self.expand(&settings.block.statements, Place::Plain, "dashboard", &at).statements;
        body.retain(|placed| match &placed.statement.kind {
            StmtKind::Attribute(attribute) if UNMEASURED.contains(&attribute.key.node.as_str()) => {
                self.values.diagnostics.push(notifications::not_measured(&attribute.key));
                false
            }
            _ => true,
        });
        let owner = Owner { shown: &"`dashboard`".into(), place: settings.keyword.span };
        let attributes = self.attributes(&body, &slots_of(Shape::Listed("dashboard")), owner);
        Some(Dashboard { attributes, condition, span: settings.keyword.span })
    }
}
