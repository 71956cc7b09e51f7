//! Tree to resolved pipeline: binds names, evaluates what is known at compile time, writes sugar out.
//!
//! Two passes. The first gives every declared thing its id, so that names can be used before the line that declares them;
//! the second evaluates values. Whatever cannot be resolved is reported once and becomes a poisoned value.

mod action;
mod attributes;
mod coerce;
mod declare;
mod expression;
mod functions;
mod params;
mod pipeline;
mod placement;
mod reference;
mod resource;
mod scope;
mod stack;
mod text;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostics;
use crate::hir::Hir;
use crate::syntax::ast::{self, ParamKind};

use declare::Symbols;
use pipeline::PipelineDraft;
use scope::Scopes;

/// Values that come from outside the file.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Values of `option`s, by name.
    pub options: BTreeMap<String, String>,
    /// Values of `param`s, by name, for targets that need them.
    pub params: BTreeMap<String, String>,
}

/// What lowering makes.
#[derive(Debug, Clone, Default)]
pub struct Lowered {
    /// The resolved pipelines.
    pub hir: Hir,
    /// What is wrong.
    pub diagnostics: Diagnostics,
    /// What of [`Inputs`] the file does not declare.
    pub unused_inputs: Vec<UnusedInput>,
}

/// A value from outside that nothing takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusedInput {
    /// Whether it was given to an `option` or to a `param`.
    pub kind: ParamKind,
    /// The name.
    pub name: String,
    /// The nearest name declared of that kind.
    pub similar: Option<String>,
    /// Whether the file declares the name, of the other kind.
    pub other_kind: bool,
}

impl UnusedInput {
    /// The keyword of the statement that would take it.
    pub fn keyword(&self) -> &'static str {
        if self.kind == ParamKind::Param { "param" } else { "option" }
    }
}

/// Resolves a file.
///
/// `source` is the text that `file` was read from.
pub fn lower(file: &ast::File, source: &str, inputs: &Inputs) -> Lowered {
    let mut lowerer = Lowerer::new(file, source, inputs);
    lowerer.declare_all();
    lowerer.resources();
    lowerer.pipelines();
    lowerer.finish()
}

/// The state of one run.
struct Lowerer<'a> {
    file: &'a ast::File,
    source: &'a str,
    inputs: &'a Inputs,
    hir: Hir,
    diagnostics: Diagnostics,
    scopes: Scopes<'a>,
    symbols: Symbols<'a>,
    drafts: Vec<PipelineDraft<'a>>,
    /// The pipeline whose values are being evaluated: index into the drafts.
    current: Option<usize>,
}

impl<'a> Lowerer<'a> {
    fn new(file: &'a ast::File, source: &'a str, inputs: &'a Inputs) -> Self {
        Self {
            file,
            source,
            inputs,
            hir: Hir::default(),
            diagnostics: Diagnostics::new(),
            scopes: Scopes::new(),
            symbols: Symbols::new(source),
            drafts: Vec::new(),
            current: None,
        }
    }

    fn finish(self) -> Lowered {
        let unused_inputs = self.unused_inputs();
        Lowered { hir: self.hir, diagnostics: self.diagnostics, unused_inputs }
    }
}
