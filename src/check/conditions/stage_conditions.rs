//! E0603, E0604, E0605, E0607: conditions of stages that CodePipeline rejects. E0101: two rules with the same name.

use crate::catalog::limits::limit;
use crate::check::{Findings, Rule, Subject};
use crate::collections::HashMap;
use crate::diagnostic::families::names;
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
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

/// Checks that there is one condition for each moment.
fn twice(stage: &Stage, findings: &mut Findings) {
    for moment in Moment::ALL {
        let mut conditions = stage.conditions_on(moment);
        let Some(first) = conditions.next() else { continue };
        for second in conditions {
            let name = &stage.name.node;
            findings.push(second_condition(name, moment.word(), second.span, first.span));
        }
    }
}

/// Checks that what happens to a failed stage is decided by a result or by rules, not by both.
fn beside_outcome(stage: &Stage, findings: &mut Findings) {
    let Some(rules) = stage.conditions_on(Moment::Failure).next() else { return };
    if let Some(outcome) = &stage.on_failure {
        let word = if outcome.node == OnFailure::Rollback { "rollback" } else { "retry" };
        findings.push(result_with_rules(word, outcome.span, rules.span));
    }
}

fn rule_names(stage: &Stage, findings: &mut Findings) {
    let mut seen: HashMap<&str, Span> = HashMap::default();
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
        findings.push(too_many_rules(moment, count, limit.value, surplus.span));
    }
}

fn skipping(condition: &StageCondition, findings: &mut Findings) {
    if condition.outcome.node != ConditionOutcome::Skip {
        return;
    }
    for rule in condition.rules.iter().filter(|rule| !rule.rule_type.skip) {
        findings.push(cannot_skip(rule.word, rule.span, condition.outcome.span));
    }
}

/// A second condition for the same moment.
fn second_condition(stage: &str, moment: &'static str, place: Span, first: Span) -> Diagnostic {
    let message = phrase![format!("stage `{stage}` has two "), PipeCode::on(moment), " conditions"];
    Diagnostic::new(Code::E0604, message, place, "second condition")
        .label(first, "first condition")
        .help("move all rules into one condition")
}

/// A rule that cannot skip a stage.
fn cannot_skip(rule: &str, place: Span, skip: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0605,
        phrase!["a condition with rule ", PipeCode::Rule(rule.to_owned()), " cannot skip the stage"],
        place,
        "neither a variable check nor a Lambda function",
    )
    .label(skip, phrase![PipeCode::or_else("skip"), " allows only these two kinds of rule"])
    .help(phrase!["write ", PipeCode::or_else("fail"), ", or use a Lambda function as the rule"])
}

/// `on failure retry` combined with `on failure require`.
fn result_with_rules(outcome: &str, place: Span, rules: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0607,
        phrase![PipeCode::on_with("failure", outcome), " cannot be combined with ", PipeCode::on("failure"), " rules"],
        place,
        "would apply to every failure of the stage",
    )
    .label(rules, "conflicts with these rules")
    .note("AWS: \"... cannot have a failure exit gate configured with both top level result and conditions\"")
    .help("remove one of them; CodePipeline allows either a result or rules")
}

/// More rules than a condition can have.
fn too_many_rules(moment: &'static str, count: usize, most: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0603,
        phrase![
            "the ",
            PipeCode::on(moment),
            format!(" condition has {count} rules; CodePipeline allows at most {most}")
        ],
        place,
        "exceeds the limit",
    )
    .help("combine rules: `matches` compares several values, and `run` runs several commands")
}
