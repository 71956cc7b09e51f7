//! YAML and JSON as one tree in which every node knows its bytes.
//!
//! The tree keeps what the user wrote: scalars as text with their style, CloudFormation's short tags (`!Sub`) as tags.
//! [`Node::intrinsic`] treats the short and the long form of a function the same.

mod builder;
mod comments;
mod json;
mod long_form;
mod policy_statement;
mod substitution;
mod text_map;
mod yaml;

use std::borrow::Cow;

use crate::source::{FileId, Span, Spanned};

pub use comments::DocumentComment;
pub use json::looks_like_json;
pub use long_form::long_form;
pub use policy_statement::PolicyStatement;
pub use substitution::{SubPart, sub_parts};
pub use text_map::TextMap;

/// The origin of a document's text, which determines the spans of its nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentOrigin {
    /// It is the whole text of a file.
    File(FileId),
    /// It is part of another file, verbatim, from the start of this span.
    Inside(Span),
    /// It was computed from this span: every node gets the whole span.
    At(Span),
}

impl DocumentOrigin {
    /// Returns the span of a range of bytes of the document's text.
    pub fn span(self, start: usize, end: usize) -> Span {
        match self {
            Self::File(file) => Span::new(file, start, end),
            Self::At(span) => span,
            Self::Inside(outer) => {
                let inside = |offset: usize| (outer.start as usize + offset).min(outer.end as usize);
                Span::new(outer.file, inside(start), inside(end))
            }
        }
    }
}

/// The notation of a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: may be a number, a boolean, or null.
    Plain,
    /// In quotes (or tagged `!!str`): always a string.
    Quoted,
    /// A block that starts with `|`.
    Literal,
    /// A block that starts with `>`.
    Folded,
}

/// A scalar: its text after escapes and folding, with a map to the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// The text.
    pub text: String,
    /// The notation.
    pub style: Style,
    /// Maps offsets in `text` to spans.
    pub map: TextMap,
}

/// One entry of a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The text and span of the key.
    pub key: Spanned<String>,
    /// The value.
    pub value: Node,
}

/// The content of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeKind {
    /// One value.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in the order written; a key may occur twice (see [`Finding::DuplicateKey`]).
    Mapping(Vec<Entry>),
}

/// A value and its span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The value.
    pub kind: NodeKind,
    /// Its span, including its tag. An aliased node has the span of its anchor.
    pub span: Span,
    /// The local tag without `!` (`Sub`). Core tags (`!!str`) are resolved and not kept.
    pub tag: Option<Spanned<String>>,
}

/// A CloudFormation function in its long or short form.
#[derive(Debug, Clone)]
pub struct Intrinsic<'a> {
    /// The long name: `Ref`, `Condition`, `Fn::Sub`, ...
    pub name: Cow<'a, str>,
    /// The span of the name.
    pub name_span: Span,
    /// The argument. In the short form this is the tagged node itself: use [`Node::text`], not [`Node::literal`].
    pub argument: &'a Node,
}

/// Returns the first span where an alias or a merge replaces a value.
pub fn first_alias(findings: &[Finding]) -> Option<Span> {
    findings.iter().find_map(|finding| match finding {
        Finding::Alias(place) | Finding::Merge(place) => Some(*place),
        _ => None,
    })
}

/// Returns a word with a capital letter.
fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Returns the boolean of YAML 1.1 that a plain scalar is. <https://yaml.org/type/bool.html> (2026-11-29)
pub fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some(true),
        "false" | "no" | "off" => Some(false),
        _ => None,
    }
}

impl Node {
    /// Returns the text of an untagged scalar, whose value is therefore known.
    pub fn literal(&self) -> Option<&str> {
        if self.tag.is_some() { None } else { self.text() }
    }

    /// Returns the text of a scalar, whatever its tag.
    pub fn text(&self) -> Option<&str> {
        self.scalar().map(|scalar| scalar.text.as_str())
    }

    /// Returns the scalar, whatever its tag.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            NodeKind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// Returns the text of an untagged scalar with its span.
    pub fn spanned(&self) -> Option<Spanned<String>> {
        Some(Spanned::new(self.literal()?.to_owned(), self.span))
    }

