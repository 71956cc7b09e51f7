//! W0462: values of properties that no schema of a type lists at its top level, such as those of SAM's types.

use crate::catalog::property_values::{ListedProperty, listed_properties};
use crate::check::support::inside_templates::with_merged;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::{is_meant, similar};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Span;
use crate::workspace::document::Node;

pub(super) const RULE: Rule = Rule { name: "property-values", codes: &[Code::W0462], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for inside in with_merged(subject).filter(|inside| inside.template.declares_all_names()) {
        let resources = inside.section("Resources").filter_map(|entry| {
            let kind = entry.value.get("Type").and_then(Node::literal)?;
            Some((kind.to_owned(), entry.value.get("Properties")?))
        });
        let globals = inside.section("Globals");
        let globals = globals.map(|section| (format!("AWS::Serverless::{}", section.key.node), &section.value));
        for (kind, properties) in resources.chain(globals) {
            for property in listed_properties().iter().filter(|property| property.of == kind) {
                for (text, place) in values(properties, &property.path) {
                    if !property.values.iter().any(|value| value == text) {
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
        near @ Some(_) => found.suggest(place, near),
        None => found.help(format!("write {}", wording::or_list(known()))),
    }
}
