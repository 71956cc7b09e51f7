//! E0105, E0106, E0107: an environment variable in JSON text without a name, with a value that is no string, or with a type that
//! does not exist.

use crate::catalog::SlotType;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::hir::{PartKind, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule =
    Rule { name: "environment-texts", codes: &[Code::E0105, Code::E0106, Code::E0107], run: check };

/// The types of environment variables.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html> (2026-11-29)
const TYPES: [&str; 3] = ["PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        for (key, setting) in place.action.configuration.iter().filter(|(_, setting)| setting.raw) {
            let slot = place.action.action_type.slot_of_key(key);
            let ValueKind::Text(text) = &setting.value.kind else { continue };
            if slot.is_none_or(|slot| slot.ty != SlotType::Env) {
                continue;
            }
            let known = text.parts.iter().map(|part| match &part.kind {
                PartKind::Literal(text) => text.as_str(),
                _ => "0",
            });
            let read: Option<serde_json::Value> = serde_json::from_str(&known.collect::<String>()).ok();
            for item in read.as_ref().and_then(serde_json::Value::as_array).into_iter().flatten() {
                if item.is_object() && item.get("name").is_none() {
                    findings.about(place, no_name(setting.value.span));
                }
                let name = item.get("name").and_then(serde_json::Value::as_str);
                // A value that is known later is a string only in quotation marks.
                if let Some(value) = item.get("value").filter(|value| value.is_number() || value.is_boolean())
                    && text.parts.iter().all(|part| matches!(part.kind, PartKind::Literal(_)))
                {
                    findings.about(place, no_string(name, &value.to_string(), setting.value.span));
                }
                let kind = item.get("type").and_then(serde_json::Value::as_str);
                if let Some(kind) = kind.filter(|kind| !TYPES.contains(kind)) {
                    findings.about(place, no_type(name, kind, setting.value.span));
                }
            }
        }
    }
}

/// An environment variable without a name.
fn no_name(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0105, "an environment variable has no name", place, "").help("add `\"name\": \"...\"`")
}

fn which(name: Option<&str>) -> String {
    name.map_or_else(|| "an environment variable".to_owned(), |name| format!("environment variable `{name}`"))
}

/// A value that is no string, which CodePipeline rejects.
fn no_string(name: Option<&str>, value: &str, place: Span) -> Diagnostic {
    let message = format!("the value of {} must be a string, not `{value}`", which(name));
    Diagnostic::new(Code::E0106, message, place, "").help(format!("write `\"value\": \"{value}\"`"))
}

/// A type that environment variables do not have.
fn no_type(name: Option<&str>, kind: &str, place: Span) -> Diagnostic {
    let which = which(name);
    let message = format!("{which} has the type `{kind}`, which does not exist");
    let near = suggest::similar(kind, TYPES).or_else(|| TYPES.into_iter().find(|it| it.starts_with(kind)));
    let found = Diagnostic::new(Code::E0107, message, place, "");
    match near {
        Some(near) => found.did_you_mean(near),
        None => found.help(format!("write {}", wording::or_list(TYPES.into_iter()))),
    }
}
