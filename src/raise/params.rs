//! Parameters of the template.

use crate::catalog::template_language::STORED_VALUE;
use crate::hir::{Param, ParamItem, ParamType};
use crate::source::Span;
use crate::syntax::ast::tree;
use crate::syntax::ast::{self, Expr, ParamKind, Stmt, StmtKind, Type};

use super::Raiser;

impl Raiser<'_> {
    /// Raises a parameter to `param name: type = default { ... }`.
    pub(super) fn declared_param(&self, param: &Param) -> Stmt {
        let span = param.name.span;
        let block = self.block("param", &param.attributes, span);
        let kind = StmtKind::Param(ast::Param {
            kind: ParamKind::Param,
            keyword: span,
            name: param.name.clone(),
            ty: type_of(param),
            default: param.default.as_ref().map(|default| default_of(&param.ty.node, &default.node, default.span)),
            block: Some(block).filter(|block| !block.statements.is_empty()),
        });
        tree::statement(kind, param.doc.as_deref(), span)
    }
}

fn type_of(param: &Param) -> Type {
    let span = param.name.span;
    let named = |name: &str| tree::named_type(name, span);
    let ty = &param.ty.node;
    let item = match &ty.item {
        ParamItem::Text if param.secret && ty.is_text() && !param.attributes.contains_key("no-echo") => named("secret"),
        ParamItem::Text if !param.allowed.is_empty() => tree::union(&param.allowed, span),
        ParamItem::Text => named("string"),
        ParamItem::Number => named("number"),
        ParamItem::Existing(name) => named(name),
    };
    let inner = if ty.is_list { tree::list_type(item, span) } else { item };
    if ty.is_stored { tree::type_with(STORED_VALUE, inner, span) } else { inner }
}

fn default_of(ty: &ParamType, text: &str, span: Span) -> Expr {
    let item = |text: &str| match ty.item {
        ParamItem::Number => tree::number(text, span),
        _ => tree::text(text, span),
    };
    match ty.is_list && !ty.is_stored {
        true => tree::list(text.split(',').filter(|item| !item.is_empty()).map(item).collect(), span),
        false if ty.is_stored => tree::text(text, span),
        false => item(text),
    }
}
