//! W0964: an output or a configuration file of another environment, although the stage has its own, and an alarm of another
//! environment.

use crate::catalog::Category;
use crate::check::support::environment_words::{
    self, difference, is_environment, is_production, replaced, words_of_stage,
};
use crate::check::{Findings, Place, Rule, RulePlace, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, ActionId, Moment, Part, PartKind, Value, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "other-environments", codes: &[Code::W0964], run: check };

/// The key with the configuration file of a stack.
const CONFIGURATION: &str = "TemplateConfiguration";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // A message may compare two environments.
    let deploys = |place: &Place<'_>| !place.action.incomplete && place.action.category != Category::Approval;
    for rule in subject.rules() {
        findings.extend(alarm(subject, rule));
    }
    for place in subject.actions().filter(deploys) {
        for setting in place.action.configuration.values() {
            setting.value.each_part(&mut |part| output(subject, place, part, findings));
        }
        if let Some(value) = place.action.value(CONFIGURATION)
            && let ValueKind::ArtifactFile(file) = &value.kind
            && let Some(path) = file.path.as_literal()
        {
            configuration(subject, place, path, file.path_span, findings);
        }
        for slot in place.action.action_type.slot.iter().filter(|slot| slot.input_file && slot.mapping_file) {
            let value = slot.key.as_deref().and_then(|key| place.action.value(key));
            let files = match value.map(|value| &value.kind) {
                Some(ValueKind::List(items)) => items.as_slice(),
                _ => &[],
            };
            // Several environments can share their values.
            let is_own = |file: &Value| file.as_str().is_some_and(|path| mentions(path, own_name(subject, place).1));
            if !files.iter().any(is_own) {
                for file in files {
                    let path = file.as_str().unwrap_or_default();
                    configuration(subject, place, path, file.span, findings);
                }
            }
        }
    }
}

/// Checks for an alarm of staging that decides after the deployment to production, or the reverse. A condition before the
/// stage may well check the stage before.
fn alarm(subject: &Subject<'_>, rule: RulePlace<'_>) -> Option<Diagnostic> {
    let value = rule.rule.value("AlarmName").filter(|_| rule.condition.moment != Moment::Entry)?;
    let name = value.as_str()?;
    let own = words_of_stage(subject.hir, rule.pipeline, rule.stage);
    let only = |words: &[String]| -> Option<String> {
        let mut named = words.iter().filter(|word| is_environment(word));
        let first = named.next()?;
        named.all(|word| word == first).then(|| first.clone())
    };
    let (stage, other) = (only(&own)?, only(&environment_words::words(name))?);
    let differs = is_production(&stage) != is_production(&other) && !name.to_ascii_lowercase().contains(&stage);
    let shown = rule.pipeline.stages.get(rule.stage).map_or("", |stage| stage.name.as_str());
    differs.then(|| other_alarm(name, shown, &replaced(name, &other, &stage), value.span))
}

/// Checks for an output of a stack that the stage of the action deploys, too.
fn output(subject: &Subject<'_>, place: Place<'_>, part: &Part, findings: &mut Findings) {
    let PartKind::Output(id, name) = &part.kind else { return };
    let Some(setter) = place.pipeline.actions.get(*id) else { return };
    if setter.stage == place.action.stage || setter.stack_operation().is_none() {
        return;
    }
    let own = place.pipeline.actions().find(|(other, action)| {
        *other != *id
            && action.stage == place.action.stage
            && action.symbol.as_str() == setter.symbol.as_str()
            && action.stack_operation().is_some_and(|operation| operation.mode.deploys())
            && !same_environment(action, setter)
            && ran_before(subject, place, *other)
    });
    if let Some((_, own)) = own {
        let stage = |action: &Action| place.pipeline.stages.get(action.stage).map_or("", |stage| stage.name.as_str());
        let found = other_output(setter.symbol.as_str(), name, (stage(setter), stage(own)), part.span, own.name.span);
        findings.about(place, found);
    }
}

fn ran_before(subject: &Subject<'_>, place: Place<'_>, other: ActionId) -> bool {
    subject.plan.ran_before(place.pipeline_id, other, place.id)
}

fn same_environment(first: &Action, second: &Action) -> bool {
    let environment = |action: &Action| action.environment.as_ref().map(|environment| environment.node);
    environment(first).is_some() && environment(first) == environment(second)
}

