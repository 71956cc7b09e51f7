//! E0507: a stage without actions.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule { name: "empty-stage", codes: &[Code::E0507], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (_, pipeline) in subject.pipelines() {
        for (index, stage) in pipeline.stages.iter().enumerate() {
            let is_empty = pipeline.actions.iter().all(|action| action.stage != index);
            if is_empty && !stage.incomplete {
                findings.push(empty_stage(&stage.name));
            }
        }
    }
}

/// A stage without actions.
fn empty_stage(stage: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0507,
        format!("stage `{}` has no actions", stage.node),
        stage.span,
        "a stage needs at least one action",
    )
    .help("add an action, or remove the stage")
}
