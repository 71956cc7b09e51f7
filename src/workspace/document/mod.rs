//! YAML and JSON as one tree in which every node knows its bytes.
//!
//! The tree keeps what the user wrote: scalars as text with their style, CloudFormation's short tags (`!Sub`) as tags.
//! [`Node::intrinsic`] shows the short and the long form of a function alike.

mod builder;
mod comments;
mod json;
mod long_form;
mod substitution;
mod text_map;
mod yaml;

use std::borrow::Cow;

use crate::source::{FileId, Span, Spanned};

pub use comments::DocumentComment;
pub use long_form::long_form;
pub use substitution::{SubPart, sub_parts};
pub use text_map::TextMap;

/// Where a document's text stands, which decides the spans of its nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentOrigin {
    /// It is the whole text of a file.
    File(FileId),
    /// It stands word for word in another file, from the start of this span.
    Inside(Span),
    /// It was computed from what stands at this span: every node gets the whole span.
    At(Span),
}

impl DocumentOrigin {
    /// The span of a range of bytes of the document's text.
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

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: may mean a number, a truth value or nothing.
    Plain,
    /// In quotes (or tagged `!!str`): always text.
    Quoted,
    /// A block introduced by `|`.
    Literal,
    /// A block introduced by `>`.
    Folded,
}

/// A scalar: its text after escapes and folding, and where each byte of that came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// The text.
    pub text: String,
    /// How it was written.
    pub style: Style,
    /// From offsets in `text` to spans.
    pub map: TextMap,
}

/// One entry of a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key's text and place.
    pub key: Spanned<String>,
    /// The value.
    pub value: Node,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeKind {
    /// One value.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in the order written; a key may occur twice (see [`Finding::DuplicateKey`]).
    Mapping(Vec<Entry>),
}

/// A value and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The value.
    pub kind: NodeKind,
    /// Its place, with the tag if it has one. An aliased node has the place of its anchor.
    pub span: Span,
    /// The local tag without `!` (`Sub`). Core tags (`!!str`) are resolved and not kept.
    pub tag: Option<Spanned<String>>,
}

/// A CloudFormation function in its long or short form.
#[derive(Debug, Clone)]
pub struct Intrinsic<'a> {
    /// The long name: `Ref`, `Condition`, `Fn::Sub`, ...
    pub name: Cow<'a, str>,
    /// Where the name stands.
    pub name_span: Span,
    /// The argument. In the short form this is the tagged node itself: ask it for [`Node::text`], not [`Node::literal`].
    pub argument: &'a Node,
}

/// The first place where an alias or a merge stands for something written elsewhere.
pub fn first_alias(findings: &[Finding]) -> Option<Span> {
    findings.iter().find_map(|finding| match finding {
        Finding::Alias(place) | Finding::Merge(place) => Some(*place),
        _ => None,
    })
}

impl Node {
    /// The text of a scalar that carries no tag: a value that is known as it stands.
    pub fn literal(&self) -> Option<&str> {
        if self.tag.is_some() { None } else { self.text() }
    }

    /// The text of a scalar, whatever its tag.
    pub fn text(&self) -> Option<&str> {
        self.scalar().map(|scalar| scalar.text.as_str())
    }

    /// The scalar, whatever its tag.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            NodeKind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The untagged scalar's text with its place.
    pub fn spanned(&self) -> Option<Spanned<String>> {
        Some(Spanned::new(self.literal()?.to_owned(), self.span))
    }

    /// The items of a sequence; none for anything else.
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            NodeKind::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The items of a sequence; a value of another kind by itself.
    pub fn one_or_more(&self) -> &[Self] {
        match &self.kind {
            NodeKind::Sequence(items) if self.tag.is_none() => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// The entries of a mapping; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            NodeKind::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The entry with this key; of two, the later, as the parsers of AWS's tools have it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().rev().find(|entry| entry.key.node == key)
    }

    /// The value under this key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value under these keys, from the outside in.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Whether this is YAML's "nothing": an empty plain scalar, `~` or `null`.
    pub fn is_null(&self) -> bool {
        self.plain().is_some_and(|text| matches!(text, "" | "~" | "null" | "Null" | "NULL"))
    }

    /// A truth value in the words of YAML 1.1 (`yes`, `on`, `true`), which CodeBuild and CloudFormation read.
    pub fn as_bool(&self) -> Option<bool> {
        match self.literal()?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            _ => None,
        }
    }

