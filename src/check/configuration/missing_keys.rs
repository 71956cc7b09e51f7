//! E0105: keys that an action needs because of its other keys, or that its header should give.

use crate::catalog::{Header, Kind, Slot};
use crate::check::support::catalog_conditions::{Conditions, shown_setting};
use crate::check::support::readable::only_readable;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::configuration::Missing;
use crate::diagnostic::{Code, Diagnostic};
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
                report(subject, place, &conditions, slot, findings);
            }
        }
    }
}

fn report(subject: &Subject<'_>, place: Place<'_>, conditions: &Conditions<'_>, slot: &Slot, findings: &mut Findings) {
    let owner = place.owner();
    let missing = Missing { owner: &owner, word: &slot.attribute, place: place.action.name.span };
    let found = if let Some(Header::FromFile) = slot.header {
        missing_file(&missing, only_input(subject, place))
    } else {
        let example = slot.to.and_then(|kind| only_declared(subject, kind)).unwrap_or_else(|| slot.example());
        missing_key(&missing, &example, cause(place, conditions, slot).as_ref())
    };
    findings.about(place, found);
}

/// The value that makes a slot required, as written, and its place.
fn cause(place: Place<'_>, conditions: &Conditions<'_>, slot: &Slot) -> Option<(String, Span)> {
    let when = slot.required_when.iter().find(|when| !when.is.is_empty())?;
    let setting = place.action.configuration.get(&when.key)?;
    let word = shown_setting(&place.action.action_type, &when.key, conditions.text(&when.key)?);
    Some((word, setting.value.span))
}

/// A key that other keys require. `cause`: the setting that does, and its place.
fn missing_key(missing: &Missing<'_>, example: &str, cause: Option<&(String, Span)>) -> Diagnostic {
    let Missing { owner, word, place } = *missing;
    let because = cause.map_or_else(String::new, |(shown, _)| format!(", because of `{shown}`"));
    let diagnostic = Diagnostic::new(Code::E0105, format!("{owner} needs attribute `{word}`{because}"), place, "");
    let diagnostic = diagnostic.help(format!("add `{word} = {example}`"));
    match cause {
        Some((_, span)) => diagnostic.label(*span, "requires it"),
        None => diagnostic,
    }
}

/// The artifact that a file is in, if there is only one.
fn only_input<'a>(subject: &Subject<'_>, place: Place<'a>) -> Option<&'a str> {
    match place.action.inputs.as_slice() {
        [] => only_readable(subject, place),
        [only] => Some(place.pipeline.artifact(only.artifact).name.as_str()),
        _ => None,
    }
}

/// The only declaration of a kind.
fn only_declared(subject: &Subject<'_>, kind: Kind) -> Option<String> {
    let of_kind = subject.hir.declarations().filter(|(entity, _)| entity.kind() == kind);
    // Of a pipeline that names another one, the other is not in the file.
    let mut of_kind = of_kind.filter(|_| kind != Kind::Pipeline);
    let (_, only) = of_kind.next()?;
    of_kind.next().is_none().then(|| only.symbol.node.clone())
}

/// A file that the header should name. `artifact`: the only one that it can be in.
fn missing_file(missing: &Missing<'_>, artifact: Option<&str>) -> Diagnostic {
    let Missing { owner, word, place } = *missing;
    Diagnostic::new(Code::E0105, format!("{owner} needs a {word}"), place, "")
        .help(format!("write `from {}::{word}.yaml` after the name", artifact.unwrap_or("Artifact")))
}
