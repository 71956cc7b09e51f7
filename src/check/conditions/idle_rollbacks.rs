//! W0975: rollbacks of stages that deploy nothing.

use crate::catalog::Category;
use crate::check::support::tested_targets::stacks_of_commands;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::OnFailure;
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "idle-rollbacks", codes: &[Code::W0975], run: check };

/// Words in commands that may change what is deployed.
const DEPLOYING: [&str; 22] = [
    "apply",
    "assume-role",
    "cdk",
    "create",
    "delete",
    "deploy",
    "destroy",
    "invoke",
    "migrate",
    "promote",
    "publish",
    "push",
    "put",
    "release",
    "restart",
    "rollback",
    "shift",
    "start",
    "switch",
    "sync",
    "update",
    "upgrade",
];

/// A rollback runs the stage again with the inputs of an execution that was successful in that stage.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html> (2026-11-30)
fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, pipeline) in subject.pipelines().filter(|(_, pipeline)| !pipeline.incomplete) {
        for (index, stage) in pipeline.stages.iter().enumerate().skip(1) {
            let Some(rollback) = stage.rollback().filter(|_| !stage.incomplete) else { continue };
            let of_stage = || subject.actions().filter(|it| it.pipeline_id == id && it.action.stage == index);
            let asks_only = of_stage().all(|place| place.action.category == Category::Approval);
            // A condition after a build may check what it produces.
            let is_plain = stage.on_failure.as_ref().is_some_and(|outcome| outcome.node == OnFailure::Rollback);
            let builds = of_stage().any(|place| place.action.category == Category::Build);
            if asks_only || builds && !is_plain || !of_stage().all(|place| deploys_nothing(subject, place)) {
                continue;
            }
            let deployed = pipeline.actions.iter().filter(|it| it.stage < index && it.changes_deployment());
            let before = deployed.max_by_key(|it| it.stage).and_then(|it| pipeline.stages.get(it.stage));
            let has_tests = of_stage().any(|place| place.action.category == Category::Test);
            let before = before.map(|stage| stage.name.as_str()).filter(|_| has_tests);
            findings.push(nothing_to_undo(stage.name.as_str(), rollback, before));
        }
    }
}

/// Returns whether an action certainly deploys nothing: an approval, or a build whose commands are known.
fn deploys_nothing(subject: &Subject<'_>, place: Place<'_>) -> bool {
    match place.action.category {
        Category::Approval => true,
        Category::Build | Category::Test if !place.action.incomplete => {
            // What a build produces is deployed by another action.
            let is_build = place.action.category == Category::Build;
            let deployed_later = || {
                place.pipeline.actions.iter().any(|later| {
                    let takes = |artifact| later.inputs.iter().any(|input| input.artifact == artifact);
                    later.category == Category::Deploy && place.action.outputs.iter().any(|output| takes(*output))
                })
            };
            if is_build && !deployed_later() {
                return false;
            }
            let own = subject.action_files.own_commands(place.pipeline_id, place.id);
            let mut builds = subject.action_files.builds(place.pipeline_id, place.id).chain(own).peekable();
            let is_harmless = |text: &str| {
                let text = text.to_ascii_lowercase();
                !text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| DEPLOYING.contains(&word))
            };
            builds.peek().is_some()
                && builds.all(|build| build.spec.commands().all(|command| is_harmless(&command.text)))
                && stacks_of_commands(subject, place).is_empty()
        }
        _ => false,
    }
}

/// A rollback that undoes nothing.
fn nothing_to_undo(stage: &str, rollback: Span, before: Option<&str>) -> Diagnostic {
    let message = format!("stage `{stage}` deploys nothing that a rollback could undo");
    let found = Diagnostic::new(Code::W0975, message, rollback, "only the actions of this stage run again");
    match before {
        Some(before) => found.help(format!("move its tests to stage `{before}`, and roll back that stage")),
        None => found.help("remove the rollback"),
    }
}
