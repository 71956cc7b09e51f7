//! W0958: an image tag that is read but not pushed by the build before. W0956: an image that is read at the same time. W0966: a tag that an immutable repository
//! accepts only once.

use crate::catalog::Category;
use crate::check::support::build_calls::Calls;
use crate::check::support::build_environment::Environment;
use crate::check::support::globs::meet;
use crate::check::support::rivals::at_once;
use crate::check::support::seen_builds::SeenBuilds;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, DocumentText, PipeCode, phrase};
use crate::hir::{ActionId, Entity, Part, PartKind, Text, Value, ValueKind};
use crate::plan::repository;
use crate::source::{Span, Spanned};
use crate::workspace::Build;

pub(super) const RULE: Rule = Rule { name: "pushed-tags", codes: &[Code::W0956, Code::W0958, Code::W0966], run: check };

/// The keys of an action that pushes an image, and of one that reads it.
const REPOSITORY: &str = "ECRRepositoryName";
const PUSHED: &str = "ImageTags";
const READ: &str = "ImageTag";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let with_slot = |key: &'static str| {
        let has = move |place: &Place<'_>| place.action.action_type.slot_of_key(key).is_some();
        subject.actions().filter(move |place| !place.action.incomplete && has(place))
    };
    for push in with_slot(PUSHED) {
        immutable(subject, push, findings);
    }
    let mut seen = SeenBuilds::default();
    for place in subject.actions() {
        if let Some(build) = subject.action_files.build(place.pipeline_id, place.id).filter(|build| seen.is_new(build))
        {
            of_commands(subject, place, build, findings);
        }
    }
    for read in with_slot(READ) {
        if let Some(push) = pushed_beside(subject, read) {
            findings.about(read, read_beside(&read.action.name, push));
            continue;
        }
        let (Some(repository), Some(tag)) = (read.action.value(REPOSITORY), read.action.value(READ)) else { continue };
        let same = |push: &Place<'_>| {
            push.pipeline_id == read.pipeline_id
                && push.action.value(REPOSITORY).is_some_and(|other| other.same(repository))
                && subject.plan.ran_before(read.pipeline_id, push.id, read.id)
        };
        let pushes: Vec<Place<'_>> = with_slot(PUSHED).filter(same).collect();
        let ValueKind::Text(text) = &tag.kind else { continue };
        if pushes.is_empty()
            && let Some(push) = with_slot(PUSHED).find(|push| pushes_later(subject, *push, read))
            && !others_push(subject, repository)
        {
            findings.about(read, read_before(&read.action.name, &push.action.name, tag.span));
            continue;
        }
        if pushes.is_empty()
            && let Some((build, place)) = by_builds(subject, read, repository, text)
        {
            findings.about(read, not_pushed(text, build, tag.span, place));
        }
        let Some(first) = pushes.first().filter(|_| !others_push(subject, repository)) else { continue };
        let tags: Option<Vec<&Value>> =
            pushes.iter().map(|push| tags(*push)).collect::<Option<Vec<_>>>().map(|it| it.concat());
        let Some(tags) = tags else { continue };
        if !tags.iter().any(|pushed| may_be(pushed, text, *first)) {
            let place = tags.first().map_or(first.action.name.span, |pushed| pushed.span);
            findings.about(read, not_pushed(text, &first.action.name.node, tag.span, place));
        }
    }
}

/// Returns whether an action pushes, after another one has read it, a tag that differs in each execution.
fn pushes_later(subject: &Subject<'_>, push: Place<'_>, read: Place<'_>) -> bool {
    let same = |key: &str| match (push.action.value(key), read.action.value(key)) {
        (Some(one), Some(other)) => one.same(other),
        _ => false,
    };
    let tag = read.action.value(READ).filter(|tag| tag.as_str().is_none());
    push.pipeline_id == read.pipeline_id
        && same(REPOSITORY)
        && subject.plan.ran_before(read.pipeline_id, read.id, push.id)
        && tag.is_some_and(|tag| tags(push).is_some_and(|tags| tags.iter().any(|pushed| pushed.same(tag))))
}

