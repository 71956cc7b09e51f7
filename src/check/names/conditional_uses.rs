//! E0307: resources, artifacts, and variables that are used where they may not exist.

use crate::check::support::existence::{Facts, of_action, of_owner, of_stage};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{
    Action, ActionId, ConditionId, Entity, Input, PartKind, Pipeline, PipelineId, Role, Text, Value, ValueChoice,
    ValueKind, ValueOwner,
};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "conditional-uses", codes: &[Code::E0307], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.hir.conditions.is_empty() {
        return;
    }
    let mut uses = Uses { subject, findings, reported: Vec::new() };
    subject.hir.each_value(&mut |place| {
        // Permissions on what does not exist are left out.
        if matches!(place.owner, ValueOwner::Statement(..)) {
            return;
        }
        if let Some(facts) = of_owner(subject.hir, place.owner) {
            let pipeline = pipeline_of(place.owner);
            uses.value(pipeline, place.value, &facts);
        }
    });
    for (_, pipeline) in subject.pipelines() {
        uses.of_pipeline(pipeline);
        for (_, action) in pipeline.actions() {
            uses.of_action(pipeline, action);
        }
        for stage in &pipeline.stages {
            let facts = of_stage(pipeline, stage);
            let inputs = stage.rules().flat_map(|rule| &rule.inputs);
            if let Some(facts) = facts {
                inputs.for_each(|input| uses.artifact(pipeline, input, &facts));
            }
        }
    }
    for role in &subject.hir.roles {
        uses.policies(role);
    }
}

fn pipeline_of(owner: ValueOwner<'_>) -> Option<PipelineId> {
    match owner {
        ValueOwner::Action(id, _) | ValueOwner::Rule(id, _) => Some(id),
        _ => None,
    }
}

/// The references of a file, while they are checked.
struct Uses<'u, 'a> {
    subject: &'u Subject<'a>,
    findings: &'u mut Findings,
    /// The places that have been reported: the two actions of a pair have the same values.
    reported: Vec<Span>,
}

impl Uses<'_, '_> {
    fn of_pipeline(&mut self, pipeline: &Pipeline) {
        let own = Facts::of(pipeline.condition.as_ref());
        let buckets = pipeline.store.bucket.iter().chain(pipeline.store.regions.iter().map(|store| &store.bucket));
        for bucket in buckets {
            self.entity(Entity::Bucket(bucket.node), bucket.span, &own);
        }
        if let Some(role) = &pipeline.role {
            self.entity(Entity::Role(role.node), role.span, &own);
        }
        for notification in &pipeline.notifications {
            let own = Facts::of(notification.condition.as_ref());
            self.entity(Entity::Topic(notification.topic.node), notification.topic.span, &own);
        }
    }

    fn of_action(&mut self, pipeline: &Pipeline, action: &Action) {
        let Some(facts) = of_action(pipeline, action) else { return };
        if let Some(role) = &action.role {
            self.entity(Entity::Role(role.node), role.span, &facts);
        }
        for input in &action.inputs {
            self.artifact(pipeline, input, &facts);
        }
    }

    /// Checks the statements of policies that are resources of their own, which cannot be left out one by one.
    fn policies(&mut self, role: &Role) {
        let own = Facts::of(role.declaration.condition.as_ref());
        for policy in role.policies.iter().filter(|policy| policy.attributes.contains_key("logical-id")) {
            for value in policy.statements.iter().flat_map(|statement| &statement.resources) {
                self.value(None, value, &own);
            }
        }
    }

    fn value(&mut self, pipeline: Option<PipelineId>, value: &Value, facts: &Facts) {
        match &value.kind {
            ValueKind::Entity(entity) => self.entity(*entity, value.span, facts),
            ValueKind::Text(text)
            | ValueKind::Parameter(text)
            | ValueKind::InlineYaml(text)
            | ValueKind::LateList(text) => self.text(pipeline, text, facts),
            ValueKind::List(items) => items.iter().for_each(|item| self.value(pipeline, item, facts)),
            ValueKind::Map(entries) => entries.iter().for_each(|(_, value)| self.value(pipeline, value, facts)),
            ValueKind::Raw(inner) => self.value(pipeline, inner, facts),
            ValueKind::Choice(choice) => self.choice(pipeline, choice, facts),
            _ => {}
        }
    }

