//! Values.

use pest::iterators::Pair;

use crate::diagnostic::families::syntax as messages;
use crate::source::{Span, Spanned};

use super::super::ast::{Access, Argument, CompareOp, Entry, Expr, ExprKind, Ident, Reference, StringPart, TimeUnit};
use super::super::grammar::Rule;
use super::super::scan::DEPTH_LIMIT;
use super::slips::short_unit;
use super::{Builder, Parts, error_expr};

impl<'t> Builder<'t> {
    pub(super) fn take_expr(&mut self, parts: &mut Parts<'t>, at: Span) -> Expr {
        parts.take(Rule::expr).map_or(error_expr(at.after()), |pair| self.expr(pair))
    }

    /// Builds the value after `=`, wherever it is.
    pub(super) fn take_value(&mut self, parts: &mut Parts<'t>, at: Span) -> Expr {
        parts.next().map_or(error_expr(at.after()), |pair| self.value(pair))
    }

    pub(super) fn take_default(&mut self, parts: &mut Parts<'t>) -> Option<Expr> {
        let is_value =
            |rule| matches!(rule, Rule::expr | Rule::slip_value_below | Rule::slip_dash_list | Rule::value_missing);
        parts.take_if(is_value).map(|pair| self.value(pair))
    }

    pub(super) fn value(&mut self, pair: Pair<'t, Rule>) -> Expr {
        match pair.as_rule() {
            Rule::slip_value_below => {
                let at = self.span(&pair);
                self.take_expr(&mut Parts::of(pair), at)
            }
            Rule::slip_dash_list => {
                let span = self.span(&pair);
                let elements = Parts::of(pair).all(Rule::expr).map(|element| self.expr(element)).collect();
                Expr { kind: ExprKind::List(elements), span }
            }
            Rule::value_missing => {
                let at = pair.as_span().start();
                error_expr(self.span_of(at..at))
            }
            _ => self.expr(pair),
        }
    }

