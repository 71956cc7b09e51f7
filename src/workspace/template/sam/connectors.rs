//! Connectors: what they create depends on the two resources that they connect.
//!
//! Fact source: `model/connector/connector.py` and `model/connector_profiles/profiles.json` of `aws-sam-translator`
//! 1.115.0 (2026-11-28).

use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node, NodeKind};

use super::super::MadeResource;

/// Types whose `Ref` is the ARN.
const REF_IS_ARN: &[&str] = &["AWS::SNS::Topic", "AWS::StepFunctions::StateMachine"];

/// Returns the properties of a connector with both ends resolved, one for each destination.
pub(super) fn joined(properties: &Node, made: &[MadeResource]) -> Vec<Node> {
    let (Some(source), Some(destinations)) = (properties.get("Source"), properties.get("Destination")) else {
        return Vec::new();
    };
    let several = matches!(destinations.kind, NodeKind::Sequence(_));
    let join = |(index, destination): (usize, &Node)| {
        let suffix = if several { format!("Destination{index}") } else { String::new() };
        let mut entries = vec![
            entry("Source", end(source, destination, made)),
            entry("Destination", end(destination, source, made)),
            entry("Suffix", Node::constant(suffix, properties.span)),
        ];
        entries.extend(properties.entry("Permissions").cloned());
        Node { kind: NodeKind::Mapping(entries), span: properties.span, tag: None }
    };
    destinations.one_or_more().iter().enumerate().map(join).collect()
}

/// Resolves one end: what the connector specifies, or the resource that it refers to.
fn end(node: &Node, other: &Node, made: &[MadeResource]) -> Node {
    let Some(id) = node.get("Id").and_then(Node::literal) else { return node.clone() };
    let Some(resource) = made.iter().find(|it| it.id.is(id)) else { return node.clone() };
    let span = node.span;
    let arn = if REF_IS_ARN.contains(&resource.kind.as_str()) {
        call("Ref", id.to_owned(), span)
    } else {
        call("GetAtt", format!("{id}.Arn"), span)
    };
    let mut entries = vec![
        entry("Type", Node::constant(resource.kind.clone(), span)),
        entry("Arn", arn),
        entry("QueueUrl", call("Ref", id.to_owned(), span)),
    ];
    entries.extend(role(resource, other).map(|role| entry("RoleName", call("Ref", role, span))));
    Node { kind: NodeKind::Mapping(entries), span, tag: None }
}

/// Returns the logical ID of the role that a resource assumes; for a rule, the one for this target.
fn role(resource: &MadeResource, other: &Node) -> Option<String> {
    let direct = ["Role", "RoleArn", "ServiceRoleArn"].iter().find_map(|name| resource.property(name));
    let of_target = || {
        let id = other.get("Id")?.literal()?;
        let targets = resource.property("Targets").map(Node::items).unwrap_or_default();
        let target = targets.iter().find(|it| it.get("Arn").and_then(Node::referred).as_deref() == Some(id))?;
        target.get("RoleArn")
    };
    direct.or_else(of_target)?.referred()
}

fn entry(key: &str, value: Node) -> Entry {
    Entry { key: Spanned::new(key.to_owned(), value.span), value }
}

fn call(tag: &str, text: String, span: Span) -> Node {
    Node { tag: Some(Spanned::new(tag.to_owned(), span)), ..Node::constant(text, span) }
}