/// Returns the action that pushes to the repository of another one at the same time.
fn pushed_beside<'a>(subject: &Subject<'a>, read: Place<'a>) -> Option<&'a Spanned<String>> {
    let repository = read.action.value(REPOSITORY)?;
    let beside = read.pipeline.actions().filter(|(id, action)| {
        !action.incomplete && *id != read.id && at_once(subject, read.pipeline_id, read.id, *id)
    });
    let mut pushing = beside.filter(|(_, action)| {
        let same = || action.value(REPOSITORY).is_some_and(|other| other.same(repository));
        action.action_type.slot_of_key(PUSHED).is_some() && same()
    });
    pushing.next().map(|(_, action)| &action.name)
}

/// Returns the build before an action that pushes to the same repository, and the place of a push, if no tag that it
/// pushes can be the one that is read.
fn by_builds<'a>(subject: &Subject<'a>, read: Place<'a>, repository: &Value, tag: &Text) -> Option<(&'a str, Span)> {
    let ValueKind::Entity(entity) = &repository.kind else { return None };
    let mut found = None;
    for place in subject.actions() {
        let Some(build) = subject.action_files.build(place.pipeline_id, place.id) else { continue };
        let project = repository::project(subject.hir, place.action);
        let environment = Environment::of(place.action, project, build);
        let calls = Calls { hir: subject.hir, plan: subject.plan, environment, source: None };
        for call in &build.commands.invocations {
            let Some((_, pushed, span)) = calls.pushed_tag(call).filter(|(pushed, ..)| pushed == entity) else {
                continue;
            };
            if !call.certain || can_be(&pushed, tag, read) {
                return None;
            }
            let is_before =
                place.pipeline_id == read.pipeline_id && subject.plan.ran_before(read.pipeline_id, place.id, read.id);
            found = found.or(is_before.then_some((place.action.name.as_str(), span)));
        }
    }
    found
}

/// Returns whether a tag that begins with known characters can be the one that is read. The ID of a commit is hexadecimal.
fn can_be(pushed: &str, tag: &Text, read: Place<'_>) -> bool {
    let start = pushed.split('*').next().unwrap_or_default();
    let of_source =
        |id: &ActionId| read.pipeline.actions.get(*id).is_some_and(|action| action.category == Category::Source);
    match (tag.as_literal(), tag.parts.as_slice()) {
        (Some(literal), _) => meet(pushed.as_bytes(), literal.as_bytes()),
        (None, [Part { kind: PartKind::Output(id, name), .. }]) if of_source(id) && name == "CommitId" => {
            start.chars().all(|c| c.is_ascii_hexdigit())
        }
        _ => true,
    }
}

/// Returns the tags that an action pushes, or `None` if they are not listed.
fn tags(push: Place<'_>) -> Option<Vec<&Value>> {
    match push.action.value(PUSHED) {
        Some(Value { kind: ValueKind::List(items), .. }) => Some(items.iter().collect()),
        _ => None,
    }
}

/// Returns whether builds may push to a repository, too.
fn others_push(subject: &Subject<'_>, repository: &Value) -> bool {
    let ValueKind::Entity(entity @ Entity::Repository(_)) = &repository.kind else { return false };
    let names = |value: &Value| match &value.kind {
        ValueKind::Entity(other) => other == entity,
        ValueKind::Text(text) => {
            text.parts.iter().any(|part| matches!(&part.kind, PartKind::Member(other, _) if other == entity))
        }
        _ => false,
    };
    let mut statements = subject.hir.statements();
    statements.any(|(_, statement)| statement.resources.iter().any(names))
}

/// Returns whether a pushed tag can be the one that is read. A variable with a different default is not a match.
fn may_be(pushed: &Value, read: &Text, place: Place<'_>) -> bool {
    let ValueKind::Text(pushed) = &pushed.kind else { return true };
    let literal = read.as_literal();
    if pushed.same(read) || pushed.as_literal().is_some() && literal.is_none() {
        return pushed.same(read);
    }
    match (pushed.parts.as_slice(), literal) {
        (_, Some(read)) if pushed.as_literal().is_some() => pushed.as_literal() == Some(read),
        ([Part { kind: PartKind::Variable(id), .. }], Some(read)) => {
            let variable = place.pipeline.variables.get(*id);
            variable.and_then(|it| it.default.as_ref()).is_none_or(|default| default.node == read)
        }
        // An ID of the execution, or a composed string, is not a plain word.
        ([Part { kind: PartKind::Output(..) | PartKind::Namespace(..), .. }] | [_, _, ..], Some(_)) => false,
        _ => true,
    }
}

