//! The state of expansion: which loops and components have been or are being expanded.

use std::rc::Rc;

use crate::collections::HashMap;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::reuse;
use crate::evaluate::{ComponentId, Evaluator};
use crate::hir::{Arena, ComponentUse, Loop, LoopId, ParamId, UseId};
use crate::source::Span;
use crate::syntax::ast;

use super::inputs::Inputs;
use super::surroundings::Surroundings;

/// What has been expanded so far.
pub(crate) struct Expansion<'a> {
    /// Values that come from outside the files.
    pub(crate) inputs: &'a Inputs,
    /// The loops, in order of their first expansion.
    pub(crate) loops: Arena<LoopId, Loop>,
    /// The `use` statements.
    pub(crate) uses: Arena<UseId, ComponentUse>,
    /// The parameters and options with their blocks.
    pub(crate) param_blocks: Vec<ParamBlock<'a>>,
    /// The loops by their statements.
    pub(super) loop_ids: HashMap<Span, LoopId>,
    /// The components by their blocks and the `use` statements.
    pub(super) use_ids: HashMap<(Span, Span), UseId>,
    /// The components being expanded, outermost first.
    pub(super) components: Vec<ComponentId>,
}

impl<'a> Expansion<'a> {
    /// Creates the state before anything has been expanded.
    pub(crate) fn new(inputs: &'a Inputs) -> Self {
        Self {
            inputs,
            loops: Arena::default(),
            uses: Arena::default(),
            param_blocks: Vec::new(),
            loop_ids: HashMap::default(),
            use_ids: HashMap::default(),
            components: Vec::new(),
        }
    }

    /// Adds labels for the `use` statements of `trail` to the diagnostics from index `from` on.
    pub(crate) fn trace(&self, trail: &[UseId], diagnostics: &mut Diagnostics, from: usize) {
        if let Some(last) = trail.last() {
            let used = self.uses[*last].span;
            diagnostics.each_from(from, |diagnostic| reuse::trace(diagnostic, used));
        }
    }
}

/// The block of a parameter or an option, which is read once everything has its name.
#[derive(Debug, Clone)]
pub(crate) struct ParamBlock<'a> {
    /// The statement.
    pub(crate) param: &'a ast::Param,
    /// The parameter of the template; none for an option.
    pub(crate) id: Option<ParamId>,
    /// Its surroundings.
    pub(crate) at: Surroundings,
}

/// Expands loops, conditions, and components.
pub(crate) struct Expander<'e, 'a> {
    /// The evaluator of the values that they depend on.
    pub(crate) values: &'e mut Evaluator<'a>,
    /// What has been expanded so far.
    pub(crate) state: &'e mut Expansion<'a>,
}

impl Expander<'_, '_> {
    /// Runs a step, and traces its diagnostics back to the `use` statements of `trail`.
    pub(super) fn traced<T>(&mut self, trail: &Rc<[UseId]>, step: impl FnOnce(&mut Self) -> T) -> T {
        let from = self.values.diagnostics.len();
        let made = step(self);
        self.state.trace(trail, &mut self.values.diagnostics, from);
        made
    }
}
