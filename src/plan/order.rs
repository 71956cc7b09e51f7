//! Run orders: the actions of a stage with the same run order start together.

use crate::catalog::Category;
use crate::hir::{ActionId, Arena, Pipeline, Stage, Step};
use crate::source::Span;

/// The position of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The index of its stage.
    pub stage: usize,
    /// Its run order, from 1.
    pub run_order: u32,
}

/// A `parallel` block whose branches have different lengths: what follows waits for the longest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnevenParallel {
    /// The keyword.
    pub span: Span,
    /// The number of layers of each branch, in order.
    pub lengths: Vec<u32>,
    /// The index of the stage.
    pub stage: usize,
}

/// Returns the position of each action, by [`ActionId`], and the uneven branches.
pub fn positions(pipeline: &Pipeline) -> (Arena<ActionId, Position>, Vec<UnevenParallel>) {
    let mut layers = Layers {
        pipeline,
        positions: pipeline.actions.iter().map(|action| Position { stage: action.stage, run_order: 1 }).collect(),
        uneven: Vec::new(),
        stage: 0,
    };
    for (index, stage) in pipeline.stages.iter().enumerate() {
        layers.stage = index;
        layers.stage(stage);
    }
    (layers.positions, layers.uneven)
}

struct Layers<'a> {
    pipeline: &'a Pipeline,
    positions: Arena<ActionId, Position>,
    uneven: Vec<UnevenParallel>,
    stage: usize,
}

impl Layers<'_> {
    fn stage(&mut self, stage: &Stage) {
        let mut next = 1;
        for step in &stage.steps {
            if let Step::Action(id) = step
                && self.is_source(*id)
            {
                self.put(*id, 1);
                next = next.max(2);
                continue;
            }
            next += self.step(step, next);
        }
    }

    fn is_source(&self, id: ActionId) -> bool {
        self.pipeline.action(id).category == Category::Source
    }

    /// Puts a step at the layer `first` and returns the number of layers that it takes.
    fn step(&mut self, step: &Step, first: u32) -> u32 {
        match step {
            Step::Action(id) => {
                self.put(*id, first);
                1
            }
            Step::Sequence(steps) => {
                let mut taken = 0;
                for step in steps {
                    taken += self.step(step, first + taken);
                }
                taken
            }
            Step::Parallel(branches, span) => {
                let lengths: Vec<u32> = branches.iter().map(|branch| self.step(branch, first)).collect();
                let longest = lengths.iter().copied().max().unwrap_or(0);
                if lengths.iter().any(|length| *length != longest) {
                    self.uneven.push(UnevenParallel { span: *span, lengths, stage: self.stage });
                }
                longest
            }
        }
    }

    /// Sets the run order of an action. The one in the file takes precedence.
    fn put(&mut self, id: ActionId, run_order: u32) {
        let demanded = self.pipeline.action(id).run_order.as_ref();
        self.positions[id].run_order = demanded.map_or(run_order, |demanded| demanded.node);
    }
}
