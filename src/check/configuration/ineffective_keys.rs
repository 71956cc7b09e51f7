//! W0112: keys that AWS accepts but ignores, because of the other keys of the action.

use crate::check::support::catalog_conditions::{Conditions, shown_setting};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, Phrase, phrase};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "ineffective-keys", codes: &[Code::W0112], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        let Some(conditions) = Conditions::of(subject, place) else { continue };
        one(place, &conditions, findings);
    }
}

fn one(place: Place<'_>, conditions: &Conditions<'_>, findings: &mut Findings) {
    let action_type = &place.action.action_type;
    for (key, setting) in &place.action.configuration {
        let Some(slot) = action_type.slot_of_key(key) else { continue };
        let word = setting.word(key, Some(slot));
        let ignored = conditions.all_hold(&slot.ignored_when).then(|| slot.ignored_when.first()).flatten();
        let required = |key: &str| {
            let slot = action_type.slot_of_key(key);
            let absent = !place.action.configuration.contains_key(key);
            absent && slot.is_some_and(|slot| slot.required || conditions.all_hold(&slot.required_when))
        };
        // A key that is missing is reported as such.
        let unmet = slot.only_when.iter().find(|when| conditions.holds(when).is_no() && !required(&when.key));
        let Some((when, because)) = ignored.map(|when| (when, true)).or(unmet.map(|when| (when, false))) else {
            continue;
        };
        let other = place.action.configuration.get(&when.key);
        let text = if because {
            conditions.text(&when.key).unwrap_or_default()
        } else {
            when.is.first().map_or("", String::as_str)
        };
        let condition = shown_setting(action_type, &when.key, text);
        let shown = if because { Ineffective::With(&condition) } else { Ineffective::Without(&condition) };
        findings.push(ineffective(word, shown, setting.attribute, other.map(|it| it.value.span)));
    }
}

/// The reason that a key has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ineffective<'a> {
    /// Because of another setting.
    With(&'a Phrase),
    /// Because another setting is missing.
    Without(&'a Phrase),
}

/// A key that AWS accepts and ignores.
fn ineffective(word: &str, why: Ineffective<'_>, place: Span, other: Option<Span>) -> Diagnostic {
    let (message, help) = match why {
        Ineffective::With(setting) => {
            (phrase![format!("`{word}` has no effect with "), setting], format!("remove `{word}`").into())
        }
        Ineffective::Without(setting) => {
            let verb = if other.is_some() { "write" } else { "add" };
            (
                phrase![format!("`{word}` has no effect without "), setting],
                phrase![verb, " ", setting, format!(", or remove `{word}`")],
            )
        }
    };
    let diagnostic = Diagnostic::new(Code::W0112, message, place, "ignored by AWS").help(help);
    match other {
        Some(span) => diagnostic.label(span, "because of this setting"),
        None => diagnostic,
    }
}
