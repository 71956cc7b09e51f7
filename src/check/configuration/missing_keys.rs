//! E0105: keys that an action needs because of its other keys, or that its header should contain.

use crate::catalog::{ExampleValue, Header, Kind, Slot};
use crate::check::support::catalog_conditions::{Conditions, shown_setting};
use crate::check::support::readable::only_readable;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::families::configuration::Missing;
use crate::diagnostic::{Code, Diagnostic, Phrase, PipeCode, phrase};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "missing-keys", codes: &[Code::E0105], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some(conditions) = Conditions::of(subject, place) else { continue };
        for slot in &place.action.action_type.slot {
            let Some(key) = &slot.key else { continue };
            // Attributes that are always required are reported where they are read.
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
        let only = slot.to.and_then(|kind| only_declared(subject, kind));
        let example = only.map_or_else(|| slot.example(), ExampleValue::from);
        missing_key(&missing, &example, cause(place, conditions, slot).as_ref())
    };
    findings.about(place, found);
}

/// Returns the value that makes a slot required, as written, with its span.
fn cause(place: Place<'_>, conditions: &Conditions<'_>, slot: &Slot) -> Option<(Phrase, Span)> {
    let when = slot.required_when.iter().find(|when| !when.is.is_empty())?;
    let setting = place.action.configuration.get(&when.key)?;
    let word = shown_setting(&place.action.action_type, &when.key, conditions.text(&when.key)?);
    Some((word, setting.value.span))
}

/// A key that other keys require. `cause` is the setting that requires it, with its span.
fn missing_key(missing: &Missing<'_>, example: &ExampleValue, cause: Option<&(Phrase, Span)>) -> Diagnostic {
    let Missing { owner, word, place } = *missing;
    let because = cause.map_or_else(Phrase::default, |(shown, _)| phrase![", because of ", shown]);
    let message = phrase![format!("{owner} needs attribute `{word}`"), &because];
    let diagnostic = Diagnostic::new(Code::E0105, message, place, "");
    let diagnostic = diagnostic
        .message_in_document(phrase![format!("{owner} needs `{word}`"), because])
        .help(phrase!["add ", PipeCode::set(word, example)]);
    match cause {
        Some((_, span)) => diagnostic.label(*span, "requires it"),
        None => diagnostic,
    }
}

/// Returns the artifact that contains a file, if there is only one candidate.
fn only_input<'a>(subject: &Subject<'_>, place: Place<'a>) -> Option<&'a str> {
    match place.action.inputs.as_slice() {
        [] => only_readable(subject, place),
        [only] => Some(place.pipeline.artifact(only.artifact).name.as_str()),
        _ => None,
    }
}

/// Returns the only declaration of a kind.
fn only_declared(subject: &Subject<'_>, kind: Kind) -> Option<String> {
    let of_kind = subject.hir.declarations().filter(|(entity, _)| entity.kind() == kind);
    // If a pipeline refers to another one, that one is not in the file.
    let mut of_kind = of_kind.filter(|_| kind != Kind::Pipeline);
    let (_, only) = of_kind.next()?;
    of_kind.next().is_none().then(|| only.symbol.node.clone())
}

/// A file that the header should name. `artifact` is the only one that can contain it.
fn missing_file(missing: &Missing<'_>, artifact: Option<&str>) -> Diagnostic {
    let Missing { owner, word, place } = *missing;
    let artifact = artifact.unwrap_or("Artifact");
    Diagnostic::new(Code::E0105, format!("{owner} needs a {word}"), place, "")
        .help(phrase!["write ", PipeCode::from_artifact(format!("{artifact}::{word}.yaml")), " after the name"])
        .help_in_document(phrase!["add ", PipeCode::set(word, ExampleValue::text(format!("{artifact}::{word}.yaml")))])
}
