//! W0470: parts of a template that CloudFormation accepts and ignores. E0463: a snapshot of an instance in a cluster.

use crate::catalog::template_language as language;
use crate::check::support::inside_templates::{InsideTemplate, each_template};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node, SubPart, sub_parts};
use crate::workspace::template::Resource;

pub(super) const RULE: Rule = Rule { name: "without-effect", codes: &[Code::E0463, Code::W0470], run: check };

/// The attributes of a resource that can ask for a snapshot, and the value that does.
const POLICIES: [&str; 2] = ["DeletionPolicy", "UpdateReplacePolicy"];
const SNAPSHOT: &str = "Snapshot";

/// Instances of a cluster have no snapshots of their own:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html> (2026-11-30)
const INSTANCE: (&str, &str) = ("AWS::RDS::DBInstance", "DBClusterIdentifier");

/// The metadata that groups and labels parameters in the console.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-interface.html>
/// (2026-11-30)
const INTERFACE: &str = "AWS::CloudFormation::Interface";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        for resource in &inside.template.resources {
            let kind = resource.kind.node.as_str();
            // Other types may be those of a module or a registry, and SAM passes attributes on.
            if kind.starts_with("AWS::") && !kind.starts_with("AWS::Serverless::") && !kind.ends_with("::MODULE") {
                findings.extend(snapshot(resource));
                findings.extend(attributes(resource));
            }
        }
        let mut found = Vec::new();
        for section in ["Conditions", "Outputs", "Resources"] {
            inside.section(section).for_each(|entry| unused(&entry.value, &mut found));
        }
        findings.extend(found);
        if !inside.merged {
            findings.extend(interface(inside));
        }
    });
}

fn snapshot(resource: &Resource) -> Option<Diagnostic> {
    let kind = resource.kind.node.as_str();
    let asks = |name: &&&str| resource.node.get(name).and_then(Node::literal) == Some(SNAPSHOT);
    let Entry { key, value } = resource.node.entry(POLICIES.iter().find(asks).copied()?)?;
    if !language::snapshots().iter().any(|known| known == kind) {
        return Some(no_snapshot(&resource.id.node, &resource.kind, key, value.span));
    }
    let cluster = resource.property_entry(INSTANCE.1).filter(|_| kind == INSTANCE.0)?;
    (cluster.value.intrinsic().is_none_or(|call| call.name != "Fn::If"))
        .then(|| of_cluster(&resource.id.node, key, value.span, cluster.key.span))
}

fn attributes(resource: &Resource) -> Vec<Diagnostic> {
    let of_types = language::attributes_of_types().into_iter();
    let other = of_types.filter(|(_, types)| !types.contains(&resource.kind.node));
    other.filter_map(|(name, types)| Some(not_of_type(resource.node.entry(name)?, &resource.kind, types))).collect()
}

/// Collects the variables of `Fn::Sub` that its text does not contain.
fn unused(node: &Node, found: &mut Vec<Diagnostic>) {
    if let Some(call) = node.intrinsic().filter(|call| call.name == "Fn::Sub")
        && let [text, variables] = call.argument.items()
        && let Some(text) = text.literal()
    {
        let parts = sub_parts(text);
        let is_used = |name: &str| parts.contains(&SubPart::Name(name));
        let own = variables.entries().iter().filter(|_| variables.intrinsic().is_none());
        found.extend(own.filter(|entry| !is_used(&entry.key.node)).map(|entry| {
            let meant = parts.iter().find_map(|part| match part {
                SubPart::Name(name) if variables.get(name).is_none() => {
                    similar(name, [entry.key.as_str()]).map(|_| *name)
                }
                _ => None,
            });
            unused_variable(&entry.key, meant)
        }));
    }
    node.items().iter().for_each(|item| unused(item, found));
    node.entries().iter().for_each(|entry| unused(&entry.value, found));
}

/// Returns the parameters in groups and labels that the template does not have.
fn interface(inside: &InsideTemplate) -> Vec<Diagnostic> {
    let interface = inside.root().and_then(|root| root.get("Metadata")?.get(INTERFACE));
    let Some(interface) = interface else { return Vec::new() };
    let items = |node: Option<&'_ Node>| node.map(Node::items).unwrap_or_default().to_vec();
    let groups = items(interface.get("ParameterGroups"));
    let grouped = groups.iter().flat_map(|group| items(group.get("Parameters"))).filter_map(|name| name.spanned());
    let labels = interface.get("ParameterLabels").map(Node::entries).unwrap_or_default();
    let mut names: Vec<Spanned<String>> = grouped.collect();
    names.extend(labels.iter().map(|label| label.key.clone()));
    let known = || inside.template.parameters.iter().map(|parameter| parameter.name.node.as_str());
    let mut reported: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for name in &names {
        if !known().any(|known| known == name.node) && !reported.contains(&name.as_str()) {
            reported.push(name.as_str());
            found.push(no_parameter(name, similar(&name.node, known())));
        }
    }
    found
}

/// A snapshot of a type that has none.
fn no_snapshot(id: &str, kind: &Spanned<String>, policy: &Spanned<String>, place: Span) -> Diagnostic {
    let message = format!("CloudFormation creates no snapshot of `{}`", kind.node);
    Diagnostic::new(Code::W0470, message, place, format!("`{}` has no effect", policy.node))
        .note(format!("the data of `{id}` would be lost"))
        .help("write `Retain`, which keeps the resource, or `Delete`")
}

/// A snapshot of an instance whose cluster has the data.
fn of_cluster(id: &str, policy: &Spanned<String>, place: Span, cluster: Span) -> Diagnostic {
    let message = format!("instance `{id}` of a cluster cannot have `{}: {SNAPSHOT}`", policy.node);
    Diagnostic::new(Code::E0463, message, place, "")
        .label(cluster, "part of a cluster")
        .note("the deployment would fail with \"DeletionPolicy:Snapshot cannot be specified for a cluster instance\"")
        .help(format!("write `Delete`, and `{}: {SNAPSHOT}` for the cluster", policy.node))
}

/// An attribute that the type does not support.
fn not_of_type(attribute: &Entry, kind: &Spanned<String>, types: &[String]) -> Diagnostic {
    let name = &attribute.key.node;
    let message = format!("`{}` does not support `{name}`", kind.node);
    Diagnostic::new(Code::W0470, message, attribute.key.span, "has no effect")
        .help(format!("remove `{name}`; {} support it", wording::and_list(types.iter().map(String::as_str))))
}

/// A variable that the text does not use.
fn unused_variable(key: &Spanned<String>, meant: Option<&str>) -> Diagnostic {
    let message = format!("the text of `Fn::Sub` does not use its variable `{}`", key.node);
    let found = Diagnostic::new(Code::W0470, message, key.span, "");
    match meant {
        Some(near) => found.did_you_mean(near),
        None => found.help(format!("remove it, or write `${{{}}}` in the text", key.node)),
    }
}

/// A group or a label of a parameter that does not exist.
fn no_parameter(name: &Spanned<String>, near: Option<&str>) -> Diagnostic {
    let message = format!("`{INTERFACE}` names `{}`, which is not a parameter", name.node);
    let found = Diagnostic::new(Code::W0470, message, name.span, "");
    match near {
        Some(near) => found.did_you_mean(near),
        None => found.help(format!("remove `{}`", name.node)),
    }
}
