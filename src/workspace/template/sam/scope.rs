//! Evaluates the conditions, paths, and strings of a rule for one SAM resource.

use crate::source::Span;
use crate::workspace::document::{Entry, Node, NodeKind, Scalar, Style, TextMap};
use crate::workspace::template::LogicalId;

use super::policies;

/// A SAM resource, one of its events, or an item.
#[derive(Clone)]
pub(super) struct Scope<'a> {
    /// The logical ID.
    pub(super) id: &'a str,
    /// The event's name; empty outside of events.
    pub(super) event_name: &'a str,
    /// The key or the index of the current entry of `Each`.
    pub(super) key: String,
    /// The declaration, if there is one.
    pub(super) declaration: Option<&'a Node>,
    /// The properties, including inherited ones.
    pub(super) properties: Option<&'a Node>,
    /// The properties of the event.
    pub(super) event: Option<&'a Node>,
    /// The current entry of `Each`.
    pub(super) item: Option<&'a Node>,
    /// The cause, which is the span of everything that is generated.
    pub(super) span: Span,
}

impl<'a> Scope<'a> {
    /// Returns the value at a path.
    pub(super) fn lookup(&self, path: &str) -> Option<&'a Node> {
        let (head, rest) = path.split_once('.').unwrap_or((path, ""));
        let (start, rest) = match head {
            "Event" => (self.event, rest),
            "Item" => (self.item, rest),
            "Resource" => (self.declaration, rest),
            _ => (self.properties, path),
        };
        let steps = rest.split('.').filter(|step| !step.is_empty());
        let found = steps.into_iter().try_fold(start?, |node, step| node.get(step));
        found.filter(|node| !node.is_no_value() && !node.is_null())
    }

    /// Returns the entries or items at a path, each with its key; `*` iterates over all entries.
    pub(super) fn each(&self, path: &str) -> Vec<(String, &'a Node)> {
        let (head, rest) = path.split_once(".*").map_or((path, None), |(head, _)| (head, Some(())));
        let Some(node) = self.lookup(head) else { return Vec::new() };
        let first = entries(node);
        if rest.is_none() {
            return first;
        }
        let below = |(outer, node): (String, &'a Node)| {
            entries(node).into_iter().map(move |(inner, node)| (format!("{outer}{inner}"), node))
        };
        first.into_iter().flat_map(below).collect()
    }

    /// Returns whether all conditions of a mapping hold.
    pub(super) fn holds(&self, conditions: &Node) -> bool {
        conditions.entries().iter().all(|Entry { key, value }| {
            let words: Vec<&str> = value.one_or_more().iter().filter_map(Node::text).collect();
            let (path, texts) = words.split_first().map_or(("", [].as_slice()), |(path, texts)| (*path, texts));
            match key.as_str() {
                "Has" => words.iter().all(|path| presence(self.lookup(path)).0),
                "Lacks" => words.iter().all(|path| presence(self.lookup(path)).1),
                "Is" => self.is_one_of(path, texts) != Some(false),
                "Not" => self.is_one_of(path, texts) != Some(true),
                "Event" => self.has_event(path, texts.first().copied()),
                _ => false,
            }
        })
    }

    /// Returns whether a value is one of these strings, or `None` if it is computed.
    fn is_one_of(&self, path: &str, texts: &[&str]) -> Option<bool> {
        let Some(node) = self.lookup(path) else { return Some(false) };
        let value = node.literal()?;
        Some(texts.iter().any(|text| value == *text || (node.as_bool() == Some(false) && *text == "false")))
    }

    fn has_event(&self, kind: &str, path: Option<&str>) -> bool {
        self.properties.and_then(|properties| properties.get("Events")).is_some_and(|events| {
            events.entries().iter().any(|Entry { value, .. }| {
                let property = |path: &str| value.get("Properties").and_then(|node| node.get(path));
                value.get("Type").and_then(Node::literal) == Some(kind)
                    && path.is_none_or(|path| presence(property(path)).0)
            })
        })
    }

    /// Evaluates a value of a rule for this resource. Returns `None` if what it refers to is absent.
    pub(super) fn make(&self, node: &Node) -> Option<Node> {
        let tag = node.tag.as_ref().map_or("", |tag| tag.node.as_str());
        match tag {
            "Given" => return self.given(node),
            "Either" => {
                let [condition, values @ ..] = node.items() else { return None };
                let values = values.get(usize::from(!self.holds(condition))..).unwrap_or_default();
                return values.iter().find_map(|value| self.make(value));
            }
            _ => {}
        }
        let kind = match &node.kind {
            NodeKind::Scalar(scalar) => return self.text(&scalar.text).ok().map(|text| self.scalar(text, node)),
            NodeKind::Sequence(items) => {
                let made: Vec<Node> = items.iter().flat_map(|item| self.items(item)).collect();
                if made.is_empty() && !items.is_empty() {
                    return None;
                }
                NodeKind::Sequence(made)
            }
            NodeKind::Mapping(entries) => NodeKind::Mapping(
                entries
                    .iter()
                    .filter_map(|entry| Some(Entry { key: self.place(&entry.key), value: self.make(&entry.value)? }))
                    .collect(),
            ),
        };
        Some(Node { kind, span: self.span, tag: node.tag.as_ref().map(|tag| self.place(tag)) })
    }

    /// Evaluates `!Given path` or `!Given [path, value]`. The value is used where the property is absent, even if in
    /// one case only.
    fn given(&self, node: &Node) -> Option<Node> {
        let path = node.text().or_else(|| node.items().first()?.text())?;
        let fallback = node.items().get(1).and_then(|value| self.make(value));
        match (self.lookup(path), fallback) {
            (None, fallback) => fallback,
            (Some(given), None) => Some(given.clone()),
            (Some(given), Some(fallback)) => Some(filled(given, &fallback)),
        }
    }

    /// Evaluates one item of a list, which may yield several.
    fn items(&self, item: &Node) -> Vec<Node> {
        let policies = || item.text().and_then(|path| self.lookup(path)).map_or(&[][..], Node::one_or_more);
        match item.tag.as_ref().map_or("", |tag| tag.node.as_str()) {
            "Managed" => policies().iter().flat_map(policies::managed).collect(),
            "Inline" => policies().iter().filter(|policy| policies::is_inline(policy)).cloned().collect(),
            _ => self.make(item).into_iter().collect(),
        }
    }

    /// Evaluates the logical ID of a rule.
    pub(super) fn logical_id(&self, node: &Node) -> LogicalId {
        let chosen = match node.items() {
            [condition, yes, no] => {
                if self.holds(condition) {
                    yes
                } else {
                    no
                }
            }
            _ => node,
        };
        match self.text(chosen.text().unwrap_or_default()) {
            Ok(id) => match id.strip_suffix('*') {
                Some(prefix) => LogicalId::Prefix(prefix.to_owned()),
                None => LogicalId::Exact(id),
            },
            Err(known) => LogicalId::Prefix(known),
        }
    }

    /// Fills the placeholders of a string. The error is the part before the first one that is not known.
    fn text(&self, text: &str) -> Result<String, String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, tail)) = rest.split_once("${") {
            filled.push_str(before);
            let Some((hole, after)) = tail.split_once('}') else { break };
            if hole.starts_with("AWS::") {
                filled.push_str("${");
                filled.push_str(hole);
                filled.push('}');
            } else {
                match self.hole(hole) {
                    Some(value) => filled.push_str(&value),
                    None => return Err(filled),
                }
            }
            rest = after;
        }
        Ok(filled + rest)
    }

    fn hole(&self, hole: &str) -> Option<String> {
        let (path, how) = hole.split_once('|').unwrap_or((hole, ""));
        let value = match path {
            "Id" => self.id.to_owned(),
            "Name" => format!("{}{}", self.id, self.event_name),
            "Key" => self.key.clone(),
            path => self.lookup(path)?.literal()?.to_owned(),
        };
        match how {
            "alias" => Some(value.replace('-', "D").replace('_', "U")),
            "alnum" => Some(value.chars().filter(|letter| letter.is_alphanumeric()).collect()),
            "plain" => value.chars().all(char::is_alphanumeric).then_some(value),
            "title" => {
                let mut letters = value.trim_start_matches('$').chars();
                let first = letters.next()?.to_ascii_uppercase();
                Some(std::iter::once(first).chain(letters.map(|letter| letter.to_ascii_lowercase())).collect())
            }
            _ => Some(value),
        }
    }

    fn scalar(&self, text: String, like: &Node) -> Node {
        let scalar = Scalar { text, style: Style::Quoted, map: TextMap::constant(self.span) };
        Node { kind: NodeKind::Scalar(scalar), span: self.span, tag: like.tag.as_ref().map(|tag| self.place(tag)) }
    }

    fn place(&self, text: &crate::source::Spanned<String>) -> crate::source::Spanned<String> {
        crate::source::Spanned::new(text.node.clone(), self.span)
    }
}

