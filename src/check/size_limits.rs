//! E0503, W0503: more stages or actions than CodePipeline takes.

use crate::catalog::limits::{Limit, Verdict, limit};
use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::structure;
use crate::source::Spanned;

use super::Subject;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for (_, pipeline) in subject.pipelines() {
        let name = &pipeline.symbol;
        judge("stages", pipeline.stages.len(), &format!("pipeline `{}`", name.node), name, diagnostics);
        let mut within = true;
        for (index, stage) in pipeline.stages.iter().enumerate() {
            let count = pipeline.actions.iter().filter(|action| action.stage == index).count();
            let shown = format!("stage `{}`", stage.name.node);
            within &= judge("actions-per-stage", count, &shown, &stage.name, diagnostics);
        }
        if within {
            let shown = format!("pipeline `{}`", name.node);
            judge("actions-per-pipeline", pipeline.actions.len(), &shown, name, diagnostics);
        }
    }
}

/// Whether a count keeps to the stricter figure of its limit; reports it otherwise.
fn judge(id: &str, count: usize, owner: &str, place: &Spanned<String>, diagnostics: &mut Diagnostics) -> bool {
    let Some(limit) = limit(id) else { return true };
    let Limit { value, .. } = *limit;
    let what = if id == "stages" { "stage" } else { "action" };
    match limit.verdict(count) {
        Verdict::Within => return true,
        Verdict::Disputed => {
            diagnostics.push(structure::disputed_size(owner, count, what, value, limit.looser(), place.span));
        }
        Verdict::Past => diagnostics.push(structure::too_large(owner, count, what, limit.looser(), place.span)),
    }
    false
}
