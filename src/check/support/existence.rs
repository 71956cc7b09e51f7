//! The conditions at deployment under which the parts of a file exist.

use crate::hir::{Action, ConditionId, ExistenceCondition, Hir, Pipeline, PipelineId, Stage, ValueOwner};
use crate::source::Spanned;

/// What is true wherever something exists.
#[derive(Debug, Clone, Default)]
pub(in crate::check) struct Facts(Vec<(ConditionId, bool)>);

impl Facts {
    /// Returns what is true under a condition.
    pub(in crate::check) fn of(condition: Option<&Spanned<ConditionId>>) -> Self {
        Self(condition.map(|condition| (condition.node, true)).into_iter().collect())
    }

    /// Returns the facts and a further one.
    pub(in crate::check) fn and(&self, condition: ConditionId, truth: bool) -> Self {
        Self(self.0.iter().copied().chain([(condition, truth)]).collect())
    }

    /// Returns conditions, and whether each is true.
    pub(in crate::check) fn known(&self) -> &[(ConditionId, bool)] {
        &self.0
    }

    /// Adds the condition of a stage or an action; `None` if a file of `resources` defines it, so that nothing can be
    /// concluded.
    fn within(self, condition: Option<&Spanned<ExistenceCondition>>) -> Option<Self> {
        match condition {
            None => Some(self),
            Some(condition) => Some(self.and(condition.node.tested()?, true)),
        }
    }
}

/// Returns the facts for a stage.
pub(in crate::check) fn of_stage(pipeline: &Pipeline, stage: &Stage) -> Option<Facts> {
    Facts::of(pipeline.condition.as_ref()).within(stage.cfn_condition.as_ref())
}

/// Returns the facts for an action.
pub(in crate::check) fn of_action(pipeline: &Pipeline, action: &Action) -> Option<Facts> {
    of_stage(pipeline, pipeline.stages.get(action.stage)?)?.within(action.cfn_condition.as_ref())
}

/// Returns the facts for the owner of a value.
pub(in crate::check) fn of_owner(hir: &Hir, owner: ValueOwner<'_>) -> Option<Facts> {
    let pipeline = |id: PipelineId| hir.pipelines.get(id);
    Some(match owner {
        ValueOwner::Declared(entity) => Facts::of(hir.declaration(entity)?.condition.as_ref()),
        ValueOwner::Pipeline(id) | ValueOwner::Filter(id, _) => Facts::of(pipeline(id)?.condition.as_ref()),
        ValueOwner::Action(id, action) => of_action(pipeline(id)?, pipeline(id)?.actions.get(action)?)?,
        ValueOwner::Rule(id, rule) => {
            let pipeline = pipeline(id)?;
            let is_in = |stage: &&Stage| stage.rules().any(|known| std::ptr::eq(known, rule));
            of_stage(pipeline, pipeline.stages.iter().find(is_in)?)?
        }
        ValueOwner::Event(_, event) => Facts::of(event.condition.as_ref()),
        ValueOwner::Notification(_, notification) => Facts::of(notification.condition.as_ref()),
        ValueOwner::Dashboard(_, dashboard) => Facts::of(dashboard.condition.as_ref()),
        ValueOwner::Mapping(_) | ValueOwner::Statement(..) => return None,
    })
}

/// Returns whether two actions of a pipeline can exist at the same time, as far as their conditions are known: each may
/// depend on a condition of its own.
pub(in crate::check) fn can_coexist(hir: &Hir, pipeline: &Pipeline, one: &Action, other: &Action) -> bool {
    let (Some(facts), Some(others)) = (of_action(pipeline, one), of_action(pipeline, other)) else {
        let (one, other) = (conditions(pipeline, one), conditions(pipeline, other));
        return one.iter().all(|condition| other.contains(condition)) || other.iter().all(|it| one.contains(it));
    };
    let known: Vec<(ConditionId, bool)> = facts.known().iter().chain(others.known()).copied().collect();
    let Some(cases) = hir.cases(known.iter().map(|(id, _)| *id)) else { return true };
    cases.iter().any(|case| known.iter().all(|(id, truth)| case.holds(Some(*id)) == *truth))
}

/// Returns the conditions of an action and its stage.
fn conditions<'a>(pipeline: &'a Pipeline, action: &'a Action) -> Vec<&'a ExistenceCondition> {
    let stage = pipeline.stages.get(action.stage).and_then(|stage| stage.cfn_condition.as_ref());
    stage.into_iter().chain(&action.cfn_condition).map(|condition| &condition.node).collect()
}
