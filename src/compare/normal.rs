//! The normal form of values: values with the same meaning to CloudFormation or CodePipeline are equal.
//!
//! Nothing is resolved. The short and long forms of a function are the same; a string that `Fn::Join` or `Fn::Sub`
//! composes is the list of its fragments; JSON in a string is compared as JSON.

use std::collections::BTreeMap;

use crate::catalog::spellings::api_key;
use crate::collections::HashMap;
use crate::source::Span;
use crate::workspace::document::{Node, NodeKind, Style, SubPart, boolean, is_function, sub_parts};

use super::json_text;

/// A value in normal form. Two values are equal if they have the same meaning, wherever they are.
#[derive(Debug, Clone, Eq)]
pub struct NormalValue {
    /// The kind of value.
    pub kind: NormalKind,
    /// Its span in the document.
    pub span: Span,
}

impl PartialEq for NormalValue {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

/// The kinds of values.
#[derive(Debug, Clone, Eq)]
pub enum NormalKind {
    /// A string as its fragments, without adjacent literals or empty ones. Numbers and booleans are strings, as the
    /// services store them.
    Text(Vec<Fragment>),
    /// A number, a boolean, or null in JSON in a string.
    Bare(String),
    /// A string that contains JSON.
    Json {
        /// The string as written.
        text: Vec<Fragment>,
        /// The parsed JSON.
        value: Box<NormalValue>,
    },
    /// A list.
    List(Vec<NormalValue>),
    /// A map.
    Map(BTreeMap<String, NormalValue>),
}

impl PartialEq for NormalKind {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => one == other,
            (Self::Bare(one), Self::Bare(other)) => one == other,
            // Spaces and the order of keys have no meaning in JSON.
            (Self::Json { value: one, .. }, Self::Json { value: other, .. }) => one == other,
            (Self::List(one), Self::List(other)) => one == other,
            (Self::Map(one), Self::Map(other)) => one == other,
            _ => false,
        }
    }
}

/// A part of a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fragment {
    /// Literal text.
    Literal(String),
    /// `Ref`, by logical ID, parameter, or pseudo parameter.
    Ref(String),
    /// `Fn::GetAtt`, by logical ID and attribute.
    Attribute(String, String),
    /// Another function, by its long name, with its argument.
    Call(String, Box<NormalValue>),
}

/// How the keys of maps are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// As written.
    AsWritten,
    /// Converts a pipeline's keys to the API's spelling, except those of a configuration, which are the provider's.
    /// Empty lists and maps are left out, because they mean the same as absent ones.
    Api,
}

/// The key in which all keys are the provider's.
const CONFIGURATION: &str = "configuration";

/// The name that `Ref` uses for no value.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html>
/// (2026-11-29)
pub const NO_VALUE: &str = "AWS::NoValue";

impl NormalValue {
    /// Creates a string without references.
    pub fn literal(text: &str, span: Span) -> Self {
        Self::of_fragments(vec![Fragment::Literal(text.to_owned())], span)
    }

    /// Creates a string from fragments.
    pub fn of_fragments(fragments: Vec<Fragment>, span: Span) -> Self {
        let mut text = Vec::with_capacity(fragments.len());
        for fragment in fragments {
            push(&mut text, fragment);
        }
        Self { kind: NormalKind::Text(text), span }
    }

    /// Creates a list.
    pub fn list(items: Vec<Self>, span: Span) -> Self {
        Self { kind: NormalKind::List(items), span }
    }

    /// Creates a map.
    pub fn map(entries: BTreeMap<String, Self>, span: Span) -> Self {
        Self { kind: NormalKind::Map(entries), span }
    }

    /// Reads a value. Returns `None` for null and `AWS::NoValue`, which both mean that there is no value.
    pub fn read(node: &Node, keys: Keys) -> Option<Self> {
        if node.is_null() {
            return None;
        }
        let kind = match &node.tag {
            Some(tag) => {
                let name = match tag.node.as_str() {
                    "Ref" | "Condition" => tag.node.clone(),
                    short => format!("Fn::{short}"),
                };
                call(&name, node, true, keys)
            }
            None => untagged(node, keys),
        };
        let value = Self { kind, span: node.span };
        (!value.is_no_value()).then_some(value)
    }

    /// Reads a value that always exists, such as the argument of a function.
    fn read_all(node: &Node, keys: Keys) -> Self {
        Self::read(node, keys)
            .unwrap_or_else(|| Self::of_fragments(vec![Fragment::Ref(NO_VALUE.to_owned())], node.span))
    }

