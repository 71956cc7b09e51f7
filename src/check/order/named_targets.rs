//! W0964: tests that look at another environment, and deployments to a target that is named after another stage.

use crate::catalog::Category;
use crate::check::support::environment_words::{
    is_environment, is_production, precedes_production, words, words_of_stage,
};
use crate::check::support::swapped::swapped;
use crate::check::support::tested_targets::text_that;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, ActionId, Value, ValueKind};
use crate::source::{Span, Spanned};
use crate::workspace::packaging::Invocation;

pub(super) const RULE: Rule = Rule { name: "named-targets", codes: &[Code::W0964], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let swapped = swapped(subject);
    for place in subject.actions().filter(|place| !place.action.incomplete && !place.pipeline.incomplete) {
        let is_swapped = |value: &Value| swapped.iter().any(|it| it.has(value));
        let found = match place.action.category {
            Category::Test => named_by_variable(subject, place)
                .or_else(|| later_address(subject, place))
                .or_else(|| named_by_command(subject, place, &is_swapped)),
            Category::Deploy => {
                named_by_target(subject, place).filter(|_| !target(place.action).any(|(_, it)| is_swapped(it)))
            }
            _ => None,
        };
        if let Some(found) = found {
            findings.about(place, found);
        }
    }
}

fn stage_of<'a>(place: Place<'a>, action: &Action) -> &'a str {
    place.pipeline.stages.get(action.stage).map_or("", |stage| stage.name.as_str())
}

/// Checks for the URL of an earlier environment in the variables of a test.
fn named_by_variable(subject: &Subject<'_>, place: Place<'_>) -> Option<Diagnostic> {
    // A test after a deployment of its own stage, which tests an earlier one, is reported separately.
    let is_deployed = |action: &Action| action.stage == place.action.stage && action.changes_deployment();
    if place.pipeline.actions.iter().any(is_deployed) {
        return None;
    }
    let of_stage = |stage: usize| words_of_stage(subject.hir, place.pipeline, stage);
    let own: Vec<String> = of_stage(place.action.stage).into_iter().filter(|word| is_environment(word)).collect();
    let deploys = |stage: &usize| {
        place.pipeline.actions.iter().any(|action| action.stage == *stage && action.changes_deployment())
    };
    let earlier = (0..place.action.stage).rev().filter(deploys).find_map(|stage| {
        let others = of_stage(stage).into_iter().filter(|word| is_environment(word) && !own.contains(word));
        let others: Vec<String> = others.collect();
        let fits = |text: &str| text.contains("://") && words(text).iter().any(|word| others.contains(word));
        Some((place.pipeline.stages.get(stage)?.name.as_str(), text_that(place.action, fits)?))
    });
    let is_own = |text: &str| text.contains("://") && words(text).iter().any(|word| own.contains(word));
    let names_own = text_that(place.action, is_own);
    let (stage, text) = earlier.filter(|_| !own.is_empty() && names_own.is_none())?;
    let own = stage_of(place, place.action);
    let help = format!("use the address that belongs to stage `{own}`");
    Some(looks_elsewhere(&place.action.name.node, (own, stage), text).help(help))
}

/// Checks for the address of a later environment in the only variable with an address of a test, after the deployment of
/// its own stage.
fn later_address(subject: &Subject<'_>, place: Place<'_>) -> Option<Diagnostic> {
    let own_stage = place.action.stage;
    let of_stage = |stage: usize| words_of_stage(subject.hir, place.pipeline, stage);
    let own = of_stage(own_stage);
    let is_lower = own.iter().any(|word| precedes_production(word)) && !own.iter().any(|word| is_production(word));
    let is_here = |(id, action): &(ActionId, &Action)| {
        action.stage == own_stage
            && action.changes_deployment()
            && subject.plan.ran_before(place.pipeline_id, *id, place.id)
    };
    let (_, here) = place.pipeline.actions().find(is_here).filter(|_| is_lower)?;
    let Some(ValueKind::Map(variables)) = place.action.value("EnvironmentVariables").map(|value| &value.kind) else {
        return None;
    };
    let address = |(name, value): &'_ (Spanned<String>, Value)| {
        let text = value.as_str().filter(|text| text.contains("://"))?;
        Some((words(&name.node), text.to_owned(), value.span))
    };
    let mut addresses = variables.iter().filter_map(address);
    let (variable, text, span) = addresses.next().filter(|_| addresses.next().is_none())?;
    let of_host = words(host(&text).unwrap_or_default());
    // A whole name of a target is reported separately.
    let of_pipeline = place.pipeline.actions.iter().filter(|it| it.stage > own_stage).flat_map(target);
    if of_pipeline.into_iter().any(|(_, it)| it.as_str().is_some_and(|name| is_whole(name, &text))) {
        return None;
    }
    let mut later = place.pipeline.actions.iter().filter(|it| is_counterpart(here, it) && it.stage > own_stage);
    let stage = later.find_map(|later| {
        let of_later = of_stage(later.stage);
        let word = of_host.iter().find(|word| is_production(word) && of_later.contains(word))?;
        let is_meant = variable.contains(word) || words(&text).iter().any(|word| own.contains(word));
        (!is_meant).then(|| stage_of(place, later))
    })?;
    let own = stage_of(place, place.action);
    let help = format!("use the address that belongs to stage `{own}`");
    Some(looks_elsewhere(&place.action.name.node, (own, stage), span).help(help))
}

