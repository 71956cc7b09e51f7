//! W0956: tests that run in parallel with the deployment that they test. W0967: tests of an earlier stage that run
//! after a later one is deployed.

use crate::catalog::Category;
use crate::check::support::rivals::at_once;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, ActionId, Part, PartKind, StackMode, ValueKind};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "tests-beside", codes: &[Code::W0956, Code::W0967], run: check };

/// Words in the names of tests of deployments.
const DEPLOYED: [&str; 6] = ["smoke", "e2e", "endtoend", "acceptance", "integration", "probe"];

/// The minimum length of a target's name. Shorter names occur in too many strings.
const SHORTEST: usize = 4;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| place.action.category == Category::Test) {
        let name = place.action.name.node.to_ascii_lowercase().replace(['-', '_'], "");
        let by_name = DEPLOYED.iter().any(|word| name.contains(word));
        let beside = place.pipeline.actions().find(|(id, action)| {
            deploys(action)
                && at_once(subject, place.pipeline_id, place.id, *id)
                && (by_name || looks_at(place.action, *id, action))
        });
        if let Some((_, deploy)) = beside {
            findings.about(place, beside_deployment(&place.action.name, &deploy.name));
        } else if let Some((stage, variable, deploy)) = earlier(subject, place) {
            findings.about(place, too_late(&place.action.name, stage, variable, &deploy.name));
        }
    }
}

/// Returns whether an action changes what is deployed. One that prepares a change set does not.
fn deploys(action: &Action) -> bool {
    let prepares = action.stack_operation().is_some_and(|operation| operation.mode == StackMode::ChangeSetReplace);
    action.category == Category::Deploy && !prepares
}

/// Returns whether the variables of a test name the target of a deployment.
fn looks_at(test: &Action, id: ActionId, deploy: &Action) -> bool {
    let target = deploy.action_type.works_on.last().and_then(|key| deploy.literal(key));
    let target = target.filter(|target| target.len() >= SHORTEST);
    let mut found = false;
    each_variable(test, &mut |part| {
        found |= match &part.kind {
            PartKind::Literal(written) => target.is_some_and(|target| written.contains(target)),
            PartKind::Output(setter, _) => *setter == id,
            _ => false,
        };
    });
    found
}

/// Calls `visit` with each part of the environment variables of an action.
fn each_variable<'a>(action: &'a Action, visit: &mut dyn FnMut(&'a Part)) {
    if let Some(ValueKind::Map(entries)) = action.value("EnvironmentVariables").map(|value| &value.kind) {
        for (_, value) in entries {
            value.each_part(visit);
        }
    }
}

/// Returns an earlier stage that a variable of a test refers to, and a deployment of the test's own stage before it.
fn earlier<'a>(subject: &Subject<'a>, place: Place<'a>) -> Option<(&'a str, Span, &'a Action)> {
    let own = place.pipeline.stages.get(place.action.stage)?.name.as_str();
    let (_, deploy) = place.pipeline.actions().find(|(id, action)| {
        action.stage == place.action.stage
            && deploys(action)
            && subject.plan.ran_before(place.pipeline_id, *id, place.id)
    })?;
    let deployed = |index: usize| place.pipeline.actions.iter().any(|action| action.stage == index && deploys(action));
    let before = place.pipeline.stages.iter().enumerate().take(place.action.stage);
    let stages: Vec<&str> =
        before.filter(|(index, _)| deployed(*index)).map(|(_, stage)| stage.name.as_str()).collect();
    let mut found = None;
    each_variable(place.action, &mut |part| {
        let PartKind::Literal(text) = &part.kind else { return };
        let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        let names = |stage: &str| words.iter().any(|word| word.eq_ignore_ascii_case(stage));
        if let Some(stage) = stages.iter().find(|stage| names(stage) && !names(own)) {
            found = found.or(Some((*stage, part.span)));
        }
    });
    found.map(|(stage, span)| (stage, span, deploy))
}

/// A test that runs at the same time as a deployment.
fn beside_deployment(test: &Spanned<String>, deploy: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` runs while `{}` still deploys", test.node, deploy.node);
    Diagnostic::new(Code::W0956, message, test.span, "may test the previous version")
        .label(deploy.span, "runs at the same time")
        .help("move the test after the deployment, outside `parallel`")
}

/// A test that runs after the next deployment.
fn too_late(test: &Spanned<String>, stage: &str, variable: Span, deploy: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` tests stage `{stage}` after `{}` is deployed", test.node, deploy.node);
    Diagnostic::new(Code::W0967, message, test.span, "too late to stop the deployment")
        .label(variable, format!("refers to stage `{stage}`"))
        .label(deploy.span, "deployed before the test")
        .help(format!("move the test to stage `{stage}`, or test what this stage deploys"))
}
