//! The conditions at deployment under which the parts of a pipeline and the resources of the template exist.

use crate::catalog::Category;
use crate::hir::{
    Action, ConditionId, Dashboard, ExistenceCondition, Notification, Schedule, Stage, StartEvent, ValueKind,
};
use crate::slots::{Attributes, existence};
use crate::source::Spanned;

use super::builder::Builder;

/// The resource attribute that names a condition.
const CONDITION: &str = "Condition";

impl Builder<'_> {
    /// Returns the condition of a stage or an action: that of the `if` around it, and its own.
    pub(super) fn existence(
        &mut self,
        attributes: &Attributes,
        under: Option<Spanned<ConditionId>>,
    ) -> Option<Spanned<ExistenceCondition>> {
        let own = existence(attributes);
        let Some(under) = under else { return own };
        let own = own.map(|own| self.id_of(&own));
        let whole = self.joined(under, own);
        Some(Spanned::new(ExistenceCondition::Tested(whole.node), whole.span))
    }

    /// Returns the condition of a resource: that of the `if` around it, and the one in its resource attributes.
    pub(super) fn resource_condition(
        &mut self,
        attributes: &Attributes,
        under: Option<Spanned<ConditionId>>,
    ) -> Option<Spanned<ConditionId>> {
        let under = under?;
        let given = match attributes.get("resource-attributes").map(|attribute| &attribute.value.kind) {
            Some(ValueKind::Map(entries)) => entries.iter().find(|(key, _)| key.node == CONDITION),
            _ => None,
        };
        let own = given.and_then(|(_, value)| Some((value.as_str()?, value.span)));
        let own = own.map(|(name, place)| self.values.named_in_resources(name, place));
        Some(self.joined(under, own))
    }

    /// Returns the condition of an `if`, and of a part inside it that has one of its own.
    fn joined(&mut self, under: Spanned<ConditionId>, own: Option<ConditionId>) -> Spanned<ConditionId> {
        let whole = own.map_or(under.node, |own| self.values.both(Some(under.node), own));
        Spanned::new(whole, under.span)
    }

    /// Adds the condition of a pipeline to those of the resources that belong to it.
    pub(super) fn within_pipeline(
        &mut self,
        pipeline: Option<Spanned<ConditionId>>,
        (schedules, events, notifications, dashboard): (
            &mut [Schedule],
            &mut [StartEvent],
            &mut [Notification],
            Option<&mut Dashboard>,
        ),
    ) {
        let of_rules = schedules.iter_mut().map(|schedule| &mut schedule.rule).chain(events);
        let of_rules = of_rules.map(|rule| &mut rule.condition);
        let of_others = notifications.iter_mut().map(|it| &mut it.condition);
        let all = of_rules.chain(of_others).chain(dashboard.map(|it| &mut it.condition));
        all.for_each(|own| self.within(own, pipeline));
    }

    fn within(&mut self, own: &mut Option<Spanned<ConditionId>>, pipeline: Option<Spanned<ConditionId>>) {
        *own = match (*own, pipeline) {
            (Some(own), Some(pipeline)) => {
                Some(Spanned::new(self.values.both(Some(pipeline.node), own.node), own.span))
            }
            (own, pipeline) => own.or(pipeline),
        };
    }

    /// Sets for each source the condition under which it can start its pipeline.
    pub(super) fn set_start_conditions(
        &mut self,
        actions: &mut [Action],
        stages: &[Stage],
        pipeline: Option<&Spanned<ConditionId>>,
    ) {
        for action in actions.iter_mut().filter(|action| action.category == Category::Source) {
            let stage = stages.get(action.stage).and_then(|stage| stage.cfn_condition.as_ref());
            let mut whole = pipeline.map(|condition| condition.node);
            for part in stage.into_iter().chain(&action.cfn_condition) {
                let part = self.id_of(part);
                whole = Some(self.values.both(whole, part));
            }
            action.starts_under = whole;
        }
    }

    /// Returns the condition, which gets an ID if a file of `resources` defines it.
    fn id_of(&mut self, condition: &Spanned<ExistenceCondition>) -> ConditionId {
        match &condition.node {
            ExistenceCondition::Tested(id) => *id,
            ExistenceCondition::Named(name) => self.values.named_in_resources(name, condition.span),
        }
    }
}
