//! E0118, E0812: action types that a file declares and CodePipeline refuses. W0112: what is said of them and goes nowhere.

use crate::catalog::{self, limits::limit};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::providers;
use crate::hir::{Attribute, Property, Provider, ProviderKind, ValueKind};
use crate::plan::CustomTypePlan;

pub(super) const RULE: Rule =
    Rule { name: "declared-types", codes: &[Code::W0112, Code::E0118, Code::E0812], run: check };

/// Longest value that workers can ask by.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionConfigurationProperty.html> (2026-11-23)
const QUERYABLE: usize = 20;

/// Attributes that only the emitted resource has.
const OF_RESOURCE: [&str; 7] =
    ["entity-url", "execution-url", "revision-url", "configuration-url", "tags", "raw", "logical-id"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    twice(subject, findings);
    for provider in subject.hir.providers.iter().filter(|provider| !provider.declaration.incomplete) {
        properties(provider, findings);
        hidden(provider, findings);
        creation(provider, findings);
        addresses(provider, findings);
        values(subject, provider, findings);
    }
}

fn properties(provider: &Provider, findings: &mut Findings) {
    let most = limit("custom-action-properties").map(|limit| limit.value);
    if let Some((most, first_too_many)) = most.and_then(|most| Some((most, provider.properties.get(most)?))) {
        let name = &provider.declaration.symbol.node;
        let found = provider.properties.len();
        findings.push(providers::too_many_properties(name, found, most, first_too_many.name.span));
    }
    let mut queryable = provider.properties.iter().filter_map(|it| it.queryable.map(|place| (it, place)));
    let Some((first, place)) = queryable.next() else { return };
    if first.secret || !first.required {
        findings.push(providers::unfit_queryable(&first.name.node, first.secret, place));
    }
    for (second, at) in queryable {
        findings.push(providers::second_queryable(&second.name.node, at, place));
    }
}

/// Two declarations that make one action type.
fn twice(subject: &Subject<'_>, findings: &mut Findings) {
    let made = &subject.plan.action_types;
    for (index, second) in made.iter().enumerate() {
        let same = |first: &&CustomTypePlan| first.id == second.id && first.provider != second.provider;
        if let Some(first) = made.iter().take(index).find(same) {
            findings.push(providers::created_twice(&second.id.provider, second.identity.span, first.identity.span));
        }
    }
}

/// Properties that an action has no word for, because it has the word itself.
fn hidden(provider: &Provider, findings: &mut Findings) {
    let Some(own) = catalog::declaration("action") else { return };
    for property in &provider.properties {
        if own.slot_of_attribute(&property.name.node).is_some() {
            findings.push(providers::attribute_of_actions(&property.name));
        }
    }
}

fn creation(provider: &Provider, findings: &mut Findings) {
    let attributes = &provider.declaration.attributes;
    let place = |word: &str| attributes.get(word).map(|attribute| attribute.word);
    if let (true, ProviderKind::ThirdParty, Some(create)) = (provider.create, provider.kind, place("create")) {
        let kind = attributes.get("kind").map(|attribute| attribute.value.span);
        findings.push(providers::not_to_create(create, kind));
        return;
    }
    if let Some(server) = place("server").filter(|_| provider.kind != ProviderKind::Jenkins) {
        findings.push(providers::idle_attribute("server", "kind = jenkins", server));
    }
    if !provider.create {
        for word in OF_RESOURCE {
            findings.extend(place(word).map(|place| providers::idle_attribute(word, "create = true", place)));
        }
    }
}

/// The placeholders of the addresses.
fn addresses(provider: &Provider, findings: &mut Findings) {
    let fits = |property: &&Property| property.required && !property.secret;
    let fitting: Vec<&str> =
        provider.properties.iter().filter(fits).map(|property| property.name.node.as_str()).collect();
    for word in OF_RESOURCE.into_iter().filter(|word| word.ends_with("-url")) {
        let Some(Attribute { value, .. }) = provider.declaration.attributes.get(word) else { continue };
        let mut rest = value.as_str().unwrap_or_default();
        while let Some((_, behind)) = rest.split_once("{Config:") {
            let Some((name, after)) = behind.split_once('}') else { break };
            if !fitting.contains(&name) {
                findings.push(providers::unknown_placeholder(word, name, value.span, &fitting));
            }
            rest = after;
        }
    }
}

/// What actions give for the property that workers ask by.
fn values(subject: &Subject<'_>, provider: &Provider, findings: &mut Findings) {
    let asked = provider.properties.iter().find_map(|property| Some((property, property.queryable?)));
    let Some((property, declared)) = asked.filter(|_| provider.kind != ProviderKind::Jenkins) else { return };
    let is_own =
        |place: &crate::check::Place<'_>| std::sync::Arc::ptr_eq(&place.action.action_type, &provider.action_type);
    for place in subject.actions().filter(is_own) {
        let Some(value) = place.action.value(&property.name.node) else { continue };
        let ValueKind::Text(_) = &value.kind else { continue };
        let Some(text) = value.as_str() else { continue };
        let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if !is_plain || text.chars().count() > QUERYABLE {
            findings.push(providers::queryable_value(&property.name.node, text, QUERYABLE, value.span, declared));
        }
    }
}
