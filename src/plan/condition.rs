//! Conditions of stages, with their rules in AWS's form.

use crate::collections::IndexMap;
use crate::hir::{ConditionRule, Stage, ValueKind};

use super::value::ValueScope;
use super::{ConditionPlan, ConditionRulePlan, ConfigurationValue, Entity, Expr, Piece};

/// Plans the conditions of a stage. Rules without a name get that of their provider, with a number if it is taken.
pub fn conditions(scope: &ValueScope, stage: &Stage) -> Vec<ConditionPlan> {
    let asked = stage.rules().filter_map(|rule| rule.name.as_ref());
    let mut taken: Vec<String> = asked.map(|name| name.node.clone()).collect();
    let mut planned = Vec::new();
    for condition in &stage.conditions {
        let rules = condition.rules.iter().map(|it| rule(scope, it, &mut taken)).collect();
        planned.push(ConditionPlan { moment: condition.moment, outcome: condition.outcome.node, rules });
    }
    planned
}

fn rule(scope: &ValueScope, rule: &ConditionRule, taken: &mut Vec<String>) -> ConditionRulePlan {
    let name = rule.name.as_ref().map_or_else(|| free_name(&rule.rule_type.provider, taken), |name| name.node.clone());
    ConditionRulePlan {
        name,
        provider: rule.rule_type.provider.clone(),
        version: rule.rule_type.version.clone(),
        configuration: configuration(scope, rule),
        commands: commands(scope, rule),
        inputs: rule.inputs.iter().map(|input| scope.artifact_name(input.artifact)).collect(),
        role: rule.role.as_ref().map(|role| Piece::Arn(Entity::Role(role.node)).into()),
        needs: Vec::new(),
        region: rule.region.as_ref().map(|region| region.node.clone()),
        span: rule.span,
    }
}

/// Returns `wanted`, or `wanted` with the first number that makes it unique, and marks the name as taken.
fn free_name(wanted: &str, taken: &mut Vec<String>) -> String {
    let numbered = (2..).map(|number: u32| format!("{wanted}{number}"));
    let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
    let name = names.find(|name| !taken.contains(name)).unwrap_or_default();
    taken.push(name.clone());
    name
}

/// Returns the configuration in the catalog's order.
pub fn configuration(scope: &ValueScope, rule: &ConditionRule) -> IndexMap<String, ConfigurationValue> {
    let mut rendered = IndexMap::default();
    for slot in rule.rule_type.slot.iter().filter(|slot| !slot.action_level) {
        let Some(key) = &slot.key else { continue };
        let Some(setting) = rule.configuration.get(key) else { continue };
        if matches!(setting.value.kind, ValueKind::Null) {
            continue;
        }
        let span = setting.value.span;
        let text = scope.in_slot(&setting.value, slot);
        let granted = scope.granted_in_slot(&setting.value, slot);
        rendered.insert(key.clone(), ConfigurationValue { text, granted, span });
    }
    rendered
}

fn commands(scope: &ValueScope, rule: &ConditionRule) -> Vec<Expr> {
    match rule.value("Commands").map(|value| &value.kind) {
        Some(ValueKind::List(items)) => items.iter().map(|item| scope.plain(item)).collect(),
        _ => Vec::new(),
    }
}
