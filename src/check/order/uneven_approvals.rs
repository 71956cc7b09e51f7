//! W0959: production without an approval, although an earlier environment has one.

use crate::catalog::Category;
use crate::check::support::environment_words::{self, words_of_stage};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, Loop, LoopId, Moment, Pipeline, PipelineId, Stage};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "uneven-approvals", codes: &[Code::W0959], run: check };

/// Words in the names of production environments.
const PRODUCTION: [&str; 4] = ["prod", "production", "prd", "live"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (pipeline_id, pipeline) in subject.pipelines().filter(|(_, pipeline)| !pipeline.incomplete) {
        let in_loops = subject.hir.loops.entries().filter_map(|(id, known)| one(pipeline, id, known));
        let in_loops: Vec<Diagnostic> = in_loops.collect();
        if in_loops.is_empty() {
            findings.extend(misplaced(subject, pipeline_id, pipeline));
        }
        findings.extend(in_loops);
    }
}

/// Checks for an approval before the deployment to a lower environment, if nobody is asked before production.
fn misplaced(subject: &Subject<'_>, id: PipelineId, pipeline: &Pipeline) -> Option<Diagnostic> {
    let before = |first, second| subject.plan.ran_before(id, first, second);
    let is_live = |stage: usize| {
        let own = words_of_stage(subject.hir, pipeline, stage);
        own.iter().any(|word| environment_words::is_production(word))
    };
    let deploying = || pipeline.actions().filter(|(_, action)| action.changes_deployment());
    let approvals = || pipeline.actions().filter(|(_, action)| action.category == Category::Approval);
    let (live_id, live) = deploying().find(|(_, action)| is_live(action.stage))?;
    let stage = pipeline.stages.get(live.stage).filter(|stage| {
        stage.conditions_on(Moment::Entry).next().is_none() && stage.loops.is_empty() && stage.disabled.is_none()
    })?;
    let same_kind = |action: &Action| {
        action.action_type.provider == live.action_type.provider && action.stage < live.stage && !is_live(action.stage)
    };
    let (lower_id, lower) = deploying().filter(|(_, action)| same_kind(action)).last()?;
    let (_, approval) = approvals().find(|(own, action)| action.stage == lower.stage && before(*own, lower_id))?;
    let is_asked = approvals().any(|(own, _)| before(lower_id, own) && before(own, live_id));
    let mut lowers = deploying().filter(|(_, action)| same_kind(action));
    let first = lowers.all(|(other, _)| !approvals().any(|(own, _)| before(other, own) && before(own, live_id)));
    (!is_asked && first).then(|| asked_too_early(stage, live, lower, &approval.name))
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

/// Production without an approval, which is before another deployment.
fn asked_too_early(stage: &Stage, live: &Action, lower: &Action, approval: &Spanned<String>) -> Diagnostic {
    let shown = |action: &Action| match action.stack_operation() {
        Some(_) => action.symbol.clone(),
        None => action.name.node.clone(),
    };
    let message = format!("stage `{}` deploys without an approval", stage.name.node);
    Diagnostic::new(Code::W0959, message, live.name.span, "nobody is asked after the tests")
        .label(approval.span, format!("asks only before `{}`", shown(lower)))
        .help(format!("move approval `{}` before `{}` in stage `{}`", approval.node, shown(live), stage.name.node))
}

/// Production without an approval, after another environment with one.
fn not_approved(last: &Iteration<'_>, approved: &Iteration<'_>) -> Diagnostic {
    let message = format!("stage `{}` deploys without an approval", last.stage.node);
    Diagnostic::new(Code::W0959, message, last.item, "no approval for this element")
        .label(approved.item, format!("stage `{}` waits for an approval", approved.stage.node))
        .help("also require an approval before production")
}
