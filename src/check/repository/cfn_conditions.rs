//! E0301: a stage or an action with a CloudFormation condition that no file of resources defines.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::ExistenceCondition;
use crate::plan::Section;
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "cfn-conditions", codes: &[Code::E0301], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let extra = &subject.plan.extra;
    if !extra.faults.is_empty() {
        return;
    }
    let known: Vec<&str> = extra.of(Section::Conditions).map(|entry| entry.name.node.as_str()).collect();
    for (_, pipeline) in subject.pipelines() {
        let of_stages = pipeline.stages.iter().filter_map(|stage| stage.cfn_condition.as_ref());
        let of_actions = pipeline.actions.iter().filter_map(|action| action.cfn_condition.as_ref());
        for condition in of_stages.chain(of_actions) {
            if let ExistenceCondition::Named(name) = &condition.node
                && !known.contains(&name.as_str())
            {
                findings.push(unknown(name, condition.span, &known));
            }
        }
    }
}

fn unknown(name: &str, place: Span, known: &[&str]) -> Diagnostic {
    let label = "not in the files of `resources`";
    let diagnostic = Diagnostic::new(Code::E0301, format!("no condition is named `{name}`"), place, label);
    match similar(name, known.iter().copied()) {
        Some(near) => diagnostic.did_you_mean(near),
        None => diagnostic.help(format!("add `{name}` to the `Conditions` of a file of `resources`")),
    }
}
