//! Converts values as they are, without what functions mean.

use crate::source::Span;
use crate::syntax::ast::{Entry as MapEntry, Expr, ExprKind, tree};
use crate::workspace::document::{Entry, Node, NodeKind, Style, boolean};

use super::raw::untagged;

/// Converts a value as it is, with functions in their long form.
pub fn plain(node: &Node) -> Expr {
    if let Some(tag) = &node.tag {
        let name = match tag.node.as_str() {
            "Ref" | "Condition" => tag.node.clone(),
            short => format!("Fn::{short}"),
        };
        let argument = match (tag.node.as_str(), node.text().and_then(|text| text.split_once('.'))) {
            ("GetAtt", Some((id, attribute))) => {
                tree::list(vec![tree::text(id, node.span), tree::text(attribute, node.span)], node.span)
            }
            _ => plain(&untagged(node)),
        };
        let entry = MapEntry { key: tree::ident(&name, tag.span), value: argument };
        return tree::expr(ExprKind::Map(vec![entry]), node.span);
    }
    match &node.kind {
        NodeKind::Scalar(scalar) if scalar.style == Style::Plain => scalar_value(&scalar.text, node.text_span()),
        NodeKind::Scalar(scalar) => tree::text(&scalar.text, node.text_span()),
        NodeKind::Sequence(items) => tree::list(items.iter().map(plain).collect(), node.span),
        NodeKind::Mapping(entries) => {
            let entry = |entry: &Entry| MapEntry { key: entry.key.clone(), value: plain(&entry.value) };
            tree::expr(ExprKind::Map(entries.iter().map(entry).collect()), node.span)
        }
    }
}

/// Converts a plain scalar: a number, a boolean, null, or a string.
pub(super) fn scalar_value(text: &str, span: Span) -> Expr {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = digits(text) && (text == "0" || !text.starts_with('0'));
    if let Some(boolean) = boolean(text) {
        return tree::flag(boolean, span);
    }
    match text {
        "null" | "" | "~" => tree::expr(ExprKind::Null, span),
        _ if is_number => tree::number(text, span),
        _ => tree::text(text, span),
    }
}
