//! E0118, E0812: declared action types that CodePipeline rejects. W0112: attributes of declarations that have no
//! effect.

use crate::catalog::{self, limits::limit};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::providers::refused;
use crate::diagnostic::wording::tick;
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase, suggest, wording};
use crate::hir::{Attribute, Property, Provider, ProviderKind, ValueKind};
use crate::plan::CustomTypePlan;
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule =
    Rule { name: "declared-types", codes: &[Code::W0112, Code::E0118, Code::E0812], run: check };

/// The maximum length of a value by which workers can filter jobs.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionConfigurationProperty.html> (2026-11-23)
const QUERYABLE: usize = 20;

/// Attributes that apply only to a generated resource.
const OF_RESOURCE: [&str; 7] =
    ["entity-url", "execution-url", "revision-url", "configuration-url", "tags", "raw", "logical-id"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    twice(subject, findings);
    for provider in subject.hir.providers.iter().filter(|provider| !provider.declaration.incomplete) {
        properties(provider, findings);
        hidden(provider, findings);
        creation(provider, findings);
        addresses(subject, provider, findings);
        values(subject, provider, findings);
    }
}

fn properties(provider: &Provider, findings: &mut Findings) {
    let most = limit("custom-action-properties").map(|limit| limit.value);
    if let Some((most, first_too_many)) = most.and_then(|most| Some((most, provider.properties.get(most)?))) {
        let name = &provider.declaration.symbol.node;
        let found = provider.properties.len();
        findings.push(too_many_properties(name, found, most, first_too_many.name.span));
    }
    let mut queryable = provider.properties.iter().filter_map(|it| it.queryable.map(|place| (it, place)));
    let Some((first, place)) = queryable.next() else { return };
    if first.secret || !first.required {
        findings.push(unfit_queryable(&first.name.node, first.secret, place));
    }
    for (second, at) in queryable {
        findings.push(second_queryable(&second.name.node, at, place));
    }
}

/// Checks for two declarations that create the same action type.
fn twice(subject: &Subject<'_>, findings: &mut Findings) {
    let made = &subject.plan.action_types;
    for (index, second) in made.iter().enumerate() {
        let same = |first: &&CustomTypePlan| first.id == second.id && first.provider != second.provider;
        if let Some(first) = made.iter().take(index).find(same) {
            findings.push(created_twice(&second.id.provider, second.identity.span, first.identity.span));
        }
    }
}

/// Checks for properties that an action cannot set, because it has an attribute with the same name.
fn hidden(provider: &Provider, findings: &mut Findings) {
    let Some(own) = catalog::declaration("action") else { return };
    for property in &provider.properties {
        if own.slot_of_attribute(&property.name.node).is_some() {
            findings.push(attribute_of_actions(&property.name));
        }
    }
}

fn creation(provider: &Provider, findings: &mut Findings) {
    let attributes = &provider.declaration.attributes;
    let place = |word: &str| attributes.get(word).map(|attribute| attribute.word);
    if let (true, ProviderKind::ThirdParty, Some(create)) = (provider.create, provider.kind, place("create")) {
        let kind = attributes.get("kind").map(|attribute| attribute.value.span);
        findings.push(not_to_create(create, kind));
        return;
    }
    if let Some(server) = place("server").filter(|_| provider.kind != ProviderKind::Jenkins) {
        findings.push(idle_attribute("server", "kind = jenkins", server));
    }
    if !provider.create {
        for word in OF_RESOURCE {
            findings.extend(place(word).map(|place| idle_attribute(word, "create = true", place)));
        }
    }
}

/// Checks the placeholders of the URLs.
fn addresses(subject: &Subject<'_>, provider: &Provider, findings: &mut Findings) {
    let fits = |property: &&Property| property.required && !property.secret;
    let fitting: Vec<&str> =
        provider.properties.iter().filter(fits).map(|property| property.name.node.as_str()).collect();
    for word in OF_RESOURCE.into_iter().filter(|word| word.ends_with("-url")) {
        let Some(Attribute { value, .. }) = provider.declaration.attributes.get(word) else { continue };
        let mut rest = value.as_str().unwrap_or_default();
        while let Some((_, tail)) = rest.split_once("{Config:") {
            let Some((name, after)) = tail.split_once('}') else { break };
            if !fitting.contains(&name) {
                let known = provider.properties.iter().find(|property| property.name.node == name);
                let place = subject.written(value.span).find(&format!("{{Config:{name}}}"), 0).unwrap_or(value.span);
                findings.push(unfilled_placeholder(word, name, place, (provider, known), &fitting));
            }
            rest = after;
        }
    }
}

/// Checks the values of the property by which workers filter jobs.
fn values(subject: &Subject<'_>, provider: &Provider, findings: &mut Findings) {
    let asked = provider.properties.iter().find_map(|property| Some((property, property.queryable?)));
    let Some((property, declared)) = asked.filter(|_| provider.kind != ProviderKind::Jenkins) else { return };
    let is_own =
        |place: &crate::check::Place<'_>| std::sync::Arc::ptr_eq(&place.action.action_type, &provider.action_type);
    for place in subject.actions().filter(is_own) {
        let Some(value) = place.action.value(&property.name.node) else { continue };
        let ValueKind::Text(_) = &value.kind else { continue };
        let Some(text) = value.as_str() else { continue };
        if !text.chars().all(is_queryable) || text.chars().count() > QUERYABLE {
            findings.push(queryable_value(&property.name.node, text, QUERYABLE, value.span, declared));
        }
    }
}

