//! W0951: two steps that deploy the same artifact to the same target, or a command and a later step that deploy one stack.

use crate::catalog::Category;
use crate::check::support::build_calls::Calls;
use crate::check::support::build_environment::Environment;
use crate::check::support::environment_words::{difference, is_environment};
use crate::check::support::rivals::{are_alternatives, at_once, same_place};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Action, Origin, Setting, StackMode, Text, ValueKind};
use crate::plan::{Position, repository};
use crate::source::{Span, Spanned};
use crate::workspace::Build;
use crate::workspace::packaging::Invocation;
use crate::workspace::shell::WordPart;

/// The key with the file of parameters.
const CONFIGURATION: &str = "TemplateConfiguration";

pub(super) const RULE: Rule = Rule { name: "repeated-targets", codes: &[Code::W0951], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let deploying: Vec<Place<'_>> = subject.actions().filter(|place| deploys(place.action)).collect();
    for (index, later) in deploying.iter().enumerate() {
        let before = deploying.iter().take(index).find(|first| {
            // Two steps for a stack in one stage are intentional, such as with different parameters.
            first.pipeline_id == later.pipeline_id
                && (first.action.stage != later.action.stage || is_repeated(first.action, later.action))
                && !at_once(subject, later.pipeline_id, first.id, later.id)
                && !are_alternatives(subject, later.pipeline_id, first.id, later.id)
                && same_target(first.action, later.action)
                && same_inputs(first.action, later.action)
                && same_place(subject.plan, first.action, later.action)
                && !deleted_between(subject, first, later)
                && !is_tried(subject, first, later)
        });
        if let Some(first) = before {
            let stage = first.pipeline.stages.get(first.action.stage).map_or("", |stage| stage.name.as_str());
            findings.about(*later, repeated(*later, *first, stage));
        }
    }
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let own = subject.action_files.own_commands(place.pipeline_id, place.id);
        for build in subject.action_files.builds(place.pipeline_id, place.id).chain(own) {
            let calls = build.commands.invocations.iter().filter(|call| call.certain && repository::is_sound(build));
            if let Some(found) = calls.into_iter().find_map(|call| by_command(subject, place, (build, call))) {
                findings.about(place, found);
            }
        }
    }
}

/// Options with which a command deploys nothing, or elsewhere.
const ELSEWHERE: [&str; 4] = ["--no-execute-changeset", "--profile", "--region", "--config-file"];

/// Reports a command that deploys the stack of a later stage.
fn by_command(subject: &Subject<'_>, place: Place<'_>, (build, call): (&Build, &Invocation)) -> Option<Diagnostic> {
    let deploys = match (call.program.as_str(), call.operation(2).as_slice()) {
        ("aws", operation) => operation == ["cloudformation", "deploy"],
        ("sam", operation) => operation.first() == Some(&"deploy"),
        _ => false,
    };
    let given = call.option("--stack-name").filter(|_| deploys && !ELSEWHERE.iter().any(|option| call.has(option)))?;
    let environment = Environment::of(place.action, repository::project(subject.hir, place.action), build);
    let variable = match given.parts.as_slice() {
        [WordPart::Variable(name)] => environment.value(name).map(|value| value.span),
        _ => None,
    };
    if !environment.keeps_role() || environment.configures_region() {
        return None;
    }
    let calls = Calls { hir: subject.hir, plan: subject.plan, environment, source: None };
    let name = calls.pattern(&given.parts);
    let of_stack = |action: &&Action| {
        let operation = action.stack_operation().filter(|it| it.stack.as_literal() == Some(name.as_str()));
        operation.is_some() && !action.incomplete
    };
    let later: Vec<&Action> = place.pipeline.actions.iter().filter(of_stack).collect();
    let first = later.first().filter(|first| {
        first.stage > place.action.stage
            && same_place(subject.plan, place.action, first)
            && later.iter().all(|it| it.stack_operation().is_some_and(|it| it.mode != StackMode::DeleteOnly))
    })?;
    let stage = &place.pipeline.stages.get(first.stage)?.name;
    Some(deployed_early((&place.action.name.node, &name), variable.unwrap_or(given.whole), stage, first.name.span))
}

/// A stack that a command deploys before its own stage.
fn deployed_early((build, stack): (&str, &str), place: Span, stage: &Spanned<String>, later: Span) -> Diagnostic {
    let message = format!("`{build}` deploys stack `{stack}` before stage `{}`", stage.node);
    Diagnostic::new(Code::W0951, message, place, "the name of the stack in a command")
        .label(later, format!("stage `{}` deploys it", stage.node))
        .help("use another name for the stack that the command deploys")
}

/// Returns whether an action changes a target that its attributes name.
fn deploys(action: &Action) -> bool {
    if action.incomplete || action.category != Category::Deploy {
        return false;
    }
    match action.stack_operation() {
        // A change set is prepared and executed in two steps, of which the first one counts.
        Some(operation) => operation.mode.takes_template(),
        None => !action.action_type.works_on.is_empty() && matches!(action.origin, Origin::Written),
    }
}

/// Returns whether the second action of a stage undoes or repeats what the first one does: it stores the same files, or
/// differs only in its name.
fn is_repeated(first: &Action, second: &Action) -> bool {
    let extracts = |action: &Action| action.value("Extract").is_some_and(|value| value.kind == ValueKind::Bool(true));
    let keys = [first.value("ObjectKey"), second.value("ObjectKey")];
    let stores_same = extracts(first) && extracts(second) && keys.iter().all(Option::is_none);
    stores_same || same_settings(first, second)
}