    /// Returns the items of a sequence; empty for other nodes.
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            NodeKind::Sequence(items) => items,
            _ => &[],
        }
    }

    /// Returns the items of a sequence, or any other node as a single item.
    pub fn one_or_more(&self) -> &[Self] {
        match &self.kind {
            NodeKind::Sequence(items) if self.tag.is_none() => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// Returns the entries of a mapping; empty for other nodes.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            NodeKind::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the entry with this key. The last one wins, as in the parsers of AWS's tools.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().rev().find(|entry| entry.key.node == key)
    }

    /// Returns the value of this key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Returns the value at this path of keys, outermost first.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Returns whether this is YAML's null: an empty plain scalar, `~`, or `null`.
    pub fn is_null(&self) -> bool {
        self.plain().is_some_and(|text| matches!(text, "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Returns a boolean of YAML 1.1 (`yes`, `on`, `true`), which CodeBuild and CloudFormation read.
    pub fn as_bool(&self) -> Option<bool> {
        boolean(self.literal()?)
    }

    /// Returns the text of an untagged scalar as CloudFormation reads it: without quotation marks, a boolean of YAML 1.1
    /// is `true` or `false`. <https://github.com/ASFHyP3/hyp3/pull/2061>, <https://github.com/aws/aws-cli/pull/5257>
    /// (2026-11-30)
    pub fn read(&self) -> Option<Spanned<String>> {
        let text = self.literal()?;
        let is_word =
            |word: &str| [word.to_owned(), word.to_ascii_uppercase(), capitalized(word)].iter().any(|it| it == text);
        let value = match self.plain().and_then(|_| self.as_bool()) {
            Some(true) if ["true", "yes", "on"].into_iter().any(is_word) => "true",
            Some(false) if ["false", "no", "off"].into_iter().any(is_word) => "false",
            _ => text,
        };
        Some(Spanned::new(value.to_owned(), self.span))
    }

    /// Returns the span of the text of a scalar without its quotes, and otherwise that of the node.
    pub fn text_span(&self) -> Span {
        match self.scalar() {
            Some(scalar) if !scalar.text.is_empty() => scalar.map.span(0..scalar.text.len()),
            _ => self.span,
        }
    }

    /// Returns whether it is a reference to `AWS::NoValue`, which removes the property.
    pub fn is_no_value(&self) -> bool {
        self.intrinsic().is_some_and(|call| call.name == "Ref" && call.argument.text() == Some("AWS::NoValue"))
    }

    /// Returns the function that this node calls, if it is one.
    pub fn intrinsic(&self) -> Option<Intrinsic<'_>> {
        if let Some(tag) = &self.tag {
            let name = match tag.node.as_str() {
                "Ref" | "Condition" => Cow::Borrowed(tag.node.as_str()),
                short => Cow::Owned(format!("Fn::{short}")),
            };
            return Some(Intrinsic { name, name_span: tag.span, argument: self });
        }
        match self.entries() {
            [Entry { key, value }] if is_function(&key.node) => {
                Some(Intrinsic { name: Cow::Borrowed(&key.node), name_span: key.span, argument: value })
            }
            _ => None,
        }
    }

    /// Returns the logical ID that a `Ref` or an `Fn::GetAtt` refers to.
    pub fn referred(&self) -> Option<String> {
        let call = self.intrinsic()?;
        match call.name.as_ref() {
            "Ref" => call.argument.text().map(str::to_owned),
            "Fn::GetAtt" => {
                let text = call.argument.text().or_else(|| call.argument.items().first()?.text())?;
                text.split('.').next().map(str::to_owned)
            }
            _ => None,
        }
    }

    /// Creates a string that is not part of a document, at this span.
    pub fn constant(text: String, span: Span) -> Self {
        Self {
            kind: NodeKind::Scalar(Scalar { text, style: Style::Quoted, map: TextMap::constant(span) }),
            span,
            tag: None,
        }
    }

    /// Returns the text of a plain scalar: one without quotes.
    pub fn plain(&self) -> Option<&str> {
        match (&self.kind, &self.tag) {
            (NodeKind::Scalar(Scalar { text, style: Style::Plain, .. }), None) => Some(text),
            _ => None,
        }
    }
}

/// Returns whether `written` is `text` with the same indentation added to every line. Then both are the same document.
pub fn is_indented(written: &str, text: &str) -> bool {
    let blank = |line: &str| line.trim_matches([' ', '\t']).is_empty();
    let filled = |text: &str| text.lines().filter(|line| !blank(line)).count();
    let mut margin = None;
    for (written, line) in written.lines().zip(text.lines()) {
        let before = written.strip_suffix(line).filter(|before| blank(before));
        match before {
            _ if blank(line) && blank(written) => {}
            Some(before) if !blank(line) && *margin.get_or_insert(before.len()) == before.len() => {}
            _ => return false,
        }
    }
    // In the first column, these separate documents; indented, they are text.
    let separates = |line: &str| ["---", "...", "%"].iter().any(|mark| line.starts_with(mark));
    filled(written) == filled(text) && (margin.unwrap_or(0) == 0 || !text.lines().any(separates))
}

/// Returns whether the key of a mapping with one entry calls a function: `Ref`, `Condition`, `Fn::Sub`.
pub fn is_function(key: &str) -> bool {
    matches!(key, "Ref" | "Condition") || key.starts_with("Fn::")
}

/// The reason that a text is not a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// In the parser's words: starts in lowercase, no period.
    pub message: String,
    /// The first unexpected character.
    pub span: Span,
    /// The previous line, if it may be a key without its `:`, so that YAML reads the following lines as text.
    pub unfinished_key: Option<Span>,
    /// Whether the line is an element of a list that starts with a character that has a meaning in YAML.
    pub in_special_item: bool,
}

/// A construct that parsers read differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A mapping has a key twice. In most parsers, the last one wins.
    DuplicateKey {
        /// The later key.
        key: Spanned<String>,
        /// The earlier one.
        first: Span,
    },
    /// A key that is a list or a mapping. The entry is dropped.
    KeyNotText(Span),
    /// `{{resolve:...}}` without quotation marks, which YAML reads as a mapping with a mapping as its key. The value is
    /// the text in the braces.
    BareReference(Spanned<String>),
    /// `*name`, replaced with a copy. CloudFormation itself rejects aliases.
    Alias(Span),
    /// `*name` inside the node that it refers to; replaced with null.
    CircularAlias(Span),
    /// `<<`, merged. CloudFormation itself rejects merges.
    Merge(Span),
    /// A second document in the same text; only the first is read.
    SecondDocument(Span),
}

