//! E0606: rollbacks that CodePipeline does not do.

use crate::catalog::Category;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::structure;

pub(super) const RULE: Rule = Rule { name: "rollbacks", codes: &[Code::E0606], run: check };

/// The mode in which runs do not follow each other.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html> (2026-11-23)
const BESIDE_EACH_OTHER: &str = "PARALLEL";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (_, pipeline) in subject.pipelines() {
        let mode = pipeline.mode.as_ref().filter(|mode| mode.node == BESIDE_EACH_OTHER).map(|mode| mode.span);
        for (index, stage) in pipeline.stages.iter().enumerate() {
            let Some(place) = stage.rollback() else { continue };
            let mut actions = pipeline.actions.iter().filter(|action| action.stage == index);
            if actions.any(|action| action.category == Category::Source) {
                findings.push(structure::rollback_of_sources(&stage.name, place));
            } else if let Some(mode) = mode {
                findings.push(structure::rollback_in_parallel(&stage.name, place, mode));
            }
        }
    }
}