    /// Returns whether this is `Ref: AWS::NoValue`.
    pub fn is_no_value(&self) -> bool {
        matches!(self.fragments(), Some([Fragment::Ref(name)]) if name == NO_VALUE)
    }

    /// Returns the fragments of a string.
    pub fn fragments(&self) -> Option<&[Fragment]> {
        match &self.kind {
            NormalKind::Text(text) | NormalKind::Json { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Returns the text of a string without references.
    pub fn as_literal(&self) -> Option<&str> {
        match self.fragments()? {
            [] => Some(""),
            [Fragment::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Returns the function and its argument, if the value is a function.
    pub fn as_call(&self) -> Option<(&str, &Self)> {
        match self.fragments()? {
            [Fragment::Call(name, argument)] => Some((name, argument)),
            _ => None,
        }
    }

    /// Returns the items of a list; for other values, nothing.
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            NormalKind::List(items) => items,
            _ => &[],
        }
    }

    /// Returns the items of a list, or the value itself if it is not a list.
    pub fn one_or_more(&self) -> &[Self] {
        match &self.kind {
            NormalKind::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// Returns the entries of a map.
    pub fn as_map(&self) -> Option<&BTreeMap<String, Self>> {
        match &self.kind {
            NormalKind::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// Returns the value of a key in a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?.get(key)
    }

    /// Returns a copy that refers to other logical IDs.
    pub(super) fn renamed(&self, ids: &HashMap<String, String>) -> Self {
        let id = |id: &String| ids.get(id).unwrap_or(id).clone();
        let fragment = |fragment: &Fragment| match fragment {
            Fragment::Literal(_) => fragment.clone(),
            Fragment::Ref(name) => Fragment::Ref(id(name)),
            Fragment::Attribute(of, name) => Fragment::Attribute(id(of), name.clone()),
            Fragment::Call(name, argument) => Fragment::Call(name.clone(), Box::new(argument.renamed(ids))),
        };
        let fragments = |text: &[Fragment]| text.iter().map(fragment).collect();
        let kind = match &self.kind {
            NormalKind::Text(text) => NormalKind::Text(fragments(text)),
            NormalKind::Bare(bare) => NormalKind::Bare(bare.clone()),
            NormalKind::Json { text, value } => {
                NormalKind::Json { text: fragments(text), value: Box::new(value.renamed(ids)) }
            }
            NormalKind::List(items) => NormalKind::List(items.iter().map(|item| item.renamed(ids)).collect()),
            NormalKind::Map(entries) => NormalKind::Map(renamed_entries(entries, ids)),
        };
        Self { kind, span: self.span }
    }

    fn is_empty(&self) -> bool {
        match &self.kind {
            NormalKind::List(items) => items.is_empty(),
            NormalKind::Map(entries) => entries.is_empty(),
            _ => false,
        }
    }
}

/// Returns a copy of a map's entries that refer to other logical IDs.
pub(super) fn renamed_entries(
    entries: &BTreeMap<String, NormalValue>,
    ids: &HashMap<String, String>,
) -> BTreeMap<String, NormalValue> {
    entries.iter().map(|(key, value)| (key.clone(), value.renamed(ids))).collect()
}

/// Appends a fragment to a string.
fn push(text: &mut Vec<Fragment>, fragment: Fragment) {
    match (text.last_mut(), fragment) {
        (_, Fragment::Literal(more)) if more.is_empty() => {}
        (Some(Fragment::Literal(before)), Fragment::Literal(more)) => before.push_str(&more),
        (_, fragment) => text.push(fragment),
    }
}

/// Reads a node as if it had no tag.
fn untagged(node: &Node, keys: Keys) -> NormalKind {
    match &node.kind {
        NodeKind::Scalar(scalar) => {
            // CloudFormation reads YAML 1.1.
            let boolean = boolean(&scalar.text).filter(|_| scalar.style == Style::Plain);
            text(vec![Fragment::Literal(boolean.map_or_else(|| scalar.text.clone(), |it| it.to_string()))], node.span)
        }
        NodeKind::Sequence(items) => {
            let items = items.iter().filter_map(|item| NormalValue::read(item, keys));
            NormalKind::List(items.filter(|item| keys == Keys::AsWritten || !item.is_empty()).collect())
        }
        NodeKind::Mapping(entries) => {
            if let [only] = entries.as_slice()
                && is_function(&only.key.node)
            {
                return call(&only.key.node, &only.value, false, keys);
            }
            let entry = |entry: &crate::workspace::document::Entry| {
                let key = if keys == Keys::Api { api_key(&entry.key.node) } else { entry.key.node.clone() };
                let below = if key == CONFIGURATION { Keys::AsWritten } else { keys };
                let value = NormalValue::read(&entry.value, below)?;
                (keys == Keys::AsWritten || !value.is_empty()).then_some((key, value))
            };
            NormalKind::Map(entries.iter().filter_map(entry).collect())
        }
    }
}

/// Creates a string from fragments; JSON if it contains JSON.
fn text(fragments: Vec<Fragment>, span: Span) -> NormalKind {
    let mut text = Vec::with_capacity(fragments.len());
    for fragment in fragments {
        push(&mut text, fragment);
    }
    match json_text::parse(&text, span) {
        Some(value) => NormalKind::Json { text, value: Box::new(value) },
        None => NormalKind::Text(text),
    }
}

/// Reads a function. `tagged`: the argument is the node with the tag.
fn call(name: &str, argument: &Node, tagged: bool, keys: Keys) -> NormalKind {
    let span = argument.span;
    let known = match name {
        "Ref" => argument.text().map(|name| vec![Fragment::Ref(name.to_owned())]),
        "Fn::GetAtt" => attribute(argument).map(|fragment| vec![fragment]),
        "Fn::Sub" if tagged || argument.tag.is_none() => substituted(argument),
        "Fn::Join" if tagged || argument.tag.is_none() => joined(argument),
        _ => None,
    };
    if let Some(fragments) = known {
        return text(fragments, span);
    }
    // Only the branches of `Fn::If` replace the function in its position.
    let below = if name == "Fn::If" { keys } else { Keys::AsWritten };
    let argument = match &argument.kind {
        NodeKind::Sequence(items) if tagged || argument.tag.is_none() => {
            NormalValue::list(items.iter().map(|item| NormalValue::read_all(item, below)).collect(), span)
        }
        _ if tagged => NormalValue { kind: untagged(argument, below), span },
        _ => NormalValue::read_all(argument, below),
    };
    NormalKind::Text(vec![Fragment::Call(name.to_owned(), Box::new(argument))])
}

/// Reads `Fn::GetAtt`, with its argument in either form.
fn attribute(argument: &Node) -> Option<Fragment> {
    let (id, name) = match argument.items() {
        [] => argument.text()?.split_once('.')?,
        [id, name] => (id.literal()?, name.literal()?),
        _ => return None,
    };
    Some(Fragment::Attribute(id.to_owned(), name.to_owned()))
}

/// Returns the fragments of `Fn::Join`, if it joins an explicit list.
fn joined(argument: &Node) -> Option<Vec<Fragment>> {
    let [separator, list] = argument.items() else { return None };
    let (separator, NodeKind::Sequence(items)) = (separator.literal()?, &list.kind) else { return None };
    if list.tag.is_some() {
        return None;
    }
    let mut fragments = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            fragments.push(Fragment::Literal(separator.to_owned()));
        }
        fragments.extend_from_slice(NormalValue::read(item, Keys::AsWritten)?.fragments()?);
    }
    Some(fragments)
}

/// Returns the fragments of `Fn::Sub`, with or without variables.
fn substituted(argument: &Node) -> Option<Vec<Fragment>> {
    let (text, variables) = match argument.items() {
        [] => (argument.text()?, None),
        [text] => (text.literal()?, None),
        [text, variables] => (text.literal()?, Some(variables)),
        _ => return None,
    };
    let mut fragments = Vec::new();
    for part in sub_parts(text) {
        match part {
            SubPart::Text(literal) => fragments.push(Fragment::Literal(literal.to_owned())),
            SubPart::Name(name) => match (variables.and_then(|variables| variables.get(name)), name.split_once('.')) {
                (Some(value), _) => {
                    fragments.extend_from_slice(NormalValue::read(value, Keys::AsWritten)?.fragments()?);
                }
                (None, Some((id, attribute))) => {
                    fragments.push(Fragment::Attribute(id.to_owned(), attribute.to_owned()));
                }
                (None, None) => fragments.push(Fragment::Ref(name.to_owned())),
            },
        }
    }
    Some(fragments)
}
