//! Signature help: which argument of a function or a component is being typed.

use camino::Utf8Path;

use crate::resolve::words::FUNCTIONS;
use crate::syntax::ast::{Argument, Expr, ExprKind, StmtKind};

use super::super::Snapshot;
use super::super::outline::each_value;
use super::super::places::statements_around;
use super::Cursor;

/// The signature of a function or a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The whole signature.
    pub label: String,
    /// The ranges of the parameters in the label.
    pub parameters: Vec<std::ops::Range<usize>>,
    /// The index of the parameter at the cursor.
    pub active: Option<usize>,
    /// The documentation.
    pub doc: String,
}

/// Returns the signature of the call around an offset.
pub fn signature(text: &str, offset: usize, path: &Utf8Path, snapshot: Option<&Snapshot>) -> Option<Signature> {
    let cursor = Cursor::new(text, offset, path, snapshot);
    let around = statements_around(&cursor.parsed.ast, cursor.at);
    let statement = around.last()?;
    let mut innermost: Option<&Expr> = None;
    each_value(statement, &mut |value| {
        if let ExprKind::Call { callee, .. } = &value.kind
            && cursor.holds(value.span)
            && callee.last().is_some_and(|last| last.span.end < cursor.at)
        {
            innermost = Some(value);
        }
    });
    if let Some(ExprKind::Call { callee, arguments }) = innermost.map(|value| &value.kind) {
        let name = callee.iter().map(|part| part.node.as_str()).collect::<Vec<_>>().join(".");
        return of_function(&name, active(&cursor, arguments));
    }
    match &statement.kind {
        StmtKind::Use(use_) if use_.component.span.end < cursor.at => {
            let formals = cursor.formals(&use_.component);
            let position = active(&cursor, &use_.arguments);
            let named = use_.arguments.get(position).and_then(|it| it.name.as_ref()).map(|name| name.node.as_str());
            let parts: Vec<String> = formals
                .iter()
                .map(|formal| {
                    let default = formal.default.as_ref().map(|it| format!(" = {}", cursor.snapshot_text(it.span)));
                    let ty = cursor.snapshot_text(formal.ty.span);
                    format!("{}: {ty}{}", formal.name.node, default.unwrap_or_default())
                })
                .collect();
            if parts.is_empty() {
                return None;
            }
            let by_name = formals.iter().position(|formal| Some(formal.name.node.as_str()) == named);
            Some(of_parts(&use_.component.head.node, &parts, by_name.unwrap_or(position)))
        }
        _ => None,
    }
}

/// Returns the index of the argument at the cursor.
fn active(cursor: &Cursor<'_>, arguments: &[Argument]) -> usize {
    arguments.iter().filter(|argument| argument.value.span.end <= cursor.at).count()
}

fn of_function(name: &str, active: usize) -> Option<Signature> {
    Some(of_parts(name, &parts_of(name)?, active))
}

/// Returns the names of a function's parameters, in order. A parameter that the signature shows as an example has an
/// empty name.
pub(in crate::ide) fn parameters_of(name: &str) -> Vec<String> {
    let is_name = |part: &str| part.chars().all(|c| c.is_ascii_lowercase());
    let name_of = |part: String| {
        let word = part.trim_matches('"');
        if is_name(word) { word.to_owned() } else { String::new() }
    };
    parts_of(name).unwrap_or_default().into_iter().map(name_of).collect()
}

/// Returns the parts of a function's signature.
fn parts_of(name: &str) -> Option<Vec<String>> {
    let (_, form) = FUNCTIONS.iter().find(|(known, _)| *known == name)?;
    let inner = form.get(name.len() + 1..form.len() - 1)?;
    let mut parts = Vec::new();
    let (mut depth, mut quoted, mut start) = (0_usize, false, 0);
    for (at, letter) in inner.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '[' | '{' if !quoted => depth += 1,
            ']' | '}' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => {
                parts.push(inner.get(start..at)?.trim().to_owned());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(inner.get(start..)?.trim().to_owned());
    Some(parts)
}

fn of_parts(name: &str, parts: &[String], active: usize) -> Signature {
    let mut label = format!("{name}(");
    let mut parameters = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            label.push_str(", ");
        }
        parameters.push(label.len()..label.len() + part.len());
        label.push_str(part);
    }
    label.push(')');
    Signature {
        label,
        active: Some(active).filter(|active| *active < parameters.len()),
        parameters,
        doc: String::new(),
    }
}
