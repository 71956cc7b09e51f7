//! E0452, W0453, E0457: types and sections of a template that CloudFormation does not know, and outputs without a value.

use crate::catalog::template_language as language;
use crate::check::support::inside_templates::{InsideTemplate, with_merged};
use crate::check::support::regular_expressions;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node};
use crate::workspace::template::SECTIONS;

pub(super) const RULE: Rule =
    Rule { name: "template-types", codes: &[Code::E0452, Code::W0453, Code::E0457], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for inside in with_merged(subject) {
        findings.extend(inside.template.transforms.iter().filter_map(|name| transform(inside, name)));
        // A macro may change every section and every type.
        if !inside.template.declares_all_names() {
            continue;
        }
        findings.extend(inside.section("Parameters").filter_map(|entry| parameter(inside, entry)));
        findings.extend(resources(inside));
        for (section, what) in NAMED {
            findings.extend(inside.section(section).filter_map(|entry| other_id(inside, what, &entry.key)));
        }
        findings.extend(inside.section("Outputs").filter_map(|entry| output(inside, entry)));
        findings.extend(inside.section("Outputs").filter_map(|entry| export(inside, entry)));
        findings.extend(inside.root().and_then(version).map(|found| in_template(inside, found)));
        // Those of a merged file are reported where it is read.
        let sections = inside.template.unknown_sections.iter().filter(|_| !inside.merged);
        findings.extend(sections.map(|section| unknown_section(inside, section)));
    }
}

fn parameter(inside: &InsideTemplate, Entry { key, value }: &Entry) -> Option<Diagnostic> {
    let Some(kind) = value.get("Type") else { return Some(no_type(inside, "parameter", key)) };
    let kind = kind.spanned()?;
    if !language::is_parameter_type(&kind.node) {
        return Some(unknown_parameter_type(inside, &key.node, &kind));
    }
    let pattern = value.get("AllowedPattern")?;
    let fault = regular_expressions::fault(pattern.literal()?)?;
    Some(no_pattern(inside, &key.node, fault, pattern.span))
}

/// The sections whose names have letters and digits only, each with what it declares.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>, and the pages about
/// the other sections (2026-11-30)
const NAMED: [(&str, &str); 3] = [("Parameters", "parameter"), ("Resources", "resource"), ("Outputs", "output")];

/// Reports a name with other characters.
fn other_id(inside: &InsideTemplate, what: &str, key: &Spanned<String>) -> Option<Diagnostic> {
    // A template engine may replace parts of it.
    let is_open = key.node.starts_with("Fn::") || key.node.contains(['{', '$', '%', '<']) || key.node.is_empty();
    if is_open || key.node.chars().all(char::is_alphanumeric) {
        return None;
    }
    let message = format!("`{}` is not the name of a {what}", key.node);
    let message = if what == "output" { format!("`{}` is not the name of an output", key.node) } else { message };
    let found = Diagnostic::new(Code::E0452, message, key.span, "letters and digits only");
    Some(in_template(inside, found.help(format!("write `{}`, also where it is used", in_words(&key.node)))))
}

/// Returns a name with letters and digits only: `queueReader` for `queue-reader`.
fn in_words(name: &str) -> String {
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut joined = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        joined.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        joined.extend(letters);
    }
    joined
}

/// The transforms of AWS.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-reference.html> (2026-11-30)
const TRANSFORMS: [&str; 8] = [
    "AWS::CodeDeployBlueGreen",
    "AWS::CodeStar",
    "AWS::Include",
    "AWS::LanguageExtensions",
    "AWS::SecretsManager-2020-07-23",
    "AWS::SecretsManager-2024-09-16",
    "AWS::Serverless-2016-10-31",
    "AWS::ServiceCatalog",
];

