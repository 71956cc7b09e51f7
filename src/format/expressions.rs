//! Values: on one line if they fit, else with one element per line.

use std::borrow::Cow;
use std::fmt::Write;

use crate::source::Span;
use crate::syntax::ast::{
    Access, Argument, CompareOp, Entry, Expr, ExprKind, Ident, Reference, StringPart, StringPartKind, TimeUnit,
};

use super::doc::Doc;
use super::printer::{BRACES, Body, Printer, ROUND, SQUARE};
use super::strings::{inline_text, is_path, key};

/// The replacement for a part that could not be read: parsing it again reports it again.
pub(super) const UNREADABLE: &str = "/* unreadable */";

/// The precedence of an expression; one with lower precedence needs parentheses inside one with higher precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// `c ? a : b`
    Conditional,
    /// `a || b`
    Or,
    /// `a && b`
    And,
    /// `a == b`
    Compare,
    /// `!a`
    Unary,
    /// Everything else.
    Primary,
}

fn level(expr: &Expr) -> Level {
    match &expr.kind {
        ExprKind::Conditional { .. } => Level::Conditional,
        ExprKind::Or(_) => Level::Or,
        ExprKind::And(_) => Level::And,
        ExprKind::Compare { .. } => Level::Compare,
        ExprKind::Not(_) => Level::Unary,
        _ => Level::Primary,
    }
}

