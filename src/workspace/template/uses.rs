//! The references of a template: parameters, resources and their attributes, conditions, and mappings.
//!
//! Fact source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html> (2026-11-29).

use std::ops::Range;

use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Intrinsic, Node, Scalar};

/// The way in which a template refers to a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UseKind {
    /// By its value: `Ref`, and `${Name}` in `Fn::Sub`.
    Value,
    /// By an attribute: `Fn::GetAtt`, and `${Name.Attribute}`.
    Attribute(Spanned<String>),
    /// `DependsOn`.
    Order,
    /// A condition.
    Condition,
    /// A mapping, with the literal keys.
    Mapping(Vec<Option<Spanned<String>>>),
}

/// A reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateUse {
    /// The kind of the reference.
    pub kind: UseKind,
    /// The name.
    pub name: Spanned<String>,
    /// The function or attribute that refers: `Ref`, `DependsOn`.
    pub by: &'static str,
    /// The logical ID of the resource that contains it; `None` outside resources.
    pub owner: Option<String>,
    /// The name of the output that contains it; `None` outside outputs.
    pub output: Option<String>,
    /// The condition of that resource or output.
    pub condition: Option<String>,
    /// Whether it is an argument of `Fn::If`.
    pub chosen: bool,
    /// Whether only parameters have values here: in `Conditions` and `Rules`.
    pub before_resources: bool,
}

/// Returns every reference in a template, in source order. Metadata is skipped.
pub fn uses(root: &Node) -> Vec<TemplateUse> {
    let mut walk = Walk::default();
    for Entry { key, value } in root.entries() {
        match key.as_str() {
            "Globals" => {
                let resources = root.get("Resources").map_or(&[][..], Node::entries);
                let inherited = value.entries().iter().flat_map(|section| inherited(section, resources));
                inherited.for_each(|property| walk.node(property));
            }
            "Resources" => value.entries().iter().for_each(|entry| walk.resource(entry)),
            "Outputs" => value.entries().iter().for_each(|entry| walk.output(entry)),
            "Conditions" | "Rules" => {
                walk.before_resources = true;
                value.entries().iter().for_each(|entry| walk.node(&entry.value));
                walk.before_resources = false;
            }
            _ => {}
        }
    }
    walk.found
}

/// Returns whether a condition reads a parameter, so that a value may be used only if the parameter has another one.
pub fn is_tested(root: &Node, parameter: &str) -> bool {
    uses(root).iter().any(|used| used.before_resources && used.name.node == parameter)
}

/// Returns the condition of a resource or an output.
fn condition_of(declaration: &Node) -> Option<String> {
    declaration.get("Condition").and_then(Node::literal).map(str::to_owned)
}

/// Returns the properties in a section of SAM's `Globals` that some resource inherits.
fn inherited<'t>(section: &'t Entry, resources: &'t [Entry]) -> impl Iterator<Item = &'t Node> {
    let inheriting: Vec<&Node> = resources
        .iter()
        .map(|resource| &resource.value)
        .filter(|resource| {
            let kind = resource.get("Type").and_then(Node::literal).unwrap_or_default();
            kind.strip_prefix("AWS::Serverless::") == Some(section.key.as_str())
                && resource.get("IgnoreGlobals").is_none()
        })
        .collect();
    // Only lists and mappings are merged with the resource's own.
    let merges = |own: &Node| own.intrinsic().is_none() && own.scalar().is_none();
    let is_inherited = move |property: &&Entry| {
        let mut own = inheriting.iter().map(|resource| resource.get("Properties")?.get(property.key.as_str()));
        own.any(|own| own.is_none_or(merges))
    };
    section.value.entries().iter().filter(is_inherited).map(|property| &property.value)
}

#[derive(Default)]
struct Walk {
    found: Vec<TemplateUse>,
    owner: Option<String>,
    output: Option<String>,
    condition: Option<String>,
    chosen: bool,
    before_resources: bool,
}

