//! E0503, W0503: more stages, actions or variables than CodePipeline takes.

use crate::catalog::limits::{Limit, Verdict, limit};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::structure::{self, Repeated};
use crate::hir::{Hir, LoopId, Pipeline};
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule { name: "size-limits", codes: &[Code::E0503, Code::W0503], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let hir = subject.hir;
    for (_, pipeline) in subject.pipelines() {
        let stages: Vec<&[LoopId]> = pipeline.stages.iter().map(|stage| &*stage.loops).collect();
        let of_pipeline = Owner { shown: format!("pipeline `{}`", pipeline.symbol.node), name: &pipeline.symbol };
        judge("stages", &stages, &of_pipeline, hir, findings);
        variables(pipeline, &of_pipeline, findings);
        let mut within = true;
        for (index, stage) in pipeline.stages.iter().enumerate() {
            let actions = pipeline.actions.iter().filter(|action| action.stage == index);
            let around = stage.loops.len();
            let actions: Vec<&[LoopId]> = actions.filter_map(|action| action.loops.get(around..)).collect();
            let owner = Owner { shown: format!("stage `{}`", stage.name.node), name: &stage.name };
            within &= judge("actions-per-stage", &actions, &owner, hir, findings);
        }
        if within {
            let actions: Vec<&[LoopId]> = pipeline.actions.iter().map(|action| &*action.loops).collect();
            judge("actions-per-pipeline", &actions, &of_pipeline, hir, findings);
        }
    }
}

/// How many variables a pipeline has.
fn variables(pipeline: &Pipeline, owner: &Owner<'_>, findings: &mut Findings) {
    let Some(Limit { value: most, .. }) = limit("variables") else { return };
    if let Some(surplus) = pipeline.variables.as_slice().get(*most) {
        let count = pipeline.variables.len();
        findings.push(structure::too_large(&owner.shown, count, "variable", *most, surplus.name.span));
    }
}

/// What has too many.
struct Owner<'a> {
    shown: String,
    name: &'a Spanned<String>,
}

/// Whether a count keeps to the stricter figure of its limit; reports it otherwise. Each thing counted is there as the
/// loops inside its owner that made it.
fn judge(id: &str, made: &[&[LoopId]], owner: &Owner<'_>, hir: &Hir, findings: &mut Findings) -> bool {
    let Some(limit) = limit(id) else { return true };
    let Limit { value, .. } = *limit;
    let what = if id == "stages" { "stage" } else { "action" };
    let count = made.len();
    let report = match limit.verdict(count) {
        Verdict::Within => return true,
        Verdict::Disputed => {
            structure::disputed_size(&owner.shown, count, what, value, limit.looser(), owner.name.span)
        }
        Verdict::Past => structure::too_large(&owner.shown, count, what, limit.looser(), owner.name.span),
    };
    let most = if limit.verdict(count) == Verdict::Past { limit.looser() } else { value };
    findings.push(match repeated(made, most, hir) {
        Some(repeated) => structure::made_by_loop(report, &repeated, what),
        None => report,
    });
    false
}

/// The loop that makes most of them, without which there would not be too many; of several the outermost.
fn repeated(made: &[&[LoopId]], most: usize, hir: &Hir) -> Option<Repeated> {
    let mut best: Option<Repeated> = None;
    for (id, known) in hir.loops.entries() {
        let count = made.iter().filter(|loops| loops.contains(&id)).count();
        let enough =
            made.len() - count <= most && count * 2 > made.len() && best.as_ref().is_none_or(|best| count > best.made);
        if enough {
            let all = made.len();
            best =
                Some(Repeated { keyword: known.keyword, list: known.list, elements: known.elements, made: count, all });
        }
    }
    best
}
