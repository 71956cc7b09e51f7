//! E0456: functions of a template whose arguments have the right number, but not the form that CloudFormation takes.

use crate::catalog::template_language::is_list_type;
use crate::check::support::inside_templates::{InsideTemplate, each_template};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Span;
use crate::workspace::document::{Intrinsic, Node, NodeKind, SubPart, sub_parts};

pub(super) const RULE: Rule = Rule { name: "function-arguments", codes: &[Code::E0456], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        // With the language extensions, arguments may be functions.
        if inside.template.transforms.iter().any(|it| it.node == "AWS::LanguageExtensions") {
            return;
        }
        let mut found = Vec::new();
        inside.section("Conditions").for_each(|entry| attributes(&entry.value, &mut found));
        for section in ["Conditions", "Globals", "Outputs", "Resources"] {
            inside.section(section).for_each(|entry| calls(inside, &entry.value, &mut found));
        }
        findings.extend(found);
    });
}

fn calls(inside: &InsideTemplate, node: &Node, found: &mut Vec<Diagnostic>) {
    if let Some(call) = node.intrinsic() {
        found.extend(fault(inside, &call));
    }
    node.items().iter().for_each(|item| calls(inside, item, found));
    let entries = node.entries().iter().filter(|entry| entry.key.node != "Metadata");
    entries.filter(|it| !it.key.node.starts_with("Fn::ForEach")).for_each(|entry| calls(inside, &entry.value, found));
}

/// Collects the attributes of resources in a condition.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html> (2026-11-30)
fn attributes(node: &Node, found: &mut Vec<Diagnostic>) {
    if node.intrinsic().is_some_and(|call| call.name == "Fn::GetAtt") {
        let message = "a condition cannot use `Fn::GetAtt`".to_owned();
        let label = "resources do not exist yet when CloudFormation evaluates conditions";
        found.push(Diagnostic::new(Code::E0456, message, node.span, label).help("compare parameters"));
        return;
    }
    node.items().iter().for_each(|item| attributes(item, found));
    node.entries().iter().for_each(|entry| attributes(&entry.value, found));
}

/// Each form is on the page of its function:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html> (2026-11-30)
fn fault(inside: &InsideTemplate, call: &Intrinsic<'_>) -> Option<Diagnostic> {
    match (call.name.as_ref(), arguments(call)) {
        ("Fn::Select", [index, list]) => select(inside, index, list),
        ("Fn::Join", [delimiter, list]) => join(inside, delimiter, list),
        ("Fn::If", [condition, _, _]) => choice(condition),
        ("Fn::Sub", items) => substitution(inside, call, items),
        ("Fn::And" | "Fn::Or" | "Fn::Not", items) => {
            let names = || inside.section("Conditions").map(|entry| entry.key.as_str());
            let name = items.iter().find(|item| item.literal().is_some_and(|text| names().any(|name| name == text)))?;
            Some(bare_condition(&call.name, name.literal()?, name.span))
        }
        ("Fn::Base64", [first, ..]) => Some(list_for_text("Fn::Base64", first.span)),
        ("Fn::ImportValue", _) => import(inside, call),
        _ => None,
    }
}

/// Returns whether the argument is written out, not the result of another function.
fn is_written_out(call: &Intrinsic<'_>) -> bool {
    call.argument.tag.as_ref().is_none_or(|tag| call.name.strip_prefix("Fn::") == Some(tag.as_str()))
}

/// Returns the list of arguments.
fn arguments<'n>(call: &Intrinsic<'n>) -> &'n [Node] {
    if is_written_out(call) { call.argument.items() } else { &[] }
}

fn select(inside: &InsideTemplate, index: &Node, list: &Node) -> Option<Diagnostic> {
    if let Some(text) = index.literal()
        && !text.contains(['{', '<', '$'])
        && text.trim().parse::<usize>().is_err()
    {
        let message = format!("`{text}` is not an index of a list");
        return Some(
            Diagnostic::new(Code::E0456, message, index.span, "").help("write a number; the first element is 0"),
        );
    }
    if list.literal().is_some() || is_text_parameter(inside, list) {
        return Some(text_for_list("Fn::Select", list.span));
    }
    let number: usize = index.literal()?.trim().parse().ok()?;
    let length = length(list)?;
    (number >= length).then(|| beyond(number, length, index.span, list.span))
}

