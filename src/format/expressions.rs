//! Values: on one line where they fit, else an element a line.

use std::fmt::Write;

use crate::syntax::ast::{
    Access, Argument, CompareOp, Entry, Expr, ExprKind, Ident, Reference, StringPart, StringPartKind, TimeUnit,
};

use super::layout::aligned;
use super::strings::{self, inline_text, is_path, key};
use super::{INDENT, WIDTH};

/// What stands for a part that could not be read: reading it again reports it again.
pub(super) const UNREADABLE: &str = "/* unreadable */";

/// A value that starts behind `used` columns of a line at `column`.
pub(super) fn value(expr: &Expr, column: usize, used: usize) -> String {
    let flat = inline(expr);
    if !has_lines(expr) && used + flat.chars().count() <= WIDTH {
        return flat;
    }
    let inner = column + INDENT;
    match &expr.kind {
        ExprKind::String(parts) => strings::block(parts, inner).unwrap_or(flat),
        ExprKind::List(items) if !items.is_empty() => {
            lines("[", items.iter().map(|item| value(item, inner, inner)), "]", column)
        }
        ExprKind::ListFor { name, list, element, condition } => {
            let mut parts =
                vec![format!("for {} in {} :", name.node, operand(list, Level::Or)), value(element, inner, inner)];
            parts.extend(condition.as_ref().map(|condition| format!("if {}", inline(condition))));
            lines("[", parts.into_iter(), "]", column)
        }
        ExprKind::Map(entries) if !entries.is_empty() => lines("{", map_lines(entries, inner).into_iter(), "}", column),
        ExprKind::Call { callee, arguments } => call(callee, arguments, column, used),
        ExprKind::And(items) => chain(items, "&&", Level::Compare, column),
        ExprKind::Or(items) => chain(items, "||", Level::And, column),
        ExprKind::Conditional { condition, then, otherwise } => {
            let indent = " ".repeat(inner);
            let condition = operand(condition, Level::Or);
            let (then, otherwise) = (value(then, inner, inner + 2), value(otherwise, inner, inner + 2));
            format!("{condition}\n{indent}? {then}\n{indent}: {otherwise}")
        }
        _ => flat,
    }
}

fn call(callee: &[Ident], arguments: &[Argument], column: usize, used: usize) -> String {
    let name = dotted(callee);
    let inner = column + INDENT;
    let written = |argument: &Argument, column: usize, used: usize| {
        let name = argument.name.as_ref().map_or(String::new(), |name| format!("{} = ", name.node));
        let used = used + name.len();
        name + &value(&argument.value, column, used)
    };
    match arguments {
        [] => format!("{name}()"),
        [only] => format!("{name}({})", written(only, column, used + name.len() + 1)),
        _ => {
            let open = format!("{name}(");
            lines(&open, arguments.iter().map(|argument| written(argument, inner, inner)), ")", column)
        }
    }
}

fn chain(items: &[Expr], sign: &str, level: Level, column: usize) -> String {
    let items: Vec<String> = items.iter().map(|item| operand(item, level)).collect();
    items.join(&format!("\n{}{sign} ", " ".repeat(column + INDENT)))
}

/// An element a line, between brackets.
pub(super) fn lines(open: &str, items: impl Iterator<Item = String>, close: &str, column: usize) -> String {
    let indent = " ".repeat(column + INDENT);
    let mut written = format!("{open}\n");
    for item in items {
        let _ = writeln!(written, "{indent}{item}");
    }
    written + &" ".repeat(column) + close
}

/// The entries of a map at a column, one below the other.
fn map_lines(entries: &[Entry], column: usize) -> Vec<String> {
    let written: Vec<(String, String)> = entries
        .iter()
        .map(|entry| {
            let key = key(&entry.key.node);
            let used = column + key.chars().count() + 3;
            (key, value(&entry.value, column, used))
        })
        .collect();
    aligned(&written)
}