    /// Builds the value of any rule.
    pub(super) fn expr(&mut self, pair: Pair<'t, Rule>) -> Expr {
        let pair = without_empty_levels(pair);
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::expr => return self.conditional(pair, span),
            Rule::or_expr | Rule::and_expr => return self.junction(pair, span),
            Rule::cmp_expr => return self.comparison(pair, span),
            Rule::unary => return self.unary(pair, span),
            Rule::parens => return self.parens(pair, span),
            Rule::string => ExprKind::String(self.string(pair)),
            Rule::percent | Rule::duration | Rule::slip_duration | Rule::range => self.quantity(pair, span),
            Rule::number => ExprKind::Number(pair.as_str().to_owned()),
            Rule::literal => literal(pair.as_str()),
            Rule::artifact_file | Rule::slip_artifact_file => self.artifact_file(pair, span),
            Rule::call => self.call(pair),
            Rule::reference => ExprKind::Reference(self.reference(pair)),
            Rule::list => self.list(pair, span),
            Rule::map => ExprKind::Map(Parts::of(pair).all(Rule::entry).map(|entry| self.entry(entry)).collect()),
            _ => ExprKind::Error,
        };
        Expr { kind, span }
    }

    // ------------------------------------------------------------ operators

    /// Builds `a ? b : c ? d : e` from the right, since each condition contains the rest.
    fn conditional(&mut self, pair: Pair<'t, Rule>, span: Span) -> Expr {
        let mut operands = Vec::new();
        let mut parts = Parts::of(pair);
        while let Some(part) = parts.next() {
            if operands.len() > 2 * DEPTH_LIMIT {
                self.report(messages::too_deep(DEPTH_LIMIT, self.span(&part)));
                return error_expr(span);
            }
            operands.push(self.expr(part));
        }
        let Some(mut value) = operands.pop() else { return error_expr(span) };
        while let Some(then) = operands.pop() {
            let Some(condition) = operands.pop() else { break };
            let span = condition.span.to(value.span);
            let (condition, then, otherwise) = (Box::new(condition), Box::new(then), Box::new(value));
            value = Expr { kind: ExprKind::Conditional { condition, then, otherwise }, span };
        }
        value
    }

    fn junction(&mut self, pair: Pair<'t, Rule>, span: Span) -> Expr {
        let or = pair.as_rule() == Rule::or_expr;
        let mut operands = Vec::new();
        let mut parts = Parts::of(pair);
        while let Some(part) = parts.next() {
            operands.push(self.expr(part));
        }
        if operands.len() > 1 {
            let kind = if or { ExprKind::Or(operands) } else { ExprKind::And(operands) };
            return Expr { kind, span };
        }
        operands.pop().unwrap_or(error_expr(span))
    }

    fn comparison(&mut self, pair: Pair<'t, Rule>, span: Span) -> Expr {
        let mut parts = Parts::of(pair);
        let left = parts.next().map_or(error_expr(span), |part| self.expr(part));
        let Some(op) = parts.take(Rule::cmp_op) else { return left };
        let op = if op.as_str() == "!=" { CompareOp::NotEqual } else { CompareOp::Equal };
        let right = parts.next().map_or(error_expr(span), |part| self.expr(part));
        Expr { kind: ExprKind::Compare { left: Box::new(left), op, right: Box::new(right) }, span }
    }

    fn unary(&mut self, pair: Pair<'t, Rule>, span: Span) -> Expr {
        let mut bangs = Vec::new();
        let mut parts = Parts::of(pair);
        while let Some(bang) = parts.take(Rule::bang) {
            bangs.push(self.span(&bang));
        }
        if let Some(deep) = bangs.get(DEPTH_LIMIT) {
            self.report(messages::too_deep(DEPTH_LIMIT, *deep));
            return error_expr(span);
        }
        let value = parts.next().map_or(error_expr(span), |part| self.expr(part));
        bangs.into_iter().rev().fold(value, |value, bang| {
            let span = bang.to(value.span);
            Expr { kind: ExprKind::Not(Box::new(value)), span }
        })
    }

    fn parens(&mut self, pair: Pair<'t, Rule>, span: Span) -> Expr {
        let inner = self.take_expr(&mut Parts::of(pair), span);
        self.besides.parentheses.push((span, inner.span));
        Expr { span, ..inner }
    }

    // ------------------------------------------------------------ plain values

    fn quantity(&mut self, pair: Pair<'t, Rule>, span: Span) -> ExprKind {
        let rule = pair.as_rule();
        let mut parts = Parts::of(pair);
        let mut next = |builder: &mut Self| {
            let digits = parts.take(Rule::digits);
            digits.map_or(0, |digits| builder.number(digits.as_str(), span))
        };
        let amount = next(self);
        match rule {
            Rule::percent => ExprKind::Percent(amount),
            Rule::range => ExprKind::Range(amount, next(self)),
            _ => ExprKind::Duration {
                amount,
                unit: parts.next().map_or(TimeUnit::Seconds, |unit| time_unit(unit.as_str())),
            },
        }
    }

    fn artifact_file(&mut self, pair: Pair<'t, Rule>, at: Span) -> ExprKind {
        let mut parts = Parts::of(pair);
        let artifact = self.take_ident(&mut parts, at);
        let Some(path) = parts.next() else { return ExprKind::Error };
        let path_span = self.span(&path);
        let path = match path.as_rule() {
            Rule::string => self.string(path),
            _ => vec![StringPart::text(path.as_str().to_owned(), path_span)],
        };
        ExprKind::ArtifactFile { artifact, path, path_span }
    }

    // ------------------------------------------------------------ names and calls

    pub(super) fn reference(&mut self, pair: Pair<'t, Rule>) -> Reference {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let head = self.take_ident(&mut parts, span);
        let mut accesses = Vec::new();
        while let Some(part) = parts.next() {
            let at = self.span(&part);
            let rule = part.as_rule();
            let mut inner = Parts::of(part);
            accesses.push(match rule {
                Rule::index => Access::Index(self.take_expr(&mut inner, at)),
                _ => Access::Member(self.take_ident(&mut inner, at)),
            });
        }
        Reference { head, accesses, span }
    }

    fn call(&mut self, pair: Pair<'t, Rule>) -> ExprKind {
        let mut parts = Parts::of(pair);
        let mut callee: Vec<Ident> = Vec::new();
        while let Some(ident) = parts.take(Rule::ident) {
            callee.push(self.ident(&ident));
        }
        let arguments = parts.take(Rule::arguments).map_or(Vec::new(), |arguments| self.arguments(arguments));
        ExprKind::Call { callee, arguments }
    }

    pub(super) fn arguments(&mut self, pair: Pair<'t, Rule>) -> Vec<Argument> {
        Parts::of(pair).all(Rule::argument).map(|argument| self.argument(argument)).collect()
    }

    fn argument(&mut self, pair: Pair<'t, Rule>) -> Argument {
        let at = self.span(&pair);
        let mut parts = Parts::of(pair);
        let name = parts.take(Rule::ident).map(|name| self.ident(&name));
        Argument { name, value: self.take_expr(&mut parts, at) }
    }

    // ------------------------------------------------------------ lists and maps

    fn list(&mut self, pair: Pair<'t, Rule>, at: Span) -> ExprKind {
        let mut parts = Parts::of(pair);
        if let Some(list_for) = parts.take(Rule::list_for) {
            return self.list_for(list_for, at);
        }
        ExprKind::List(parts.all(Rule::expr).map(|element| self.expr(element)).collect())
    }

    fn list_for(&mut self, pair: Pair<'t, Rule>, at: Span) -> ExprKind {
        let mut parts = Parts::of(pair);
        let name = self.take_ident(&mut parts, at);
        let list = Box::new(self.take_expr(&mut parts, at));
        let element = Box::new(self.take_expr(&mut parts, at));
        let condition = parts.take(Rule::expr).map(|condition| Box::new(self.expr(condition)));
        ExprKind::ListFor { name, list, element, condition }
    }

    fn entry(&mut self, pair: Pair<'t, Rule>) -> Entry {
        let at = self.span(&pair);
        let mut parts = Parts::of(pair);
        let key = self.take_key(&mut parts, at);
        Entry { key, value: self.take_value(&mut parts, at) }
    }

    pub(super) fn take_key(&mut self, parts: &mut Parts<'t>, at: Span) -> Ident {
        let Some(key) = parts.take(Rule::key) else { return Spanned::new(String::new(), at) };
        let span = self.span(&key);
        match Parts::of(key.clone()).take(Rule::plain_string) {
            Some(string) => Spanned::new(Self::plain_string(string), span),
            None => self.first_ident(key),
        }
    }
}

/// Skips the levels of operators that have none; most values are inside five such levels.
fn without_empty_levels(mut pair: Pair<'_, Rule>) -> Pair<'_, Rule> {
    while matches!(pair.as_rule(), Rule::expr | Rule::or_expr | Rule::and_expr | Rule::cmp_expr | Rule::unary) {
        let mut inner = pair.clone().into_inner();
        match (inner.next(), inner.next()) {
            (Some(only), None) => pair = only,
            _ => break,
        }
    }
    pair
}

fn literal(text: &str) -> ExprKind {
    match text {
        "true" => ExprKind::Bool(true),
        "false" => ExprKind::Bool(false),
        _ => ExprKind::Null,
    }
}

fn time_unit(word: &str) -> TimeUnit {
    match short_unit(word) {
        "ms" => TimeUnit::Milliseconds,
        "s" => TimeUnit::Seconds,
        "m" => TimeUnit::Minutes,
        "h" => TimeUnit::Hours,
        _ => TimeUnit::Days,
    }
}