/// Returns the length of a list, if the template says so.
fn length(list: &Node) -> Option<usize> {
    let Some(call) = list.intrinsic() else {
        // A function may add elements.
        let is_plain = list
            .items()
            .iter()
            .all(|item| !item.is_no_value() && item.intrinsic().is_none_or(|it| it.name != "Fn::If"));
        return matches!(&list.kind, NodeKind::Sequence(_)).then(|| list.items().len()).filter(|_| is_plain);
    };
    match (call.name.as_ref(), arguments(&call)) {
        ("Fn::Split", [delimiter, text]) => {
            let (delimiter, text) = (delimiter.literal()?, text.literal()?);
            let is_known = !delimiter.is_empty() && !text.contains("{{resolve:");
            is_known.then(|| text.split(delimiter).count())
        }
        ("Fn::Cidr", [_, count, ..]) => count.literal()?.trim().parse().ok(),
        _ => None,
    }
}

/// Returns whether it refers to a parameter that is one string.
fn is_text_parameter(inside: &InsideTemplate, node: &Node) -> bool {
    let name = node.intrinsic().filter(|call| call.name == "Ref").and_then(|call| call.argument.text());
    let kind = name.and_then(|name| inside.template.parameter(name)).and_then(|parameter| parameter.kind.as_ref());
    kind.is_some_and(|kind| ["String", "Number"].contains(&kind.as_str()))
}

fn join(inside: &InsideTemplate, delimiter: &Node, list: &Node) -> Option<Diagnostic> {
    if list.literal().is_some() || is_text_parameter(inside, list) {
        return Some(text_for_list("Fn::Join", list.span));
    }
    let is_text = delimiter.literal().is_some();
    (!is_text).then(|| {
        let message = "the delimiter of `Fn::Join` must be a string".to_owned();
        let label = if delimiter.intrinsic().is_some() { "no function" } else { "" };
        Diagnostic::new(Code::E0456, message, delimiter.span, label)
            .help("write `Fn::Sub` with the values, or a literal delimiter")
    })
}

fn choice(condition: &Node) -> Option<Diagnostic> {
    if condition.literal().is_some() {
        return None;
    }
    let call = condition.intrinsic()?;
    let message = "the first argument of `Fn::If` must be the name of a condition".to_owned();
    let found = Diagnostic::new(Code::E0456, message, condition.span, "");
    Some(match call.argument.text().filter(|_| call.name == "Condition") {
        Some(name) => found.help(format!("write `{name}` without `Condition`")),
        None => found.help("move the function to `Conditions`, and write the name of the condition here"),
    })
}

/// Checks the text and the variables of `Fn::Sub`.
fn substitution(inside: &InsideTemplate, call: &Intrinsic<'_>, items: &[Node]) -> Option<Diagnostic> {
    if !is_written_out(call) {
        return None;
    }
    let (text, variables) = match items {
        [] => (call.argument, None),
        [text, variables] => (text, Some(variables)),
        _ => return None,
    };
    if !items.is_empty() && text.literal().is_none() {
        let message = "the first argument of `Fn::Sub` must be a string".to_owned();
        return Some(Diagnostic::new(Code::E0456, message, text.span, "").help("write the text itself"));
    }
    if let Some(other) = variables.filter(|it| it.scalar().is_some() || !it.items().is_empty()) {
        let message = "the second argument of `Fn::Sub` must be a map".to_owned();
        return Some(Diagnostic::new(Code::E0456, message, other.span, "").help("write `{ Name: value }`"));
    }
    // SAM replaces parameters in its resources by their values.
    if inside.template.is_sam() {
        return None;
    }
    let own = |name: &str| variables.is_some_and(|variables| variables.get(name).is_some());
    let parts = sub_parts(text.text()?);
    let mut names = parts.iter().filter_map(|part| match part {
        SubPart::Name(name) => Some(*name),
        SubPart::Text(_) => None,
    });
    let name = names.find(|name| {
        let parameter = inside.template.parameter(name).filter(|_| !own(name));
        parameter.and_then(|parameter| parameter.kind.as_ref()).is_some_and(|kind| is_list_type(&kind.node))
    })?;
    let scalar = text.scalar()?;
    let start = scalar.text.find(&format!("${{{name}}}"))?;
    let kind = inside.template.parameter(name).and_then(|parameter| parameter.kind.as_ref());
    Some(list_in_text(name, scalar.map.span(start..start + name.len() + 3), kind.map(|kind| kind.span)))
}

