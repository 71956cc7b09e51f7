//! W0956: tests before the deployment that their variables, input, or commands name, and beside a build that deploys the stack
//! that they read. W0967: functions that test an earlier stage after a later one is deployed.

use crate::catalog::Category;
use crate::check::support::deploys::STACK_SET;
use crate::check::support::environment_words::{is_environment, words, words_of_stage};
use crate::check::support::rivals::at_once;
use crate::check::support::tested_targets::{
    DEPLOYED, NamedStack, Target, each_variable, stacks_of_commands, text_that, too_late,
};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, DocumentText};
use crate::hir::{Action, ActionId, PartKind};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "tests-early", codes: &[Code::W0956, Code::W0967], run: check };

/// Words in the names of functions that test.
const TESTING: [&str; 8] = ["acceptance", "check", "contract", "e2e", "probe", "smoke", "test", "verify"];

/// Words in the names of tests that need no deployment, or look at the version before it.
const BEFORE: [&str; 10] =
    ["audit", "before", "lint", "preflight", "precheck", "previous", "readiness", "ready", "scan", "unit"];

/// Words in the names of tests that may need a deployment.
const OF_SERVICES: [&str; 3] = ["contract", "browser", "load"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let stacks: Vec<(Place<'_>, NamedStack)> = subject
        .actions()
        .filter(|place| !place.action.incomplete)
        .flat_map(|place| stacks_of_commands(subject, place).into_iter().map(move |stack| (place, stack)))
        .collect();
    for place in subject.actions().filter(|place| tests(place.action) && !place.pipeline.incomplete) {
        let is_own = |other: &Place<'_>| other.id == place.id && other.pipeline_id == place.pipeline_id;
        let deploys = |(other, stack): &(Place<'_>, NamedStack)| is_own(other) && stack.is_deployed;
        if stacks.iter().any(deploys) {
            continue;
        }
        let mut deploying = place.pipeline.actions().filter(|(_, action)| action.changes_deployment());
        // Tests beside a deployment are reported separately.
        let is_beside = deploying.any(|(id, _)| at_once(subject, place.pipeline_id, place.id, id));
        if let Some(found) = reads_stack(subject, place, &stacks) {
            findings.about(place, found);
            continue;
        }
        if is_beside {
            continue;
        }
        if let Some((text, deploy)) = before_first_deployment(subject, place) {
            findings.about(place, too_early(&place.action.name, text, &deploy.deployed_name()));
        } else if let Some((text, deploy)) = looks_ahead(subject, place) {
            findings.about(place, too_early(&place.action.name, text, &deploy.deployed_name()));
        } else if let Some((stage, text, deploy)) = tests_earlier_stage(subject, place) {
            findings.about(place, too_late(&place.action.name, stage, text, &deploy.deployed_name()));
        }
    }
}

/// Returns whether an action tests what is deployed.
fn tests(action: &Action) -> bool {
    let own = words(&action.name.node);
    let has = |known: &[&str]| own.iter().any(|word| known.contains(&word.trim_end_matches('s')));
    let is_function = action.category == Category::Invoke && !action.action_type.examines && has(&TESTING);
    (action.category == Category::Test || is_function) && !has(&BEFORE)
}

/// Checks for a stack whose outputs a test reads before a build deploys it, or at the same time.
fn reads_stack(subject: &Subject<'_>, place: Place<'_>, stacks: &[(Place<'_>, NamedStack)]) -> Option<Diagnostic> {
    let ran_before = |first, second| subject.plan.ran_before(place.pipeline_id, first, second);
    let deploying = |name: &str| {
        let of_pipeline = stacks.iter().filter(|(other, _)| other.pipeline_id == place.pipeline_id);
        let name = name.to_owned();
        of_pipeline.filter(move |(_, stack)| stack.is_deployed && stack.name == name)
    };
    let by_action =
        |name: &str| {
            place.pipeline.actions.iter().any(|action| {
                action.stack_operation().is_some_and(|operation| operation.stack.as_literal() == Some(name))
            })
        };
    let read = stacks.iter().filter(|(other, stack)| {
        other.id == place.id && other.pipeline_id == place.pipeline_id && !stack.is_deployed && !by_action(&stack.name)
    });
    read.into_iter().find_map(|(_, stack)| {
        let is_done = deploying(&stack.name).any(|(other, _)| ran_before(other.id, place.id));
        let (other, deployed) = deploying(&stack.name).find(|_| !is_done)?;
        let deploy = Spanned::new(other.action.name.node.clone(), deployed.place);
        let beside = at_once(subject, place.pipeline_id, place.id, other.id);
        let report = if beside { beside_deployment } else { too_early };
        Some(report(&place.action.name, stack.place, &deploy))
    })
}

/// Returns what refers to a deployment that follows a test of deployed services, if it is the first one.
fn before_first_deployment<'a>(subject: &Subject<'a>, place: Place<'a>) -> Option<(Span, &'a Action)> {
    let name = place.action.name.node.to_ascii_lowercase().replace(['-', '_'], "");
    let has = |known: &[&str]| place.action.category == Category::Test && known.iter().any(|word| name.contains(word));
    let by_command = || before_deployment(subject, place).filter(|_| has(&DEPLOYED) || has(&OF_SERVICES));
    by_command().or_else(|| before_first(subject, place).filter(|_| has(&DEPLOYED)))
}

/// Returns a command of a test that names the target of a deployment, which follows in the same stage and is the first
/// one of this target.
fn before_deployment<'a>(subject: &Subject<'a>, place: Place<'a>) -> Option<(Span, &'a Action)> {
    let ran_before = |first, second| subject.plan.ran_before(place.pipeline_id, first, second);
    let builds: Vec<_> = subject.action_files.builds(place.pipeline_id, place.id).collect();
    place.pipeline.actions().filter(|(_, action)| action.changes_deployment() && !action.incomplete).find_map(
        |(id, deploy)| {
            let target = target(deploy)?;
            let is_first = place.action.stage == deploy.stage
                && ran_before(place.id, id)
                && !place.pipeline.actions().any(|(other, action)| {
                    action.changes_deployment()
                        && ran_before(other, place.id)
                        && self::target(action).is_none_or(|it| it == target)
                });
            let mut calls = builds.iter().flat_map(|build| &build.commands.invocations).filter(|call| call.certain);
            let call = calls.find(|call| is_first && target.iter().all(|name| call.names(name)))?;
            Some((call.span, deploy))
        },
    )
}

/// Returns a variable of a test that names its stage's environment, and the deployment that follows in the stage, if
/// nothing is deployed before.
fn before_first<'a>(subject: &Subject<'a>, place: Place<'a>) -> Option<(Span, &'a Action)> {
    let ran_before = |first, second| subject.plan.ran_before(place.pipeline_id, first, second);
    let deploying = || place.pipeline.actions().filter(|(_, action)| action.changes_deployment());
    let is_first = !deploying().any(|(id, _)| ran_before(id, place.id));
    let (_, deploy) = deploying()
        .find(|(id, action)| action.stage == place.action.stage && !action.incomplete && ran_before(place.id, *id))?;
    let own = words_of_stage(subject.hir, place.pipeline, place.action.stage);
    let names_own = |text: &str| words(text).iter().any(|word| is_environment(word) && own.contains(word));
    let found = text_that(place.action, names_own);
    Some((found.filter(|_| is_first)?, deploy))
}

/// Returns the names that identify what an action deploys, if all are known.
fn target(action: &Action) -> Option<Vec<&str>> {
    if let Some(operation) = action.stack_operation() {
        return Some(vec![operation.stack.as_literal()?]);
    }
    if let Some(set) = action.literal(STACK_SET) {
        return Some(vec![set]);
    }
    let keys = action.action_type.works_on.iter().filter(|key| action.value(key).is_some());
    let names: Vec<&str> = keys.map(|key| action.literal(key)).collect::<Option<_>>()?;
    (!names.is_empty()).then_some(names)
}

/// Returns a text of a test that names the target of a later deployment, if nothing was deployed there before.
fn looks_ahead<'a>(subject: &Subject<'a>, place: Place<'a>) -> Option<(Span, &'a Action)> {
    let ran_before = |first, second| subject.plan.ran_before(place.pipeline_id, first, second);
    let deploying = || place.pipeline.actions().filter(|(_, action)| action.changes_deployment() && !action.incomplete);
    let text_of = |deploy: &Action| {
        let target = Target::of(subject, place, deploy)?;
        text_that(place.action, |text| target.is_named_in(text, place.action.stage))
    };
    // A function is called by its name, so that it is not about another stack of the stage.
    let may_be_about = |deploy: &Action| {
        let is_other_stack = place.action.category == Category::Invoke && deploy.stack_operation().is_some();
        deploy.stage == place.action.stage && !is_other_stack
    };
    let is_earlier = |(id, deploy): &(ActionId, &Action)| {
        ran_before(*id, place.id) && (may_be_about(deploy) || text_of(deploy).is_some())
    };
    if deploying().any(|it| is_earlier(&it)) {
        return None;
    }
    let mut later = deploying().filter(|(id, _)| ran_before(place.id, *id));
    later.find_map(|(_, deploy)| Some((text_of(deploy)?, deploy)))
}