/// Returns whether two written actions differ only in their names.
fn same_settings(first: &Action, second: &Action) -> bool {
    let same = |(key, one): (&String, &Setting)| {
        second.value(key).is_some_and(|other| !one.value.is_poisoned() && one.value.same(other))
    };
    first.stack_operation().is_none()
        && first.configuration.len() == second.configuration.len()
        && first.configuration.iter().all(same)
}

/// Returns whether the targets that both actions name are the same.
fn same_target(first: &Action, second: &Action) -> bool {
    if let (Some(one), Some(other)) = (first.stack_operation(), second.stack_operation()) {
        let template = |action: &Action| action.value("TemplatePath").cloned();
        let same_template = match (template(first), template(second)) {
            (Some(one), Some(other)) => one.same(&other),
            _ => false,
        };
        let Some(stack) = one.stack.as_literal() else { return false };
        return one.stack.same(other.stack) && same_template && !has_other_configuration(stack, first, second);
    }
    let (one, other) = (&first.action_type, &second.action_type);
    let same = |key: &String| match (first.value(key), second.value(key)) {
        (Some(a), Some(b)) => !a.is_poisoned() && a.same(b),
        (None, None) => true,
        _ => false,
    };
    let named = one.works_on.first().is_some_and(|key| first.value(key).is_some());
    named && one.provider == other.provider && one.categories == other.categories && one.works_on.iter().all(same)
}

/// Returns whether the second action deploys a stack with another configuration on purpose, to test it in a different
/// way. If the stack is named after the configuration of the first one, its name has probably been copied.
fn has_other_configuration(stack: &str, first: &Action, second: &Action) -> bool {
    let path = |action: &Action| match &action.value(CONFIGURATION)?.kind {
        ValueKind::ArtifactFile(file) => file.path.as_literal().map(str::to_ascii_lowercase),
        _ => None,
    };
    let (Some(one), Some(other)) = (path(first), path(second)) else { return false };
    let stack = stack.to_ascii_lowercase();
    let words = |path: &str| path.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned).collect::<Vec<_>>();
    // Files of two environments are no two tests.
    let of_environments = difference(&one, &other).is_some_and(|(a, b)| is_environment(&a) && is_environment(&b));
    if of_environments && first.stage != second.stage {
        return false;
    }
    let of_other = words(&other);
    let is_copied = |word: &String| !word.is_empty() && stack.contains(word.as_str()) && !of_other.contains(word);
    one != other && !words(&one).iter().any(is_copied)
}

fn same_inputs(first: &Action, second: &Action) -> bool {
    let artifacts = |action: &Action| action.inputs.iter().map(|input| input.artifact).collect::<Vec<_>>();
    !first.inputs.is_empty() && artifacts(first) == artifacts(second)
}

/// Returns whether the stack of both is deleted in between.
fn deleted_between(subject: &Subject<'_>, first: &Place<'_>, later: &Place<'_>) -> bool {
    let position = |place: &Place<'_>| -> Option<Position> { subject.plan.position_of(place.pipeline_id, place.id) };
    let (Some(start), Some(end)) = (position(first), position(later)) else { return true };
    let Some(stack) = first.action.stack_operation().map(|operation| operation.stack) else { return false };
    subject
        .actions()
        .any(|place| deletes(place.action, stack) && position(&place).is_some_and(|at| start <= at && at <= end))
}

/// Returns whether an action deletes a stack.
fn deletes(action: &Action, stack: &Text) -> bool {
    action.stack_operation().is_some_and(|it| it.mode == StackMode::DeleteOnly && it.stack.same(stack))
}

/// Returns whether the stack of both exists only to be tested with one configuration after the other: it is deleted at
/// the end.
fn is_tried(subject: &Subject<'_>, first: &Place<'_>, later: &Place<'_>) -> bool {
    let Some(stack) = later.action.stack_operation().map(|operation| operation.stack) else { return false };
    let differs = |key: &str| match (first.action.value(key), later.action.value(key)) {
        (Some(one), Some(other)) => !one.same(other),
        (one, other) => one.is_some() != other.is_some(),
    };
    let is_end = |place: Place<'_>| place.pipeline_id == later.pipeline_id && deletes(place.action, stack);
    [CONFIGURATION, "ParameterOverrides"].into_iter().any(differs) && subject.actions().any(is_end)
}

/// A second deployment of the same artifact to the same target.
fn repeated(later: Place<'_>, first: Place<'_>, stage: &str) -> Diagnostic {
    let shown = |place: &Place<'_>| match place.action.origin {
        Origin::Written if place.action.stack_operation().is_some() => {
            place.action.literal("StackName").unwrap_or_default().to_owned()
        }
        Origin::Written => place.action.name.node.clone(),
        _ => place.action.symbol.clone(),
    };
    let stack = later.action.stack_operation().and_then(|operation| operation.stack.as_literal().map(str::to_owned));
    let (again, before) = (shown(&later), shown(&first));
    let message = match stack {
        Some(stack) => format!("stack `{stack}` is deployed twice"),
        None if again == before => format!("`{again}` is deployed twice"),
        None => format!("`{again}` deploys again to the target of `{before}`"),
    };
    Diagnostic::new(Code::W0951, message, later.action.name.span, "the same artifact to the same target")
        .label(first.action.name.span, format!("deployed in stage {stage}"))
        .help("change the target of one of the two, or remove it")
}