impl Walk {
    fn resource(&mut self, Entry { key, value }: &Entry) {
        if key.node.starts_with("Fn::") {
            return;
        }
        self.owner = Some(key.node.clone());
        self.condition = condition_of(value);
        for attribute in value.entries() {
            match attribute.key.as_str() {
                "Condition" => self.condition(&attribute.value),
                "DependsOn" => {
                    let names = attribute.value.one_or_more().iter().filter_map(Node::spanned);
                    names.for_each(|name| self.push(UseKind::Order, name, "DependsOn"));
                }
                "Metadata" | "Type" => {}
                _ => self.node(&attribute.value),
            }
        }
        self.owner = None;
        self.condition = None;
    }

    fn output(&mut self, Entry { key, value }: &Entry) {
        self.output = Some(key.node.clone());
        self.condition = condition_of(value);
        for attribute in value.entries() {
            match attribute.key.as_str() {
                "Condition" => self.condition(&attribute.value),
                _ => self.node(&attribute.value),
            }
        }
        self.output = None;
        self.condition = None;
    }

    fn condition(&mut self, node: &Node) {
        if let Some(name) = node.spanned() {
            self.push(UseKind::Condition, name, "Condition");
        }
    }

    fn push(&mut self, kind: UseKind, name: Spanned<String>, by: &'static str) {
        self.found.push(TemplateUse {
            kind,
            name,
            by,
            owner: self.owner.clone(),
            output: self.output.clone(),
            condition: self.condition.clone(),
            chosen: self.chosen,
            before_resources: self.before_resources,
        });
    }

    fn node(&mut self, node: &Node) {
        let around = self.chosen;
        if let Some(call) = node.intrinsic() {
            self.chosen |= call.name == "Fn::If";
            self.call(node, &call);
        }
        node.items().iter().for_each(|item| self.node(item));
        // A loop declares names of its own.
        let entries = node.entries().iter().filter(|entry| !entry.key.node.starts_with("Fn::ForEach"));
        entries.for_each(|entry| self.node(&entry.value));
        self.chosen = around;
    }

    fn call(&mut self, node: &Node, call: &Intrinsic<'_>) {
        let argument = call.argument;
        let text = argument.scalar();
        let items = argument.items();
        match (call.name.as_ref(), text) {
            ("Ref", Some(text)) => self.push(UseKind::Value, whole(text, argument.span), "Ref"),
            ("Fn::GetAtt", Some(text)) => {
                let dot = text.text.find('.').unwrap_or(text.text.len());
                let attribute = part(text, (dot + 1).min(text.text.len())..text.text.len());
                self.push(UseKind::Attribute(attribute), part(text, 0..dot), "Fn::GetAtt");
            }
            ("Fn::GetAtt", None) => {
                let (name, attribute) = (items.first().and_then(Node::spanned), items.get(1).and_then(Node::spanned));
                let nothing = || Spanned::new(String::new(), argument.span);
                if let Some(name) = name {
                    self.push(UseKind::Attribute(attribute.unwrap_or_else(nothing)), name, "Fn::GetAtt");
                }
            }
            ("Fn::Sub", Some(text)) => self.substituted(text, &[]),
            ("Fn::Sub", None) => {
                if let Some(text) = items.first().and_then(Node::scalar) {
                    self.substituted(text, items.get(1).map(Node::entries).unwrap_or_default());
                }
            }
            // In a policy, a statement may have conditions only; a condition of a template is a name.
            ("Condition", Some(text)) if node.tag.is_some() || self.before_resources => {
                self.push(UseKind::Condition, whole(text, argument.span), "Condition");
            }
            ("Fn::If", None) => {
                if let Some(name) = items.first().and_then(Node::spanned) {
                    self.push(UseKind::Condition, name, "Fn::If");
                }
            }
            ("Fn::FindInMap", None) if items.len() == 3 => {
                if let Some(name) = items.first().and_then(Node::spanned) {
                    let keys = items.iter().skip(1).map(Node::spanned).collect();
                    self.push(UseKind::Mapping(keys), name, "Fn::FindInMap");
                }
            }
            _ => {}
        }
    }

