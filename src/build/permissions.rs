//! `allow` and `deny`.

use crate::catalog::{self, Phase, Words};
use crate::diagnostic::families::{attributes, phases};
use crate::evaluate::Context;
use crate::expand::Placed;
use crate::hir::{Permission, Statement, Value, ValueKind};
use crate::slots::describe;
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, StmtKind};

use super::builder::Builder;

impl<'a> Builder<'a> {
    /// Returns the `allow` and `deny` in some statements, and whether one of them could not be read.
    pub(super) fn statements(&mut self, statements: &[Placed<'a>]) -> (Vec<Statement>, bool) {
        let mut statements_read = Vec::new();
        let mut unread = false;
        for placed in statements {
            let context = self.values.context_in(placed.at.scope);
            if let StmtKind::Allow(allow) = &placed.statement.kind {
                let read = self.allow(allow, placed.statement.span, context);
                unread |= read.as_ref().is_none_or(|(_, complete)| !complete);
                statements_read.extend(read.map(|(statement, _)| statement));
            }
        }
        (statements_read, unread)
    }

    /// Builds a permission statement. Also returns whether all of it could be read.
    fn allow(&mut self, allow: &'a ast::Allow, span: Span, context: Context) -> Option<(Statement, bool)> {
        let (permission, mut complete) = self.permission(&allow.actions, context)?;
        let resources: Vec<Value> = match &allow.resources.kind {
            ExprKind::List(items) => items.iter().flat_map(|item| self.allowed_on(item, context)).collect(),
            _ => self.allowed_on(&allow.resources, context),
        };
        let condition = allow.condition.as_ref().map(|map| self.values.evaluate(map, context, Words::Value));
        for value in resources.iter().chain(&condition) {
            complete &= !value.is_poisoned() && self.is_fixed_at_deployment(value);
        }
        if let Some(condition) = &condition {
            complete &= self.is_condition(condition);
        }
        Some((Statement { deny: allow.deny, permission, resources, condition, span }, complete))
    }

    /// Returns whether a condition maps operators to keys and keys to values; otherwise reports it.
    fn is_condition(&mut self, condition: &Value) -> bool {
        const FORM: &str = "a map such as `{ StringEquals = { \"aws:ResourceAccount\" = AWS::AccountId } }`";
        let ValueKind::Map(operators) = &condition.kind else {
            return self.not_of_form("when", FORM, condition);
        };
        let mut complete = true;
        for (operator, keys) in operators {
            let ValueKind::Map(keys) = &keys.kind else {
                complete &= self.not_of_form(&operator.node, "a map of condition keys to values", keys);
                continue;
            };
            for (key, value) in keys {
                let items = if let ValueKind::List(items) = &value.kind { items } else { std::slice::from_ref(value) };
                for item in items {
                    if matches!(item.kind, ValueKind::Map(_) | ValueKind::List(_) | ValueKind::Entity(_)) {
                        complete &= self.not_of_form(&key.node, "a string or a list of strings", item);
                    }
                }
            }
        }
        complete
    }

    /// Reports a value of another form. Returns `false`.
    fn not_of_form(&mut self, what: &str, form: &str, value: &Value) -> bool {
        if !value.is_poisoned() {
            let found = describe(&value.kind);
            self.values.diagnostics.push(attributes::wrong_type(what, form, found, value.span));
        }
        false
    }

    /// Returns whether a value contains no run-time variable; otherwise reports it, because a role is fixed when it is
    /// created.
    fn is_fixed_at_deployment(&mut self, value: &Value) -> bool {
        let mut late = Vec::new();
        value.each_part(&mut |part| late.extend((part.kind.phase() == Phase::Run).then_some(part.span)));
        for place in &late {
            let shown = self.values.shown(*place);
            self.values.diagnostics.push(phases::too_late(
                "a statement",
                Phase::Deploy,
                Phase::Run,
                &shown,
                *place,
                None,
            ));
        }
        late.is_empty()
    }

    /// Evaluates the resources of a statement.
    fn allowed_on(&mut self, resource: &'a Expr, context: Context) -> Vec<Value> {
        let value = self.values.evaluate(resource, context, Words::Value);
        match value.kind {
            ValueKind::List(items) => items,
            kind => vec![Value { kind, span: value.span }],
        }
    }

    /// Reads a verb or a list of IAM actions. Also returns whether all of it could be read.
    fn permission(&mut self, actions: &'a Expr, context: Context) -> Option<(Permission, bool)> {
        if let ExprKind::Reference(reference) = &actions.kind
            && reference.accesses.is_empty()
            && self.values.definition_of(&reference.head).is_none()
        {
            let verb = &reference.head;
            let known = catalog::verbs::words();
            if known.contains(&verb.node.as_str()) {
                return Some((Permission::Verb(verb.clone()), true));
            }
            if !self.values.is_explained(verb) {
                let wrong = attributes::not_allowed("allow", &verb.node, verb.span, &known, true);
                self.values.diagnostics.push(wrong);
            }
            return None;
        }
        let value = self.values.evaluate(actions, context, Words::Value);
        let items = match value.kind {
            ValueKind::List(items) => items,
            kind => vec![Value { kind, span: value.span }],
        };
        let count = items.len();
        let mut read = Vec::new();
        for item in items {
            let place = item.span;
            match item.kind {
                ValueKind::Text(text) => read.extend(self.values.compile_time("an IAM action", &text, place)),
                ValueKind::Poisoned => {}
                other => {
                    let found = describe(&other);
                    let wrong = attributes::wrong_type("allow", "IAM actions", found, place);
                    self.values.diagnostics.push(wrong);
                }
            }
        }
        let complete = read.len() == count;
        Some((Permission::Actions(read), complete))
    }
}
