//! E0703: a variable that its action does not set.

use crate::catalog::VariablesFrom;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::variables::{self, SetBy, Use};
use crate::hir::{Action, ActionId, Part, PartKind, PipelineId, ValueKind};
use crate::plan::repository;
use crate::source::Spanned;

use super::Subject;
use super::variable_order::written_action;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for (id, pipeline) in subject.pipelines() {
        pipeline.each_value(id, &mut |place| {
            if place.is_configured() {
                place.value.each_part(&mut |part| one(subject, id, part, diagnostics));
            }
        });
    }
}

fn one(subject: &Subject<'_>, pipeline: PipelineId, part: &Part, diagnostics: &mut Diagnostics) {
    let PartKind::Output(id, name) = &part.kind else { return };
    let setter = &subject.hir.pipelines[pipeline].actions[*id];
    let Some((own, set_by)) = sets(subject, (pipeline, *id), setter) else { return };
    let of_type = setter.action_type.variable.iter().map(|variable| variable.name.as_str());
    let known: Vec<&str> = of_type.chain(own.iter().map(String::as_str)).collect();
    if !known.contains(&name.as_str()) {
        let action = written_action(subject, part, name).unwrap_or_else(|| setter.symbol.clone());
        let used = Use { action: &action, set_at: setter.name.span, variable: name, place: part.span };
        diagnostics.push(variables::unknown(&used, &known, set_by));
    }
}

/// The variables that an action sets beside those of its type, and who says so; nothing where that cannot be told.
fn sets(subject: &Subject<'_>, id: (PipelineId, ActionId), setter: &Action) -> Option<(Vec<String>, SetBy)> {
    match setter.action_type.variables_from {
        VariablesFrom::Nowhere => Some((Vec::new(), SetBy::Type)),
        VariablesFrom::Declared if setter.incomplete => None,
        VariablesFrom::Declared => Some((declared(setter)?, SetBy::Attribute)),
        VariablesFrom::Buildspec => {
            let exported = exported(subject, id, setter)?;
            let first = exported.first().map(|variable| variable.span);
            Some((exported.into_iter().map(|variable| variable.node).collect(), SetBy::Buildspec(first)))
        }
        VariablesFrom::StackOutputs | VariablesFrom::JobResult => None,
    }
}

/// The variables that an action names itself; `None` where not all of them could be read.
fn declared(setter: &Action) -> Option<Vec<String>> {
    let Some(value) = setter.value("OutputVariables") else { return Some(Vec::new()) };
    let ValueKind::List(items) = &value.kind else { return None };
    items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

/// What the buildspec of a build exports; `None` where that cannot be told.
fn exported(
    subject: &Subject<'_>,
    (pipeline, id): (PipelineId, ActionId),
    setter: &Action,
) -> Option<Vec<Spanned<String>>> {
    let undecided = ["BuildspecOverride", "BatchEnabled"].iter().any(|key| setter.value(key).is_some());
    if undecided || setter.incomplete {
        return None;
    }
    let build = subject.behind.build(pipeline, id)?;
    if !repository::is_sound(build) {
        return None;
    }
    Some(build.spec.env.exported.clone())
}