/// Checks for a file that is named after another environment or stage, next to one that is named after the action's
/// own.
fn configuration(subject: &Subject<'_>, place: Place<'_>, path: &str, span: Span, findings: &mut Findings) {
    let environments = subject.hir.environments.iter().map(|it| ("environment", it.declaration.symbol.as_str()));
    let stages = place.pipeline.stages.iter().map(|stage| ("stage", stage.name.as_str()));
    let (kind, shown) = own_name(subject, place);
    let own = shown.to_ascii_lowercase();
    if own.is_empty() || mentions(path, &own) {
        return;
    }
    let words: Vec<&str> = words(path).collect();
    let other = environments
        .chain(stages)
        .filter(|(_, name)| !name.eq_ignore_ascii_case(&own))
        .find_map(|named| Some((named, words.iter().copied().find(|word| word.eq_ignore_ascii_case(named.1))?)));
    let Some(((other_kind, name), other)) = other else {
        if let Some(found) = of_sibling(subject, place, path, span) {
            findings.about(place, found);
        }
        return;
    };
    let meant = path.replace(other, &own);
    let files = subject.workspace.files().tracked();
    if files.keys().any(|file| file.as_str() == meant || file.as_str().ends_with(&format!("/{meant}"))) {
        let (user, named) = (format!("{kind} `{shown}`"), format!("{other_kind} `{name}`"));
        findings.about(place, other_file(path, (&user, &named), &meant, span));
    }
}

/// Checks for a file that is named after a sibling of the action, such as that of another element of a loop.
fn of_sibling(subject: &Subject<'_>, place: Place<'_>, path: &str, span: Span) -> Option<Diagnostic> {
    let own = place.action;
    let same_type = |other: &Action| {
        other.action_type.provider == own.action_type.provider
            && other.category == own.category
            && other.stage != own.stage
    };
    let in_path: Vec<&str> = words(path).collect();
    place.pipeline.actions().filter(|(id, other)| *id != place.id && same_type(other)).find_map(|(_, other)| {
        let (word, other_word) = difference(&own.name.node, &other.name.node)?;
        let written = in_path.iter().find(|it| it.eq_ignore_ascii_case(&other_word))?;
        let meant = path.replace(written, &word);
        let files = subject.workspace.files().tracked();
        let exists = files.keys().any(|file| file.as_str() == meant || file.as_str().ends_with(&format!("/{meant}")));
        let (user, named) = (format!("action `{}`", own.name.node), format!("action `{}`", other.name.node));
        (exists && !mentions(path, &word)).then(|| other_file(path, (&user, &named), &meant, span))
    })
}

/// Returns the name of the environment of an action, or of its stage, and what it is.
fn own_name<'a>(subject: &Subject<'a>, place: Place<'a>) -> (&'static str, &'a str) {
    let environment = place.action.environment.as_ref().and_then(|it| subject.hir.environments.get(it.node));
    match environment {
        Some(environment) => ("environment", environment.declaration.symbol.as_str()),
        None => ("stage", place.pipeline.stages.get(place.action.stage).map_or("", |stage| stage.name.as_str())),
    }
}

fn words(path: &str) -> impl Iterator<Item = &str> {
    path.split(|c: char| !c.is_ascii_alphanumeric())
}

/// Returns whether a name is a word of a path.
fn mentions(path: &str, name: &str) -> bool {
    words(path).any(|word| word.eq_ignore_ascii_case(name))
}

/// An output of the same stack in another environment.
fn other_output(stack: &str, output: &str, (other, own): (&str, &str), place: Span, own_stack: Span) -> Diagnostic {
    let message = format!("stage `{own}` uses output `{output}` of stack `{stack}` in stage `{other}`");
    Diagnostic::new(Code::W0964, message, place, "another environment")
        .label(own_stack, format!("stage `{own}` deploys its own stack `{stack}`"))
        .help(format!("write `{own}.{stack}.outputs.{output}`"))
}

/// An alarm of another environment.
fn other_alarm(name: &str, stage: &str, meant: &str, place: Span) -> Diagnostic {
    let message = format!("stage `{stage}` checks alarm `{name}`, which is named after another environment");
    Diagnostic::new(Code::W0964, message, place, "another environment").did_you_mean(meant)
}

/// A configuration file of another environment.
fn other_file(path: &str, (user, named): (&str, &str), meant: &str, place: Span) -> Diagnostic {
    let message = format!("{user} uses `{path}`, which is named after {named}");
    Diagnostic::new(Code::W0964, message, place, format!("the repository also contains `{meant}`"))
        .help(format!("write `{meant}`"))
}
