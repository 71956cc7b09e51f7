//! E0113, W0113: a raw configuration key that the action type does not have. E0212: one that names an artifact which is
//! not an input of the action.

use crate::catalog::{Slot, SlotType};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::configuration;
use crate::diagnostic::{Code, suggest};
use crate::source::Spanned;

pub(super) const RULE: Rule = Rule { name: "raw-keys", codes: &[Code::E0113, Code::W0113, Code::E0212], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        for (key, setting) in place.action.configuration.iter().filter(|(_, setting)| setting.raw) {
            let key = Spanned::new(key.clone(), setting.attribute);
            match place.action.action_type.slot_of_key(&key.node) {
                Some(slot) => artifact(place, slot, &key.node, &setting.value, findings),
                None => unknown(place, &key, findings),
            }
        }
    }
}

fn unknown(place: Place<'_>, key: &Spanned<String>, findings: &mut Findings) {
    let action_type = &place.action.action_type;
    if action_type.unconfirmed.is_some() || action_type.is_made_key(&key.node) {
        return;
    }
    let known = action_type.slot.iter().filter_map(|slot| slot.key.as_deref());
    findings.push(match suggest::similar(&key.node, known) {
        Some(near) => configuration::unknown_key(key, &action_type.provider, near),
        None => configuration::foreign_key(key, &action_type.provider),
    });
}

/// Text in a slot for an artifact, or for a file in one.
fn artifact(place: Place<'_>, slot: &Slot, key: &str, value: &crate::hir::Value, findings: &mut Findings) {
    if place.action.incomplete || !matches!(slot.ty, SlotType::Artifact | SlotType::ArtifactFile) {
        return;
    }
    // A value without a character is reported as such.
    let Some(text) = value.as_str().filter(|text| !text.is_empty()) else { return };
    let name = match text.split_once("::") {
        Some((name, "")) => {
            findings.push(configuration::no_artifact_file(key, text, Some(name), value.span));
            return;
        }
        Some((name, _)) => name,
        None if slot.ty == SlotType::ArtifactFile && slot.path_key.is_none() => {
            findings.push(configuration::no_artifact_file(key, text, None, value.span));
            return;
        }
        None => text,
    };
    let inputs = place.action.inputs.iter().map(|input| place.pipeline.artifact(input.artifact).name.node.as_str());
    let inputs: Vec<&str> = inputs.collect();
    if !inputs.contains(&name) {
        findings.about(place, configuration::not_an_input(key, name, &place.action.name.node, value.span, &inputs));
    }
}
