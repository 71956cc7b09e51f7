//! E0113, W0113: a raw configuration key that the action type does not have. E0212: one that names an artifact that is
//! not an input of the action.

use crate::catalog::{Slot, SlotType};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::artifacts::with_input;
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase, suggest, wording};
use crate::hir::Value;
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "raw-keys", codes: &[Code::E0113, Code::W0113, Code::E0212], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        for (key, setting) in place.action.configuration.iter().filter(|(_, setting)| setting.raw) {
            let key = Spanned::new(key.clone(), setting.attribute);
            if place.action.action_type.is_numbered_artifact(&key.node) {
                image(place, &key.node, &setting.value, findings);
                continue;
            }
            match place.action.action_type.slot_of_key(&key.node) {
                Some(slot) => artifact(place, slot, &key.node, &setting.value, findings),
                None => unknown(place, &key, findings),
            }
        }
    }
}

fn unknown(place: Place<'_>, key: &Spanned<String>, findings: &mut Findings) {
    let action_type = &place.action.action_type;
    if action_type.unconfirmed.is_some() || action_type.is_generated_key(&key.node) {
        return;
    }
    let known = action_type.slot.iter().filter_map(|slot| slot.key.as_deref());
    findings.push(match suggest::similar(&key.node, known) {
        Some(near) => unknown_key(key, &action_type.provider, near),
        None => foreign_key(key, &action_type.provider),
    });
}

/// Checks the artifact of an image.
fn image(place: Place<'_>, key: &str, value: &Value, findings: &mut Findings) {
    let inputs = place.action.inputs.iter().map(|input| place.pipeline.artifact(input.artifact).name.node.as_str());
    let inputs: Vec<&str> = inputs.collect();
    if let Some(name) = value.as_str().filter(|name| !place.action.incomplete && !name.is_empty())
        && !inputs.contains(&name)
    {
        findings.about(place, not_an_input(key, name, &place.action.name.node, value.span, &inputs));
    }
}

/// Checks a string in a slot for an artifact, or for a file in one.
fn artifact(place: Place<'_>, slot: &Slot, key: &str, value: &Value, findings: &mut Findings) {
    if place.action.incomplete || !matches!(slot.ty, SlotType::Artifact | SlotType::ArtifactFile) {
        return;
    }
    // An empty value is reported separately.
    let Some(text) = value.as_str().filter(|text| !text.is_empty()) else { return };
    let inputs = place.action.inputs.iter().map(|input| place.pipeline.artifact(input.artifact).name.node.as_str());
    let inputs: Vec<&str> = inputs.collect();
    let name = match text.split_once("::") {
        Some((name, "")) => {
            findings.push(no_artifact_file(key, text, Some(name), value.span, None));
            return;
        }
        Some((name, _)) => name,
        None if slot.ty == SlotType::ArtifactFile && slot.path_key.is_none() => {
            // One colon or a slash instead of two colons.
            let divided = text.split_once([':', '/']).filter(|(name, _)| inputs.contains(name));
            let only = if let [only] = inputs.as_slice() { Some(*only) } else { None };
            let meant = divided.or(only.map(|only| (only, text)));
            findings.push(no_artifact_file(key, text, None, value.span, meant));
            return;
        }
        None => text,
    };
    if !inputs.contains(&name) {
        findings.about(place, not_an_input(key, name, &place.action.name.node, value.span, &inputs));
    }
}

/// A raw key that resembles one of the action type, or differs from it only in case.
fn unknown_key(key: &Spanned<String>, provider: &str, near: &str) -> Diagnostic {
    let code = if key.node.eq_ignore_ascii_case(near) { Code::E0113 } else { Code::W0113 };
    Diagnostic::new(code, format!("`{}` is not a known configuration key of {provider}", key.node), key.span, "")
        .suggest(key.span, Some(near))
}

/// A key that a well-known action type does not have, and that resembles none of its keys.
fn foreign_key(key: &Spanned<String>, provider: &str) -> Diagnostic {
    Diagnostic::new(
        Code::W0113,
        format!("`{}` is not a known configuration key of {provider}", key.node),
        key.span,
        "CodePipeline rejects unknown keys",
    )
    .help(format!("remove `{}`, unless the key is newer than this version of dotpipe", key.node))
}

/// A string that names an artifact that the action does not read.
fn not_an_input(key: &str, artifact: &str, action: &str, place: Span, inputs: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0212,
        format!("`{key}` names `{artifact}`, which is not an input of `{action}`"),
        place,
        "",
    );
    match inputs {
        [] => diagnostic
            .help(phrase!["add ", PipeCode::from_artifact(artifact), " to the header of the action"])
            .help_in_document(with_input("", artifact)),
        [only] => diagnostic
            .help(format!("write `{only}`, or add `{artifact}` after `from` in the header of the action"))
            .help_in_document(with_input(&format!("write `{only}`, or "), artifact)),
        inputs => diagnostic.help(format!("use one of its inputs: {}", wording::or_list(inputs.iter().copied()))),
    }
}

/// A string that does not name a file in an artifact. `artifact` is set if it names only an artifact; `meant` is the input
/// and the path that are probably meant.
fn no_artifact_file(
    key: &str,
    text: &str,
    artifact: Option<&str>,
    place: Span,
    meant: Option<(&str, &str)>,
) -> Diagnostic {
    if let Some(artifact) = artifact {
        return Diagnostic::new(Code::E0212, format!("`{key}` does not name a file"), place, "only an artifact")
            .help(format!("add the file's path: `{artifact}::path`"));
    }
    let (input, path) = meant.unwrap_or(("Artifact", text));
    let label = match text.get(input.len()..) {
        _ if path == text => "only a path",
        Some(rest) if rest.starts_with('/') => "a slash instead of two colons",
        _ => "one colon instead of two",
    };
    Diagnostic::new(Code::E0212, format!("`{key}` does not name an artifact"), place, label)
        .help(format!("write `{input}::{path}`"))
}