    /// The function this node calls, if it is one.
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

    /// The logical ID that a `Ref` or an `Fn::GetAtt` names.
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

    /// A text that no document holds, as if it stood at this span.
    pub fn constant(text: String, span: Span) -> Self {
        Self {
            kind: NodeKind::Scalar(Scalar { text, style: Style::Quoted, map: TextMap::constant(span) }),
            span,
            tag: None,
        }
    }

    fn plain(&self) -> Option<&str> {
        match (&self.kind, &self.tag) {
            (NodeKind::Scalar(Scalar { text, style: Style::Plain, .. }), None) => Some(text),
            _ => None,
        }
    }
}

/// Whether `written` is `text` word for word, all lines moved to the right alike: then both are the same document.
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
    // In the first column, these separate documents; moved, they are text.
    let separates = |line: &str| ["---", "...", "%"].iter().any(|mark| line.starts_with(mark));
    filled(written) == filled(text) && (margin.unwrap_or(0) == 0 || !text.lines().any(separates))
}

/// Whether the key of a mapping with one entry calls a function: `Ref`, `Condition`, `Fn::Sub`.
pub fn is_function(key: &str) -> bool {
    matches!(key, "Ref" | "Condition") || key.starts_with("Fn::")
}

/// Why a text is no document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// In the parser's words: lower-case start, no final stop.
    pub message: String,
    /// The first place that does not fit.
    pub span: Span,
    /// The line above that may be a key without its `:`, so that YAML reads on as text.
    pub unfinished_key: Option<Span>,
}

/// Something a document holds that readers disagree about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A mapping has a key twice; most readers let the later win.
    DuplicateKey {
        /// The later key.
        key: Spanned<String>,
        /// The earlier one.
        first: Span,
    },
    /// A key that is a list or a mapping; the entry is left out.
    KeyNotText(Span),
    /// `{{resolve:...}}` without quotation marks, which YAML reads as a mapping with a mapping as its key. The text in the braces.
    BareReference(Spanned<String>),
    /// `*name`, replaced by a copy. CloudFormation itself takes no aliases.
    Alias(Span),
    /// `*name` inside what it names; replaced by nothing.
    CircularAlias(Span),
    /// `<<`, merged. CloudFormation itself takes no merges.
    Merge(Span),
    /// A second document in the same text; only the first is read.
    SecondDocument(Span),
}

/// A parsed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The first document's tree. None for a text without content and after a syntax error.
    pub root: Option<Node>,
    /// Why there is no tree.
    pub error: Option<SyntaxError>,
    /// What readers disagree about.
    pub findings: Vec<Finding>,
    /// The comments, in order. JSON has none.
    pub comments: Vec<DocumentComment>,
}

impl Document {
    /// Parses YAML or JSON. Total: every text gives a document.
    pub fn parse(text: &str, origin: DocumentOrigin) -> Self {
        // JSON proper goes its own way: YAML knows neither its surrogate pairs nor all of its escapes.
        let json =
            text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']).then(|| json::parse(text, origin));
        match json {
            Some(document) if document.error.is_none() => document,
            None => yaml::parse(text, origin),
            // YAML's flow style, or what is wrong in the words of the format that was meant.
            Some(document) => {
                let flow = yaml::parse(text, origin);
                if flow.error.is_some() && json::looks_like_json(text) { document } else { flow }
            }
        }
    }
}

/// Nesting past this is refused: no hand-written file comes near, and walks over the tree recurse.
const DEPTH_LIMIT: usize = 128;

#[cfg(test)]
mod tests;
