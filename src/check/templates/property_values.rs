//! W0462: values of properties that no schema of a type lists at its top level, such as those of SAM's types. E0461:
//! elements of properties that lack a required key. E0462: names with other characters.

use crate::catalog::numbers::number;
use crate::catalog::permissions::actions_of;
use crate::catalog::property_values::{
    ListedElement, ListedName, ListedProperty, listed_elements, listed_names, listed_properties,
};
use crate::catalog::resource_properties::resource_properties;
use crate::check::support::documents::inner;
use crate::check::support::inside_templates::each_template;
use crate::check::support::object_forms::choices;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::{is_meant, similar};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Span;
use crate::workspace::document::{Node, SubPart, sub_parts};

pub(super) const RULE: Rule =
    Rule { name: "property-values", codes: &[Code::E0461, Code::E0462, Code::W0462], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        let resources = inside.section("Resources").filter_map(|entry| {
            let kind = entry.value.get("Type").and_then(Node::literal)?;
            Some((kind.to_owned(), entry.value.get("Properties")?))
        });
        let globals = inside.section("Globals");
        let globals = globals.map(|section| (format!("AWS::Serverless::{}", section.key.node), &section.value));
        let written: Vec<(String, &Node)> = resources.collect();
        for (kind, properties) in &written {
            for name in listed_names().iter().filter(|name| name.of == *kind) {
                let value = properties.get(&name.property);
                let found = value.into_iter().flat_map(choices).filter_map(|value| other_name(name, value));
                findings.extend(found);
            }
            for element in listed_elements().iter().filter(|element| element.of == *kind) {
                for node in nodes(properties, &element.path) {
                    findings.extend(lacking(node, element));
                }
            }
        }
        for (kind, properties) in written.into_iter().chain(globals) {
            let applies = |property: &&ListedProperty| {
                property.of == kind && property.unless.as_ref().is_none_or(|other| properties.get(other).is_none())
            };
            for property in listed_properties().iter().filter(applies) {
                for (text, place) in values(properties, &property.path) {
                    if !property.takes(text) && !is_outside(property, text) {
                        findings.push(unknown_value(property, text, place));
                    }
                }
            }
        }
    });
}

/// Returns whether a number is also outside of the limits of the schema, which another rule compares.
fn is_outside(property: &ListedProperty, text: &str) -> bool {
    let [name] = property.path.as_slice() else { return false };
    let known = resource_properties(&property.of);
    let limits = known.and_then(|known| known.iter().find(|known| known.name == *name)?.limits());
    limits.zip(number(text.trim())).is_some_and(|(limits, number)| !limits.allow(number))
}

/// Returns the literal values at the end of a path, with those that a condition chooses between.
fn values<'n>(node: &'n Node, path: &[String]) -> Vec<(&'n str, Span)> {
    if node.intrinsic().is_some() {
        let chosen = choices(node).into_iter().filter(|chosen| chosen.intrinsic().is_none());
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

/// Reports a name with a character that it cannot contain, outside of what CloudFormation replaces.
fn other_name(name: &ListedName, value: &Node) -> Option<Diagnostic> {
    let call = value.intrinsic();
    let text = match &call {
        None => value.literal()?,
        Some(call) if call.name == "Fn::Sub" => {
            call.argument.text().or_else(|| call.argument.items().first()?.text())?
        }
        Some(_) => return None,
    };
    if name.whole && text.contains('/') && !text.starts_with(['/', '$']) && !text.contains("{{") {
        return Some(no_slash(&name.property, text, if call.is_some() { inner(value) } else { value.span }));
    }
    let parts = if call.is_some() { sub_parts(text) } else { vec![SubPart::Text(text)] };
    let length: usize =
        parts.iter().map(|part| if let SubPart::Text(text) = part { text.chars().count() } else { 0 }).sum();
    let literal = parts.into_iter().filter_map(|part| match part {
        SubPart::Text(text) => Some(text),
        SubPart::Name(_) => None,
    });
    // Another program may fill in what is written like a function.
    let is_replaced = text.contains("{{") || text.contains("${!") || call.is_none() && text.contains('$');
    if let Some(most) = name.longest.filter(|most| length > *most && !is_replaced && !text.starts_with("arn:")) {
        return Some(too_long(&name.property, (length, most), if call.is_some() { inner(value) } else { value.span }));
    }
    let refused = literal.filter(|_| !is_replaced).find_map(|text| name.refused(text))?;
    let property = &name.property;
    let message = format!("`{property}` cannot contain `{refused}`");
    let place = if call.is_some() { inner(value) } else { value.span };
    let found = Diagnostic::new(Code::E0462, message, place, "the deployment would fail");
    Some(if refused.is_ascii_uppercase() { found.help("write it in lowercase") } else { found })
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

/// A name with too many characters.
fn too_long(property: &str, (length, most): (usize, usize), place: Span) -> Diagnostic {
    let message = format!("`{property}` has {length} characters, and AWS accepts {most}");
    Diagnostic::new(Code::E0462, message, place, "the deployment would fail").help("shorten it")
}

/// A name with `/` that does not start with one.
fn no_slash(property: &str, text: &str, place: Span) -> Diagnostic {
    let message = format!("`{property}` must start with `/`, because it contains one");
    Diagnostic::new(Code::E0462, message, place, "the deployment would fail").help(format!("write `/{text}`"))
}

/// A value that a property does not take.
fn unknown_value(property: &ListedProperty, text: &str, place: Span) -> Diagnostic {
    let actions: Vec<String> = property
        .actions
        .iter()
        .flat_map(|service| actions_of(service).map(move |action| format!("{service}:{action}")))
        .collect();
    let known = || property.values.iter().chain(&actions).map(String::as_str);
    let name = property.path.iter().rev().find(|key| *key != "*").map_or("", String::as_str);
    let found = Diagnostic::new(Code::W0462, format!("`{text}` is not a value of `{name}`"), place, "");
    // Names with one more word, of which any may be meant.
    let longer: Vec<&str> = known().filter(|known| is_meant(text, known)).collect();
    if longer.len() > 1 {
        return found.help(format!("write {}", wording::or_list(longer.into_iter())));
    }
    match similar(text, known()) {
        _ if property.start.is_some() => {
            let start = property.start.as_deref().unwrap_or_default();
            match &property.part {
                Some(part) => found.help(format!("write a value that starts with `{start}` and contains `{part}`")),
                None => {
                    found.help(format!("write a value that starts with `{start}`, or `!Ref` with the ID of a resource"))
                }
            }
        }
        _ if property.most.is_some() => {
            let most = property.most.unwrap_or_default();
            found.help(match property.least {
                Some(least) => format!("write a number from {least} to {most}"),
                None => format!("write at most {most}"),
            })
        }
        _ if property.multiple.is_some() => {
            let multiple = format!("a multiple of {}", property.multiple.unwrap_or_default());
            found.help(format!("write {}, or {multiple}", known().collect::<Vec<_>>().join(", ")))
        }
        near @ Some(_) => found.suggest(place, near),
        None if !actions.is_empty() => found.help("write the name of an action, such as `lambda:InvokeFunction`"),
        None => found.help(format!("write {}", wording::or_list(known()))),
    }
}
