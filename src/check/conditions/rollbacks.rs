//! E0606: rollbacks that CodePipeline does not support.

use crate::catalog::Category;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "rollbacks", codes: &[Code::E0606], run: check };

/// The mode in which executions do not follow each other.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html> (2026-11-23)
const BESIDE_EACH_OTHER: &str = "PARALLEL";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (_, pipeline) in subject.pipelines() {
        let mode = pipeline.mode.as_ref().filter(|mode| mode.node == BESIDE_EACH_OTHER).map(|mode| mode.span);
        for (index, stage) in pipeline.stages.iter().enumerate() {
            let Some(place) = stage.rollback() else { continue };
            // Elsewhere, sources are out of place.
            let mut actions = pipeline.actions.iter().filter(|action| action.stage == index && index == 0);
            if actions.any(|action| action.category == Category::Source) {
                findings.push(rollback_of_sources(&stage.name, place));
            } else if let Some(mode) = mode {
                findings.push(rollback_in_parallel(&stage.name, place, mode));
            }
        }
    }
}

/// `on failure rollback` in a stage of sources.
fn rollback_of_sources(stage: &Spanned<String>, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0606,
        format!("stage `{}` cannot roll back: it contains sources", stage.node),
        place,
        "sources have nothing to roll back to",
    )
    .help(phrase!["remove ", rollback(), ", or move it to a stage that deploys"])
}

/// `on failure rollback` in mode `parallel`.
fn rollback_in_parallel(stage: &Spanned<String>, place: Span, mode: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0606,
        format!("stage `{}` cannot roll back in mode `parallel`", stage.node),
        place,
        "in this mode, there is no previous execution to roll back to",
    )
    .label(mode, "set here")
    .help(phrase![
        "write ",
        PipeCode::set("mode", "queued"),
        " or ",
        PipeCode::set("mode", "superseded"),
        ", or remove ",
        rollback()
    ])
}

fn rollback() -> PipeCode {
    PipeCode::on_with("failure", "rollback")
}
