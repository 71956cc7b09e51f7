//! W0468: conditions and mappings of a template that do not fit the values that a parameter can have.

use crate::check::support::inside_templates::{DeclaredNames, InsideTemplate, inside_templates};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};
use crate::workspace::template::Parameter;

pub(super) const RULE: Rule = Rule { name: "allowed-values", codes: &[Code::W0468], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for inside in inside_templates(subject).iter().filter(|inside| inside.template.declares_all_names()) {
        let mut found = Vec::new();
        let names = DeclaredNames::of(inside);
        let mut compared = Vec::new();
        inside.section("Conditions").for_each(|entry| values(inside, &entry.value, &mut compared));
        inside
            .section("Conditions")
            .for_each(|entry| comparisons(inside, &entry.value, (&compared, false), &mut found));
        // Under a condition, a parameter may have only some of its values.
        let always = inside.section("Resources").filter(|entry| entry.value.get("Condition").is_none());
        always.for_each(|entry| lookups(inside, &names, &entry.value, &mut found));
        findings.extend(found.into_iter().map(|diagnostic| diagnostic.labels(inside.deployed_here())));
    }
}

/// Returns the parameter that a node refers to, if it lists its values.
fn listed<'a>(inside: &'a InsideTemplate, node: &Node) -> Option<&'a Parameter> {
    let call = node.intrinsic().filter(|call| call.name == "Ref")?;
    inside.template.parameter(call.argument.text()?).filter(|parameter| !parameter.allowed_values.is_empty())
}

/// Collects the values with which conditions compare parameters.
fn values<'a>(inside: &'a InsideTemplate, node: &'a Node, found: &mut Vec<(&'a str, String)>) {
    let Some(call) = node.intrinsic() else { return };
    if let ("Fn::Equals", [first, second]) = (call.name.as_ref(), call.argument.items()) {
        let pairs = [(first, second), (second, first)].into_iter();
        found.extend(pairs.filter_map(|(one, other)| Some((listed(inside, one)?.name.as_str(), other.read()?.node))));
    }
    call.argument.items().iter().for_each(|item| values(inside, item, found));
}

/// Collects the comparisons of a parameter with a value that it cannot have. `compared`: the values in all comparisons.
/// `in_and`: whether `Fn::And` contains the opposite, which is then always true.
fn comparisons(
    inside: &InsideTemplate,
    node: &Node,
    (compared, in_and): (&[(&str, String)], bool),
    found: &mut Vec<Diagnostic>,
) {
    let Some(call) = node.intrinsic() else { return };
    let items = call.argument.items();
    if let ("Fn::Equals", [first, second]) = (call.name.as_ref(), items) {
        for (one, other) in [(first, second), (second, first)] {
            let Some((parameter, text)) = listed(inside, one).zip(other.read()) else { continue };
            let is_allowed = parameter.allowed_values.iter().any(|allowed| allowed.node == text.node);
            // If there is a comparison for each value, one for an earlier value does no harm.
            let mut allowed = parameter.allowed_values.iter().map(|allowed| allowed.node.as_str());
            let has =
                |value: &str| compared.iter().any(|(name, text)| *name == parameter.name.as_str() && text == value);
            let is_idle = (in_and || allowed.all(has)) && !is_typo(parameter, &text.node);
            if !is_allowed && !is_idle && !text.node.is_empty() && !text.node.contains("{{") {
                found.push(never_equal(parameter, &text));
            }
        }
    }
    for item in items {
        let is_not = item.intrinsic().is_some_and(|call| call.name == "Fn::Not");
        comparisons(
            inside,
            item,
            (compared, call.name == "Fn::And" && is_not || call.name == "Fn::Not" && in_and),
            found,
        );
    }
}

/// Returns whether a value looks like a typo of one that a parameter accepts, rather than another number, version, or size.
fn is_typo(parameter: &Parameter, text: &str) -> bool {
    let allowed = parameter.allowed_values.iter().map(|allowed| allowed.node.as_str());
    !text.contains(|c: char| c.is_ascii_digit()) && similar(text, allowed).is_some()
}

/// Collects the lookups in a mapping that lacks a value of the parameter. What `Fn::If` chooses is left out.
fn lookups(inside: &InsideTemplate, names: &DeclaredNames<'_>, node: &Node, found: &mut Vec<Diagnostic>) {
    if let Some(call) = node.intrinsic() {
        if call.name == "Fn::If" {
            return;
        }
        if let ("Fn::FindInMap", [mapping, first, second]) = (call.name.as_ref(), call.argument.items()) {
            found.extend(lookup(inside, names, mapping, first, second));
        }
    }
    node.items().iter().for_each(|item| lookups(inside, names, item, found));
    node.entries().iter().for_each(|entry| lookups(inside, names, &entry.value, found));
}

fn lookup(
    inside: &InsideTemplate,
    names: &DeclaredNames<'_>,
    mapping: &Node,
    first: &Node,
    second: &Node,
) -> Option<Diagnostic> {
    let name = mapping.literal()?;
    let entry: &Entry = names.mappings.iter().find(|entry| entry.key.node == name)?;
    let has_loop = |node: &Node| node.entries().iter().any(|entry| entry.key.node.starts_with("Fn::"));
    let rows = entry.value.entries();
    if rows.is_empty() || has_loop(&entry.value) {
        return None;
    }
    // Keys such as `yes` may be booleans, too.
    let is_boolean = |value: &str| matches!(value, "true" | "false");
    let has_key = |row: &Node, value: &str| row.get(value).is_some() || is_boolean(value);
    let lacks = |row: &Node, parameter: &Parameter| -> Option<String> {
        let missing = parameter.allowed_values.iter().find(|value| !has_key(row, value.as_str()) && !has_loop(row))?;
        Some(missing.node.clone())
    };
    let (parameter, missing) = match (listed(inside, first), first.literal(), listed(inside, second)) {
        (Some(parameter), _, _) => (parameter, lacks(&entry.value, parameter)?),
        (None, Some(row), Some(parameter)) => (parameter, lacks(entry.value.get(row)?, parameter)?),
        _ => return None,
    };
    let value = parameter.allowed_values.iter().find(|value| value.node == missing)?;
    Some(no_key(name, parameter, value, entry.key.span, mapping.span))
}

/// A comparison that is never true.
fn never_equal(parameter: &Parameter, text: &Spanned<String>) -> Diagnostic {
    let message = format!("parameter `{}` can never be `{}`", parameter.name.node, text.node);
    let allowed = || parameter.allowed_values.iter().map(|value| value.node.as_str());
    let found = Diagnostic::new(Code::W0468, message, text.span, "this comparison is never true");
    let found = found.labels(parameter.allowed_values.first().map(|first| (first.span, "its allowed values")));
    match similar(&text.node, allowed()) {
        near @ Some(_) => found.suggest(text.span, near),
        None => found.help(format!("compare it with {}", wording::or_list(allowed()))),
    }
}

/// A value of a parameter for which a mapping has no key.
fn no_key(mapping: &str, parameter: &Parameter, value: &Spanned<String>, declared: Span, place: Span) -> Diagnostic {
    let message = format!("mapping `{mapping}` has no key `{}`", value.node);
    Diagnostic::new(Code::W0468, message, place, format!("looked up by `{}`", parameter.name.node))
        .label(value.span, format!("`{}` can have this value", parameter.name.node))
        .label(declared, "the mapping")
        .help(format!("add `{}` to the mapping, or remove it from `AllowedValues`", value.node))
}
