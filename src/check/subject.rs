//! What a rule looks at: the resolved file with its actions and the rules of its conditions, the plan, the workspace.

use std::cell::OnceCell;

use crate::hir::{Action, ActionId, ConditionRule, Hir, Origin, Pipeline, PipelineId, StageCondition};
use crate::plan::{Behind, ConditionRulePlan, PipelinePlan, Plan};
use crate::source::{Span, Written};
use crate::workspace::Workspace;
use crate::workspace::document::Node;
use crate::workspace::pipeline_document::DocumentKind;

use super::support::inside_templates::InsideTemplate;

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The resolved file.
    pub hir: &'a Hir,
    /// What AWS needs for it.
    pub plan: &'a Plan,
    /// The user's repository.
    pub workspace: &'a Workspace,
    /// The files of the repository that the actions use.
    pub behind: &'a Behind<'a>,
    /// The document that defines the pipelines, if no `.pipe` file does.
    pub document: Option<PipelineDocument<'a>>,
    /// What rules found that other rules ask as well.
    pub shared: &'a Shared,
}

/// What several rules look for, each found when the first of them asks.
#[derive(Debug, Default)]
pub struct Shared {
    /// The templates that are deployed.
    pub(super) inside_templates: OnceCell<Vec<InsideTemplate>>,
}

/// A document that defines pipelines.
#[derive(Debug, Clone, Copy)]
pub struct PipelineDocument<'a> {
    /// Its tree.
    pub root: &'a Node,
    /// What it is.
    pub kind: DocumentKind,
    /// The first place where a YAML alias stands for something written elsewhere.
    pub alias: Option<Span>,
}

/// An action and its pipeline.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) pipeline_id: PipelineId,
    pub(super) pipeline: &'a Pipeline,
    pub(super) id: ActionId,
    pub(super) action: &'a Action,
}

/// A rule of a condition, and where it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct RulePlace<'a> {
    pub(super) pipeline_id: PipelineId,
    pub(super) pipeline: &'a Pipeline,
    /// Index of the stage.
    pub(super) stage: usize,
    pub(super) condition: &'a StageCondition,
    pub(super) rule: &'a ConditionRule,
    pub(super) planned: Option<&'a ConditionRulePlan>,
}

impl Place<'_> {
    /// The action as messages name it: by the stack where it comes from a statement about one.
    pub(super) fn owner(self) -> String {
        match self.action.origin {
            Origin::Written => format!("action `{}`", self.action.name.node),
            _ => format!("stack `{}`", self.action.symbol),
        }
    }
}

impl<'a> Subject<'a> {
    /// How something is written at its place.
    pub(super) fn written(self, place: Span) -> Written {
        self.workspace.sources().written(place)
    }

    /// The pipelines with their ids.
    pub(super) fn pipelines(self) -> impl Iterator<Item = (PipelineId, &'a Pipeline)> {
        self.hir.pipelines.entries()
    }

    /// Every action of every pipeline, in the order written.
    pub(super) fn actions(self) -> impl Iterator<Item = Place<'a>> {
        self.pipelines().flat_map(|(pipeline_id, pipeline)| {
            pipeline.actions().map(move |(id, action)| Place { pipeline_id, pipeline, id, action })
        })
    }
}

impl<'a> Subject<'a> {
    /// Every rule of every condition, in the order written.
    pub(super) fn rules(self) -> impl Iterator<Item = RulePlace<'a>> {
        self.pipelines().flat_map(move |(pipeline_id, pipeline)| {
            let planned = self.plan.pipelines.get(pipeline_id).into_iter().flat_map(PipelinePlan::rules);
            let rules = pipeline.stages.iter().enumerate().flat_map(|(stage, it)| {
                let of = move |condition: &'a StageCondition| condition.rules.iter().map(move |rule| (condition, rule));
                it.conditions.iter().flat_map(of).map(move |(condition, rule)| (stage, condition, rule))
            });
            let mut planned = planned.map(Some).chain(std::iter::repeat(None));
            rules.map(move |(stage, condition, rule)| {
                let planned = planned.next().flatten();
                RulePlace { pipeline_id, pipeline, stage, condition, rule, planned }
            })
        })
    }
}
