//! W0952: stacks that are deleted although they seem to be meant to stay.

use crate::check::support::deletions::stack;
use crate::check::support::deploys::{Deploy, deploys as deploys_of};
use crate::check::support::inside_templates::inside_templates;
use crate::check::support::rivals::{are_alternatives, same_place};
use crate::check::support::stack_exports::{exports, imports};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{ActionId, PartKind, StackMode};
use crate::plan::Position;
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule { name: "deleted-stacks", codes: &[Code::W0952], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| mode(*place) == Some(StackMode::DeleteOnly)) {
        let Some(at) = position(subject, place) else { continue };
        let others: Vec<(Place<'_>, Position)> = subject
            .actions()
            .filter(|other| other.pipeline_id == place.pipeline_id && deploys(*other))
            .filter_map(|other| Some((other, position(subject, other)?)))
            .collect();
        let same = |other: &Place<'_>| {
            stack(other.action) == stack(place.action) && same_place(subject.plan, other.action, place.action)
        };
        let own: Vec<&(Place<'_>, Position)> = others.iter().filter(|(other, _)| same(other)).collect();
        if own.is_empty() {
            continue;
        }
        if let Some((importer, import)) = importer(subject, place, &own, at) {
            findings.about(
                importer,
                imported(&place.action.symbol, &import, &importer, place, position(subject, importer) > Some(at)),
            );
        } else if let Some(reader) = reader(subject, place, &own, at) {
            let is_beside = position(subject, reader) == Some(at);
            let names = (&reader.action.name, &place.action.name);
            findings.about(reader, used_after(&place.action.symbol, names, is_beside));
        }
        if own.iter().all(|(_, later)| *later > at) {
            if let Some((later, _)) = own.first()
                && let Some(meant) = meant(&others, place, at, *later)
            {
                let names = (&place.action.name, &meant.action.name, &later.action.name);
                findings
                    .about(place, deleted_first(&place.action.symbol, stack(meant.action).unwrap_or_default(), names));
            }
        } else if let Some((kept, _)) = kept(subject, &others, place, at) {
            findings.about(place, last_deleted(&place.action.symbol, &place.action.name, kept));
        }
    }
}

fn mode(place: Place<'_>) -> Option<StackMode> {
    place.action.stack_operation().filter(|_| !place.action.incomplete).map(|operation| operation.mode)
}

fn deploys(place: Place<'_>) -> bool {
    mode(place).is_some_and(|mode| mode != StackMode::DeleteOnly)
}

fn position(subject: &Subject<'_>, place: Place<'_>) -> Option<Position> {
    subject.plan.position_of(place.pipeline_id, place.id)
}

/// Returns an action that uses an output of the stack after it was deleted, or while it is.
fn reader<'a>(
    subject: &Subject<'a>,
    deletion: Place<'a>,
    own: &[&(Place<'a>, Position)],
    at: Position,
) -> Option<Place<'a>> {
    if own.iter().any(|(_, position)| *position > at) {
        return None;
    }
    let of_stack = |id: ActionId| own.iter().any(|(deploy, _)| deploy.id == id);
    let uses = |place: &Place<'a>| {
        let mut found = false;
        for setting in place.action.configuration.values() {
            setting.value.each_part(&mut |part| {
                found |= matches!(&part.kind, PartKind::Output(id, _) if of_stack(*id));
            });
        }
        found
    };
    let others = subject.actions().filter(|place| {
        place.pipeline_id == deletion.pipeline_id
            && place.id != deletion.id
            && !are_alternatives(subject, deletion.pipeline_id, deletion.id, place.id)
    });
    others.filter(|place| position(subject, *place).is_some_and(|position| position >= at)).find(uses)
}

/// Returns a deployment whose template imports what the deleted stack exports, if no other stack of the file exports it,
/// and the importing stack is not deleted before.
fn importer<'a>(
    subject: &Subject<'a>,
    deletion: Place<'a>,
    own: &[&(Place<'a>, Position)],
    at: Position,
) -> Option<(Place<'a>, Spanned<String>)> {
    if own.iter().any(|(_, position)| *position > at) {
        return None;
    }
    let all: Vec<Deploy<'a>> = deploys_of(subject).into_iter().filter(|it| it.template.declares_all_names()).collect();
    let is_own = |deploy: &Deploy<'_>| {
        own.iter().any(|(place, _)| place.id == deploy.action_id && place.pipeline_id == deploy.pipeline_id)
    };
    let exported: Vec<Spanned<String>> =
        all.iter().filter(|it| is_own(it)).flat_map(|it| exports(it.template)).collect();
    let is_exported_elsewhere = |name: &str| {
        all.iter().filter(|it| !is_own(it)).any(|it| exports(it.template).iter().any(|export| export.node == name))
    };
    let is_gone = |user: &Deploy<'_>| {
        subject.actions().any(|it| {
            it.pipeline_id == deletion.pipeline_id
                && mode(it) == Some(StackMode::DeleteOnly)
                && stack(it.action) == stack(user.action)
                && position(subject, it).is_some_and(|gone| gone < at)
        })
    };
    let users = all.iter().filter(|it| {
        it.pipeline_id == deletion.pipeline_id
            && !is_own(it)
            && same_place(subject.plan, it.action, deletion.action)
            && !are_alternatives(subject, deletion.pipeline_id, deletion.id, it.action_id)
            && !is_gone(it)
    });
    users.into_iter().find_map(|user| {
        let inside = inside_templates(subject).iter().find(|it| it.path == user.path)?;
        let mut imported = imports(&inside.document).into_iter();
        let is_it = |it: &Spanned<String>| {
            exported.iter().any(|export| export.node == it.node) && !is_exported_elsewhere(&it.node)
        };
        Some((user.as_place(), imported.find(is_it)?))
    })
}

