//! W0971: one stack that two pipelines deploy, each from another branch of the same repository.

use crate::check::support::rivals::same_stack;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, Pipeline, PipelineId};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "rival-stacks", codes: &[Code::W0971], run: check };

/// The keys with the repository of a source.
const REPOSITORY: [&str; 2] = ["FullRepositoryId", "RepositoryName"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut deploying: Vec<Place<'_>> = subject.actions().filter(|place| deploys(place.action)).collect();
    // The order of the pipelines in the file means nothing.
    deploying.sort_by(|one, other| one.pipeline.name.node.cmp(&other.pipeline.name.node));
    let mut reported: Vec<(PipelineId, PipelineId)> = Vec::new();
    for (index, later) in deploying.iter().enumerate() {
        for first in deploying.iter().take(index) {
            let pair = (first.pipeline_id, later.pipeline_id);
            let differs = first.pipeline_id != later.pipeline_id && !reported.contains(&pair);
            let site = |pipeline: &Pipeline| {
                [&pipeline.account, &pipeline.region].map(|it| it.as_ref().map(|it| it.node.clone()))
            };
            if differs
                && site(first.pipeline) == site(later.pipeline)
                && same_stack(subject.plan, first.action, later.action)
                && let Some(branches) = branches(first.pipeline, later.pipeline)
                && let Some(stack) = later.action.literal("StackName")
            {
                reported.push(pair);
                findings.about(*later, deployed_from_both(stack, *first, *later, branches));
            }
        }
    }
}

/// Returns whether an action deploys a template.
fn deploys(action: &Action) -> bool {
    !action.incomplete && action.stack_operation().is_some_and(|operation| operation.mode.takes_template())
}

/// Returns the two branches of one repository that start two pipelines.
fn branches<'a>(first: &'a Pipeline, second: &'a Pipeline) -> Option<[Spanned<&'a str>; 2]> {
    let (one, two) = (watched(first)?, watched(second)?);
    (one.0 == two.0 && one.1.node != two.1.node).then_some([one.1, two.1])
}

/// Returns the repository and the branch of the only source of a pipeline, if every push starts it.
fn watched(pipeline: &Pipeline) -> Option<(&str, Spanned<&str>)> {
    let mut sources = pipeline.actions.iter().filter(|action| action.action_type.change_detection.is_some());
    let source = sources.next().filter(|source| source.filters.is_empty() && !source.incomplete)?;
    let detection = source.action_type.change_detection.as_ref()?;
    let is_off = detection.off.iter().any(|(key, off)| source.literal(key) == Some(off));
    let repository = REPOSITORY.iter().find_map(|key| source.literal(key))?;
    let branch = source.value("BranchName")?;
    (sources.next().is_none() && !is_off).then_some((repository, Spanned::new(branch.as_str()?, branch.span)))
}

/// A stack that is replaced by each push to either branch.
fn deployed_from_both(stack: &str, first: Place<'_>, later: Place<'_>, branches: [Spanned<&str>; 2]) -> Diagnostic {
    let [one, two] = branches;
    let name = |place: Place<'_>| place.pipeline.name.node.clone();
    let message = format!("stack `{stack}` is also deployed by pipeline `{}`", name(first));
    let label = |branch: Spanned<&str>| format!("deploys branch `{}`", branch.node);
    let place: Span = later.action.name.span;
    Diagnostic::new(Code::W0971, message, place, label(two))
        .label(first.action.name.span, label(one))
        .note("each push to either branch replaces what the other one deployed")
        .help("give the two stacks different names")
}