/// Returns the earlier stage whose stack a function tests, its text, and a deployment of the function's own stage before it.
fn tests_earlier_stage<'a>(subject: &Subject<'a>, place: Place<'a>) -> Option<(&'a str, Span, &'a Action)> {
    let (_, deploy) = place.pipeline.actions().find(|(id, action)| {
        action.stage == place.action.stage
            && action.changes_deployment()
            && subject.plan.ran_before(place.pipeline_id, *id, place.id)
    })?;
    let mut found = None;
    let mut compares = false;
    each_variable(place.action, &mut |part| {
        let PartKind::Output(setter, _) = &part.kind else { return };
        let Some(setter) = place.pipeline.actions.get(*setter).filter(|it| it.stack_operation().is_some()) else {
            return;
        };
        // An output of the same stack in another stage is reported separately.
        let is_twin = |action: &Action| action.stage == place.action.stage && action.symbol == setter.symbol;
        compares |= place.pipeline.actions.iter().any(is_twin);
        let is_same = setter.action_type.provider == deploy.action_type.provider;
        let stage = place.pipeline.stages.get(setter.stage).filter(|_| setter.stage < place.action.stage && is_same);
        found = found.or(stage.map(|stage| (stage.name.as_str(), part.span)));
    });
    let (stage, text) = found.filter(|_| !compares && place.action.category == Category::Invoke)?;
    Some((stage, text, deploy))
}

/// A test beside the build that deploys what it tests.
fn beside_deployment(test: &Spanned<String>, named_by: Span, deploy: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` runs while `{}` still deploys", test.node, deploy.node);
    Diagnostic::new(Code::W0956, message, test.span, "may test the previous version")
        .label(named_by, "reads the stack")
        .label(deploy.span, "deploys it at the same time")
        .help("move the test after the deployment, outside `parallel`")
        .help_in_document(DocumentText::with_keys(|key| {
            format!("move the test after the deployment, by their {}", key("RunOrder"))
        }))
}

/// A test before what it tests is deployed.
fn too_early(test: &Spanned<String>, named_by: Span, deploy: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` runs before `{}` deploys", test.node, deploy.node);
    Diagnostic::new(Code::W0956, message, test.span, "tests the previous version")
        .label(named_by, "refers to what is deployed")
        .label(deploy.span, "deployed here")
        .help("move the test after the deployment")
}
