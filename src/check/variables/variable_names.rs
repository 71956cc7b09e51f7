//! E0703: a variable that its action does not set.

use crate::catalog::VariablesFrom;
use crate::check::support::build_environment::Environment;
use crate::check::support::references::written_action;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::variables::Use;
use crate::diagnostic::{Code, Diagnostic, DocumentText, suggest, wording};
use crate::hir::{Action, ActionId, Part, PartKind, PipelineId, ValueKind};
use crate::plan::repository;
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "variable-names", codes: &[Code::E0703], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, pipeline) in subject.pipelines() {
        pipeline.each_value(id, &mut |place| {
            if place.is_configured() {
                place.value.each_part(&mut |part| one(subject, id, part, findings));
            }
        });
    }
}

fn one(subject: &Subject<'_>, pipeline: PipelineId, part: &Part, findings: &mut Findings) {
    let PartKind::Output(id, name) = &part.kind else { return };
    let setter = &subject.hir.pipelines[pipeline].actions[*id];
    let Some((own, set_by)) = sets(subject, (pipeline, *id), setter) else { return };
    let of_type = setter.action_type.variable.iter().map(|variable| variable.name.as_str());
    let known: Vec<&str> = of_type.chain(own.iter().map(String::as_str)).collect();
    if !known.contains(&name.as_str()) {
        let action = written_action(subject, part, name).unwrap_or_else(|| setter.symbol.clone());
        if let Some(exported) = misspelled_export(subject, (pipeline, *id), setter, name) {
            findings.push(exports_other_name(name, &exported, part.span));
            return;
        }
        let namespace = setter.namespace.as_ref().map(Spanned::as_str);
        let used = Use { action: &action, namespace, set_at: setter.declared, variable: name, place: part.span };
        findings.push(unknown(&used, &known, set_by));
    }
}

/// Returns the variables that an action sets in addition to those of its type, and what states them, or `None` if they
/// are unknown.
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

/// Returns the variables that an action declares itself, or `None` if not all of them could be read.
fn declared(setter: &Action) -> Option<Vec<String>> {
    let Some(value) = setter.value("OutputVariables") else { return Some(Vec::new()) };
    let ValueKind::List(items) = &value.kind else { return None };
    items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

/// Returns the variables that the buildspec of a build exports, or `None` if they are unknown.
fn exported(
    subject: &Subject<'_>,
    (pipeline, id): (PipelineId, ActionId),
    setter: &Action,
) -> Option<Vec<Spanned<String>>> {
    let undecided = ["BuildspecOverride", "BatchEnabled"].iter().any(|key| setter.value(key).is_some());
    if undecided || setter.incomplete {
        return None;
    }
    let build = subject.action_files.build(pipeline, id)?;
    if !repository::is_sound(build) || build.spec.hides_exports() {
        return None;
    }
    Some(build.spec.env.exported.clone())
}

/// What the buildspec exports instead of a variable that its commands set.
fn misspelled_export(
    subject: &Subject<'_>,
    (pipeline, id): (PipelineId, ActionId),
    setter: &Action,
    name: &str,
) -> Option<Spanned<String>> {
    let build = subject.action_files.build(pipeline, id)?;
    let environment = Environment::of(setter, repository::project(subject.hir, setter), build);
    let exported = exported(subject, (pipeline, id), setter)?;
    if !environment.sets(name) {
        return None;
    }
    exported.into_iter().find(|it| !environment.sets(&it.node) && suggest::similar(name, [it.as_str()]).is_some())
}

/// The source of the variables that an action sets.
#[derive(Debug, Clone, Copy)]
enum SetBy {
    /// The type of the action.
    Type,
    /// Its attribute `output-variables`.
    Attribute,
    /// The buildspec, whose first exported variable is here.
    Buildspec(Option<Span>),
}

/// A variable that a build sets and exports under a misspelled name.
fn exports_other_name(variable: &str, exported: &Spanned<String>, used: Span) -> Diagnostic {
    let message = format!("nothing sets the exported variable `{}`", exported.node);
    Diagnostic::new(Code::E0703, message, exported.span, "")
        .label(used, format!("uses `{variable}`"))
        .suggest(exported.span, Some(variable))
}

/// A variable that its action does not set. `known` are those that it sets.
fn unknown(used: &Use<'_>, known: &[&str], set_by: SetBy) -> Diagnostic {
    let Use { action, set_at, variable, place, .. } = *used;
    let (says, this) = match set_by {
        SetBy::Type | SetBy::Attribute => (format!("action `{action}` sets"), "this action"),
        SetBy::Buildspec(_) => (format!("build `{action}` exports"), "this build"),
    };
    let message = format!("{says} no variable `{variable}`");
    let mut diagnostic = Diagnostic::new(Code::E0703, message, place, "").label(set_at, this);
    if let SetBy::Buildspec(Some(first)) = set_by {
        diagnostic = diagnostic.label(first, "exported by its buildspec");
    }
    if let Some(near) = suggest::nearest(variable, known.iter().copied()) {
        return meant(diagnostic, action, variable, near, place);
    }
    if let SetBy::Attribute = set_by {
        return diagnostic.help(format!("add `{variable}` to `output-variables` of `{action}`")).help_in_document(
            DocumentText::with_keys(|key| format!("add `{variable}` to {} of `{action}`", key("OutputVariables"))),
        );
    }
    diagnostic.help(match set_by {
        SetBy::Type if known.is_empty() => "actions of this type set no variables".to_owned(),
        SetBy::Type | SetBy::Attribute => {
            format!("use one of its variables: {}", wording::or_list(known.iter().copied()))
        }
        SetBy::Buildspec(_) => format!("add `{variable}` to `env.exported-variables` in the buildspec"),
    })
}

/// Adds "did you mean", with an edit if the span is exactly `Action.Variable` rather than a name for it.
fn meant(diagnostic: Diagnostic, action: &str, variable: &str, near: &str, place: Span) -> Diagnostic {
    let whole = format!("{action}.{near}");
    let diagnostic = diagnostic.did_you_mean(&whole).help_in_document(format!("did you mean `{near}`?"));
    if place.len() == action.len() + 1 + variable.len() { diagnostic.edit(place, whole) } else { diagnostic }
}
