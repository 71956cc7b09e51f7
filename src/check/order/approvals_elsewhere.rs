//! W0978: approvals that ask about another environment than the one that is deployed next.

use crate::catalog::Category;
use crate::check::support::environment_words::{
    difference, is_environment, precedes_production, words, words_of_stage,
};
use crate::check::support::tested_targets::each_variable;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, PartKind};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "approvals-elsewhere", codes: &[Code::W0978], run: check };

/// The verbs and nouns with which a message asks for a deployment.
const ASKING: [&str; 14] = [
    "approve",
    "continue",
    "deploy",
    "deployment",
    "go",
    "move",
    "proceed",
    "promote",
    "promotion",
    "publish",
    "push",
    "release",
    "rollout",
    "ship",
];

/// The most words after `to` that can be the name of an environment.
const NAME_WORDS: usize = 3;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let approvals = subject.actions().filter(|place| place.action.category == Category::Approval);
    for place in approvals.filter(|place| !place.action.incomplete && !place.pipeline.incomplete) {
        let Some(next) = next_deployment(subject, place) else { continue };
        if let Some(found) = asks_elsewhere(subject, place, next).or_else(|| links_ahead(subject, place, next)) {
            findings.about(place, found);
        }
    }
}

/// Returns the first deployment after an approval.
fn next_deployment<'a>(subject: &Subject<'_>, place: Place<'a>) -> Option<&'a Action> {
    let later = place.pipeline.actions().filter(|(id, action)| {
        action.changes_deployment() && subject.plan.ran_before(place.pipeline_id, place.id, *id)
    });
    let first = later.min_by_key(|(id, _)| subject.plan.position_of(place.pipeline_id, *id));
    first.map(|(_, action)| action).filter(|action| !action.incomplete)
}

/// Checks for a message such as `Deploy to staging?` before the deployment to production.
fn asks_elsewhere(subject: &Subject<'_>, place: Place<'_>, next: &Action) -> Option<Diagnostic> {
    let value = place.action.value("CustomData").filter(|value| !value.is_poisoned())?;
    let mut text = String::new();
    value.each_part(&mut |part| match &part.kind {
        PartKind::Literal(literal) => text.push_str(literal),
        _ => text.push('-'),
    });
    let named = |stage: usize| words_of_stage(subject.hir, place.pipeline, stage);
    let own = named(next.stage);
    let all = words(&text);
    let tells = |word: &String| is_environment(word) || precedes_production(word);
    if !own.iter().any(tells) || all.iter().any(|word| own.contains(word)) {
        return None;
    }
    let (asked, name) = text.trim_end().strip_suffix('?')?.rsplit_once(" to ")?;
    let sentence = words(asked.rsplit(['.', '!', '?', '\n']).next()?);
    let name = words(name);
    let is_request = sentence.first().is_some_and(|word| ASKING.contains(&word.as_str())) && name.len() <= NAME_WORDS;
    let of_stage = |(index, _): &(usize, _)| {
        *index != next.stage && named(*index).iter().any(|word| tells(word) && name.contains(word))
    };
    let (_, other) = place.pipeline.stages.iter().enumerate().find(of_stage).filter(|_| is_request)?;
    let stage = place.pipeline.stages.get(next.stage)?;
    Some(about_other(&place.action.name, value.span, &other.name.node, (&stage.name.node, next)))
}

/// Checks for a link to what is deployed next, while a test before it uses the address of the environment before.
fn links_ahead(subject: &Subject<'_>, place: Place<'_>, next: &Action) -> Option<Diagnostic> {
    let link = place.action.value("ExternalEntityLink")?;
    let shown = host(link.as_str()?)?;
    let named = |stage: usize| words_of_stage(subject.hir, place.pipeline, stage);
    let own = named(next.stage);
    let before = |id| subject.plan.ran_before(place.pipeline_id, id, place.id);
    let deployed_before = place.pipeline.actions().any(|(id, action)| {
        action.changes_deployment() && before(id) && named(action.stage).iter().any(|word| own.contains(word))
    });
    let tests = place.pipeline.actions().filter(|(id, action)| action.category == Category::Test && before(*id));
    let mut found = None;
    for (_, test) in tests.filter(|_| !deployed_before) {
        let of_test = named(test.stage);
        each_variable(test, &mut |part| {
            let PartKind::Literal(address) = &part.kind else { return };
            let pair = host(address).and_then(|host| difference(shown, host));
            let is_pair = pair.is_some_and(|(ahead, tested)| {
                own.contains(&ahead) && of_test.contains(&tested) && !of_test.contains(&ahead)
            });
            if is_pair && found.is_none() {
                found = Some((address.clone(), part.span));
            }
        });
    }
    let (address, tested) = found?;
    let stage = place.pipeline.stages.get(next.stage)?;
    Some(shown_early(&place.action.name, link.span, &stage.name, (&address, tested)))
}

/// Returns the host of an address.
fn host(text: &str) -> Option<&str> {
    text.split_once("://")?.1.split(['/', ':', '?', '#']).next()
}

/// A message that names another environment.
fn about_other(approval: &Spanned<String>, text: Span, other: &str, (stage, next): (&str, &Action)) -> Diagnostic {
    let message = format!("approval `{}` asks about stage `{other}` before stage `{stage}`", approval.node);
    Diagnostic::new(Code::W0978, message, text, "names another environment")
        .label(next.name.span, "deployed after the approval")
        .help(format!("ask about stage `{stage}`"))
}

/// A link to an environment that has not been deployed yet.
fn shown_early(
    approval: &Spanned<String>,
    link: Span,
    stage: &Spanned<String>,
    (address, tested): (&str, Span),
) -> Diagnostic {
    let message = format!("approval `{}` links to stage `{}`, which is deployed later", approval.node, stage.node);
    Diagnostic::new(Code::W0978, message, link, "still shows the previous version")
        .label(tested, "the address that the test before it uses")
        .help(format!("write `{address}`"))
}