impl<'t> Printer<'t> {
    /// Prints a value after `=`, in a list, or in a call.
    pub(super) fn value(&mut self, expr: &'t Expr) -> Doc<'t> {
        self.expr(expr, Level::Conditional)
    }

    /// Prints an expression where one of a level is expected.
    pub(super) fn expr(&mut self, expr: &'t Expr, least: Level) -> Doc<'t> {
        let (inner, count) = self.inside_parentheses(expr.span);
        let needed = !self.is_written() && level(expr) < least;
        if count == 0 && !needed {
            return self.bare(expr, inner, least);
        }
        let open = self.token("(");
        (1..count).for_each(|_| _ = self.token("("));
        let inside = Doc::concat(vec![Doc::soft_line(), self.bare(expr, inner, Level::Conditional)]);
        let close = self.token(")");
        (1..count).for_each(|_| _ = self.token(")"));
        Doc::group(Doc::concat(vec![open, Doc::indent(1, inside), Doc::soft_line(), close]))
    }

    /// Prints an expression without its parentheses.
    fn bare(&mut self, expr: &'t Expr, span: Span, least: Level) -> Doc<'t> {
        match &expr.kind {
            ExprKind::String(parts) => self.string(parts, span, least <= Level::Conditional),
            ExprKind::ArtifactFile { artifact, path, path_span } => {
                let artifact = self.ident(artifact);
                let sign = self.token("::");
                let path =
                    if self.is_written() { self.string(path, *path_span, false) } else { Doc::text(path_text(path)) };
                Doc::concat(vec![artifact, sign, path])
            }
            ExprKind::Call { callee, arguments } => {
                let name = match (callee.first(), callee.last()) {
                    (Some(head), Some(tail)) => self.leaf(head.span.to(tail.span), || Cow::Owned(dotted(callee))),
                    _ => Doc::nothing(),
                };
                Doc::concat(vec![name, self.arguments(arguments)])
            }
            ExprKind::Reference(it) => self.reference(it),
            ExprKind::List(items) => {
                let row = |printer: &mut Self, item| Body::from(printer.value(item));
                Doc::group(self.list(SQUARE, items, row, |item| item.span))
            }
            ExprKind::ListFor { name, list, element, condition } => {
                self.list_for(name, list, element, condition.as_deref())
            }
            ExprKind::Map(entries) => self.map(entries),
            ExprKind::Not(inner) => Doc::concat(vec![self.token("!"), self.expr(inner, Level::Unary)]),
            ExprKind::Compare { left, op, right } => {
                let sign = if *op == CompareOp::Equal { "==" } else { "!=" };
                Doc::words(vec![self.expr(left, Level::Unary), self.token(sign), self.expr(right, Level::Unary)])
            }
            ExprKind::And(items) => self.chain(items, "&&", |printer, item| printer.expr(item, Level::Compare)),
            ExprKind::Or(items) => self.chain(items, "||", |printer, item| printer.expr(item, Level::And)),
            ExprKind::Conditional { condition, then, otherwise } => self.conditional(condition, then, otherwise),
            _ => self.leaf(span, || Cow::Owned(simple(&expr.kind))),
        }
    }

    fn map(&mut self, entries: &'t [Entry]) -> Doc<'t> {
        let row = |printer: &mut Self, entry: &'t Entry| printer.keyed(&entry.key, &entry.value);
        Doc::group(self.list(BRACES, entries, row, |entry| entry.key.span.to(entry.value.span)))
    }

    /// Prints `key = value`.
    pub(super) fn keyed(&mut self, name: &'t Ident, expr: &'t Expr) -> Body<'t> {
        let comments = self.comments(false);
        let text = match &mut self.written {
            Some(written) => Cow::Borrowed(written.take_span(name.span)),
            None => key(&name.node),
        };
        let is_plain = comments.is_none() && self.written.as_ref().is_none_or(|written| written.is_bare("="));
        let equals = self.token("=");
        let value = self.value(expr);
        if is_plain {
            return Body { key: Some(text), ..Body::from(value) };
        }
        Body::from(Doc::words(vec![Self::commented(comments, Doc::text(text)), equals, value]))
    }

    /// Prints `(value, name = value)`. A single value is directly inside the parentheses.
    pub(super) fn arguments(&mut self, arguments: &'t [Argument]) -> Doc<'t> {
        let row = |printer: &mut Self, argument: &'t Argument| match &argument.name {
            Some(name) => printer.keyed(name, &argument.value),
            None => Body::from(printer.value(&argument.value)),
        };
        let place = |argument: &Argument| {
            let value = argument.value.span;
            argument.name.as_ref().map_or(value, |name| name.span.to(value))
        };
        if let [only] = arguments
            && self.written.as_ref().is_none_or(|written| written.is_close(place(only)))
        {
            let open = self.token("(");
            let Body { key, doc, .. } = row(self, only);
            let key = key.map_or(Doc::nothing(), |key| Doc::concat(vec![Doc::text(key), Doc::text(" = ")]));
            return Doc::concat(vec![open, key, doc, self.token(")")]);
        }
        Doc::group(self.list(ROUND, arguments, row, place))
    }

    fn list_for(&mut self, name: &'t Ident, list: &'t Expr, element: &'t Expr, condition: Option<&'t Expr>) -> Doc<'t> {
        let open = self.token("[");
        let rest = condition.unwrap_or(element);
        let close = self.closing_bracket(Some(rest.span));
        let start = if self.is_open(close) { Doc::hard_line() } else { Doc::soft_line() };
        let head =
            vec![self.token("for"), self.ident(name), self.token("in"), self.expr(list, Level::Or), self.token(":")];
        let mut inside = vec![start, Doc::words(head), Doc::line(), self.value(element)];
        if let Some(condition) = condition {
            inside.extend([Doc::line(), self.token("if"), Doc::text(" "), self.value(condition)]);
        }
        let inside = Doc::indent(1, Doc::concat(inside));
        if let Some(written) = &mut self.written {
            written.skip_commas(close);
        }
        Doc::group(Doc::concat(vec![open, inside, Doc::soft_line(), self.token("]")]))
    }

    pub(super) fn chain<T>(
        &mut self,
        items: &'t [T],
        sign: &'static str,
        print: impl Fn(&mut Self, &'t T) -> Doc<'t>,
    ) -> Doc<'t> {
        let mut items = items.iter();
        let first = items.next().map_or(Doc::nothing(), |first| print(self, first));
        let others =
            items.map(|item| Doc::concat(vec![Doc::line(), self.token(sign), Doc::text(" "), print(self, item)]));
        let others = Doc::concat(others.collect());
        Doc::group(Doc::concat(vec![first, Doc::indent(1, others)]))
    }

    fn conditional(&mut self, condition: &'t Expr, then: &'t Expr, otherwise: &'t Expr) -> Doc<'t> {
        let condition = self.expr(condition, Level::Or);
        let then = vec![Doc::line(), self.token("?"), Doc::text(" "), self.value(then)];
        let otherwise = vec![Doc::line(), self.token(":"), Doc::text(" "), self.value(otherwise)];
        let branches = Doc::indent(1, Doc::concat(vec![Doc::concat(then), Doc::concat(otherwise)]));
        Doc::group(Doc::concat(vec![condition, branches]))
    }

    /// Prints `head.member[index]`.
    pub(super) fn reference(&mut self, reference: &'t Reference) -> Doc<'t> {
        let mut parts = vec![self.ident(&reference.head)];
        for access in &reference.accesses {
            match access {
                Access::Member(member) => parts.extend([self.token("."), self.ident(member)]),
                Access::Index(index) => parts.extend([self.token("["), self.value(index), self.token("]")]),
            }
        }
        Doc::concat(parts)
    }
}

/// Returns the text of a value that is one word.
fn simple(kind: &ExprKind) -> String {
    match kind {
        ExprKind::Bool(flag) => flag.to_string(),
        ExprKind::Null => "null".to_owned(),
        ExprKind::Number(text) => text.clone(),
        ExprKind::Percent(number) => format!("{number}%"),
        ExprKind::Duration { amount, unit } => format!("{amount}{}", unit_word(*unit)),
        ExprKind::Range(from, to) => format!("{from}..{to}"),
        _ => UNREADABLE.to_owned(),
    }
}

fn path_text(path: &[StringPart]) -> String {
    match path {
        [StringPart { kind: StringPartKind::Text(text), .. }] if is_path(text) => text.clone(),
        _ => inline_text(path),
    }
}

fn dotted(names: &[Ident]) -> String {
    let mut written = String::new();
    for name in names {
        let _ = write!(written, "{}{}", if written.is_empty() { "" } else { "." }, name.node);
    }
    written
}

fn unit_word(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Milliseconds => "ms",
        TimeUnit::Seconds => "s",
        TimeUnit::Minutes => "m",
        TimeUnit::Hours => "h",
        TimeUnit::Days => "d",
    }
}