/// Returns whether a value by which workers filter jobs can contain a character.
fn is_queryable(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

/// More properties than an action type can have.
fn too_many_properties(provider: &str, found: usize, most: usize, place: Span) -> Diagnostic {
    refused(
        format!("provider `{provider}` has {found} properties; CodePipeline allows at most {most}"),
        place,
        String::new(),
    )
    .help(if found - most == 1 {
        "remove 1 property".to_owned()
    } else {
        format!("remove {} properties", found - most)
    })
}

/// Two declarations of one action type.
fn created_twice(provider: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0812,
        format!("action type `{provider}` is created twice"),
        place,
        "the category, provider, and version are the same",
    )
    .label(first, "first created here")
    .help("change the `version` of one of them")
}

/// A property with the name of an attribute that every action has.
fn attribute_of_actions(property: &Spanned<String>) -> Diagnostic {
    refused(
        format!("property `{}` has the name of an attribute that every action has", property.node),
        property.span,
        "actions could not set this property".to_owned(),
    )
    .help("rename the property, or remove it and set it in the `configuration` of the action")
}

/// A second property that workers could filter by.
fn second_queryable(property: &str, place: Span, first: Span) -> Diagnostic {
    refused(
        format!("property `{property}` is the second `queryable` property"),
        place,
        "CodePipeline allows at most one".to_owned(),
    )
    .label(first, "first `queryable` property")
    .help("remove `queryable` from one of them")
}

/// A property that workers filter by, but that is optional or secret.
fn unfit_queryable(property: &str, secret: bool, place: Span) -> Diagnostic {
    let (message, help) = if secret {
        (format!("`queryable` property `{property}` must not be `secret`"), "remove `queryable` or `secret`".into())
    } else {
        (
            format!("`queryable` property `{property}` must also be `required`"),
            phrase!["add ", PipeCode::set("required", "true")],
        )
    };
    refused(message, place, "workers filter jobs by this property".to_owned()).help(help)
}

/// A value that workers cannot filter by.
fn queryable_value(property: &str, text: &str, most: usize, place: Span, declared: Span) -> Diagnostic {
    let long = text.chars().count();
    let is_plain = text.chars().all(is_queryable);
    let label = match (long > most, is_plain) {
        (true, true) => format!("has {long} characters"),
        (true, false) => format!("has {long} characters, and contains others than these"),
        (false, _) => "contains other characters".to_owned(),
    };
    let message = format!("`{property}` can have at most {most} characters, and only letters, digits, `-`, and `_`");
    refused(message, place, label).label(declared, "declared as `queryable` here")
}

/// A URL with a placeholder that is never filled in.
fn unfilled_placeholder(
    attribute: &str,
    name: &str,
    place: Span,
    (provider, known): (&Provider, Option<&Property>),
    fitting: &[&str],
) -> Diagnostic {
    let refers = format!("`{attribute}` refers to `{name}`");
    let message = match known {
        None => format!("{refers}, but provider `{}` has no such property", provider.declaration.symbol.node),
        Some(property) if property.secret => format!("{refers}, which is a secret property"),
        Some(_) => format!("{refers}, which is not a required property"),
    };
    let mut diagnostic =
        refused(message, place, "CodePipeline fills in only required properties that are not secret".to_owned());
    if let Some(property) = known {
        diagnostic = diagnostic.label(property.name.span, "declared here");
    }
    match (suggest::similar(name, fitting.iter().copied()), fitting) {
        (Some(near), _) => diagnostic.did_you_mean(&format!("{{Config:{near}}}")),
        (None, []) => diagnostic,
        (None, fitting) => {
            let all: Vec<String> = fitting.iter().map(|name| format!("{{Config:{name}}}")).collect();
            diagnostic.help(format!("write {}", wording::or_list(all.iter().map(String::as_str))))
        }
    }
}

/// `create` for an action type that only a partner can create.
fn not_to_create(place: Span, kind: Option<Span>) -> Diagnostic {
    let diagnostic = refused(
        "a partner's action type cannot be created".to_owned(),
        place,
        "only action types of owner `Custom` can be created".to_owned(),
    )
    .help(phrase!["remove `create`, or write ", PipeCode::set("kind", "custom")]);
    match kind {
        Some(kind) => diagnostic.label(kind, "owned by a partner"),
        None => diagnostic,
    }
}

/// An attribute without effect for this kind of provider, or without `create`.
fn idle_attribute(attribute: &str, wanted: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0112,
        format!("{} has no effect without `{wanted}`", tick(attribute)),
        place,
        "ignored".to_owned(),
    )
    .help(format!("add `{wanted}`, or remove {}", tick(attribute)))
}