/// Whether a value holds text over several lines, which is only readable over several lines.
fn has_lines(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::String(parts) => {
            parts.iter().any(|part| matches!(&part.kind, StringPartKind::Text(text) if text.contains('\n')))
                && strings::block(parts, 0).is_some()
        }
        ExprKind::List(items) | ExprKind::And(items) | ExprKind::Or(items) => items.iter().any(has_lines),
        ExprKind::Map(entries) => entries.iter().any(|entry| has_lines(&entry.value)),
        ExprKind::Call { arguments, .. } => arguments.iter().any(|argument| has_lines(&argument.value)),
        ExprKind::ListFor { element, .. } => has_lines(element),
        ExprKind::Conditional { then, otherwise, .. } => has_lines(then) || has_lines(otherwise),
        _ => false,
    }
}

/// How tightly an expression holds together; a looser one needs parentheses inside a tighter one.
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

/// An expression where one of a level may stand, in parentheses where it is looser.
fn operand(expr: &Expr, least: Level) -> String {
    if level(expr) < least { format!("({})", inline(expr)) } else { inline(expr) }
}

/// An expression on one line.
pub(super) fn inline(expr: &Expr) -> String {
    let all = |items: &[Expr], between: &str, level: Level| {
        items.iter().map(|item| operand(item, level)).collect::<Vec<_>>().join(between)
    };
    match &expr.kind {
        ExprKind::String(parts) => inline_text(parts),
        ExprKind::Bool(flag) => flag.to_string(),
        ExprKind::Null => "null".to_owned(),
        ExprKind::Number(text) => text.clone(),
        ExprKind::Percent(number) => format!("{number}%"),
        ExprKind::Duration { amount, unit } => format!("{amount}{}", unit_word(*unit)),
        ExprKind::Range(from, to) => format!("{from}..{to}"),
        ExprKind::ArtifactFile { artifact, path, .. } => format!("{}::{}", artifact.node, path_text(path)),
        ExprKind::Call { callee, arguments } => {
            let arguments: Vec<String> = arguments.iter().map(inline_argument).collect();
            format!("{}({})", dotted(callee), arguments.join(", "))
        }
        ExprKind::Reference(it) => reference(it),
        ExprKind::List(items) => format!("[{}]", all(items, ", ", Level::Conditional)),
        ExprKind::ListFor { name, list, element, condition } => {
            let condition = condition.as_ref().map_or(String::new(), |it| format!(" if {}", inline(it)));
            format!("[for {} in {} : {}{condition}]", name.node, operand(list, Level::Or), inline(element))
        }
        ExprKind::Map(entries) if entries.is_empty() => "{}".to_owned(),
        ExprKind::Map(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|entry| format!("{} = {}", key(&entry.key.node), inline(&entry.value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        ExprKind::Not(inner) => format!("!{}", operand(inner, Level::Unary)),
        ExprKind::Compare { left, op, right } => {
            let sign = if *op == CompareOp::Equal { "==" } else { "!=" };
            format!("{} {sign} {}", operand(left, Level::Unary), operand(right, Level::Unary))
        }
        ExprKind::And(items) => all(items, " && ", Level::Compare),
        ExprKind::Or(items) => all(items, " || ", Level::And),
        ExprKind::Conditional { condition, then, otherwise } => {
            format!("{} ? {} : {}", operand(condition, Level::Or), inline(then), inline(otherwise))
        }
        ExprKind::Error => UNREADABLE.to_owned(),
    }
}

pub(super) fn inline_argument(argument: &Argument) -> String {
    let value = inline(&argument.value);
    argument.name.as_ref().map_or(value.clone(), |name| format!("{} = {value}", name.node))
}

/// `head.member[index]`
pub(super) fn reference(reference: &Reference) -> String {
    let mut written = reference.head.node.clone();
    for access in &reference.accesses {
        let _ = match access {
            Access::Member(member) => write!(written, ".{}", member.node),
            Access::Index(index) => write!(written, "[{}]", inline(index)),
        };
    }
    written
}

fn path_text(path: &[StringPart]) -> String {
    match path {
        [StringPart { kind: StringPartKind::Text(text), .. }] if is_path(text) => text.clone(),
        _ => inline_text(path),
    }
}

fn dotted(names: &[Ident]) -> String {
    names.iter().map(|name| name.node.as_str()).collect::<Vec<_>>().join(".")
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
