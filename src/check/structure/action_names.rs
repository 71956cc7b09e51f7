//! E0504: two actions of a stage with the same name.

use crate::check::support::existence::can_coexist;
use crate::check::{Findings, Rule, Subject};
use crate::collections::HashMap;
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::Action;
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "action-names", codes: &[Code::E0504], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, pipeline) in subject.pipelines() {
        let mut seen: HashMap<(usize, &str), &Action> = HashMap::default();
        // The two halves of a pair have the same span, which is reported once.
        let mut reported = None;
        for place in subject.actions().filter(|place| place.pipeline_id == id) {
            let action = place.action;
            let key = (action.stage, action.name.node.as_str());
            if let (Some(first), Some(stage)) = (seen.get(&key), pipeline.stages.get(action.stage)) {
                if !can_coexist(subject.hir, pipeline, first, action) {
                    continue;
                }
                let first = &first.name;
                if reported != Some(action.name.span) {
                    findings.about(place, action_name_twice(&action.name, first.span, &stage.name.node));
                }
                reported = Some(action.name.span);
            } else {
                seen.insert(key, action);
            }
        }
    }
}

/// Two actions of a stage with the same name.
fn action_name_twice(action: &Spanned<String>, first: Span, stage: &str) -> Diagnostic {
    let message = format!("two actions of stage `{stage}` are named `{}`", action.node);
    if action.span == first {
        return Diagnostic::new(Code::E0504, message, first, "repeated with the same name")
            .help("add a value to the name that is different for each element: `\"Name-${element}\"`");
    }
    Diagnostic::new(Code::E0504, message, action.span, "named again here")
        .label(first, "first named here")
        .help("rename one of them")
}
