//! Builds trees that are not in any file: for expanded shorthands, and for the output of `expand`.

use super::{
    Access, Argument, Attribute, Block, Expr, ExprKind, Ident, Name, Reference, Stmt, StmtKind, StringPart,
    StringPartKind, TimeUnit, Type, TypeKind, is_identifier,
};
use crate::source::{Span, Spanned};

pub(crate) fn ident(text: &str, span: Span) -> Ident {
    Spanned::new(text.to_owned(), span)
}

pub(crate) fn expr(kind: ExprKind, span: Span) -> Expr {
    Expr { kind, span }
}

pub(crate) fn name(text: &str, span: Span) -> Name {
    Name { parts: text_parts(text, span), quoted: !is_identifier(text), span }
}

pub(crate) fn text_parts(text: &str, span: Span) -> Vec<StringPart> {
    if text.is_empty() {
        return Vec::new();
    }
    vec![StringPart { kind: StringPartKind::Text(text.to_owned()), span }]
}

pub(crate) fn text(text: &str, span: Span) -> Expr {
    expr(ExprKind::String(text_parts(text, span)), span)
}

pub(crate) fn number(text: &str, span: Span) -> Expr {
    expr(ExprKind::Number(text.to_owned()), span)
}

pub(crate) fn flag(flag: bool, span: Span) -> Expr {
    expr(ExprKind::Bool(flag), span)
}

pub(crate) fn list(items: Vec<Expr>, span: Span) -> Expr {
    expr(ExprKind::List(items), span)
}

/// Creates a bare word if the word can be one, else a string.
pub(crate) fn word(word: &str, span: Span) -> Expr {
    if is_identifier(word) { reference(&[word], span) } else { text(word, span) }
}

/// Creates `head.member.member`.
pub(crate) fn reference(names: &[&str], span: Span) -> Expr {
    expr(ExprKind::Reference(path(names, span)), span)
}

/// Creates `head.member.member` where only a reference is possible.
pub(crate) fn path(names: &[&str], span: Span) -> Reference {
    let (head, members) = names.split_first().map_or(("", &[][..]), |(head, members)| (*head, members));
    let accesses = members.iter().map(|member| Access::Member(ident(member, span))).collect();
    Reference { head: ident(head, span), accesses, span }
}

/// Creates `a.b(value, name = value)`.
pub(crate) fn call(callee: &[&str], arguments: Vec<(Option<&str>, Expr)>, span: Span) -> Expr {
    let callee = callee.iter().map(|part| ident(part, span)).collect();
    let arguments =
        arguments.into_iter().map(|(name, value)| Argument { name: name.map(|name| ident(name, span)), value });
    expr(ExprKind::Call { callee, arguments: arguments.collect() }, span)
}

/// Creates a duration in the longest unit that expresses it in whole numbers.
pub(crate) fn duration(seconds: u64, span: Span) -> Expr {
    let units = [(86_400, TimeUnit::Days), (3600, TimeUnit::Hours), (60, TimeUnit::Minutes), (1, TimeUnit::Seconds)];
    let fitting = units.into_iter().find(|(length, _)| seconds >= *length && seconds.is_multiple_of(*length));
    let (length, unit) = fitting.unwrap_or((1, TimeUnit::Seconds));
    expr(ExprKind::Duration { amount: seconds / length, unit }, span)
}

pub(crate) fn statement(kind: StmtKind, doc: Option<&str>, span: Span) -> Stmt {
    Stmt { doc: doc.map(|doc| Spanned::new(doc.to_owned(), span)), kind, span }
}

pub(crate) fn attribute(key: &str, value: Expr) -> Stmt {
    let span = value.span;
    statement(StmtKind::Attribute(Attribute { key: ident(key, span), value }), None, span)
}

pub(crate) fn block(statements: Vec<Stmt>, span: Span) -> Block {
    Block { statements, span }
}

pub(crate) fn named_type(name: &str, span: Span) -> Type {
    Type { kind: TypeKind::Named { name: ident(name, span), arguments: Vec::new() }, span }
}

pub(crate) fn list_type(of: Type, span: Span) -> Type {
    Type { kind: TypeKind::List(Box::new(of)), span }
}

/// Creates the type of one of several strings.
pub(crate) fn union(texts: &[String], span: Span) -> Type {
    let mut terms: Vec<Type> = texts.iter().map(|text| Type { kind: TypeKind::Literal(text.clone()), span }).collect();
    match (terms.len(), terms.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            terms.extend(last);
            Type { kind: TypeKind::Union(terms), span }
        }
    }
}
