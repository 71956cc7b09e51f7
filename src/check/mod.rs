//! The rules: what is wrong although every word is understood. One rule a file, one line a rule in [`RULES`].
//!
//! A rule reads the resolved file, the plan and the user's repository, and says when something is wrong; what it says
//! stands in [`crate::diagnostic::families`]. Rules do not depend on each other, and one that needs a part which could not
//! be read stays silent.

mod action_names;
mod artifact_counts;
mod artifact_order;
mod artifact_unused;
mod empty_stage;
mod first_stage;
mod full_clone;
mod size_limits;
mod stage_count;
mod uneven_parallel;
mod version_one;

#[cfg(test)]
mod tests;

use crate::diagnostic::Diagnostics;
use crate::hir::{Action, ActionId, Hir, Pipeline, PipelineId};
use crate::plan::Plan;
use crate::workspace::Workspace;

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The resolved file.
    pub hir: &'a Hir,
    /// What AWS needs for it.
    pub plan: &'a Plan,
    /// The user's repository.
    pub workspace: &'a Workspace,
}

/// An action and the pipeline it stands in.
#[derive(Debug, Clone, Copy)]
struct Place<'a> {
    pipeline_id: PipelineId,
    pipeline: &'a Pipeline,
    id: ActionId,
    action: &'a Action,
}

impl<'a> Subject<'a> {
    /// The pipelines with their ids.
    fn pipelines(self) -> impl Iterator<Item = (PipelineId, &'a Pipeline)> {
        self.hir.pipelines.iter().enumerate().map(|(index, pipeline)| (PipelineId(index), pipeline))
    }

    /// Every action of every pipeline, in the order written.
    fn actions(self) -> impl Iterator<Item = Place<'a>> {
        self.pipelines().flat_map(|(pipeline_id, pipeline)| {
            pipeline.actions().map(move |(id, action)| Place { pipeline_id, pipeline, id, action })
        })
    }
}

/// Looks for one kind of fault.
type Rule = fn(&Subject<'_>, &mut Diagnostics);

/// Every rule; the order does not matter, diagnostics are sorted by place.
const RULES: &[Rule] = &[
    action_names::check,
    artifact_counts::check,
    artifact_order::check,
    artifact_unused::check,
    empty_stage::check,
    first_stage::check,
    full_clone::check,
    size_limits::check,
    stage_count::check,
    uneven_parallel::check,
    version_one::check,
];

/// Runs every rule.
pub fn check(subject: &Subject<'_>) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for rule in RULES {
        rule(subject, &mut diagnostics);
    }
    diagnostics
}