/// Returns the fault of the name of an imported value, which cannot depend on resources.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-importvalue.html>
/// (2026-11-30)
fn import(inside: &InsideTemplate, call: &Intrinsic<'_>) -> Option<Diagnostic> {
    let argument = call.argument;
    let nested = argument.entries().first().filter(|_| argument.entries().len() == 1 && is_written_out(call));
    let (name, inner) = match (argument.intrinsic(), nested) {
        (_, Some(entry)) => (entry.key.node.clone(), &entry.value),
        (Some(inner), None) if !is_written_out(call) => (inner.name.into_owned(), inner.argument),
        _ => return None,
    };
    let resource = |id: &str| inside.template.resource(id.split('.').next()?).map(|resource| resource.id.node.clone());
    let text = inner.text().or_else(|| inner.items().first()?.text())?;
    let used = match name.as_str() {
        "Ref" | "Fn::GetAtt" => resource(text),
        "Fn::Sub" => sub_parts(text).iter().find_map(|part| match part {
            SubPart::Name(name) => resource(name),
            SubPart::Text(_) => None,
        }),
        _ => None,
    }?;
    let message = format!("the name of an imported value cannot depend on resource `{used}`");
    Some(
        Diagnostic::new(Code::E0456, message, argument.span, "known only after the import")
            .help("build the name of strings and parameters"),
    )
}

/// An index beyond the end of a list.
fn beyond(number: usize, length: usize, index: Span, list: Span) -> Diagnostic {
    let message = format!("`Fn::Select` takes element {number} of a list of {}", wording::count(length, "element"));
    Diagnostic::new(Code::E0456, message, index, "the first element is 0")
        .label(list, "the list")
        .note("the deployment would fail with \"Fn::Select cannot select nonexistent value\"")
        .help(format!("write a number from 0 to {}", length.saturating_sub(1)))
}

/// A string where a function takes a list.
fn text_for_list(function: &str, place: Span) -> Diagnostic {
    let message = format!("the second argument of `{function}` must be a list");
    Diagnostic::new(Code::E0456, message, place, "a string").help("write `[ ]` around the elements")
}

/// A list where a function takes a string.
fn list_for_text(function: &str, place: Span) -> Diagnostic {
    let message = format!("`{function}` takes a string, not a list");
    Diagnostic::new(Code::E0456, message, place, "").help("write one string; `Fn::Join` creates one from a list")
}

/// A parameter with a list in the text of `Fn::Sub`.
fn list_in_text(name: &str, place: Span, kind: Option<Span>) -> Diagnostic {
    let message = format!("`${{{name}}}` in `Fn::Sub` is a list");
    Diagnostic::new(Code::E0456, message, place, "")
        .labels(kind.map(|kind| (kind, "a list")))
        .note(format!(
            "the deployment would fail with \"variable {name} in Fn::Sub expression does not resolve to a string\""
        ))
        .help(format!("give `Fn::Sub` a variable with `Fn::Join` of `{name}`"))
}

/// The name of a condition where a function takes conditions.
fn bare_condition(function: &str, name: &str, place: Span) -> Diagnostic {
    let message = format!("`{function}` takes conditions, and `{name}` is a string here");
    Diagnostic::new(Code::E0456, message, place, "").help_in(|notation| {
        let is_yaml = notation.reference("") == "!Ref ";
        let written = if is_yaml { format!("!Condition {name}") } else { format!("{{ \"Condition\": \"{name}\" }}") };
        format!("write `{written}`")
    })
}
