//! E0105: keys that an action needs because of its other keys, or that its header should give.

use crate::catalog::{Header, Slot};
use crate::check::support::catalog_conditions::{Conditions, shown_setting};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::configuration::{self, Missing};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "missing-keys", codes: &[Code::E0105], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some(conditions) = Conditions::of(subject, place) else { continue };
        for slot in &place.action.action_type.slot {
            let Some(key) = &slot.key else { continue };
            // What attributes must give without conditions is reported where they are read.
            let always = slot.required && slot.header.is_some();
            let needed = (always || conditions.all_hold(&slot.required_when)) && !slot.derived;
            if needed && !place.action.configuration.contains_key(key) {
                report(place, &conditions, slot, findings);
            }
        }
    }
}

fn report(place: Place<'_>, conditions: &Conditions<'_>, slot: &Slot, findings: &mut Findings) {
    let owner = place.owner();
    let missing = Missing { owner: &owner, word: &slot.attribute, place: place.action.name.span };
    let found = match slot.header {
        Some(Header::FromFile) => configuration::missing_file(&missing),
        _ => configuration::missing_key(&missing, &slot.example(), cause(place, conditions, slot).as_ref()),
    };
    findings.about(place, found);
}

/// The value that makes a slot needed, as written, and its place.
fn cause(place: Place<'_>, conditions: &Conditions<'_>, slot: &Slot) -> Option<(String, Span)> {
    let when = slot.required_when.iter().find(|when| !when.is.is_empty())?;
    let setting = place.action.configuration.get(&when.key)?;
    let word = shown_setting(&place.action.action_type, &when.key, conditions.text(&when.key)?);
    Some((word, setting.value.span))
}
