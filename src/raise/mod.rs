//! Converts the resolved pipeline to a tree: the inverse of [`build`](crate::build), where there is one.
//!
//! Expansions are kept: there are no loops, conditions, components, constants, options, or imports in the tree, the
//! change-set pair is two actions, and generated names are written out. What the plan derives remains derived: roles,
//! namespaces, run orders, buckets. Building the tree again gives the same outputs, byte for byte.
//!
//! It works for pipelines without errors; what could not be read becomes an error node.

mod actions;
mod conditions;
mod deployed;
mod monitoring;
mod params;
mod pipelines;
mod resources;
mod symbols;
mod values;

use crate::hir::Hir;
use crate::plan::Plan;
use crate::source::Span;
use crate::syntax::ast::File;

use symbols::Symbols;

/// Returns the tree of everything that a file describes. `file`: the span of the whole file.
pub fn raise(hir: &Hir, plan: &Plan, file: Span) -> File {
    let pipelines = hir.pipelines.entries().map(|(id, pipeline)| {
        let symbols = Symbols::of(hir, plan, id);
        let statement = Raiser { hir, inside: Some(Inside { pipeline, symbols }) }.pipeline(pipeline);
        (pipeline.condition, statement)
    });
    let outside = Raiser { hir, inside: None };
    let pipelines = outside.in_ifs(pipelines.collect());
    let params = hir.params.iter().map(|param| outside.declared_param(param));
    let statements = params.chain(outside.lets()).chain(pipelines).chain(outside.resources());
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