/// A parsed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The tree of the first document. `None` for a text without content and after a syntax error.
    pub root: Option<Node>,
    /// The reason that there is no tree.
    pub error: Option<SyntaxError>,
    /// Constructs that parsers read differently.
    pub findings: Vec<Finding>,
    /// The comments, in order. JSON has none.
    pub comments: Vec<DocumentComment>,
}

impl Document {
    /// Parses YAML or JSON. Never fails: every text yields a document.
    pub fn parse(text: &str, origin: DocumentOrigin) -> Self {
        // JSON has its own parser: YAML supports neither its surrogate pairs nor all of its escapes.
        let json =
            text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']).then(|| json::parse(text, origin));
        match json {
            Some(document) if document.error.is_none() => document,
            None => yaml::parse(text, origin),
            // YAML's flow style. An error is reported in the terms of the format that was meant.
            Some(document) => {
                let flow = yaml::parse(text, origin);
                if flow.error.is_some() && looks_like_json(text) { document } else { flow }
            }
        }
    }
}

impl Document {
    /// Returns the document with each value as unknown that may change, or `None` if a key may.
    pub fn with_unknown(&self, may_change: &dyn Fn(&str) -> bool) -> Option<Self> {
        let mut copy = self.clone();
        if let Some(root) = &mut copy.root {
            root.mark_unknown(may_change)?;
        }
        Some(copy)
    }
}

impl Node {
    fn mark_unknown(&mut self, may_change: &dyn Fn(&str) -> bool) -> Option<()> {
        match &mut self.kind {
            NodeKind::Scalar(scalar) if may_change(&scalar.text) => {
                self.tag = self.tag.take().or_else(|| Some(Spanned::new(UNKNOWN.to_owned(), self.span)));
            }
            NodeKind::Scalar(_) => {}
            NodeKind::Sequence(items) => items.iter_mut().try_for_each(|item| item.mark_unknown(may_change))?,
            NodeKind::Mapping(entries) => {
                for entry in entries {
                    if may_change(&entry.key.node) {
                        return None;
                    }
                    entry.value.mark_unknown(may_change)?;
                }
            }
        }
        Some(())
    }
}

/// The tag of a value that a command replaces.
const UNKNOWN: &str = "Replaced";

/// The deepest nesting that is accepted. Files written by hand come nowhere near, and walks over the tree recurse.
const DEPTH_LIMIT: usize = 128;

#[cfg(test)]
mod tests;
