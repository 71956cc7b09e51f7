//! `cfn.raw` and `cfn.ref`: values for which the language has no form of its own.

use crate::syntax::ast::{Entry as MapEntry, Expr, ExprKind, tree};
use crate::workspace::document::{Entry, Node, NodeKind};

use super::TreePurpose;
use super::plain_values::plain;
use super::values::{Names, Reading};

/// The functions that the language has a form for.
const OWN_FORMS: [&str; 3] = ["Ref", "Fn::GetAtt", "Fn::Sub"];

impl Names<'_> {
    /// Returns the value that identifies a resource. `Ref` returns the name of a bucket; a parameter can be a name or
    /// an ARN.
    pub(super) fn name_or_arn(&self, node: &Node, reading: Reading) -> Expr {
        let referred = node.intrinsic().filter(|call| call.name == "Ref").and_then(|call| call.argument.text());
        match referred.filter(|name| self.purpose == TreePurpose::Import && self.params.contains(name)) {
            Some(name) => tree::call(&["cfn", "ref"], vec![(None, tree::text(name, node.span))], node.span),
            None => self.text(node, reading),
        }
    }

    /// Returns `cfn.raw({ ... })`; in an import, references have the language's own form.
    pub(super) fn raw(&self, node: &Node) -> Expr {
        let argument = if self.purpose == TreePurpose::Import { self.in_raw(node, true) } else { plain(node) };
        tree::call(&["cfn", "raw"], vec![(None, argument)], node.span)
    }

    /// Returns a value in `cfn.raw`. `is_whole`: it is the function of the `cfn.raw` itself.
    fn in_raw(&self, node: &Node, is_whole: bool) -> Expr {
        let call = node.intrinsic();
        if call.as_ref().is_some_and(|call| !is_whole && OWN_FORMS.contains(&call.name.as_ref())) {
            return self.text(node, Reading::Plain);
        }
        if let Some(tag) = &node.tag {
            let argument = untagged(node);
            let name = call.map_or_else(|| tag.node.clone(), |call| call.name.into_owned());
            let value = self.in_raw(&argument, false);
            let entry = MapEntry { key: tree::ident(&name, tag.span), value };
            return tree::expr(ExprKind::Map(vec![entry]), node.span);
        }
        match &node.kind {
            NodeKind::Scalar(_) => plain(node),
            NodeKind::Sequence(items) => {
                tree::list(items.iter().map(|item| self.in_raw(item, false)).collect(), node.span)
            }
            NodeKind::Mapping(entries) => {
                let entry =
                    |entry: &Entry| MapEntry { key: entry.key.clone(), value: self.in_raw(&entry.value, false) };
                tree::expr(ExprKind::Map(entries.iter().map(entry).collect()), node.span)
            }
        }
    }
}

/// The argument of a function in its short form.
pub(super) fn untagged(node: &Node) -> Node {
    Node { tag: None, ..node.clone() }
}
