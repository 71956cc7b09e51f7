//! E0133: text that AWS reads as JSON, and that is none.

use crate::catalog::SlotType;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::references;
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "json-texts", codes: &[Code::E0133], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        for (key, setting) in &place.action.configuration {
            let Some(slot) = place.action.action_type.slot_of_key(key).filter(|slot| slot.text_is_json) else {
                continue;
            };
            // A value without a character is reported as such; what is known later cannot be read.
            let Some(text) = setting.value.as_str().filter(|text| !text.is_empty()) else { continue };
            let is_list = slot.ty == SlotType::Env;
            let fits = match serde_json::from_str::<serde_json::Value>(text) {
                Ok(read) => {
                    if is_list {
                        read.is_array()
                    } else {
                        read.is_object()
                    }
                }
                // What a run puts in for a variable may make it JSON.
                Err(_) => references(text).next().is_some(),
            };
            if !fits {
                let word = setting.word(key, Some(slot));
                findings.push(not_json(word, &slot.attribute, is_list, setting.value.span));
            }
        }
    }
}

/// A string that AWS parses as JSON.
fn not_json(key: &str, attribute: &str, is_list: bool, place: Span) -> Diagnostic {
    let form = if is_list { "a JSON list of variables" } else { "a JSON object" };
    Diagnostic::new(Code::E0133, format!("`{key}` is not {form}"), place, "AWS parses this as JSON")
        .help(format!("write a map, which dotpipe converts to JSON: `{attribute} = {{ NAME = \"value\" }}`"))
}
