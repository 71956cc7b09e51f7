//! E0507: a stage without actions.

use crate::check::{Rule, Subject};
use crate::diagnostic::families::structure;
use crate::diagnostic::{Code, Diagnostics};

pub(super) const RULE: Rule = Rule { name: "empty-stage", codes: &[Code::E0507], run: check };

fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for (_, pipeline) in subject.pipelines() {
        for (index, stage) in pipeline.stages.iter().enumerate() {
            let is_empty = pipeline.actions.iter().all(|action| action.stage != index);
            if is_empty && !stage.incomplete {
                diagnostics.push(structure::empty_stage(&stage.name));
            }
        }
    }
}
