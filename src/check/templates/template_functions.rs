//! E0456, E0459: functions of a template with invalid arguments, and dynamic references that YAML does not read as
//! strings. W0707: names in strings that `Fn::Sub` does not replace.

use crate::catalog::template_language::{self as language, TemplateFunction};
use crate::check::support::inside_templates::{DeclaredNames, InsideTemplate, inside_templates};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Finding, Intrinsic, Node, NodeKind, Scalar};
use crate::workspace::template::uses::variables;

pub(super) const RULE: Rule =
    Rule { name: "template-functions", codes: &[Code::E0456, Code::E0459, Code::W0707], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for inside in inside_templates(subject) {
        for finding in &inside.document.findings {
            if let Finding::BareReference(reference) = finding {
                findings.push(bare_reference(inside, reference));
            }
        }
        // A macro may define its own functions, and complete lists.
        if !inside.template.declares_all_names() {
            continue;
        }
        for name in ["Conditions", "Globals", "Outputs"] {
            inside.section(name).for_each(|entry| calls(inside, &entry.value, findings));
        }
        for Entry { value, .. } in inside.section("Resources") {
            let parts = value.entries().iter().filter(|entry| !["Metadata", "Type"].contains(&entry.key.as_str()));
            parts.for_each(|entry| calls(inside, &entry.value, findings));
        }
    }
}

fn calls(inside: &InsideTemplate, node: &Node, findings: &mut Findings) {
    if let Some(call) = node.intrinsic() {
        findings.extend(objection(inside, node, &call));
    }
    node.items().iter().for_each(|item| calls(inside, item, findings));
    // A loop has a different form.
    let entries = node.entries().iter().filter(|entry| !entry.key.node.starts_with("Fn::ForEach"));
    entries.for_each(|entry| calls(inside, &entry.value, findings));
}

fn objection(inside: &InsideTemplate, node: &Node, call: &Intrinsic<'_>) -> Option<Diagnostic> {
    // A statement of a policy may have conditions only.
    if call.name == "Condition" && node.tag.is_none() {
        return None;
    }
    let Some(function) = language::functions().iter().find(|known| known.name == call.name) else {
        return misspelled(inside, call);
    };
    let extensions = inside.template.transforms.iter().any(|it| it.node == "AWS::LanguageExtensions");
    // With the language extensions, arguments may be functions, and a mapping may have a default.
    let most = if function.name == "Fn::FindInMap" && !extensions { Some(3) } else { function.most };
    let wrong = match &call.argument.kind {
        NodeKind::Sequence(items) => {
            let (Some(least), Some(most)) = (function.least, most) else { return None };
            (items.len() < least || items.len() > most)
                .then(|| wrong_count(inside, call, function, (least, most), items.len()))
        }
        NodeKind::Scalar(text) => text_argument(inside, call, function, text),
        NodeKind::Mapping(_) => None,
    };
    wrong.or_else(|| bad_variable(inside, call)).or_else(|| without_braces(inside, call))
}

/// Reports a function that takes a list but has a string.
fn text_argument(
    inside: &InsideTemplate,
    call: &Intrinsic<'_>,
    function: &TemplateFunction,
    text: &Scalar,
) -> Option<Diagnostic> {
    if function.name == "Fn::GetAtt" && !text.text.contains('.') {
        let message = "`Fn::GetAtt` needs a resource and an attribute".to_owned();
        let diagnostic = called_wrongly(inside, message, call.name_span.to(call.argument.span));
        return Some(diagnostic.help_in(|notation| {
            format!("add the name of an attribute: `{}`", notation.attribute(&text.text, "Attribute"))
        }));
    }
    let takes_list = function.least.is_some() && !function.text;
    takes_list.then(|| {
        let message = format!("`{}` takes a list, not a string", call.name);
        called_wrongly(inside, message, call.name_span.to(call.argument.span))
    })
}