/// Checks for a literal tag in a repository whose tags cannot be overwritten.
fn immutable(subject: &Subject<'_>, push: Place<'_>, findings: &mut Findings) {
    let Some(ValueKind::Entity(Entity::Repository(id))) = push.action.value(REPOSITORY).map(|value| &value.kind) else {
        return;
    };
    let Some(repository) = subject.hir.repositories.get(*id) else { return };
    let Some(setting) = repository.value("immutable").filter(|value| value.kind == ValueKind::Bool(true)) else {
        return;
    };
    let fixed = tags(push).unwrap_or_default().into_iter().find_map(|tag| Some((tag.as_str()?, tag.span)));
    if let Some((tag, place)) = fixed {
        findings.push(pushed_again(tag, &repository.symbol.node, place, setting.span));
    }
}

/// Checks the commands of a build with the URI of the repository in a variable.
fn of_commands(subject: &Subject<'_>, place: Place<'_>, build: &Build, findings: &mut Findings) {
    let project = repository::project(subject.hir, place.action);
    let environment = Environment::of(place.action, project, build);
    let calls = Calls { hir: subject.hir, plan: subject.plan, environment, source: None };
    for call in &build.commands.invocations {
        let Some((Entity::Repository(id), tag, span)) = calls.pushed_tag(call) else { continue };
        let Some(repository) = subject.hir.repositories.get(id).filter(|_| !tag.contains(['*', '@', '?'])) else {
            continue;
        };
        let setting = repository.value("immutable").filter(|value| value.kind == ValueKind::Bool(true));
        findings.extend(setting.map(|setting| pushed_again(&tag, &repository.symbol.node, span, setting.span)));
    }
}

/// A tag that no earlier action pushes.
fn not_pushed(tag: &Text, build: &str, place: Span, pushed: Span) -> Diagnostic {
    let shown = tag.as_literal().map_or_else(String::new, |tag| format!(" `{tag}`"));
    let message = format!("`{build}` does not push the image tag{shown} that is read here");
    Diagnostic::new(Code::W0958, message, place, "an earlier image, or none, has this tag")
        .label(pushed, "pushes these tags")
        .help("use one of the tags that the build pushes")
}

/// An image that is read before it is pushed.
fn read_before(read: &Spanned<String>, push: &Spanned<String>, tag: Span) -> Diagnostic {
    let message = format!("`{}` reads the image before `{}` pushes it", read.node, push.node);
    Diagnostic::new(Code::W0956, message, read.span, "no image has this tag yet")
        .label(tag, "the tag of this execution")
        .label(push.span, "pushed here")
        .help(format!("move `{}` after `{}`", read.node, push.node))
}

/// An image that is read while it is still pushed.
fn read_beside(read: &Spanned<String>, push: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` reads the image while `{}` still pushes it", read.node, push.node);
    Diagnostic::new(Code::W0956, message, read.span, "may find the previous image, or none")
        .label(push.span, "runs at the same time")
        .help(format!("move `{}` after `{}`, outside `parallel`", read.node, push.node))
        .help_in_document(DocumentText::with_keys(|key| {
            format!("move `{}` after `{}`, by their {}", read.node, push.node, key("RunOrder"))
        }))
}

/// A tag that every execution pushes, in a repository that accepts it only once.
fn pushed_again(tag: &str, repository: &str, place: Span, setting: Span) -> Diagnostic {
    let message = format!("tag `{tag}` can be pushed to repository `{repository}` only once");
    Diagnostic::new(Code::W0966, message, place, "the same in every execution, so the second push fails")
        .label(setting, "tags cannot be overwritten")
        .help(phrase![
            "use a tag that differs in each execution, such as `Source.CommitId`, or remove ",
            PipeCode::set("immutable", "true")
        ])
}
