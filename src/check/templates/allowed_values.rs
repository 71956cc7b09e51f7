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
        inside.section("Conditions").for_each(|entry| comparisons(inside, &entry.value, false, &mut found));
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

/// Collects the comparisons of a parameter with a value that it cannot have. `is_one`: whether others decide as well. There,
/// a value that the parameter had earlier does no harm; only one that looks like a typo counts.
fn comparisons(inside: &InsideTemplate, node: &Node, is_one: bool, found: &mut Vec<Diagnostic>) {
    let Some(call) = node.intrinsic() else { return };
    let items = call.argument.items();
    if let ("Fn::Equals", [first, second]) = (call.name.as_ref(), items) {
        for (one, other) in [(first, second), (second, first)] {
            let Some((parameter, text)) = listed(inside, one).zip(other.spanned()) else { continue };
            let is_allowed = parameter.allowed_values.iter().any(|allowed| allowed.node == text.node);
            let allowed = || parameter.allowed_values.iter().map(|allowed| allowed.node.as_str());
            let is_kept = is_one && similar(&text.node, allowed()).is_none();
            if !is_allowed && !is_kept && !text.node.is_empty() && !text.node.contains("{{") {
                found.push(never_equal(parameter, &text));
            }
        }
    }
    for item in items {
        // In `Fn::Or`, such a comparison changes nothing, and in `Fn::And` its opposite.
        let is_not = item.intrinsic().is_some_and(|call| call.name == "Fn::Not");
        let is_idle = call.name == "Fn::Or" || call.name == "Fn::And" && is_not;
        comparisons(inside, item, is_one || is_idle, found);
    }
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
    let lacks = |row: &Node, parameter: &Parameter| -> Option<String> {
        let missing =
            parameter.allowed_values.iter().find(|value| row.get(value.as_str()).is_none() && !has_loop(row))?;
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