/// Reports a misspelled transform of AWS.
fn transform(inside: &InsideTemplate, name: &Spanned<String>) -> Option<Diagnostic> {
    if !name.node.starts_with("AWS::") || TRANSFORMS.contains(&name.as_str()) {
        return None;
    }
    let near = similar(&name.node, TRANSFORMS)?;
    let message = format!("AWS has no transform `{}`", name.node);
    let found = Diagnostic::new(Code::E0452, message, name.span, "the deployment would fail");
    Some(in_template(inside, found).suggest(name.span, Some(near)))
}

/// The keys of an output.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html> (2026-11-29)
const OF_OUTPUTS: [&str; 4] = ["Condition", "Description", "Export", "Value"];

fn output(inside: &InsideTemplate, Entry { key, value }: &Entry) -> Option<Diagnostic> {
    if value.get("Value").is_some() || value.entries().iter().any(|entry| entry.key.node.starts_with("Fn::")) {
        return None;
    }
    let unknown = value.entries().iter().filter(|entry| !OF_OUTPUTS.contains(&entry.key.as_str()));
    let meant = unknown.into_iter().find(|entry| similar(&entry.key.node, ["Value"]).is_some());
    Some(no_value(inside, key, meant.map(|entry| entry.key.span)))
}

/// Checks that an export has a name.
fn export(inside: &InsideTemplate, Entry { key, value }: &Entry) -> Option<Diagnostic> {
    let export = value.entry("Export")?;
    let call = export.value.intrinsic();
    let is_open = call.is_some_and(|call| matches!(call.name.as_ref(), "Fn::If" | "Fn::Transform"));
    let has_name =
        export.value.entries().iter().any(|entry| entry.key.node == "Name" || entry.key.node == "Fn::Transform");
    (!is_open && !has_name).then(|| unnamed_export(inside, &key.node, export))
}

/// The only version of the format.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/format-version-structure.html> (2026-11-30)
const VERSION: &str = "2010-09-09";

/// Checks the version of the format.
fn version(root: &Node) -> Option<Diagnostic> {
    let version = root.get("AWSTemplateFormatVersion")?.spanned().filter(|version| version.node != VERSION)?;
    let message = format!("the template format has no version `{}`", version.node);
    Some(Diagnostic::new(Code::E0457, message, version.span, "").suggest(version.span, Some(VERSION)))
}

fn resources(inside: &InsideTemplate) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut reported: Vec<String> = Vec::new();
    let has_transform = inside.merged || !inside.template.transforms.is_empty();
    for Entry { key, value } in inside.section("Resources") {
        let Some(kind) = value.get("Type") else {
            found.push(no_type(inside, "resource", key));
            continue;
        };
        let Some(kind) = kind.spanned().filter(|kind| !reported.contains(&kind.node)) else { continue };
        let diagnostic = if kind.node.starts_with("AWS::Serverless::") {
            let is_first = !reported.iter().any(|kind| kind.starts_with("AWS::Serverless::"));
            (!has_transform && is_first).then(|| needs_transform(inside, &kind))
        } else if !kind.node.contains("::") {
            Some(no_resource_type(inside, &key.node, &kind))
        } else {
            let is_unknown = kind.node.starts_with("AWS::") && !language::is_resource_type(&kind.node);
            (is_unknown && !kind.node.ends_with("::MODULE")).then(|| unknown_resource_type(inside, &kind))
        };
        if diagnostic.is_some() {
            reported.push(kind.node);
        }
        found.extend(diagnostic);
    }
    found
}

fn in_template(inside: &InsideTemplate, diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.labels(inside.deployed_here())
}

/// A parameter or resource without a type, often because its contents are not indented enough.
fn no_type(inside: &InsideTemplate, what: &str, name: &Spanned<String>) -> Diagnostic {
    let message = format!("{what} `{}` of template `{}` has no `Type`", name.node, inside.path);
    let diagnostic = Diagnostic::new(Code::E0452, message, name.span, "");
    let help = match what {
        "parameter" => "add `Type: String`, or check the indentation".to_owned(),
        _ => "add `Type`, or check the indentation: everything directly below `Resources` is a resource".to_owned(),
    };
    in_template(inside, diagnostic).help(help)
}

