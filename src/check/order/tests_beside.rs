//! W0956: tests that run in parallel with the deployment that they test. W0967: tests of an earlier stage that run
//! after a later one is deployed, and tests of code and scans after production.

use crate::catalog::Category;
use crate::check::support::environment_words::{
    difference, is_environment, is_production, precedes_production, words, words_of_stage,
};
use crate::check::support::rivals::at_once;
use crate::check::support::tested_targets::{DEPLOYED, SHORTEST, each_variable, too_late};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, DocumentText};
use crate::hir::{Action, ActionId, PartKind, Stage};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "tests-beside", codes: &[Code::W0956, Code::W0967], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| place.action.action_type.examines) {
        if let Some(deploy) = scanned_last(subject, place) {
            findings.about(place, after_production("scan", &place.action.name, &deploy.deployed_name()));
        }
    }
    for place in subject.actions().filter(|place| place.action.category == Category::Test) {
        let name = place.action.name.node.to_ascii_lowercase().replace(['-', '_'], "");
        let by_name = DEPLOYED.iter().any(|word| name.contains(word));
        let beside = place.pipeline.actions().find(|(id, action)| {
            action.changes_deployment()
                && at_once(subject, place.pipeline_id, place.id, *id)
                && (by_name || looks_at(place.action, *id, action))
        });
        if let Some((_, deploy)) = beside {
            findings.about(place, beside_deployment(&place.action.name, &deploy.deployed_name()));
        } else if let Some((stage, variable, deploy)) = earlier(subject, place) {
            findings.about(place, too_late(&place.action.name, stage, variable, &deploy.deployed_name()));
        } else if let Some((stage, deploy)) = after_live(subject, place) {
            findings.about(place, after_next(&place.action.name, stage, &deploy.deployed_name()));
        } else if let Some(deploy) = after_all(subject, place) {
            findings.about(place, after_production("test", &place.action.name, &deploy.deployed_name()));
        }
    }
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

/// Returns an earlier stage that a variable of a test refers to, and a deployment of the test's own stage before it.
fn earlier<'a>(subject: &Subject<'a>, place: Place<'a>) -> Option<(&'a str, Span, &'a Action)> {
    let own = place.pipeline.stages.get(place.action.stage)?.name.as_str();
    let (_, deploy) = place.pipeline.actions().find(|(id, action)| {
        action.stage == place.action.stage
            && action.changes_deployment()
            && subject.plan.ran_before(place.pipeline_id, *id, place.id)
    })?;
    let deployed =
        |index: usize| place.pipeline.actions.iter().any(|action| action.stage == index && action.changes_deployment());
    let before = place.pipeline.stages.iter().enumerate().take(place.action.stage);
    let stages: Vec<&str> =
        before.filter(|(index, _)| deployed(*index)).map(|(_, stage)| stage.name.as_str()).collect();
    let mut found = None;
    // A test of both stages compares them.
    let mut compares = false;
    each_variable(place.action, &mut |part| {
        if let PartKind::Output(setter, _) = &part.kind {
            let setter = place.pipeline.actions.get(*setter);
            compares |= setter.is_some_and(|it| it.stage == place.action.stage && it.stack_operation().is_some());
            let stage = setter.filter(|setter| has_counterpart(place, setter));
            let stage = stage.and_then(|setter| place.pipeline.stages.get(setter.stage));
            found = found.or(stage.map(|stage| (stage.name.as_str(), part.span)));
        }
        let PartKind::Literal(text) = &part.kind else { return };
        let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        let names = |stage: &str| words.iter().any(|word| word.eq_ignore_ascii_case(stage));
        if let Some(stage) = stages.iter().find(|stage| names(stage) && !names(own)) {
            found = found.or(Some((*stage, part.span)));
        }
    });
    found.filter(|_| !compares).map(|(stage, span)| (stage, span, deploy))
}

