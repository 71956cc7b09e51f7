//! Conditions: decided at compile time if possible, and otherwise by CloudFormation when the template is deployed.

use crate::catalog::{Phase, Words};
use crate::diagnostic::families::{attributes, names, phases};
use crate::hir::{
    ConditionId, PartKind, TemplateCondition, Test, Text, Value, ValueChoice, ValueKind, comparable_text,
    not_in_conditions,
};
use crate::slots::describe;
use crate::source::Span;
use crate::syntax::ast::{CompareOp, Expr, ExprKind};

use super::evaluator::{Context, Evaluator};
use super::scope::LetId;

/// The result of a condition.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ConditionResult {
    /// It is known at compile time.
    Known(bool),
    /// It is known at deployment.
    Late(ConditionId),
}

impl<'a> Evaluator<'a> {
    /// Evaluates a condition, which must be known at compile time. Otherwise reports that and returns `None`.
    pub(crate) fn condition(&mut self, expression: &'a Expr, context: Context) -> Option<bool> {
        match self.truth(expression, context, "a condition")? {
            ConditionResult::Known(flag) => Some(flag),
            ConditionResult::Late(id) => {
                let is_name = matches!(expression.kind, ExprKind::Reference(_));
                let late = self.conditions.get(id).map_or(expression.span, |condition| condition.late);
                // The same condition may have been tested elsewhere first.
                let place = if is_name || !expression.span.covers(late) { expression.span } else { late };
                let shown = self.shown(place);
                let whole = self.shown(expression.span);
                self.diagnostics.push(phases::late_condition(&shown, place, &whole));
                None
            }
        }
    }

    /// Evaluates the condition of statements; `None` if it could not be read, which has been reported.
    pub(crate) fn decision(&mut self, expression: &'a Expr, context: Context) -> Option<ConditionResult> {
        self.truth(expression, context, "a condition")
    }

    /// Evaluates a condition as a value.
    pub(super) fn truth_value(&mut self, expression: &'a Expr, context: Context) -> ValueKind {
        match self.truth(expression, context, "a condition") {
            Some(ConditionResult::Known(flag)) => ValueKind::Bool(flag),
            Some(ConditionResult::Late(id)) => ValueKind::Test(id),
            None => ValueKind::Poisoned,
        }
    }

