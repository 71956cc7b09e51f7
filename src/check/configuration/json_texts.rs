//! E0133: strings that AWS parses as JSON, but that are not JSON.

use std::borrow::Cow;

use crate::catalog::{SlotType, When};
use crate::check::support::catalog_conditions::Conditions;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::hir::{PartKind, Text, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "json-texts", codes: &[Code::E0133], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        for (key, setting) in &place.action.configuration {
            let Some(slot) = place.action.action_type.slot_of_key(key).filter(|slot| slot.text_is_json) else {
                continue;
            };
            // The path of a file.
            let conditions = || Conditions::of(subject, place);
            if slot.input_file && conditions().is_none_or(|conditions| may_hold(&conditions, &slot.input_file_when)) {
                continue;
            }
            // An empty value is reported separately.
            let ValueKind::Text(text) = &setting.value.kind else { continue };
            if text.parts.is_empty() || text.is_poisoned() {
                continue;
            }
            let is_list = slot.ty == SlotType::Env;
            let fits = STAND_INS.into_iter().any(|value| may_be(&with(text, value), is_list, slot.input_file));
            if !fits {
                let word = setting.word(key, Some(slot));
                findings.push(not_json(word, &slot.attribute, (is_list, slot.input_file), setting.value.span));
            }
        }
    }
}

/// Returns whether all conditions may hold.
fn may_hold(conditions: &Conditions<'_>, all: &[When]) -> bool {
    all.iter().all(|when| !conditions.holds(when).is_no())
}

/// Possible replacements in JSON for a value that is known later: a value, a map, a list, an entry, nothing.
const STAND_INS: [&str; 5] = ["0", "{}", "[]", "\"a\": 0", ""];

/// Returns a string with a replacement for each part that is known later.
fn with(text: &Text, value: &str) -> String {
    let parts = text.parts.iter().map(|part| match &part.kind {
        PartKind::Literal(text) => Cow::Owned(replaced(text, value)),
        _ => Cow::Borrowed(value),
    });
    parts.collect()
}

/// Replaces variables in CodePipeline's own syntax.
fn replaced(text: &str, value: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once("#{") {
        let Some((_, after)) = tail.split_once('}') else { break };
        result.push_str(before);
        result.push_str(value);
        rest = after;
    }
    result + rest
}

/// Returns whether a string is JSON of the expected form.
fn may_be(text: &str, is_list: bool, anything: bool) -> bool {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(_) if anything => true,
        Ok(read) if is_list => read.is_array(),
        Ok(read) => read.is_object(),
        Err(_) => false,
    }
}

/// A string that AWS parses as JSON.
fn not_json(key: &str, attribute: &str, (is_list, anything): (bool, bool), place: Span) -> Diagnostic {
    let form = match (is_list, anything) {
        (true, _) => "a JSON list of variables",
        (false, true) => "JSON",
        (false, false) => "a JSON object",
    };
    Diagnostic::new(Code::E0133, format!("`{key}` is not {form}"), place, "AWS parses this as JSON")
        .help(phrase![
            "set an attribute of the action to a map, which dotpipe converts to JSON: ",
            PipeCode::set(attribute, "{ NAME = \"value\" }")
        ])
        .help_in_document("correct the JSON")
}
