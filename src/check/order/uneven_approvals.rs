//! W0959: a loop over environments in which an earlier one has an approval but production does not.

use crate::catalog::Category;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Loop, LoopId, Pipeline};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "uneven-approvals", codes: &[Code::W0959], run: check };

/// Words in the names of production environments.
const PRODUCTION: [&str; 4] = ["prod", "production", "prd", "live"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (_, pipeline) in subject.pipelines().filter(|(_, pipeline)| !pipeline.incomplete) {
        for (id, known) in subject.hir.loops.entries() {
            findings.extend(one(pipeline, id, known));
        }
    }
}

/// One iteration of a loop.
struct Iteration<'a> {
    /// Its first stage.
    stage: &'a Spanned<String>,
    item: Span,
    approves: bool,
    deploys: bool,
}

fn one(pipeline: &Pipeline, id: LoopId, known: &Loop) -> Option<Diagnostic> {
    let stages = pipeline.stages.iter().enumerate().filter(|(_, stage)| stage.loops.contains(&id));
    let stages: Vec<(usize, &Spanned<String>)> = stages.map(|(index, stage)| (index, &stage.name)).collect();
    // Each element yields the same number of stages, unless something other than an approval depends on it.
    let each = stages.len().checked_div(known.elements).filter(|each| each * known.elements == stages.len())?;
    let has = |chunk: &[(usize, &Spanned<String>)], category: Category| {
        let is_here = |stage: usize| chunk.iter().any(|(index, _)| *index == stage);
        pipeline.actions.iter().any(|action| action.category == category && is_here(action.stage))
    };
    let iterations: Vec<Iteration<'_>> = stages
        .chunks(each.max(1))
        .zip(&known.items)
        .filter_map(|(chunk, item)| {
            let (_, stage) = chunk.first()?;
            let (approves, deploys) = (has(chunk, Category::Approval), has(chunk, Category::Deploy));
            Some(Iteration { stage, item: *item, approves, deploys })
        })
        .collect();
    let (last, before) = iterations.split_last()?;
    let approved = before.iter().find(|earlier| earlier.approves && earlier.deploys)?;
    let unasked = last.deploys && !last.approves && is_production(&last.stage.node);
    unasked.then(|| not_approved(last, approved))
}

fn is_production(name: &str) -> bool {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let lower: Vec<String> = words.map(str::to_ascii_lowercase).collect();
    lower.iter().any(|word| PRODUCTION.contains(&word.as_str()))
}

/// Production without an approval, after another environment with one.
fn not_approved(last: &Iteration<'_>, approved: &Iteration<'_>) -> Diagnostic {
    let message = format!("stage `{}` deploys without an approval", last.stage.node);
    Diagnostic::new(Code::W0959, message, last.item, "no approval for this element")
        .label(approved.item, format!("stage `{}` waits for an approval", approved.stage.node))
        .help("also require an approval before production")
}
