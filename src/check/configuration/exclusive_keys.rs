//! E0132: keys of which AWS accepts only one. E0106: more elements than AWS allows.

use crate::catalog::{Slot, SlotType};
use crate::check::support::catalog_conditions::{Conditions, shown_setting};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::configuration;
use crate::diagnostic::{Code, Diagnostic, Phrase, phrase, wording};
use crate::hir::{Setting, ValueKind};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "exclusive-keys", codes: &[Code::E0106, Code::E0132], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        let Some(conditions) = Conditions::of(subject, place) else { continue };
        for (key, setting) in &place.action.configuration {
            let Some(slot) = place.action.action_type.slot_of_key(key) else { continue };
            let word = setting.word(key, Some(slot));
            excluded(place, slot, word, setting, &conditions, findings);
            size(slot, word, setting, findings);
        }
    }
}

fn excluded(
    place: Place<'_>,
    slot: &Slot,
    word: &str,
    setting: &Setting,
    conditions: &Conditions<'_>,
    findings: &mut Findings,
) {
    let Some(when) = slot.excluded_when.first().filter(|_| conditions.all_hold(&slot.excluded_when)) else { return };
    let Some(other) = place.action.configuration.get(&when.key) else { return };
    let shown = shown_setting(&place.action.action_type, &when.key, conditions.text(&when.key).unwrap_or_default());
    // What belongs to it has no effect without it.
    let belongs = |(key, setting): (&String, &Setting)| {
        let own = place.action.action_type.slot_of_key(key)?;
        let is_excluded = own.excluded_when.first().is_some_and(|first| first.key == when.key);
        let is_needed = own.required_when.iter().any(|needed| Some(&needed.key) == slot.key.as_ref());
        (is_excluded || is_needed).then(|| setting.word(key, Some(own)).to_owned())
    };
    let all: Vec<String> = place.action.configuration.iter().filter_map(belongs).collect();
    findings.push(exclusive(word, &shown, setting.attribute, other.value.span, &all));
}

/// Checks the number of elements of a list. In a string, they are separated by commas.
fn size(slot: &Slot, word: &str, setting: &Setting, findings: &mut Findings) {
    // The value of an attribute was checked when it was read.
    let Some(most) = slot.max.filter(|_| slot.ty == SlotType::List && setting.raw) else { return };
    let count = match &setting.value.kind {
        ValueKind::List(items) => items.len(),
        _ => setting.value.as_str().map_or(0, |text| text.split(',').count()),
    };
    if count as u64 > most {
        findings.push(configuration::too_many(word, (count, "elements"), most, setting.value.span));
    }
}

/// Two keys of which AWS accepts only one.
fn exclusive(word: &str, setting: &Phrase, place: Span, other: Span, all: &[String]) -> Diagnostic {
    Diagnostic::new(Code::E0132, phrase![format!("`{word}` and "), setting, " are mutually exclusive"], place, "")
        .label(other, "conflicts with this")
        .help(phrase!["remove ", setting, ", or remove ", wording::and_list(all.iter().map(String::as_str))])
}
