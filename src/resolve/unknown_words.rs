//! What is said of a word that can be told to have no meaning by the catalog alone.

use crate::diagnostic::families::names;
use crate::diagnostic::{Diagnostic, suggest};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Ident};

use super::block::Shape;
use super::words::FUNCTIONS;

/// An attribute that its block does not have; none where the block may have others, or where that is said in other words.
pub(super) fn unknown_attribute(attribute: &ast::Attribute, shape: Shape<'_>) -> Option<Diagnostic> {
    let (kind, name) = shape.owner?;
    let (key, shown) = (&attribute.key, format!("{kind} `{}`", name.literal()?));
    if key.node == "resources" && matches!(attribute.value.kind, ast::ExprKind::Call { .. }) {
        return None;
    }
    let mut valid: Vec<&str> = Vec::new();
    for slot in shape.slots.all().filter(|slot| slot.attribute != key.node) {
        if !valid.contains(&slot.attribute.as_str()) {
            valid.push(&slot.attribute);
        }
    }
    let word = shape.slots.all().find(|slot| slot.is_called_in_aws(&key.node)).map(|slot| slot.attribute.as_str());
    let is_meant = word.is_some() || names::similar_attribute(&key.node, &valid).is_some();
    let in_header = names::in_header(key, &shown).filter(|_| valid.contains(&"action-role") && !is_meant);
    Some(in_header.unwrap_or_else(|| names::unknown_attribute(key, &shown, &valid, word)))
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