    /// Adds the names in `${...}`, except those that the call itself defines.
    fn substituted(&mut self, text: &Scalar, own: &[Entry]) {
        for range in variables(&text.text) {
            let inside = text.text.get(range.clone()).unwrap_or_default();
            if own.iter().any(|entry| entry.key.node == inside) {
                continue;
            }
            let dot = inside.find('.').map(|at| range.start + at);
            match dot {
                Some(dot) => {
                    let attribute = part(text, dot + 1..range.end);
                    self.push(UseKind::Attribute(attribute), part(text, range.start..dot), "Fn::Sub");
                }
                None => self.push(UseKind::Value, part(text, range), "Fn::Sub"),
            }
        }
    }
}

/// Returns the range between the braces of each `${...}` that is a variable, without surrounding spaces. `${!...}` is
/// text.
pub fn variables(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut offset = 0;
    while let Some(start) = text.get(offset..).and_then(|rest| rest.find("${")).map(|at| offset + at + 2) {
        let Some(length) = text.get(start..).and_then(|rest| rest.find('}')) else { break };
        offset = start + length;
        let inside = text.get(start..offset).unwrap_or_default();
        let from = start + inside.len() - inside.trim_start().len();
        let to = from + inside.trim().len();
        if !inside.starts_with('!') && from < to {
            found.push(from..to);
        }
    }
    found
}

fn whole(text: &Scalar, span: Span) -> Spanned<String> {
    let place = part(text, 0..text.text.len());
    Spanned::new(text.text.clone(), if place.span.is_empty() { span } else { place.span })
}

fn part(text: &Scalar, range: Range<usize>) -> Spanned<String> {
    Spanned::new(text.text.get(range.clone()).unwrap_or_default().to_owned(), text.map.span(range))
}

#[cfg(test)]
mod tests {
    use crate::source::SourceMap;
    use crate::workspace::document::{Document, DocumentOrigin};

    use super::*;

    #[test]
    fn every_reference_is_found_with_its_place() {
        let text = "\
Conditions:
  C: !Equals [!Ref Stage, x]
  D: !Or [!Condition C, {Condition: C}]
Resources:
  A:
    Type: T
    Condition: C
    DependsOn: [B, E]
    Metadata: {X: !Ref Nothing}
    Properties:
      P: !GetAtt B.Arn.X
      Q: {Fn::GetAtt: [B, Arn]}
      R: !Sub ['${V}-${B.Arn}-${!Not}-${Stage}', {V: !Ref B}]
      S: !If [C, !Ref AWS::Region, !FindInMap [M, a, !Ref Stage]]
      T: {Statement: {Condition: {StringEquals: {a: b}}}, Fn::ForEach::X: [X, [a], {'${X}': !Ref X}]}
";
        let mut sources = SourceMap::default();
        let file = sources.add("t.yaml".into(), text);
        let root = Document::parse(text, DocumentOrigin::File(file)).root.expect("a tree");
        let found = uses(&root);
        let shown: Vec<(&str, &str)> = found.iter().map(|it| (it.by, sources.slice(it.name.span))).collect();
        assert_eq!(
            shown,
            [
                ("Ref", "Stage"),
                ("Condition", "C"),
                ("Condition", "C"),
                ("Condition", "C"),
                ("DependsOn", "B"),
                ("DependsOn", "E"),
                ("Fn::GetAtt", "B"),
                ("Fn::GetAtt", "B"),
                ("Fn::Sub", "B"),
                ("Fn::Sub", "Stage"),
                ("Ref", "B"),
                ("Fn::If", "C"),
                ("Ref", "AWS::Region"),
                ("Fn::FindInMap", "M"),
                ("Ref", "Stage"),
            ]
        );
    }
}
