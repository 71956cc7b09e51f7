//! Converts the resolved pipeline to a tree: the inverse of [`build`](crate::build), where there is one.
//!
//! Expansions are kept: there are no loops, conditions, components, constants, options, or imports in the tree, the
//! change-set pair is two actions, and generated names are written out. What the plan derives remains derived: roles,
//! namespaces, run orders, buckets. Building the tree again gives the same outputs, byte for byte.
//!
//! It works for pipelines without errors; what could not be read becomes an error node.

mod actions;
mod around;
mod conditions;
mod pipelines;
mod resources;
mod symbols;
mod values;

use crate::hir::{Hir, Param};
use crate::plan::Plan;
use crate::source::Span;
use crate::syntax::ast::tree;
use crate::syntax::ast::{self, File, ParamKind, Stmt, StmtKind};

use symbols::Symbols;

/// Returns the tree of everything that a file describes. `file`: the span of the whole file.
pub fn raise(hir: &Hir, plan: &Plan, file: Span) -> File {
    let params = hir.params.iter().map(param);
    let pipelines = hir.pipelines.entries().map(|(id, pipeline)| {
        let symbols = Symbols::of(hir, plan, id);
        Raiser { hir, inside: Some(Inside { pipeline, symbols }) }.pipeline(pipeline)
    });
    let outside = Raiser { hir, inside: None };
    let statements = params.chain(pipelines).chain(outside.resources());
    File { edition: None, statements: statements.collect(), span: file }
}

/// What is being raised, and where.
struct Raiser<'h> {
    hir: &'h Hir,
    /// The pipeline whose values are being raised.
    inside: Option<Inside<'h>>,
}

/// A pipeline, and the names of its actions in the tree.
struct Inside<'h> {
    pipeline: &'h crate::hir::Pipeline,
    symbols: Symbols,
}

fn param(param: &Param) -> Stmt {
    let span = param.name.span;
    let ty = match (param.allowed.as_slice(), param.ty) {
        _ if param.secret => tree::named_type("secret", span),
        ([], "Number") => tree::named_type("number", span),
        ([], "CommaDelimitedList") => tree::list_type(tree::named_type("string", span), span),
        ([], _) => tree::named_type("string", span),
        (allowed, _) => tree::union(allowed, span),
    };
    let default = param.default.as_ref().map(|default| match param.ty {
        "Number" => tree::number(&default.node, default.span),
        "CommaDelimitedList" => {
            let items = default.node.split(',').filter(|item| !item.is_empty());
            tree::list(items.map(|item| tree::text(item, default.span)).collect(), default.span)
        }
        _ => tree::text(&default.node, default.span),
    });
    let name = param.name.clone();
    let kind = StmtKind::Param(ast::Param { kind: ParamKind::Param, keyword: span, name, ty, default });
    tree::statement(kind, param.doc.as_deref(), span)
}
