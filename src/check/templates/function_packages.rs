//! E0466, E0461: properties of functions that do not fit how their code is packaged. W0707: names in the definition of a
//! state machine that nothing replaces. W0470: substitutions that the definition does not contain.

use camino::Utf8Path;

use crate::check::support::inside_templates::{InsideTemplate, each_template};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Span;
use crate::workspace::document::{Entry, Node, SubPart, sub_parts};
use crate::workspace::file_system::normalize;
use crate::workspace::template::Resource;

pub(super) const RULE: Rule =
    Rule { name: "function-packages", codes: &[Code::E0461, Code::E0466, Code::W0470, Code::W0707], run: check };

const SAM: &str = "AWS::Serverless::Function";
const FUNCTIONS: [&str; 2] = ["AWS::Lambda::Function", SAM];

/// The properties that functions with an image do not have, and those that others need.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html> and
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html>
/// (2026-11-30)
const NOT_WITH_IMAGE: [&str; 3] = ["Handler", "Runtime", "Layers"];
const WITHOUT_IMAGE: [&str; 2] = ["Handler", "Runtime"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        for resource in &inside.template.resources {
            if FUNCTIONS.contains(&resource.kind.node.as_str()) {
                findings.extend(package(inside, resource));
                findings.extend(network(inside, resource));
                findings.extend(ignored_policies(resource));
            }
            findings.extend(substitutions(subject, inside, resource));
        }
    });
}

/// Checks the properties of a function against its package.
fn package(inside: &InsideTemplate, function: &Resource) -> Option<Diagnostic> {
    let properties = function.node.get("Properties")?;
    if properties.intrinsic().is_some() || properties.entries().iter().any(|it| it.key.node.starts_with("Fn::")) {
        return None;
    }
    let inherited = |name: &str| inside.template.inherited(function, &[name]);
    let kind = match inherited("PackageType") {
        Some(node) => node.literal()?,
        None => "Zip",
    };
    let entry = |name: &str| properties.entry(name).filter(|entry| !entry.value.is_no_value());
    if kind == "Image" {
        let place = properties.entry("PackageType").map_or(function.id.span, |entry| entry.value.span);
        let fault = NOT_WITH_IMAGE.iter().find_map(|name| entry(name))?;
        return Some(not_with_image(&function.id.node, fault, place));
    }
    let image = entry("ImageUri").or_else(|| properties.get("Code")?.entry("ImageUri"));
    let is_open = properties.get("Code").is_some_and(|code| code.intrinsic().is_some());
    // The type follows from the code.
    if image.is_some() || is_open {
        return None;
    }
    // Another rule reports a missing transform, without which `Globals` have no effect.
    if function.kind.node == SAM && !inside.merged && !inside.template.is_sam() {
        return None;
    }
    let is_missing = |name: &&str| inherited(name).is_none() && !inside.is_global(&function.kind.node, name);
    let missing: Vec<&str> = WITHOUT_IMAGE.into_iter().filter(is_missing).collect();
    (!missing.is_empty()).then(|| lacks(&function.id.node, function.kind.span, &missing))
}

/// The properties of which a function in a VPC needs both.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html>, and the message in
/// <https://github.com/appleboy/lambda-action/issues/81> (2026-11-30)
const OF_VPC: [&str; 2] = ["SubnetIds", "SecurityGroupIds"];

/// Checks that a function has both subnets and security groups.
fn network(inside: &InsideTemplate, function: &Resource) -> Option<Diagnostic> {
    let Entry { key, value } = function.property_entry("VpcConfig")?;
    if value.intrinsic().is_some() || value.entries().iter().any(|it| it.key.node.starts_with("Fn::")) {
        return None;
    }
    let given = |name: &str| inside.template.inherited(function, &["VpcConfig", name]).is_some();
    let missing = OF_VPC.into_iter().find(|name| !given(name))?;
    let other = OF_VPC.into_iter().find(|name| given(name))?;
    Some(lacks_in_vpc(&function.id.node, missing, value.entry(other).map_or(key.span, |entry| entry.key.span)))
}

/// Reports policies that SAM ignores, since the function has a role.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html> (2026-11-30)
fn ignored_policies(function: &Resource) -> Option<Diagnostic> {
    let role =
        function.property_entry("Role").filter(|role| role.value.intrinsic().is_none_or(|it| it.name != "Fn::If"))?;
    let policies =
        function.property_entry("Policies").filter(|it| function.kind.node == SAM && !it.value.is_no_value())?;
    let is_set = !role.value.is_no_value() && !role.value.is_null();
    is_set.then(|| with_role(&function.id.node, policies.key.span, role.key.span))
}

/// The types of state machines, and the properties of each with the definition itself and with its file.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html>
/// and
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html>
/// (2026-11-30)
const MACHINES: [(&str, &[&str]); 2] = [
    ("AWS::Serverless::StateMachine", &["Definition", "DefinitionUri"]),
    ("AWS::StepFunctions::StateMachine", &["Definition", "DefinitionString"]),
];
const SUBSTITUTIONS: &str = "DefinitionSubstitutions";
const FILE: &str = "DefinitionUri";