/// An output without a value. `meant`: a key that is probably misspelled.
fn no_value(inside: &InsideTemplate, name: &Spanned<String>, meant: Option<Span>) -> Diagnostic {
    let message = format!("output `{}` of template `{}` has no `Value`", name.node, inside.path);
    let diagnostic = in_template(inside, Diagnostic::new(Code::E0452, message, meant.unwrap_or(name.span), ""));
    match meant {
        Some(place) => diagnostic.suggest(place, Some("Value")),
        None => diagnostic.help("add `Value`"),
    }
}

/// A pattern that is not a regular expression.
fn no_pattern(inside: &InsideTemplate, name: &str, fault: &str, place: Span) -> Diagnostic {
    let message = format!("`AllowedPattern` of parameter `{name}` is not a regular expression");
    in_template(inside, Diagnostic::new(Code::E0452, message, place, fault))
}

fn unknown_parameter_type(inside: &InsideTemplate, name: &str, kind: &Spanned<String>) -> Diagnostic {
    let message = format!("parameter `{name}` has the unknown type `{}`", kind.node);
    let diagnostic = in_template(inside, Diagnostic::new(Code::E0452, message, kind.span, ""))
        .note(format!("the deployment would fail with \"Unrecognized parameter type: {}\"", kind.node));
    match similar(&kind.node, language::parameter_types()) {
        Some(near) => diagnostic.did_you_mean(near),
        None => {
            diagnostic.help("write `String`, `Number`, `CommaDelimitedList`, or a type such as `AWS::EC2::VPC::Id`")
        }
    }
}

/// A type that is not the name of a resource type.
fn no_resource_type(inside: &InsideTemplate, id: &str, kind: &Spanned<String>) -> Diagnostic {
    let message = format!("resource `{id}` has the unknown type `{}`", kind.node);
    in_template(inside, Diagnostic::new(Code::E0452, message, kind.span, ""))
        .note(format!("the deployment would fail with \"Unrecognized resource types: [{}]\"", kind.node))
        .help("write a type such as `AWS::S3::Bucket`")
}

fn needs_transform(inside: &InsideTemplate, kind: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` needs the SAM transform, which template `{}` does not have", kind.node, inside.path);
    in_template(inside, Diagnostic::new(Code::E0452, message, kind.span, "a type of SAM"))
        .note(format!("the deployment would fail with \"Unrecognized resource types: [{}]\"", kind.node))
        .help("add `Transform: AWS::Serverless-2016-10-31` to the top of the template")
}

fn unknown_resource_type(inside: &InsideTemplate, kind: &Spanned<String>) -> Diagnostic {
    let message = format!("unknown resource type `{}`", kind.node);
    let diagnostic = in_template(inside, Diagnostic::new(Code::W0453, message, kind.span, ""))
        .note("AWS publishes no such type, as far as dotpipe knows");
    match similar(&kind.node, language::resource_types()) {
        Some(near) => diagnostic.did_you_mean(near),
        None => diagnostic,
    }
}

fn unknown_section(inside: &InsideTemplate, section: &Spanned<String>) -> Diagnostic {
    let message = format!("template `{}` has an unknown section `{}`", inside.path, section.node);
    let diagnostic = in_template(inside, Diagnostic::new(Code::E0457, message, section.span, ""))
        .note(format!("the deployment would fail with \"Invalid template property or properties [{}]\"", section.node));
    match similar(&section.node, SECTIONS.iter().copied()) {
        Some(near) => diagnostic.did_you_mean(near),
        None => diagnostic.help(format!("move `{}` below `Metadata`, or remove it", section.node)),
    }
}

/// An export without a name.
fn unnamed_export(inside: &InsideTemplate, output: &str, export: &Entry) -> Diagnostic {
    let message = format!("`Export` of output `{output}` needs `Name`");
    let is_map = export.value.intrinsic().is_none() && !export.value.entries().is_empty();
    let help = if is_map { "add `Name`" } else { "write `Export: { Name: ... }`" };
    in_template(inside, Diagnostic::new(Code::E0452, message, export.key.span, "").help(help))
}
