//! E0503, W0503: more stages, actions, or variables than CodePipeline allows.

use crate::catalog::limits::{Limit, Verdict, limit};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::wording::number;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::{Hir, LoopId, Pipeline};
use crate::source::{Span, Spanned};

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

/// Checks the number of variables of a pipeline.
fn variables(pipeline: &Pipeline, owner: &Owner<'_>, findings: &mut Findings) {
    let Some(Limit { value: most, .. }) = limit("variables") else { return };
    if let Some(surplus) = pipeline.variables.as_slice().get(*most) {
        let count = pipeline.variables.len();
        findings.push(too_large(&owner.shown, count, "variable", *most, surplus.name.span).help(fewer(
            "variables",
            count,
            *most,
            "variable",
        )));
    }
}

/// The owner of too many elements.
struct Owner<'a> {
    shown: String,
    name: &'a Spanned<String>,
}

/// Returns whether a count is within the stricter value of its limit, and reports it otherwise. Each counted element is
/// represented by the loops inside its owner that generate it.
fn judge(id: &str, made: &[&[LoopId]], owner: &Owner<'_>, hir: &Hir, findings: &mut Findings) -> bool {
    let Some(limit) = limit(id) else { return true };
    let Limit { value, .. } = *limit;
    let what = if id == "stages" { "stage" } else { "action" };
    let count = made.len();
    let report = match limit.verdict(count) {
        Verdict::Within => return true,
        Verdict::Disputed => disputed_size(&owner.shown, count, what, value, limit.looser(), owner.name.span),
        Verdict::Past => too_large(&owner.shown, count, what, limit.looser(), owner.name.span).help(fewer(
            id,
            count,
            limit.looser(),
            what,
        )),
    };
    let most = if limit.verdict(count) == Verdict::Past { limit.looser() } else { value };
    findings.push(match repeated(made, most, hir) {
        Some(repeated) => made_by_loop(report, &repeated, what),
        None => report,
    });
    false
}

/// Returns the loop that generates most of them, without which the count would be within the limit. If there are
/// several, returns the outermost one.
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

/// More stages or actions than any published limit allows.
fn too_large(owner: &str, count: usize, what: &str, most: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0503,
        format!("{owner} has {}; CodePipeline allows at most {}", wording::count(count, what), number(most)),
        place,
        "",
    )
}

/// Returns how to get within a limit, by its ID.
fn fewer(id: &str, count: usize, most: usize, what: &str) -> String {
    let split = match id {
        "variables" => "",
        "actions-per-stage" => ", or split the stage",
        _ => ", or split the pipeline",
    };
    format!("remove {}{split}", wording::count(count.saturating_sub(most), what))
}

/// A count between two published limits.
fn disputed_size(owner: &str, count: usize, what: &str, stricter: usize, looser: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0503,
        format!(
            "{owner} has {}; AWS documents two limits, {stricter} and {}",
            wording::count(count, what),
            number(looser)
        ),
        place,
        format!("more than {stricter}"),
    )
    .note(format!("the CodePipeline user guide says {stricter}; other AWS pages say {}", number(looser)))
    .help(format!("use at most {} to be safe", wording::count(stricter, what)))
}

/// A loop, and the number of elements that it expands to.
#[derive(Debug, Clone, Copy)]
struct Repeated {
    /// The keyword.
    keyword: Span,
    /// The list that it iterates over.
    list: Span,
    /// The number of elements in the list.
    elements: usize,
    /// The number of counted elements that the loop generates.
    made: usize,
    /// The total number.
    all: usize,
}

/// Moves a diagnostic about a size to the loop that causes it.
fn made_by_loop(mut diagnostic: Diagnostic, repeated: &Repeated, what: &str) -> Diagnostic {
    let owner = diagnostic.primary.span;
    diagnostic.primary.span = repeated.keyword;
    diagnostic.primary.text = format!("expands to {}", wording::count(repeated.made, what));
    if repeated.elements != repeated.made {
        diagnostic = diagnostic.label(repeated.list, wording::count(repeated.elements, "element"));
    }
    if repeated.all != repeated.made {
        diagnostic = diagnostic.label(owner, format!("{} in total", wording::count(repeated.all, what)));
    }
    diagnostic
}
