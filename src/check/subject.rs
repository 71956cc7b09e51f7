//! The input of rules: the resolved file with its actions and the rules of its conditions, the plan, the workspace.

use std::cell::OnceCell;

use crate::hir::{Action, ActionId, ConditionRule, Hir, Origin, Pipeline, PipelineId, StageCondition, ValueOrigin};
use crate::plan::{ActionFiles, ConditionRulePlan, PipelinePlan, Plan};
use crate::source::{Span, Written};
use crate::workspace::Workspace;
use crate::workspace::document::{Finding, Node};
use crate::workspace::pipeline_document::DocumentKind;

use super::support::inside_templates::InsideTemplate;

/// The input of a rule.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The resolved file.
    pub hir: &'a Hir,
    /// Its plan.
    pub plan: &'a Plan,
    /// The user's repository.
    pub workspace: &'a Workspace,
    /// The files of the repository that the actions use.
    pub action_files: &'a ActionFiles<'a>,
    /// The document that defines the pipelines, if no `.pipe` file does.
    pub document: Option<PipelineDocument<'a>>,
    /// Results that several rules share.
    pub shared: &'a Shared,
}

/// Results that several rules share, each computed on first use.
#[derive(Debug, Default)]
pub struct Shared {
    /// The templates that are deployed.
    pub(super) inside_templates: OnceCell<Vec<InsideTemplate>>,
    /// The files that are merged into the template that is built.
    pub(super) merged_files: OnceCell<Vec<InsideTemplate>>,
}

/// A document that defines pipelines.
#[derive(Debug, Clone, Copy)]
pub struct PipelineDocument<'a> {
    /// Its tree.
    pub root: &'a Node,
    /// Its kind.
    pub kind: DocumentKind,
    /// What is unusual in its text.
    pub findings: &'a [Finding],
}

/// An action and its pipeline.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) pipeline_id: PipelineId,
    pub(super) pipeline: &'a Pipeline,
    pub(super) id: ActionId,
    pub(super) action: &'a Action,
}

/// A rule of a condition, and its position.
#[derive(Debug, Clone, Copy)]
pub(super) struct RulePlace<'a> {
    pub(super) pipeline_id: PipelineId,
    pub(super) pipeline: &'a Pipeline,
    /// The index of the stage.
    pub(super) stage: usize,
    pub(super) condition: &'a StageCondition,
    pub(super) rule: &'a ConditionRule,
    pub(super) planned: Option<&'a ConditionRulePlan>,
}

impl Place<'_> {
    /// Returns the action as messages name it: by the stack if it comes from a statement about one.
    pub(super) fn owner(self) -> String {
        match self.action.origin {
            Origin::Written => format!("action `{}`", self.action.name.node),
            _ => format!("stack `{}`", self.action.symbol),
        }
    }
}

impl<'a> Subject<'a> {
    /// Returns how something is written at a span.
    pub(super) fn written(self, place: Span) -> Written {
        self.workspace.sources().written(place)
    }

    /// Returns where a value is written that a name at a span refers to. `fits` returns whether the value would be right with
    /// another text for a part of it.
    pub(super) fn origin(self, place: Span, value: &str, fits: impl Fn(&str) -> bool) -> Option<ValueOrigin> {
        self.hir.origins.of(place, value, |origin| self.written(origin).shown().to_owned(), fits)
    }

    /// Returns the pipelines with their IDs.
    pub(super) fn pipelines(self) -> impl Iterator<Item = (PipelineId, &'a Pipeline)> {
        self.hir.pipelines.entries()
    }

    /// Returns every action of every pipeline, in source order.
    pub(super) fn actions(self) -> impl Iterator<Item = Place<'a>> {
        self.pipelines().flat_map(|(pipeline_id, pipeline)| {
            pipeline.actions().map(move |(id, action)| Place { pipeline_id, pipeline, id, action })
        })
    }
}

impl<'a> Subject<'a> {
    /// Returns every rule of every condition, in source order.
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