/// Returns the stage of a test that is named after an environment before production, and a deployment to production of what
/// was deployed to this environment, both of which ran before the test.
fn after_live<'a>(subject: &Subject<'a>, place: Place<'a>) -> Option<(&'a Stage, &'a Action)> {
    let of_stage = |stage: usize| words_of_stage(subject.hir, place.pipeline, stage);
    let own = of_stage(place.action.stage);
    let word = own.iter().find(|word| precedes_production(word) && is_environment(word))?;
    if own.iter().any(|word| is_production(word)) {
        return None;
    }
    let ran_before = |first, second| subject.plan.ran_before(place.pipeline_id, first, second);
    let deploying = || {
        let all = place.pipeline.actions().filter(|(_, it)| it.changes_deployment() && !it.incomplete);
        all.filter(|(id, it)| it.stage != place.action.stage && ran_before(*id, place.id))
    };
    let (live, deploy) = deploying().find(|(live, deploy)| {
        let is_live = of_stage(deploy.stage).iter().any(|word| is_production(word));
        let is_first = |(id, it): (ActionId, &Action)| {
            it.action_type.provider == deploy.action_type.provider
                && ran_before(id, *live)
                && of_stage(it.stage).contains(word)
        };
        is_live && deploying().any(is_first)
    })?;
    // If the environment is deployed again, that is what is tested.
    let again = deploying().any(|(id, it)| ran_before(live, id) && of_stage(it.stage).contains(word));
    let stage = place.pipeline.stages.get(place.action.stage)?;
    (!again).then_some((stage, deploy))
}

/// Words in the names of tests of code, which need no deployment.
const OF_CODE: [&str; 3] = ["lint", "unit", "unittest"];

/// Returns the deployment to production before a test of code, if nothing is deployed after the test.
fn after_all<'a>(subject: &Subject<'a>, place: Place<'a>) -> Option<&'a Action> {
    let ran_before = |first, second| subject.plan.ran_before(place.pipeline_id, first, second);
    let of_code = words(&place.action.name.node).iter().any(|word| OF_CODE.contains(&word.trim_end_matches('s')));
    let deploying = || place.pipeline.actions().filter(|(_, action)| action.changes_deployment() && !action.incomplete);
    let is_last = deploying().all(|(id, _)| ran_before(id, place.id)) && !place.pipeline.incomplete;
    let is_live = |action: &Action| {
        let of_stage = words_of_stage(subject.hir, place.pipeline, action.stage);
        action.stage < place.action.stage && of_stage.iter().any(|word| is_production(word))
    };
    let (_, deploy) = deploying().find(|(_, action)| of_code && is_last && is_live(action))?;
    Some(deploy)
}

/// Returns a deployment before the first scan of a pipeline, if nothing is deployed after the scan.
fn scanned_last<'a>(subject: &Subject<'a>, place: Place<'a>) -> Option<&'a Action> {
    let ran_before = |first, second| subject.plan.ran_before(place.pipeline_id, first, second);
    let deploying = || place.pipeline.actions().filter(|(_, action)| action.changes_deployment() && !action.incomplete);
    let is_last = deploying().all(|(id, _)| ran_before(id, place.id)) && !place.pipeline.incomplete;
    let is_first = !place.pipeline.actions().any(|(id, it)| it.action_type.examines && ran_before(id, place.id));
    let (_, deploy) = deploying().find(|_| is_last && is_first)?;
    Some(deploy)
}

/// Returns whether an earlier stage deploys a stack whose counterpart the stage of a test deploys.
fn has_counterpart(place: Place<'_>, setter: &Action) -> bool {
    let is_counterpart = |action: &Action| {
        let words = difference(&setter.symbol, &action.symbol);
        action.stage == place.action.stage
            && action.stack_operation().is_some_and(|operation| operation.mode.deploys())
            && words.is_some_and(|(one, other)| is_environment(&one) && is_environment(&other))
    };
    setter.stack_operation().is_some()
        && setter.stage < place.action.stage
        && place.pipeline.actions.iter().any(is_counterpart)
}

/// A test that runs at the same time as a deployment.
fn beside_deployment(test: &Spanned<String>, deploy: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` runs while `{}` still deploys", test.node, deploy.node);
    Diagnostic::new(Code::W0956, message, test.span, "may test the previous version")
        .label(deploy.span, "runs at the same time")
        .help("move the test after the deployment, outside `parallel`")
        .help_in_document(DocumentText::with_keys(|key| {
            format!("move the test after the deployment, by their {}", key("RunOrder"))
        }))
}

/// A test of code, or a scan, after production is deployed.
fn after_production(what: &str, test: &Spanned<String>, deploy: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` runs after `{}` is deployed", test.node, deploy.node);
    Diagnostic::new(Code::W0967, message, test.span, "too late to stop the deployment")
        .label(deploy.span, format!("deployed before the {what}"))
        .help(format!("move the {what} before the first deployment"))
}

/// A test of an environment before production that runs after production is deployed.
fn after_next(test: &Spanned<String>, stage: &Stage, deploy: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` in stage `{}` runs after production is deployed", test.node, stage.name.node);
    Diagnostic::new(Code::W0967, message, test.span, "too late to stop the deployment")
        .label(deploy.span, format!("`{}` is deployed before the test", deploy.node))
        .help("move the test to the stage that deploys what it tests, or directly after that stage")
}
