//! What is said of a word that can be told to have no meaning by the catalog alone.

use crate::diagnostic::families::names;
use crate::diagnostic::{Diagnostic, suggest};
use crate::slots;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Ident};

use super::block::Inside;
use super::words::FUNCTIONS;

/// An attribute that its block does not have; none where the block may have others, or where that is said in other words.
pub(super) fn unknown_attribute(attribute: &ast::Attribute, inside: &Inside<'_>) -> Option<Diagnostic> {
    let (kind, name) = inside.owner?;
    let shown = format!("{kind} `{}`", name.literal()?);
    if attribute.key.node == "resources" && matches!(attribute.value.kind, ast::ExprKind::Call { .. }) {
        return None;
    }
    let (unknown, _) = slots::unknown_attribute(&attribute.key, &shown, &inside.slots);
    Some(unknown)
}

/// A call of a function that does not exist.
pub(super) fn unknown_function(callee: &[Ident]) -> Option<(Span, Diagnostic)> {
    let parts: Vec<&str> = callee.iter().map(|part| part.node.as_str()).collect();
    let (first, last) = (callee.first()?, callee.last()?);
    let name = Spanned::new(parts.join("."), first.span.to(last.span));
    let known: Vec<&str> = FUNCTIONS.iter().map(|(known, _)| *known).collect();
    let near = suggest::similar(&name.node, known.iter().copied());
    Some((first.span, names::unknown_function(&name, near, &known)))
}
