//! The resources other than pipelines that an import declares.

use crate::catalog::{self, Kind};
use crate::syntax::ast::{Entry as MapEntry, Expr, ExprKind, Resource, ResourceBody, Stmt, StmtKind, tree};
use crate::workspace::document::{Entry, Node};

use super::Reader;
use super::actions::attribute;
use super::additions::{Additions, DeclaredAdditions};
use super::plain_values::plain;
use super::slots::{Form, entry_at};
use super::values::{Names, Reading};

/// The property of a topic that `email` sets, and the protocol of its addresses.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-sns-topic-subscription.html> (2026-11-29)
const SUBSCRIPTION: (&str, &str) = ("Subscription", "email");

/// The property and value that `immutable` sets.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-repository.html>
/// (2026-11-29)
const TAGS_STAY: (Kind, &str, &str, &str) = (Kind::Repository, "ImageTagMutability", "IMMUTABLE", "immutable");

impl<'d> Reader<'d> {
    /// Returns the statements of the resources that an import declares, in the order of the document.
    pub(super) fn chosen_resources(&self) -> Vec<Stmt> {
        let entries = self.root.get("Resources").map(Node::entries).unwrap_or_default();
        let statement = |entry: &'d Entry| {
            let (kind, _) = self.names.declared.get(entry.key.node.as_str())?;
            Some(self.chosen(entry, *kind, self.additions.declared.get(&entry.key.node)?))
        };
        entries.iter().filter_map(statement).collect()
    }

    /// Returns a declaration with exactly what the document sets.
    fn chosen(&self, entry: &'d Entry, kind: Kind, additions: &DeclaredAdditions) -> Stmt {
        let place = entry.key.span;
        let mut statements = vec![tree::attribute("logical-id", tree::text(&entry.key.node, place))];
        statements.extend(beside_properties(entry, self.additions));
        let is_limited = kind == Kind::Role && trusts_under_conditions(&entry.value);
        let generates = catalog::declaration(kind.word()).is_some_and(|it| it.slot_of_attribute("generate").is_some());
        if generates && !is_limited {
            statements.push(tree::attribute("generate", tree::flag(false, place)));
        }
        let properties = entry.value.get("Properties");
        statements.extend(properties.into_iter().flat_map(|node| self.own_attributes(node, kind, &additions.raw)));
        if !additions.raw.is_empty() {
            statements.push(tree::attribute("raw", tree::expr(ExprKind::Map(additions.raw.clone()), place)));
        }
        let mut service = None;
        if kind == Kind::Role {
            let (of_role, policies) = self.chosen_role(entry);
            service = of_role;
            statements.extend(policies);
        }
        let body = ResourceBody::Block(tree::block(statements, entry.value.span));
        let name = tree::name(&additions.symbol, place);
        let resource = Resource { kind, keyword: place, name, service, body };
        tree::statement(StmtKind::Resource(resource), None, place)
    }

    /// Returns the attributes for properties that `raw` does not set.
    fn own_attributes(&self, node: &'d Node, kind: Kind, raw: &[MapEntry]) -> Vec<Stmt> {
        let slots = catalog::declaration(kind.word()).map(|entry| entry.slot.as_slice()).unwrap_or_default();
        let mut statements = Vec::new();
        for slot in slots {
            let Some(path) = slot.key.as_deref() else { continue };
            let keys: Vec<&str> = path.split('.').collect();
            let Some(found) = entry_at(node, &keys).filter(|_| !is_in(raw, &keys)) else { continue };
            if self.additions.leaves_out(&found.value) {
                continue;
            }
            let value = if path == SUBSCRIPTION.0 {
                self.names.emails(&found.value)
            } else {
                self.names.slot(slot, &found.value, Form::Property, &[])
            };
            statements.extend(value.map(|value| attribute(&slot.attribute, found, value)));
        }
        let (of, property, value, word) = TAGS_STAY;
        if let Some(found) = node.entry(property).filter(|found| kind == of && found.value.literal() == Some(value)) {
            statements.push(attribute(word, found, tree::flag(true, found.value.span)));
        }
        statements
    }
}

impl Names<'_> {
    /// Returns the addresses of subscriptions, if all of them are by email.
    fn emails(&self, node: &Node) -> Option<Expr> {
        let address = |item: &Node| {
            let is_email = item.get("Protocol")?.literal() == Some(SUBSCRIPTION.1);
            (is_email && item.entries().len() == 2).then(|| Some(self.text(item.get("Endpoint")?, Reading::Plain)))?
        };
        let addresses = node.items().iter().map(address).collect::<Option<Vec<_>>>()?;
        (!addresses.is_empty()).then(|| tree::list(addresses, node.span))
    }
}

/// Returns whether a role trusts its principals only under conditions, as generated roles do.
fn trusts_under_conditions(role: &Node) -> bool {
    let statements = role.at(&["Properties", "AssumeRolePolicyDocument", "Statement"]).map(Node::one_or_more);
    statements.unwrap_or_default().iter().all(|statement| statement.get("Condition").is_some())
}

/// Returns `resource-attributes`, if the resource has attributes besides its properties.
pub(super) fn beside_properties(entry: &Entry, additions: &Additions) -> Option<Stmt> {
    let beside = entry.value.entries().iter().filter(|it| !matches!(it.key.node.as_str(), "Type" | "Properties"));
    let value = |it: &Entry| match it.key.node.as_str() {
        "DependsOn" => dependencies(&it.value, additions),
        _ => Some(plain(&it.value)),
    };
    let beside: Vec<MapEntry> =
        beside.filter_map(|it| Some(MapEntry { key: it.key.clone(), value: value(it)? })).collect();
    let place = entry.key.span;
    (!beside.is_empty()).then(|| tree::attribute("resource-attributes", tree::expr(ExprKind::Map(beside), place)))
}

/// Returns what a resource depends on, without what is left out.
fn dependencies(node: &Node, additions: &Additions) -> Option<Expr> {
    let is_left_out = |item: &Node| item.literal().is_some_and(|name| additions.left_out.contains(name));
    if !node.one_or_more().iter().any(is_left_out) {
        return Some(plain(node));
    }
    let kept: Vec<Expr> = node.one_or_more().iter().filter(|item| !is_left_out(item)).map(plain).collect();
    (!kept.is_empty()).then(|| tree::list(kept, node.span))
}

/// Returns whether a map sets the value under several keys, from the outside in.
pub(super) fn is_in(map: &[MapEntry], keys: &[&str]) -> bool {
    let Some((first, rest)) = keys.split_first() else { return true };
    let found = map.iter().find(|entry| entry.key.node == *first);
    found.is_some_and(|entry| match &entry.value.kind {
        ExprKind::Map(inner) => is_in(inner, rest),
        _ => true,
    })
}
