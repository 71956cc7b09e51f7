//! Which CloudFormation resources a SAM template makes.
//!
//! What SAM does is data, `rules.yaml`; this applies it. A test compares with what `aws-sam-translator` prints.

mod connectors;
mod globals;
mod policies;
mod rules;
mod scope;

use crate::source::Span;
use crate::workspace::document::{Entry, Node};

use super::{LogicalId, MadeResource, Template};
use rules::{Rule, RuleSet};
use scope::Scope;

/// The macro that expands SAM.
pub(super) const TRANSFORM: &str = "AWS::Serverless-2016-10-31";

const CONNECTOR: &str = "AWS::Serverless::Connector";

impl Template {
    /// Every resource that deploying the template makes, SAM expanded, in the order of their causes. A SAM type that is not
    /// known here stands for itself.
    pub fn made_resources(&self) -> &[MadeResource] {
        self.made.get_or_init(|| self.expanded())
    }

    fn expanded(&self) -> Vec<MadeResource> {
        let mut expansion = Expansion { template: self, made: Vec::new(), expanded: Vec::new(), later: Vec::new() };
        for resource in &self.resources {
            let properties = self.properties(resource);
            let one = One {
                kind: &resource.kind.node,
                id: &resource.id.node,
                cause: &resource.id.node,
                span: resource.kind.span,
                declaration: Some(&resource.node),
            };
            expansion.resource(&one, properties);
        }
        expansion.finish()
    }
}

/// A resource to expand: written, or what a rule makes of one of SAM's types.
struct One<'a> {
    kind: &'a str,
    id: &'a str,
    cause: &'a str,
    span: Span,
    declaration: Option<&'a Node>,
}

struct Expansion<'a> {
    template: &'a Template,
    made: Vec<MadeResource>,
    /// Types and ids of SAM's that are done: several events share one API.
    expanded: Vec<(String, String)>,
    /// Connectors and amendments, which look at other resources.
    later: Vec<Later>,
}

enum Later {
    Connector { id: String, cause: String, span: Span, properties: Node },
    Amendment { id: String, properties: Node },
}

impl Expansion<'_> {
    fn resource(&mut self, one: &One, properties: Option<Node>) {
        let rules = rules::of(one.kind).filter(|_| self.template.is_sam());
        if rules.is_none() {
            self.made.push(MadeResource {
                kind: one.kind.to_owned(),
                id: LogicalId::Exact(one.id.to_owned()),
                cause: one.cause.to_owned(),
                span: one.span,
                generated: one.declaration.is_none(),
                properties: properties.clone(),
            });
        }
        if !self.template.is_sam() {
            return;
        }
        if one.kind == CONNECTOR {
            let (id, cause, span) = (one.id.to_owned(), one.cause.to_owned(), one.span);
            self.later.extend(properties.map(|properties| Later::Connector { id, cause, span, properties }));
            return;
        }
        let scope = Scope {
            id: one.id,
            event_name: "",
            key: String::new(),
            declaration: one.declaration,
            properties: properties.as_ref(),
            event: None,
            item: None,
            span: one.span,
        };
        if let Some(rules) = rules {
            self.apply(rules.resources(), &scope, one.cause);
            for Entry { key, value } in
                properties.as_ref().and_then(|it| it.get("Events")).map_or(&[][..], Node::entries)
            {
                let Some(kind) = value.get("Type") else { continue };
                let scope =
                    Scope { event_name: &key.node, event: value.get("Properties"), span: kind.span, ..scope.clone() };
                self.apply(rules.of_event(kind.literal().unwrap_or_default()), &scope, one.cause);
            }
        }
        if let Some(connectors) = one.declaration.and_then(|declaration| declaration.entry("Connectors")) {
            self.apply(rules::of_all(), &Scope { span: connectors.key.span, ..scope }, one.cause);
        }
    }

    fn apply(&mut self, rules: &[Rule], scope: &Scope, cause: &str) {
        for rule in rules {
            let items = match &rule.each {
                Some(path) => scope.each(path).into_iter().map(|(key, item)| (key, Some(item))).collect(),
                None => vec![(String::new(), None)],
            };
            for (key, item) in items {
                let scope = Scope { key, item, ..scope.clone() };
                if rule.when.iter().all(|conditions| scope.holds(conditions)) {
                    self.make(rule, &scope, cause);
                }
            }
        }
    }

    /// What one rule makes.
    fn make(&mut self, rule: &Rule, scope: &Scope, cause: &str) {
        let own = rule.properties.as_ref().and_then(|properties| scope.make(properties));
        if let Some(path) = &rule.amend {
            let id = scope.lookup(path).and_then(Node::referred);
            self.later.extend(id.zip(own).map(|(id, properties)| Later::Amendment { id, properties }));
            return;
        }
        let (Some(kind), Some(id)) = (&rule.kind, &rule.id) else { return };
        let id = scope.logical_id(id);
        if rules::of(kind).is_some() {
            let known = (kind.clone(), id.known().to_owned());
            if self.expanded.contains(&known) {
                return;
            }
            let inherited = self.template.section(kind).cloned();
            let properties = match (inherited, own) {
                (Some(inherited), Some(own)) => Some(globals::merged(&inherited, &own)),
                (inherited, own) => own.or(inherited),
            };
            let one = One { kind, id: &known.1, cause, span: scope.span, declaration: None };
            self.resource(&one, properties);
            self.expanded.push(known);
            return;
        }
        let exact = matches!(id, LogicalId::Exact(_));
        if exact && self.made.iter().any(|made| made.generated && made.kind == *kind && made.id == id) {
            return;
        }
        let properties = match (&rule.base, scope.properties) {
            (Some(omitted), Some(base)) => Some(with_base(base, omitted, own)),
            _ => own,
        };
        let cause = cause.to_owned();
        self.made.push(MadeResource { kind: kind.clone(), id, cause, span: scope.span, generated: true, properties });
    }

    fn finish(mut self) -> Vec<MadeResource> {
        for later in std::mem::take(&mut self.later) {
            match later {
                Later::Amendment { id, properties } => {
                    let own = self.made.iter_mut().find(|made| made.id.is(&id));
                    if let Some(resource) = own {
                        let before = resource.properties.take();
                        resource.properties = Some(
                            before.map_or_else(|| properties.clone(), |before| globals::merged(&before, &properties)),
                        );
                    }
                }
                Later::Connector { id, cause, span, properties } => {
                    for joined in connectors::joined(&properties, &self.made) {
                        let scope = Scope {
                            id: &id,
                            event_name: "",
                            key: String::new(),
                            declaration: None,
                            properties: Some(&joined),
                            event: None,
                            item: None,
                            span,
                        };
                        let rules = rules::of(CONNECTOR).map_or(&[][..], RuleSet::resources);
                        self.apply(rules, &scope, &cause);
                    }
                }
            }
        }
        self.made
    }
}

/// The properties that are carried over, with the rule's own in their place.
fn with_base(base: &Node, omitted: &[String], own: Option<Node>) -> Node {
    let kept = |entry: &&Entry| {
        !omitted.contains(&entry.key.node) && own.as_ref().is_none_or(|own| own.get(&entry.key.node).is_none())
    };
    let mut entries: Vec<Entry> = base.entries().iter().filter(kept).cloned().collect();
    entries.extend(own.into_iter().flat_map(|own| own.entries().to_vec()));
    Node { kind: crate::workspace::document::NodeKind::Mapping(entries), span: base.span, tag: None }
}

#[cfg(test)]
mod tests;
