//! E0819, W0819: Regions that AWS does not list.

use std::collections::BTreeSet;

use crate::catalog::regions::is_known;
use crate::catalog::{Slot, declaration};
use crate::check::support::regions::unlisted;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::hir::{Value, ValueKind};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule { name: "regions", codes: &[Code::E0819, Code::W0819], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut unknown = stated(subject);
    unknown.retain(|region| !is_known(&region.node));
    // If a name refers to it, the label is at its literal, if there is one.
    let is_spelled = |region: &Spanned<String>| subject.written(region.span).find(&region.node, 0).is_some();
    let spelled: BTreeSet<String> = unknown.iter().filter(|it| is_spelled(it)).map(|it| it.node.clone()).collect();
    let mut reported: BTreeSet<Span> = BTreeSet::new();
    for region in &unknown {
        if (is_spelled(region) || !spelled.contains(&region.node)) && reported.insert(region.span) {
            let written = subject.written(region.span);
            let quote = written.quote().map(String::from).unwrap_or_default();
            let plain = written.unquoted() == region.node;
            findings.extend(unlisted(&region.node, region.span, plain.then_some(&quote)));
        }
    }
}

/// Returns every Region that the file names.
fn stated(subject: &Subject<'_>) -> Vec<Spanned<String>> {
    let hir = subject.hir;
    let mut found: Vec<Spanned<String>> = Vec::new();
    found.extend(hir.pipelines.iter().filter_map(|it| it.region.clone()));
    found.extend(
        hir.environments.iter().filter_map(|it| it.region().map(|it| Spanned::new(it.node.to_owned(), it.span))),
    );
    for place in subject.actions() {
        found.extend(place.action.region.clone());
        for (key, setting) in &place.action.configuration {
            in_slot(place.action.action_type.slot_of_key(key), &setting.value, &mut found);
        }
    }
    for place in subject.rules() {
        found.extend(place.rule.region.clone());
    }
    let slot = declaration("event").and_then(|entry| entry.slot_of_attribute("region"));
    for event in hir.pipelines.iter().flat_map(|pipeline| &pipeline.events) {
        if let Some(attribute) = event.attributes.get("region") {
            in_slot(slot, &attribute.value, &mut found);
        }
    }
    found
}

fn in_slot(slot: Option<&Slot>, value: &Value, found: &mut Vec<Spanned<String>>) {
    if slot.is_none_or(|slot| slot.charset.as_deref() != Some("region")) {
        return;
    }
    let items = match &value.kind {
        ValueKind::List(items) => items.as_slice(),
        _ => std::slice::from_ref(value),
    };
    found.extend(items.iter().filter_map(|item| Some(Spanned::new(item.as_str()?.to_owned(), item.span))));
}