/// Returns whether an address contains a name of several words.
fn is_whole(name: &str, address: &str) -> bool {
    words(name).len() > 1 && address.contains(name)
}

/// Returns the host of an address.
fn host(text: &str) -> Option<&str> {
    text.split_once("://")?.1.split(['/', ':', '?']).next()
}

/// The literal names of what an action deploys to, by their keys.
fn target(action: &Action) -> impl Iterator<Item = (&str, &Value)> {
    let keys = action.action_type.works_on.iter();
    keys.filter_map(|key| Some((key.as_str(), action.value(key).filter(|value| value.as_str().is_some())?)))
}

fn is_counterpart(one: &Action, other: &Action) -> bool {
    one.action_type.provider == other.action_type.provider && one.category == other.category && one.stage != other.stage
}

/// Checks for a command of a test that names the target of a later stage, and not that of its own stage.
fn named_by_command(
    subject: &Subject<'_>,
    place: Place<'_>,
    is_swapped: &dyn Fn(&Value) -> bool,
) -> Option<Diagnostic> {
    let builds: Vec<_> = subject.action_files.builds(place.pipeline_id, place.id).collect();
    let calls = || builds.iter().flat_map(|build| &build.commands.invocations);
    let here = place.pipeline.actions().filter(|(id, action)| {
        action.stage == place.action.stage
            && action.changes_deployment()
            && subject.plan.ran_before(place.pipeline_id, *id, place.id)
    });
    let here: Vec<&Action> = here.map(|(_, own)| own).collect();
    // A call that names all of a target of the own stage is about that one.
    let is_here = |call: &Invocation| {
        here.iter().any(|own| {
            let mut names = target(own).filter_map(|(_, value)| value.as_str()).peekable();
            names.peek().is_some() && names.all(|name| call.names(name))
        })
    };
    here.iter().copied().find_map(|own| {
        let later =
            || place.pipeline.actions.iter().filter(|other| is_counterpart(own, other) && other.stage > own.stage);
        target(own).filter(|(_, value)| !is_swapped(value)).find_map(|(key, value)| {
            let name = value.as_str()?;
            let others = later().filter_map(|other| Some((other, other.literal(key).filter(|it| *it != name)?)));
            others.into_iter().find_map(|(other, elsewhere)| {
                let is_about =
                    |call: &&Invocation| call.certain && call.names(elsewhere) && takes(call, key) && !is_here(call);
                let call = calls().find(is_about)?;
                let is_own = calls().any(|call| call.names(name));
                (!is_own).then(|| {
                    let stages = (stage_of(place, place.action), stage_of(place, other));
                    let help = format!("name what is deployed in stage `{}`", stages.0);
                    looks_elsewhere(&place.action.name.node, stages, call.span).help(help)
                })
            })
        })
    })
}

/// Returns whether a command takes a name of this kind: a task definition may have the name of an application.
fn takes(call: &Invocation, key: &str) -> bool {
    let kind = key.trim_end_matches("Name").to_ascii_lowercase();
    let forms = [format!("--{kind}"), format!("--{kind}s"), format!("--{kind}-name"), format!("--{kind}-names")];
    call.program != "aws" || kind == "bucket" || forms.iter().any(|form| call.has(form))
}

/// Checks for a name that a deployment has in common with that of another stage, after which it is named.
fn named_by_target(subject: &Subject<'_>, place: Place<'_>) -> Option<Diagnostic> {
    let own = place.action;
    let of_stage = words_of_stage(subject.hir, place.pipeline, own.stage);
    place.pipeline.actions.iter().filter(|other| is_counterpart(own, other)).find_map(|other| {
        let stage = stage_of(place, other);
        // Words for environments are compared with the names that differ by stage, in a rule of its own.
        let is_mark = |word: &String| !of_stage.contains(word) && !is_environment(word);
        let marks: Vec<String> = words(stage).into_iter().filter(is_mark).collect();
        let is_marked = |text: &str| words(text).iter().any(|word| marks.contains(word));
        let shared = target(own)
            .find(|(key, value)| other.literal(key) == value.as_str() && value.as_str().is_some_and(is_marked));
        let (shared_key, value) = shared?;
        let mut differing = target(own).filter(|(key, value)| {
            *key != shared_key && other.literal(key).is_some_and(|it| Some(it) != value.as_str() && is_marked(it))
        });
        let (key, unmarked) = differing.next()?;
        let is_own = unmarked.as_str().is_some_and(|name| !is_marked(name));
        // Both names of the other stage may be the same, and those of this one, too.
        let meant = unmarked.as_str().filter(|_| other.literal(key) == value.as_str());
        is_own.then(|| deploys_elsewhere(&own.name.node, value, stage, meant))
    })
}

/// A test that looks at what another stage deploys.
fn looks_elsewhere(test: &str, (own, stage): (&str, &str), place: Span) -> Diagnostic {
    let message = format!("`{test}` in stage `{own}` looks at what stage `{stage}` deploys");
    Diagnostic::new(Code::W0964, message, place, "another environment")
}

/// A target that is named after another stage.
fn deploys_elsewhere(action: &str, value: &Value, stage: &str, meant: Option<&str>) -> Diagnostic {
    let name = value.as_str().unwrap_or_default();
    let message = format!("`{action}` deploys to `{name}`, as in stage `{stage}`");
    let meant = meant.map(|name| format!("\"{name}\""));
    Diagnostic::new(Code::W0964, message, value.span, "another environment").suggest(value.span, meant.as_deref())
}
