//! E0507: a stage without actions.

use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::structure;

pub(super) const RULE: Rule = Rule { name: "empty-stage", codes: &[Code::E0507], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (_, pipeline) in subject.pipelines() {
        for (index, stage) in pipeline.stages.iter().enumerate() {
            let is_empty = pipeline.actions.iter().all(|action| action.stage != index);
            if is_empty && !stage.incomplete {
                findings.push(structure::empty_stage(&stage.name));
            }
        }
    }
}