/// Returns the stack that was probably meant instead of one that is deployed later: one that is deployed before and
/// never deleted. Deleting a stack just before it is deployed creates a fresh environment in each execution.
fn meant<'a>(others: &[(Place<'a>, Position)], place: Place<'a>, at: Position, later: Place<'a>) -> Option<Place<'a>> {
    if later.action.stage == place.action.stage {
        return None;
    }
    let is_deleted = |other: Place<'_>| {
        let all = place.pipeline.actions().filter_map(|(_, action)| action.stack_operation());
        let mut deletions = all.filter(|operation| operation.mode == StackMode::DeleteOnly);
        deletions.any(|operation| operation.stack.as_literal() == stack(other.action))
    };
    let before = others.iter().filter(|(_, position)| *position < at).map(|(other, _)| *other);
    let earlier: Vec<Place<'a>> = before.filter(|it| stack(it.action).is_some() && !is_deleted(*it)).collect();
    let template = |place: &Place<'_>| place.action.value("TemplatePath").cloned();
    let from_same = |other: &Place<'_>| match (template(other), template(&later)) {
        (Some(one), Some(other)) => one.same(&other),
        _ => false,
    };
    let in_stage = earlier.iter().find(|other| other.action.stage == place.action.stage);
    in_stage.or_else(|| earlier.iter().find(|other| from_same(other))).copied()
}

/// Returns an earlier stack of the same template that is kept, while the last one is deleted.
fn kept<'a>(
    subject: &Subject<'a>,
    others: &[(Place<'a>, Position)],
    place: Place<'a>,
    at: Position,
) -> Option<(&'a Spanned<String>, Position)> {
    let template = |place: &Place<'_>| place.action.value("TemplatePath").cloned();
    let own =
        others.iter().filter(|(other, _)| stack(other.action) == stack(place.action) && template(other).is_some());
    let own = own.max_by_key(|(_, position)| *position)?;
    let deleted = |other: &Place<'_>| {
        subject.actions().any(|it| mode(it) == Some(StackMode::DeleteOnly) && stack(it.action) == stack(other.action))
    };
    let last = others.iter().all(|(_, position)| *position <= own.1.max(at));
    let earlier = others.iter().find(|(other, position)| {
        let same = match (template(other), template(&own.0)) {
            (Some(one), Some(other)) => one.same(&other),
            _ => false,
        };
        same && stack(other.action) != stack(place.action) && position < &own.1 && !deleted(other)
    });
    earlier.filter(|_| last).map(|(other, position)| (&other.action.name, *position))
}

/// An output of a stack that is already deleted, or is deleted at the same time.
fn used_after(stack: &str, (reader, deletion): (&Spanned<String>, &Spanned<String>), is_beside: bool) -> Diagnostic {
    if is_beside {
        let message = format!("stack `{stack}` is deleted while `{}` uses its outputs", reader.node);
        return Diagnostic::new(Code::W0952, message, reader.span, "the resources may already be gone")
            .label(deletion.span, "deleted at the same time")
            .help(format!("move `delete stack {stack}` after the `parallel` block"));
    }
    let message = format!("stack `{stack}` is deleted before `{}` uses its outputs", reader.node);
    Diagnostic::new(Code::W0952, message, reader.span, "the resources that the outputs name no longer exist")
        .label(deletion.span, "deleted here")
        .help(format!("move `delete stack {stack}` after `{}`", reader.node))
}

/// An export of a deleted stack that another one imports.
fn imported(
    stack: &str,
    import: &Spanned<String>,
    user: &Place<'_>,
    deletion: Place<'_>,
    is_later: bool,
) -> Diagnostic {
    let own = user.action.deployed_name().node;
    let message = format!("stack `{stack}` is deleted although stack `{own}` imports `{}`", import.node);
    let label = if is_later { "no longer exported" } else { "the deletion fails while this is imported" };
    Diagnostic::new(Code::W0952, message, import.span, label)
        .label(deletion.action.name.span, "deleted here")
        .label(user.action.name.span, "imported here")
        .help(format!("remove `delete stack {stack}`, or move it after `delete stack {own}`"))
}

/// A stack that a later step deploys.
fn deleted_first(
    stack: &str,
    meant: &str,
    (place, kept, later): (&Spanned<String>, &Spanned<String>, &Spanned<String>),
) -> Diagnostic {
    let message = format!("stack `{stack}` is deleted before it is deployed");
    Diagnostic::new(Code::W0952, message, place.span, "each execution deletes what the previous one deployed")
        .label(later.span, "deployed here, in a later stage")
        .label(kept.span, "never deleted")
        .did_you_mean(meant)
}

/// The last stack of a template is deleted, and an earlier one stays.
fn last_deleted(stack: &str, place: &Spanned<String>, kept: &Spanned<String>) -> Diagnostic {
    let message = format!("stack `{stack}` is deleted, although it is the last stack that the pipeline deploys");
    Diagnostic::new(Code::W0952, message, place.span, "no longer exists after the execution")
        .label(kept.span, "an earlier stack from the same template is kept")
        .help("delete the earlier stack instead")
}
