//! Diagnostics of words that are unknown according to the catalog alone.

use crate::diagnostic::families::names;
use crate::diagnostic::{Diagnostic, suggest};
use crate::slots;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Ident};

use super::block::Inside;
use super::words::FUNCTIONS;

/// Reports an attribute that its block does not have. Returns `None` if the block may have others, or if another
/// diagnostic covers it.
pub(super) fn unknown_attribute(attribute: &ast::Attribute, inside: &Inside<'_>) -> Option<Diagnostic> {
    let (kind, name) = inside.owner?;
    let shown = format!("{kind} `{}`", name.literal()?).into();
    if attribute.key.node == "resources" && matches!(attribute.value.kind, ast::ExprKind::Call { .. }) {
        return None;
    }
    let (unknown, _) = slots::unknown_attribute(&attribute.key, &artifacts_in(&attribute.value), &shown, &inside.slots);
    Some(unknown)
}

/// Returns the artifacts and artifact files that a value names, as the header of an action takes them, or nothing if it
/// contains anything else.
pub fn artifacts_in(value: &ast::Expr) -> Vec<String> {
    let items = match &value.kind {
        ast::ExprKind::List(items) => items.as_slice(),
        _ => std::slice::from_ref(value),
    };
    items.iter().map(artifact_in).collect::<Option<Vec<_>>>().unwrap_or_default()
}

fn artifact_in(value: &ast::Expr) -> Option<String> {
    let literal = |parts: &[ast::StringPart]| match parts {
        [ast::StringPart { kind: ast::StringPartKind::Text(text), .. }] => Some(text.clone()),
        _ => None,
    };
    let text = match &value.kind {
        ast::ExprKind::Reference(name) if name.accesses.is_empty() => name.head.node.clone(),
        ast::ExprKind::String(parts) => literal(parts)?,
        ast::ExprKind::ArtifactFile { artifact, path, .. } => format!("{}::{}", artifact.node, literal(path)?),
        _ => return None,
    };
    let (name, path) = text.split_once("::").unwrap_or((&text, ""));
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let is_path = path.chars().all(|c| c.is_ascii_alphanumeric() || "_.@+~-/".contains(c));
    (is_name && is_path).then_some(text)
}

/// Reports a call of a function that does not exist.
pub(super) fn unknown_function(callee: &[Ident]) -> Option<(Span, Diagnostic)> {
    let parts: Vec<&str> = callee.iter().map(|part| part.node.as_str()).collect();
    let (first, last) = (callee.first()?, callee.last()?);
    let name = Spanned::new(parts.join("."), first.span.to(last.span));
    let known: Vec<&str> = FUNCTIONS.iter().map(|(known, _)| *known).collect();
    let near = suggest::similar(&name.node, known.iter().copied());
    Some((first.span, names::unknown_function(&name, near, &known)))
}