    /// Evaluates `condition ? then : otherwise`.
    pub(super) fn conditional(
        &mut self,
        (condition, then, otherwise): (&'a Expr, &'a Expr, &'a Expr),
        span: Span,
        context: Context,
        words: Words,
    ) -> Value {
        let id = match self.truth(condition, context, "a condition") {
            Some(ConditionResult::Known(true)) => return self.evaluate(then, context, words),
            Some(ConditionResult::Known(false)) => return self.evaluate(otherwise, context, words),
            Some(ConditionResult::Late(id)) => id,
            None => return Value::poisoned(span),
        };
        let then = self.evaluate(then, context, words);
        let otherwise = self.evaluate(otherwise, context, words);
        if then.is_poisoned() || otherwise.is_poisoned() {
            return Value::poisoned(span);
        }
        let choice = ValueChoice { condition: id, place: condition.span, then, otherwise };
        Value::new(ValueKind::Choice(Box::new(choice)), span)
    }

    /// Evaluates a condition or a part of one. `what`: the part, in words.
    fn truth(&mut self, expression: &'a Expr, context: Context, what: &str) -> Option<ConditionResult> {
        match &expression.kind {
            ExprKind::Not(inner) => Some(match self.truth(inner, context, "!")? {
                ConditionResult::Known(flag) => ConditionResult::Known(!flag),
                ConditionResult::Late(id) => ConditionResult::Late(self.negated(id)),
            }),
            ExprKind::And(items) => self.all_or_any(items, context, "&&", true, Test::And),
            ExprKind::Or(items) => self.all_or_any(items, context, "||", false, Test::Or),
            ExprKind::Compare { left, op, right } => self.comparison(left, *op, right, expression.span, context),
            _ => self.flag(expression, context, what),
        }
    }

    /// Evaluates the conditions that `&&` or `||` joins. `neutral`: the result that does not decide.
    fn all_or_any(
        &mut self,
        items: &'a [Expr],
        context: Context,
        what: &str,
        neutral: bool,
        join: fn(Vec<ConditionId>) -> Test,
    ) -> Option<ConditionResult> {
        let mut late: Vec<ConditionId> = Vec::new();
        for item in items {
            match self.truth(item, context, what)? {
                // The rest is not evaluated: in `x != null && x.size == 1`, it has no value.
                ConditionResult::Known(flag) if flag != neutral => return Some(ConditionResult::Known(flag)),
                ConditionResult::Late(id) if !late.contains(&id) => late.push(id),
                ConditionResult::Known(_) | ConditionResult::Late(_) => {}
            }
        }
        Some(match late.as_slice() {
            [] => ConditionResult::Known(neutral),
            [only] => ConditionResult::Late(*only),
            [first, ..] => {
                let place = self.conditions[*first].late;
                ConditionResult::Late(self.tested(join(late), place))
            }
        })
    }

    fn comparison(
        &mut self,
        written: &'a Expr,
        op: CompareOp,
        other: &'a Expr,
        span: Span,
        context: Context,
    ) -> Option<ConditionResult> {
        let left = self.evaluate(written, context, Words::Value);
        let right = self.evaluate(other, context, Words::Value);
        if left.is_poisoned() || right.is_poisoned() {
            return None;
        }
        let wanted = op == CompareOp::Equal;
        match (&left.kind, &right.kind) {
            (ValueKind::Test(id), ValueKind::Bool(flag)) | (ValueKind::Bool(flag), ValueKind::Test(id)) => {
                return Some(ConditionResult::Late(if *flag == wanted { *id } else { self.negated(*id) }));
            }
            _ => {}
        }
        if is_known_now(&left) && is_known_now(&right) {
            let equal = equal(&left, &right);
            if !equal {
                self.never_equal((written, &left), (other, &right), span, context);
            }
            return Some(ConditionResult::Known(equal == wanted));
        }
        let (first, second) = (self.compared(&left)?, self.compared(&right)?);
        self.never_allowed((written, &left), (other, &right), context);
        let late = [&left, &right].into_iter().find(|value| !is_known_now(value)).map_or(span, |value| value.span);
        let id = self.tested(Test::Equal(first, second), late);
        Some(ConditionResult::Late(if wanted { id } else { self.negated(id) }))
    }

    /// Returns a value as CloudFormation compares it; reports one that it cannot compare.
    fn compared(&mut self, value: &Value) -> Option<Text> {
        let (phase, place) = value.phase();
        let Some(text) = comparable_text(value) else {
            let found = describe(&value.kind);
            let diagnostic = if phase == Phase::Compile {
                attributes::wrong_type("a comparison at deployment", "a string", found, value.span)
            } else {
                let shown = self.shown(place);
                phases::too_late("a condition", Phase::Compile, phase, &shown, place, None)
            };
            self.diagnostics.push(diagnostic);
            return None;
        };
        if let Some(part) = not_in_conditions(&text) {
            let (phase, place) = (part.kind.phase(), part.span);
            let shown = self.shown(place);
            self.diagnostics.push(phases::too_late("a condition", Phase::Compile, phase, &shown, place, None));
            return None;
        }
        Some(text)
    }

    /// Evaluates a condition that is a boolean.
    fn flag(&mut self, expression: &'a Expr, context: Context, what: &str) -> Option<ConditionResult> {
        let value = self.evaluate(expression, context, Words::Value);
        if value.is_poisoned() {
            return None;
        }
        match &value.kind {
            ValueKind::Bool(flag) => return Some(ConditionResult::Known(*flag)),
            _ => {
                if let Some(id) = self.condition_of(&value) {
                    return Some(ConditionResult::Late(id));
                }
            }
        }
        let (phase, place) = value.phase();
        if !is_known_now(&value) && !is_param(&value) {
            let shown = self.shown(place);
            self.diagnostics.push(phases::too_late("a condition", Phase::Compile, phase, &shown, place, None));
            return None;
        }
        let found = describe(&value.kind);
        let wrong = attributes::wrong_type(what, "`true` or `false`", found, expression.span);
        let shown = self.shown(expression.span);
        let meant = shown.strip_prefix('"').and_then(|text| names::flag(text.strip_suffix('"')?));
        self.diagnostics.push(match &expression.kind {
            ExprKind::Reference(_) if found == "a string" => {
                wrong.help(format!("compare it with a value: `{shown} == \"...\"`"))
            }
            _ => names::write_instead(wrong, meant.map(str::to_owned), expression.span),
        });
        None
    }

    /// Returns the condition that a value states: it is one, or a parameter of the type `bool`.
    pub(super) fn condition_of(&mut self, value: &Value) -> Option<ConditionId> {
        match &value.kind {
            ValueKind::Test(id) => Some(*id),
            ValueKind::Text(text) if self.is_flag(text) => {
                let equal = Test::Equal(text.clone(), Text::literal("true", value.span));
                Some(self.tested(equal, value.span))
            }
            _ => None,
        }
    }

    /// Returns whether a text is a parameter of the type `bool`.
    pub(super) fn is_flag(&self, text: &Text) -> bool {
        let [only] = text.parts.as_slice() else { return false };
        matches!(only.kind, PartKind::Param(id) if self.params.get(id).is_some_and(|param| param.is_flag))
    }

    /// Returns the condition that both conditions are true.
    pub(crate) fn both(&mut self, first: Option<ConditionId>, second: ConditionId) -> ConditionId {
        let mut all: Vec<ConditionId> = Vec::new();
        for id in first.into_iter().chain([second]) {
            let parts = match self.conditions.get(id) {
                Some(TemplateCondition { given: None, test: Test::And(parts), .. }) => parts.clone(),
                _ => vec![id],
            };
            for part in parts {
                if !all.contains(&part) {
                    all.push(part);
                }
            }
        }
        match all.as_slice() {
            [] => second,
            [only] => *only,
            [first, ..] => {
                let late = self.conditions[*first].late;
                self.tested(Test::And(all), late)
            }
        }
    }

    /// Returns the condition that a condition in a file of `resources` is true.
    pub(crate) fn named_in_resources(&mut self, name: &str, place: Span) -> ConditionId {
        self.tested(Test::Named(name.to_owned()), place)
    }

    pub(crate) fn negated(&mut self, id: ConditionId) -> ConditionId {
        let late = self.conditions[id].late;
        self.tested(Test::Not(id), late)
    }

    /// Returns the condition without a name of its own that tests this.
    fn tested(&mut self, test: Test, late: Span) -> ConditionId {
        let is_it = |condition: &TemplateCondition| condition.given.is_none() && condition.test.same(&test);
        let known = self.conditions.entries().find(|(_, condition)| is_it(condition)).map(|(id, _)| id);
        known
            .unwrap_or_else(|| self.conditions.push(TemplateCondition { given: None, name: String::new(), test, late }))
    }

    /// Returns the value of a `let`; if it is a condition without a name, names it.
    pub(super) fn named_condition(&mut self, id: LetId, value: Value) -> Value {
        let ValueKind::Test(condition) = value.kind else { return value };
        let (Some(entry), Some(found)) = (self.scopes.lets.get(id.0), self.conditions.get(condition)) else {
            return value;
        };
        if found.given.is_some() {
            return value;
        }
        // The same text can be evaluated several times.
        let earlier = self.of_lets.get(&id).copied();
        let is_same = |earlier: &ConditionId| self.conditions[*earlier].test.same(&found.test);
        if let Some(earlier) = earlier.filter(is_same) {
            return Value::new(ValueKind::Test(earlier), value.span);
        }
        // The same condition without a name can be part of others, which do not refer to this `let`.
        let named = TemplateCondition { given: Some(entry.name.clone()), ..found.clone() };
        let named = self.conditions.push(named);
        self.of_lets.insert(id, named);
        Value::new(ValueKind::Test(named), value.span)
    }
}

fn is_param(value: &Value) -> bool {
    let ValueKind::Text(text) = &value.kind else { return false };
    matches!(text.parts.as_slice(), [only] if matches!(only.kind, PartKind::Param(_)))
}

/// Returns whether a value can be compared at compile time.
fn is_known_now(value: &Value) -> bool {
    value.phase().0 == Phase::Compile || matches!(value.kind, ValueKind::Entity(_))
}

fn equal(left: &Value, right: &Value) -> bool {
    match (left.as_str(), right.as_str()) {
        (Some(left), Some(right)) => left == right,
        _ => left.same(right),
    }
}
