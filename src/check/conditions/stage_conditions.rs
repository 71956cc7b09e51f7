//! E0603, E0604, E0605, E0607: conditions of stages that CodePipeline refuses. E0101: two rules of one name.

use std::collections::HashMap;

use crate::catalog::limits::limit;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::{conditions, names};
use crate::hir::{ConditionOutcome, Moment, OnFailure, Stage, StageCondition};
use crate::source::Span;

pub(super) const RULE: Rule = Rule {
    name: "stage-conditions",
    codes: &[Code::E0101, Code::E0603, Code::E0604, Code::E0605, Code::E0607],
    run: check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (_, pipeline) in subject.pipelines() {
        for stage in &pipeline.stages {
            twice(stage, findings);
            beside_outcome(stage, findings);
            rule_names(stage, findings);
            for condition in &stage.conditions {
                count(condition, findings);
                skipping(condition, findings);
            }
        }
    }
}

/// One condition for each moment.
fn twice(stage: &Stage, findings: &mut Findings) {
    for moment in Moment::ALL {
        let mut conditions = stage.conditions_on(moment);
        let Some(first) = conditions.next() else { continue };
        for second in conditions {
            let name = &stage.name.node;
            findings.push(conditions::second_condition(name, moment.word(), second.span, first.span));
        }
    }
}

/// What happens to a failed stage follows from an outcome or from rules, not from both.
fn beside_outcome(stage: &Stage, findings: &mut Findings) {
    let Some(rules) = stage.conditions_on(Moment::Failure).next() else { return };
    if let Some(outcome) = &stage.on_failure {
        let word = if outcome.node == OnFailure::Rollback { "rollback" } else { "retry" };
        findings.push(conditions::result_with_rules(word, outcome.span, rules.span));
    }
}

fn rule_names(stage: &Stage, findings: &mut Findings) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for name in stage.rules().filter_map(|rule| rule.name.as_ref()) {
        if let Some(first) = seen.insert(&name.node, name.span) {
            findings.push(names::duplicate("rule", name, first));
        }
    }
}

fn count(condition: &StageCondition, findings: &mut Findings) {
    let Some(limit) = limit("rules") else { return };
    if let Some(surplus) = condition.rules.get(limit.value) {
        let (moment, count) = (condition.moment.word(), condition.rules.len());
        findings.push(conditions::too_many_rules(moment, count, limit.value, surplus.span));
    }
}

fn skipping(condition: &StageCondition, findings: &mut Findings) {
    if condition.outcome.node != ConditionOutcome::Skip {
        return;
    }
    for rule in condition.rules.iter().filter(|rule| !rule.rule_type.skip) {
        findings.push(conditions::cannot_skip(rule.word, rule.span, condition.outcome.span));
    }
}
