//! E0101, E0102: environment variables in a raw configuration key, in AWS's own form.

use crate::catalog::{SlotType, names as rules};
use crate::check::{Findings, Place, Rule, Subject};
use crate::collections::HashMap;
use crate::diagnostic::Code;
use crate::diagnostic::families::names;
use crate::hir::{Value, ValueKind};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule =
    Rule { name: "raw-environment", codes: &[Code::E0101, Code::E0102, Code::E0103], run: check };

/// The kind of name in `names.toml`.
const KIND: &str = "environment-variable";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions() {
        for (key, setting) in place.action.configuration.iter().filter(|(_, setting)| setting.raw) {
            if is_environment(place, key) {
                variables(&in_value(subject, &setting.value), findings);
            }
        }
    }
}

fn is_environment(place: Place<'_>, key: &str) -> bool {
    place.action.action_type.slot_of_key(key).is_some_and(|slot| slot.ty == SlotType::Env)
}

fn variables(found: &[Spanned<String>], findings: &mut Findings) {
    let mut seen: HashMap<&str, Span> = HashMap::default();
    for name in found {
        if let Some(first) = seen.insert(&name.node, name.span).filter(|first| *first != name.span) {
            findings.push(names::duplicate("environment variable", name, first));
        }
        if let (Some(fault), Some(of_kind)) = (rules::check(KIND, &name.node), rules::rules(KIND)) {
            let suggestion = rules::suggestion_for(KIND, &name.node);
            let suggestion = rules::check(KIND, &suggestion).is_none().then_some(suggestion);
            findings.push(names::invalid_name(of_kind, name, &fault, suggestion.as_deref(), None));
        }
    }
}

/// Returns the names in `[{ name = "A", value = "x" }]`, or in the equivalent JSON text.
fn in_value(subject: &Subject<'_>, value: &Value) -> Vec<Spanned<String>> {
    match &value.kind {
        ValueKind::List(items) => items.iter().filter_map(name_of).collect(),
        ValueKind::Text(text) => text.as_literal().map(|text| in_json(subject, text, value.span)).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn name_of(item: &Value) -> Option<Spanned<String>> {
    let ValueKind::Map(entries) = &item.kind else { return None };
    let (_, value) = entries.iter().find(|(key, _)| key.node == "name")?;
    Some(Spanned::new(value.as_str()?.to_owned(), value.span))
}

fn in_json(subject: &Subject<'_>, text: &str, place: Span) -> Vec<Spanned<String>> {
    let items: Vec<serde_json::Value> = serde_json::from_str(text).unwrap_or_default();
    let written = subject.written(place);
    let mut from = 0;
    let names = items.iter().filter_map(|item| item.get("name")?.as_str());
    let located = names.map(|name| {
        let quoted = format!("\"{name}\"");
        let at = written.find(&quoted, from);
        from = at.map_or(from, |at| at.range().end - place.range().start);
        Spanned::new(name.to_owned(), at.unwrap_or(place))
    });
    located.collect()
}
