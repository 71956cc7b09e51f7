//! E0703: a variable that its action does not set.

use crate::catalog::VariablesFrom;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::variables;
use crate::hir::{Action, Part, PartKind, Pipeline, Value, ValueKind};
use crate::plan::repository;
use crate::source::Spanned;

use super::Subject;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for place in subject.actions() {
        for setting in place.action.configuration.values() {
            setting.value.each_part(&mut |part| one(subject, place.pipeline, part, diagnostics));
        }
    }
    for place in subject.rules() {
        for setting in place.rule.configuration.values() {
            setting.value.each_part(&mut |part| one(subject, place.pipeline, part, diagnostics));
        }
    }
}

fn one(subject: &Subject<'_>, pipeline: &Pipeline, part: &Part, diagnostics: &mut Diagnostics) {
    let PartKind::Output(id, name) = &part.kind else { return };
    let setter = pipeline.action(*id);
    let mut known: Vec<String> = setter.action_type.variable.iter().map(|variable| variable.name.clone()).collect();
    let exported = match setter.action_type.variables_from {
        VariablesFrom::Nowhere => None,
        VariablesFrom::Declared => {
            let named = declared(setter);
            let named: Vec<&str> = named.iter().map(String::as_str).collect();
            if !setter.incomplete && !named.contains(&name.as_str()) {
                let (used, set_at) = (part.span, setter.name.span);
                diagnostics.push(variables::not_declared(&setter.symbol, name, used, set_at, &named));
            }
            return;
        }
        VariablesFrom::Buildspec => match exported(subject, pipeline, setter) {
            Some(exported) => Some(exported),
            None => return,
        },
        VariablesFrom::StackOutputs | VariablesFrom::JobResult => return,
    };
    known.extend(exported.iter().flatten().map(|variable| variable.node.clone()));
    if known.contains(name) {
        return;
    }
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    diagnostics.push(match exported {
        Some(exported) => {
            let first = exported.first().map(|variable| variable.span);
            variables::not_exported(&setter.symbol, name, part.span, setter.name.span, &known, first)
        }
        None => variables::unknown(&setter.symbol, name, part.span, setter.name.span, &known),
    });
}

/// The variables that an action names itself.
fn declared(setter: &Action) -> Vec<String> {
    match setter.value("OutputVariables").map(|value| &value.kind) {
        Some(ValueKind::List(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// What the buildspec of a build exports; `None` where that cannot be told.
fn exported(subject: &Subject<'_>, pipeline: &Pipeline, setter: &Action) -> Option<Vec<Spanned<String>>> {
    let undecided = ["BuildspecOverride", "BatchEnabled"].iter().any(|key| setter.value(key).is_some());
    if undecided || setter.incomplete {
        return None;
    }
    let build = repository::build(subject.hir, subject.workspace, pipeline, setter)?;
    if !repository::is_sound(&build) {
        return None;
    }
    Some(build.spec.env.exported.clone())
}
