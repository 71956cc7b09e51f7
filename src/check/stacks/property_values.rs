//! W0462: values of properties that no schema of a type lists at its top level, such as those of SAM's types. E0461:
//! elements of properties that lack a required key.

use crate::catalog::property_values::{ListedElement, ListedProperty, listed_elements, listed_properties};
use crate::check::support::inside_templates::with_merged;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::{is_meant, similar};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Span;
use crate::workspace::document::Node;

pub(super) const RULE: Rule = Rule { name: "property-values", codes: &[Code::E0461, Code::W0462], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for inside in with_merged(subject).filter(|inside| inside.template.declares_all_names()) {
        let resources = inside.section("Resources").filter_map(|entry| {
            let kind = entry.value.get("Type").and_then(Node::literal)?;
            Some((kind.to_owned(), entry.value.get("Properties")?))
        });
        let globals = inside.section("Globals");
        let globals = globals.map(|section| (format!("AWS::Serverless::{}", section.key.node), &section.value));
        let written: Vec<(String, &Node)> = resources.collect();
        for (kind, properties) in &written {
            for element in listed_elements().iter().filter(|element| element.of == *kind) {
                for node in nodes(properties, &element.path) {
                    findings.extend(lacking(node, element).map(|found| found.labels(inside.deployed_here())));
                }
            }
        }
        for (kind, properties) in written.into_iter().chain(globals) {
            for property in listed_properties().iter().filter(|property| property.of == kind) {
                for (text, place) in values(properties, &property.path) {
                    if !property.takes(text) {
                        findings.push(unknown_value(property, text, place).labels(inside.deployed_here()));
                    }
                }
            }
        }
    }
}

/// Returns the literal values at the end of a path, with those that a condition chooses between.
fn values<'n>(node: &'n Node, path: &[String]) -> Vec<(&'n str, Span)> {
    if let Some(call) = node.intrinsic() {
        let chosen = call.argument.items().iter().skip(1).filter(|_| call.name == "Fn::If");
        return chosen.flat_map(|branch| values(branch, path)).collect();
    }
    let Some((key, rest)) = path.split_first() else {
        let text = node.literal().filter(|text| !text.contains("{{resolve:") && node.tag.is_none());
        return text.map(|text| (text, node.span)).into_iter().collect();
    };
    if key == "*" {
        let inner = node.items().iter().chain(node.entries().iter().map(|entry| &entry.value));
        return inner.flat_map(|inner| values(inner, rest)).collect();
    }
    node.get(key).map(|inner| values(inner, rest)).unwrap_or_default()
}

/// Returns the objects at the end of a path.
fn nodes<'n>(node: &'n Node, path: &[String]) -> Vec<&'n Node> {
    if node.intrinsic().is_some() {
        return Vec::new();
    }
    match path.split_first() {
        None => vec![node],
        Some((key, rest)) if key == "*" => node.items().iter().flat_map(|inner| nodes(inner, rest)).collect(),
        Some((key, rest)) => node.get(key).map(|inner| nodes(inner, rest)).unwrap_or_default(),
    }
}

/// Returns the first key that an object lacks.
fn lacking(node: &Node, element: &ListedElement) -> Option<Diagnostic> {
    let (first, entries) = (node.entries().first()?, node.entries());
    let missing = element.required.iter().find(|key| node.get(key).is_none())?;
    let is_open = entries.iter().any(|entry| entry.key.node.starts_with("Fn::"));
    let property = element.path.iter().rev().find(|key| *key != "*")?;
    let message = format!("`{property}` needs `{missing}`");
    let meant = entries.iter().filter(|entry| !element.required.contains(&entry.key.node));
    let meant = meant.into_iter().find(|entry| similar(&entry.key.node, [missing.as_str()]).is_some());
    let found = match meant {
        Some(entry) => Diagnostic::new(Code::E0461, message, entry.key.span, "").suggest(entry.key.span, Some(missing)),
        None => Diagnostic::new(Code::E0461, message, first.key.span, "").help(format!("add `{missing}`")),
    };
    (!is_open).then_some(found)
}

/// A value that a property does not take.
fn unknown_value(property: &ListedProperty, text: &str, place: Span) -> Diagnostic {
    let known = || property.values.iter().map(String::as_str);
    let name = property.path.iter().rev().find(|key| *key != "*").map_or("", String::as_str);
    let found = Diagnostic::new(Code::W0462, format!("`{text}` is not a value of `{name}`"), place, "");
    // Names with one more word, of which any may be meant.
    let longer: Vec<&str> = known().filter(|known| is_meant(text, known)).collect();
    if longer.len() > 1 {
        return found.help(format!("write {}", wording::or_list(longer.into_iter())));
    }
    match similar(text, known()) {
        _ if property.most.is_some() => found.help(format!("write at most {}", property.most.unwrap_or_default())),
        _ if property.multiple.is_some() => {
            let multiple = format!("a multiple of {}", property.multiple.unwrap_or_default());
            found.help(format!("write {}, or {multiple}", known().collect::<Vec<_>>().join(", ")))
        }
        near @ Some(_) => found.suggest(place, near),
        None => found.help(format!("write {}", wording::or_list(known()))),
    }
}