    fn choice(&mut self, pipeline: Option<PipelineId>, choice: &ValueChoice, facts: &Facts) {
        self.value(pipeline, &choice.then, &facts.and(choice.condition, true));
        self.value(pipeline, &choice.otherwise, &facts.and(choice.condition, false));
    }

    fn text(&mut self, pipeline: Option<PipelineId>, text: &Text, facts: &Facts) {
        for part in &text.parts {
            match &part.kind {
                PartKind::Member(entity, _) => self.entity(*entity, part.span, facts),
                PartKind::Choice(choice) => self.choice(pipeline, choice, facts),
                PartKind::Raw(inner) => self.value(pipeline, inner, facts),
                PartKind::Output(action, _) => self.variable(pipeline, *action, part.span, facts),
                _ => {}
            }
        }
    }

    /// Checks a reference to a resource.
    fn entity(&mut self, entity: Entity, place: Span, facts: &Facts) {
        // The name of a pipeline is known without a reference, and an environment is no resource.
        if matches!(entity, Entity::Pipeline(_) | Entity::Environment(_)) {
            return;
        }
        let owned = self.subject.plan.identity(entity).is_some_and(crate::plan::Identity::is_owned);
        let Some(declaration) = self.subject.hir.declaration(entity).filter(|_| owned) else { return };
        let Some(condition) = &declaration.condition else { return };
        if self.may_be_missing(condition.node, facts) && self.is_new(place) {
            let what = format!("{} `{}`", entity.word(), declaration.symbol.node);
            let label = format!("this condition decides whether the template contains `{}`", declaration.symbol.node);
            self.findings.push(missing(&what, place, (condition.span, label)));
        }
    }

    /// Checks an input artifact.
    fn artifact(&mut self, pipeline: &Pipeline, input: &Input, facts: &Facts) {
        let Some(artifact) = pipeline.artifacts.get(input.artifact) else { return };
        let Some((condition, producer)) = self.missing_action(pipeline, artifact.producer, facts) else { return };
        if self.is_new(input.span) {
            let what = format!("artifact `{}`", artifact.name.node);
            let label = format!("this condition decides whether the pipeline contains `{producer}`, which produces it");
            self.findings.push(missing(&what, input.span, (condition, label)));
        }
    }

    /// Checks a reference to an output variable of an action.
    fn variable(&mut self, pipeline: Option<PipelineId>, action: ActionId, place: Span, facts: &Facts) {
        let Some(pipeline) = pipeline.and_then(|id| self.subject.hir.pipelines.get(id)) else { return };
        let Some((condition, name)) = self.missing_action(pipeline, action, facts) else { return };
        if self.is_new(place) {
            let label = "this condition decides whether the pipeline contains it".to_owned();
            self.findings.push(missing(&format!("action `{name}`"), place, (condition, label)));
        }
    }

    /// Returns the place of a condition under which an action exists, and its name, if the facts do not imply it.
    fn missing_action(&self, pipeline: &Pipeline, id: ActionId, facts: &Facts) -> Option<(Span, String)> {
        let action = pipeline.actions.get(id)?;
        let stage = pipeline.stages.get(action.stage).and_then(|stage| stage.cfn_condition.as_ref());
        let conditions = stage.into_iter().chain(&action.cfn_condition);
        let tested = conditions.filter_map(|it| Some(Spanned::new(it.node.tested()?, it.span)));
        let missing = tested.into_iter().find(|condition| self.may_be_missing(condition.node, facts))?;
        Some((missing.span, action.symbol.clone()))
    }

    /// Returns whether a condition can be false where the facts hold.
    fn may_be_missing(&self, condition: ConditionId, facts: &Facts) -> bool {
        self.subject.hir.implies(facts.known(), condition) == Some(false)
    }

    fn is_new(&mut self, place: Span) -> bool {
        let is_new = !self.reported.contains(&place);
        self.reported.push(place);
        is_new
    }
}

fn missing(what: &str, place: Span, (condition, label): (Span, String)) -> Diagnostic {
    Diagnostic::new(Code::E0307, format!("{what} may not exist here"), place, "used without the condition")
        .label(condition, label)
        .help("use it only under the same condition, or move its declaration out of the `if`")
}
