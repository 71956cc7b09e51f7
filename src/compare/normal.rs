//! The normal form of values: what means the same to CloudFormation or CodePipeline is equal.
//!
//! Nothing is resolved. The short and the long form of a function are the same; a text that is composed by `Fn::Join` or `Fn::Sub`
//! is the list of its fragments; JSON in a text is compared as JSON.

use std::collections::{BTreeMap, HashMap};

use crate::source::Span;
use crate::workspace::document::{Node, NodeKind, Style, SubPart, is_function, sub_parts};
use crate::workspace::pipeline_document::api_key;

use super::json_text;

/// A value in normal form. Two values are equal if they mean the same, wherever they are.
#[derive(Debug, Clone, Eq)]
pub struct NormalValue {
    /// What it is.
    pub kind: NormalKind,
    /// Its place in the document.
    pub span: Span,
}

impl PartialEq for NormalValue {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

/// What a value is.
#[derive(Debug, Clone, Eq)]
pub enum NormalKind {
    /// A string, as its fragments; neither two literals in a row nor an empty one. Numbers and booleans are strings, as the services
    /// store them.
    Text(Vec<Fragment>),
    /// A number, a boolean, or null in a text that is JSON.
    Bare(String),
    /// A string that is JSON.
    Json {
        /// The string as written.
        text: Vec<Fragment>,
        /// What it says.
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
            // Spaces and the order of keys mean nothing in JSON.
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
    /// Characters.
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
    /// Those of a pipeline: as the API writes them, but for those of a configuration, which are the provider's. Empty lists and
    /// maps are left out, because they mean the same as none.
    Api,
}

/// The key below which keys are the provider's.
const CONFIGURATION: &str = "configuration";

/// What `Ref` refers to for no value at all.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html> (2026-11-29)
pub const NO_VALUE: &str = "AWS::NoValue";

impl NormalValue {
    /// A text without references.
    pub fn literal(text: &str, span: Span) -> Self {
        Self::of_fragments(vec![Fragment::Literal(text.to_owned())], span)
    }

    /// A text of these fragments.
    pub fn of_fragments(fragments: Vec<Fragment>, span: Span) -> Self {
        let mut text = Vec::with_capacity(fragments.len());
        for fragment in fragments {
            push(&mut text, fragment);
        }
        Self { kind: NormalKind::Text(text), span }
    }

    /// A list.
    pub fn list(items: Vec<Self>, span: Span) -> Self {
        Self { kind: NormalKind::List(items), span }
    }

    /// A map.
    pub fn map(entries: BTreeMap<String, Self>, span: Span) -> Self {
        Self { kind: NormalKind::Map(entries), span }
    }

    /// Reads a value. Nothing for null and for `AWS::NoValue`: both mean that there is none.
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

    /// Reads a value that is there in any case, such as the argument of a function.
    fn read_all(node: &Node, keys: Keys) -> Self {
        Self::read(node, keys)
            .unwrap_or_else(|| Self::of_fragments(vec![Fragment::Ref(NO_VALUE.to_owned())], node.span))
    }

    /// Whether this is `Ref: AWS::NoValue`.
    pub fn is_no_value(&self) -> bool {
        matches!(self.fragments(), Some([Fragment::Ref(name)]) if name == NO_VALUE)
    }

    /// The fragments of a string.
    pub fn fragments(&self) -> Option<&[Fragment]> {
        match &self.kind {
            NormalKind::Text(text) | NormalKind::Json { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The characters of a string without references.
    pub fn as_literal(&self) -> Option<&str> {
        match self.fragments()? {
            [] => Some(""),
            [Fragment::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The function that this is, with its argument.
    pub fn as_call(&self) -> Option<(&str, &Self)> {
        match self.fragments()? {
            [Fragment::Call(name, argument)] => Some((name, argument)),
            _ => None,
        }
    }

    /// The items of a list; none of anything else.
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            NormalKind::List(items) => items,
            _ => &[],
        }
    }

    /// The items of a list; anything else by itself.
    pub fn one_or_more(&self) -> &[Self] {
        match &self.kind {
            NormalKind::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// The entries of a map.
    pub fn as_map(&self) -> Option<&BTreeMap<String, Self>> {
        match &self.kind {
            NormalKind::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value under a key of a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?.get(key)
    }

    /// The same, with references to other logical IDs.
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

/// The entries of a map, with references to other logical IDs.
pub(super) fn renamed_entries(
    entries: &BTreeMap<String, NormalValue>,
    ids: &HashMap<String, String>,
) -> BTreeMap<String, NormalValue> {
    entries.iter().map(|(key, value)| (key.clone(), value.renamed(ids))).collect()
}

/// Appends a fragment to a text.
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
            let boolean = (scalar.style == Style::Plain).then(|| boolean(&scalar.text)).flatten();
            text(vec![Fragment::Literal(boolean.map_or_else(|| scalar.text.clone(), str::to_owned))], node.span)
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

/// What CloudFormation's YAML 1.1 takes a plain scalar for.
/// <https://yaml.org/type/bool.html> (2026-11-29)
fn boolean(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some("true"),
        "false" | "no" | "off" => Some("false"),
        _ => None,
    }
}

/// A string of fragments, as JSON if it is JSON.
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

/// A function. `tagged`: the argument is the node with the tag itself.
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
    // Only the branches of a condition take the place of what is around the function.
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

/// `Fn::GetAtt`, with its argument in either form.
fn attribute(argument: &Node) -> Option<Fragment> {
    let (id, name) = match argument.items() {
        [] => argument.text()?.split_once('.')?,
        [id, name] => (id.literal()?, name.literal()?),
        _ => return None,
    };
    Some(Fragment::Attribute(id.to_owned(), name.to_owned()))
}

/// The fragments of `Fn::Join`, if it joins a list that is written out.
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

/// The fragments of `Fn::Sub`, with or without variables.
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