/// Returns whether a property can be present, and whether it can be absent.
fn presence(node: Option<&Node>) -> (bool, bool) {
    let Some(node) = node.filter(|node| !node.is_no_value() && !node.is_null()) else { return (false, true) };
    if let Some(call) = node.intrinsic() {
        return match (call.name.as_ref(), call.argument.items()) {
            ("Fn::If", [_, yes, no]) => {
                let (yes, no) = (presence(Some(yes)), presence(Some(no)));
                (yes.0 || no.0, yes.1 || no.1)
            }
            _ => (true, false),
        };
    }
    // As in Python, empty values count as false.
    let empty = match &node.kind {
        NodeKind::Scalar(scalar) => scalar.text.is_empty() || node.as_bool() == Some(false),
        NodeKind::Sequence(items) => items.is_empty(),
        NodeKind::Mapping(entries) => entries.is_empty(),
    };
    (!empty, empty)
}

/// Returns a value in which the branches of an `Fn::If` that omit it are replaced with another value.
fn filled(node: &Node, fallback: &Node) -> Node {
    if node.is_no_value() {
        return fallback.clone();
    }
    let is_choice = node.intrinsic().is_some_and(|call| call.name == "Fn::If");
    let fill = |items: &[Node]| {
        let value = |(index, item): (usize, &Node)| if index == 0 { item.clone() } else { filled(item, fallback) };
        NodeKind::Sequence(items.iter().enumerate().map(value).collect())
    };
    let kind = match &node.kind {
        NodeKind::Sequence(items) if is_choice => fill(items),
        NodeKind::Mapping(entries) if is_choice => NodeKind::Mapping(
            entries
                .iter()
                .map(|Entry { key, value }| Entry {
                    key: key.clone(),
                    value: Node { kind: fill(value.items()), ..value.clone() },
                })
                .collect(),
        ),
        _ => return node.clone(),
    };
    Node { kind, ..node.clone() }
}

fn entries(node: &Node) -> Vec<(String, &Node)> {
    match &node.kind {
        NodeKind::Mapping(entries) => entries.iter().map(|entry| (entry.key.node.clone(), &entry.value)).collect(),
        NodeKind::Sequence(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
        NodeKind::Scalar(_) => vec![(String::new(), node)],
    }
}