/// Reports a name in `${...}` that `Fn::Sub` does not accept.
fn bad_variable(inside: &InsideTemplate, call: &Intrinsic<'_>) -> Option<Diagnostic> {
    if call.name != "Fn::Sub" {
        return None;
    }
    let text = call.argument.scalar().or_else(|| call.argument.items().first()?.scalar())?;
    let range = variables(&text.text).into_iter().find(|range| {
        let name = text.text.get(range.clone()).unwrap_or_default();
        !name.chars().all(|c| c.is_ascii_alphanumeric() || "_.:".contains(c))
    })?;
    let name = text.text.get(range.clone()).unwrap_or_default().to_owned();
    let message = format!("`${{{name}}}` is not a reference that `Fn::Sub` accepts");
    let diagnostic =
        Diagnostic::new(Code::E0456, message, text.map.span(range), "letters, digits, `_`, `.`, and `:` only");
    Some(
        diagnostic
            .labels(inside.deployed_here())
            .note("the deployment would fail with \"variable names in Fn::Sub syntax must contain only alphanumeric characters\"")
            .help(format!("write `${{!{name}}}` if it is text for something else, such as a shell")),
    )
}

/// Reports `$Name` where `Fn::Sub` replaces only `${Name}`. In text of several lines, it may be for a shell.
fn without_braces(inside: &InsideTemplate, call: &Intrinsic<'_>) -> Option<Diagnostic> {
    let text = call.argument.scalar().filter(|text| call.name == "Fn::Sub" && !text.text.contains(['\n', ' ']))?;
    let names = DeclaredNames::of(inside);
    let is_name = |c: char| c.is_ascii_alphanumeric();
    let (start, name) = text.text.match_indices('$').find_map(|(at, _)| {
        let rest = text.text.get(at + 1..)?;
        let name = rest.get(..rest.find(|c| !is_name(c)).unwrap_or(rest.len()))?;
        let is_known = names.parameters.contains(&name) || names.has_resource(name);
        (name.starts_with(|c: char| c.is_ascii_uppercase()) && is_known).then_some((at, name))
    })?;
    let message = format!("`Fn::Sub` does not replace `${name}`");
    let place = text.map.span(start..start + 1 + name.len());
    let found = Diagnostic::new(Code::W0707, message, place, "taken literally").labels(inside.deployed_here());
    Some(found.help(format!("write `${{{name}}}`")).edit(place, format!("${{{name}}}")))
}

/// Reports a misspelled function. An unknown one that resembles no other may be new.
fn misspelled(inside: &InsideTemplate, call: &Intrinsic<'_>) -> Option<Diagnostic> {
    if call.name.starts_with("Fn::ForEach::") {
        return None;
    }
    let known = || language::functions().iter().map(|function| function.name.as_str());
    let same = known().find(|name| name.eq_ignore_ascii_case(&call.name));
    // `Fn::GetAttribute` is a long form of `Fn::GetAtt`.
    let longer = || known().find(|name| name.starts_with("Fn::") && call.name.starts_with(name));
    let near = same.or_else(|| similar(&call.name, known())).or_else(longer)?;
    // In the short form, the name is that of a tag.
    let short = |name: &str| name.strip_prefix("Fn::").unwrap_or(name).to_owned();
    let is_tag = call.argument.tag.as_ref().is_some_and(|tag| tag.node == short(&call.name));
    let shown = |name: &str| if is_tag { format!("!{}", short(name)) } else { name.to_owned() };
    let message = format!("unknown function `{}`", shown(&call.name));
    let diagnostic = Diagnostic::new(Code::E0456, message, call.name_span, "").labels(inside.deployed_here());
    Some(diagnostic.did_you_mean(&shown(near)))
}

fn wrong_count(
    inside: &InsideTemplate,
    call: &Intrinsic<'_>,
    function: &TemplateFunction,
    (least, most): (usize, usize),
    found: usize,
) -> Diagnostic {
    let several = || format!("{least} to {most} arguments");
    let wanted = if least == most { wording::count(least, "argument") } else { several() };
    let message = format!("`{}` takes {wanted}, not {found}", function.name);
    called_wrongly(inside, message, call.name_span.to(call.argument.span))
}

fn called_wrongly(inside: &InsideTemplate, message: String, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0456, message, place, "").labels(inside.deployed_here())
}

/// `{{resolve:...}}` without quotation marks.
fn bare_reference(inside: &InsideTemplate, reference: &Spanned<String>) -> Diagnostic {
    let message = "dynamic reference is not in quotation marks".to_owned();
    Diagnostic::new(Code::E0459, message, reference.span, "YAML reads braces as a map")
        .labels(inside.deployed_here())
        .help(format!("write `'{{{{{}}}}}'`", reference.node))
}