/// Compares the substitutions of a state machine with the names in its definition.
fn substitutions(subject: &Subject<'_>, inside: &InsideTemplate, machine: &Resource) -> Vec<Diagnostic> {
    let row = MACHINES.iter().find(|(kind, _)| *kind == machine.kind.node);
    let given = row.and_then(|_| machine.property_entry(SUBSTITUTIONS));
    let definition = row.and_then(|(_, names)| names.iter().find_map(|name| machine.property_entry(name)));
    let (Some(given), Some(definition)) = (given, definition) else { return Vec::new() };
    let names = given.value.entries();
    let is_open = given.value.intrinsic().is_some() || names.iter().any(|it| it.key.node.starts_with("Fn::"));
    if is_open || names.is_empty() {
        return Vec::new();
    }
    let mut used: Vec<(String, Span)> = Vec::new();
    if definition.key.node == FILE {
        let file = definition.value.literal().filter(|path| !path.contains("://"));
        let folder = inside.path.parent().unwrap_or(Utf8Path::new(""));
        let path = file.and_then(|file| normalize(&folder.join(file)).ok());
        let document = path.and_then(|path| subject.workspace.document(&path).ok());
        let Some(root) = document.as_ref().and_then(|document| document.root.as_ref()) else { return Vec::new() };
        if !in_definition(root, &mut used) {
            return Vec::new();
        }
    } else if !in_definition(&definition.value, &mut used) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let known = || names.iter().map(|entry| entry.key.as_str());
    let mut reported: Vec<&str> = Vec::new();
    for (name, place) in &used {
        if !known().any(|known| known == name) && !reported.contains(&name.as_str()) {
            reported.push(name);
            found.push(not_replaced(name, *place, given.key.span, similar(name, known())));
        }
    }
    // A misspelled one is reported where it is used.
    let is_meant = |name: &str| reported.iter().any(|used| similar(used, [name]).is_some());
    let unused = names.iter().filter(|entry| !used.iter().any(|(name, _)| *name == entry.key.node));
    found.extend(
        unused.filter(|entry| !is_meant(&entry.key.node)).map(|entry| not_in_definition(entry, definition.key.span)),
    );
    found
}

/// Collects the names in `${...}`. Returns whether all of the text is known.
fn in_definition(node: &Node, used: &mut Vec<(String, Span)>) -> bool {
    if node.intrinsic().is_some() {
        return false;
    }
    if let Some(scalar) = node.scalar() {
        for part in sub_parts(&scalar.text) {
            let SubPart::Name(name) = part else { continue };
            let written = format!("${{{name}}}");
            // Other text in braces is an expression.
            let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') && !name.is_empty();
            if let Some(start) = scalar.text.find(&written).filter(|_| is_name) {
                used.push((name.to_owned(), scalar.map.span(start..start + written.len())));
            }
        }
    }
    let items = node.items().iter().all(|item| in_definition(item, used));
    items
        && node.entries().iter().all(|entry| {
            used.extend(sub_parts(&entry.key.node).iter().filter_map(|part| match part {
                SubPart::Name(name) => Some(((*name).to_owned(), entry.key.span)),
                SubPart::Text(_) => None,
            }));
            in_definition(&entry.value, used)
        })
}

/// A property that functions with an image do not have.
fn not_with_image(id: &str, Entry { key, .. }: &Entry, place: Span) -> Diagnostic {
    let message = format!("function `{id}` is an image, which cannot have `{}`", key.node);
    let found = Diagnostic::new(Code::E0466, message, key.span, "").label(place, "packaged as an image");
    match key.as_str() {
        "Handler" => found.help("remove `Handler`; `ImageConfig` can override the command of the image"),
        "Layers" => found.help("remove `Layers`, and copy their files into the image"),
        name => found.help(format!("remove `{name}`")),
    }
}

/// A function without a property that its package needs.
fn lacks(id: &str, place: Span, missing: &[&str]) -> Diagnostic {
    let list = wording::and_list(missing.iter().copied());
    let message = format!("function `{id}` needs {list}");
    Diagnostic::new(Code::E0461, message, place, "its code is a ZIP archive")
        .help(format!("add {list}, or `PackageType: Image` for a container image"))
}

/// A function in a VPC without one of the properties that it needs.
fn lacks_in_vpc(id: &str, missing: &str, place: Span) -> Diagnostic {
    let message = format!("`VpcConfig` of function `{id}` needs `{missing}`");
    Diagnostic::new(Code::E0461, message, place, "")
        .note("the deployment would fail with \"Subnet IDs and Security Group IDs must coexist\"")
        .help(format!("add `{missing}`"))
}

/// Policies of a function with a role.
fn with_role(id: &str, policies: Span, role: Span) -> Diagnostic {
    let message = format!("SAM ignores `Policies` of function `{id}`, which has a role");
    Diagnostic::new(Code::W0470, message, policies, "")
        .label(role, "has its own permissions")
        .help("move the permissions to the role, or remove `Role`")
}

/// A name in a definition that is not among the substitutions.
fn not_replaced(name: &str, place: Span, given: Span, near: Option<&str>) -> Diagnostic {
    let message = format!("`{SUBSTITUTIONS}` does not replace `${{{name}}}`");
    let found = Diagnostic::new(Code::W0707, message, place, "taken literally").label(given, "the substitutions");
    match near {
        Some(near) => found.suggest(place, Some(&format!("${{{near}}}"))),
        None => found.help(format!("add `{name}` to `{SUBSTITUTIONS}`")),
    }
}

/// A substitution for a name that the definition does not have.
fn not_in_definition(entry: &Entry, definition: Span) -> Diagnostic {
    let name = &entry.key.node;
    let message = format!("the definition does not contain `${{{name}}}`");
    Diagnostic::new(Code::W0470, message, entry.key.span, "replaces nothing")
        .label(definition, "the definition")
        .help(format!("remove `{name}`, or write `${{{name}}}` in the definition"))
}
