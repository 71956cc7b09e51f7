//! Builds the tree from the events of a parser, without recursion.

use crate::collections::HashMap;
use crate::source::{Span, Spanned};

use super::{DEPTH_LIMIT, Document, DocumentOrigin, Entry, Finding, Node, NodeKind, Scalar, SyntaxError};

/// The most nodes that aliases may add to one document. This bounds "billion laughs" attacks.
const COPY_LIMIT: usize = 1 << 18;

/// The most keys of a mapping that are compared one by one with a new one: for few, this is faster than a hash.
const COMPARED: usize = 16;

/// A list or mapping whose end has not been seen.
struct Frame {
    partial: Partial,
    tag: Option<Spanned<String>>,
    anchor: usize,
    start: usize,
    /// The end of the last child, where a block ends.
    end: usize,
}

enum Partial {
    Sequence(Vec<Node>),
    /// `seen` has the first place of each key, once there are more than [`COMPARED`].
    Mapping {
        entries: Vec<Entry>,
        key: Option<Node>,
        seen: HashMap<String, Span>,
    },
}

/// The properties that a parser reports about a node before its content.
#[derive(Default)]
pub(super) struct Properties {
    /// The local tag.
    pub(super) tag: Option<Spanned<String>>,
    /// The anchor's number; 0 for none.
    pub(super) anchor: usize,
}

/// The reason why the builder refuses to continue.
pub(super) type Refusal = &'static str;

/// Builds one document. Ranges are offsets in the document's text.
pub(super) struct Builder {
    origin: DocumentOrigin,
    stack: Vec<Frame>,
    root: Option<Node>,
    anchors: HashMap<usize, (Node, usize)>,
    copied: usize,
    findings: Vec<Finding>,
}

impl Builder {
    pub(super) fn new(origin: DocumentOrigin) -> Self {
        Self { origin, stack: Vec::new(), root: None, anchors: HashMap::default(), copied: 0, findings: Vec::new() }
    }

    pub(super) fn finding(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    pub(super) fn scalar(
        &mut self,
        scalar: Scalar,
        properties: Properties,
        start: usize,
        end: usize,
    ) -> Result<(), Refusal> {
        let node = Node { kind: NodeKind::Scalar(scalar), span: self.origin.span(start, end), tag: properties.tag };
        self.complete(node, properties.anchor, end)
    }

    pub(super) fn start(
        &mut self,
        mapping: bool,
        properties: Properties,
        start: usize,
        end: usize,
    ) -> Result<(), Refusal> {
        if self.stack.len() >= DEPTH_LIMIT {
            return Err("nested more than 128 levels deep");
        }
        let partial = if mapping {
            Partial::Mapping { entries: Vec::new(), key: None, seen: HashMap::default() }
        } else {
            Partial::Sequence(Vec::new())
        };
        self.stack.push(Frame { partial, tag: properties.tag, anchor: properties.anchor, start, end });
        Ok(())
    }

    /// Ends the innermost list or mapping. `end` is known if it has a closing bracket.
    pub(super) fn end(&mut self, end: Option<usize>) -> Result<(), Refusal> {
        let Some(frame) = self.stack.pop() else { return Ok(()) };
        let end = end.map_or(frame.end, |end| end.max(frame.end));
        let kind = match frame.partial {
            Partial::Sequence(items) => NodeKind::Sequence(items),
            Partial::Mapping { entries, .. } => NodeKind::Mapping(self.merged(entries)),
        };
        let node = Node { kind, span: self.origin.span(frame.start, end), tag: frame.tag };
        self.complete(node, frame.anchor, end)
    }

    pub(super) fn alias(&mut self, anchor: usize, null: Scalar, start: usize, end: usize) -> Result<(), Refusal> {
        let span = self.origin.span(start, end);
        let Some((node, height)) = self.anchors.get(&anchor).cloned() else {
            self.finding(Finding::CircularAlias(span));
            return self.complete(Node { kind: NodeKind::Scalar(null), span, tag: None }, 0, end);
        };
        if self.stack.len() + height > DEPTH_LIMIT {
            return Err("nested more than 128 levels deep");
        }
        self.charge(&node)?;
        self.finding(Finding::Alias(span));
        self.complete(node, 0, end)
    }

    pub(super) fn finish(self, error: Option<(Refusal, Span)>) -> Document {
        match error {
            Some((message, span)) => Document::failed(message, span, self.findings),
            None => Document { root: self.root, error: None, findings: self.findings, comments: Vec::new() },
        }
    }

    fn charge(&mut self, node: &Node) -> Result<(), Refusal> {
        self.copied += size(node);
        if self.copied > COPY_LIMIT { Err("aliases expand to more than 262144 nodes") } else { Ok(()) }
    }

    fn complete(&mut self, node: Node, anchor: usize, end: usize) -> Result<(), Refusal> {
        if anchor != 0 {
            self.charge(&node)?;
            let height = height(&node);
            self.anchors.insert(anchor, (node.clone(), height));
        }
        let Some(frame) = self.stack.last_mut() else {
            self.root = self.root.take().or(Some(node));
            return Ok(());
        };
        frame.end = frame.end.max(end);
        match &mut frame.partial {
            Partial::Sequence(items) => items.push(node),
            Partial::Mapping { entries, key, seen } => match key.take() {
                None => *key = Some(node),
                Some(name) => {
                    let finding = add_entry(entries, seen, name, node);
                    self.findings.extend(finding);
                }
            },
        }
        Ok(())
    }

    /// Replaces `<<` with the entries that it merges. Existing keys take precedence.
    fn merged(&mut self, entries: Vec<Entry>) -> Vec<Entry> {
        if !entries.iter().any(is_merge) {
            return entries;
        }
        let (merges, mut own): (Vec<_>, Vec<_>) = entries.into_iter().partition(is_merge);
        let mut known: crate::collections::HashSet<String> = own.iter().map(|entry| entry.key.node.clone()).collect();
        for merge in merges {
            self.finding(Finding::Merge(merge.key.span));
            let sources = match merge.value.kind {
                NodeKind::Sequence(items) => items,
                _ => vec![merge.value],
            };
            for source in sources {
                if let NodeKind::Mapping(more) = source.kind {
                    own.extend(more.into_iter().filter(|entry| known.insert(entry.key.node.clone())));
                }
            }
        }
        own
    }
}

fn is_merge(entry: &Entry) -> bool {
    entry.key.node == "<<" && !matches!(entry.value.kind, NodeKind::Scalar(_))
}

fn add_entry(entries: &mut Vec<Entry>, seen: &mut HashMap<String, Span>, key: Node, value: Node) -> Option<Finding> {
    let bare = match key.entries() {
        [only] if only.key.node.starts_with("resolve:") => Some(Spanned::new(only.key.node.clone(), key.span)),
        _ => None,
    };
    let NodeKind::Scalar(Scalar { text, .. }) = key.kind else {
        return Some(bare.map_or(Finding::KeyNotText(key.span), Finding::BareReference));
    };
    let key = Spanned::new(text, key.span);
    let first = first_place(entries, seen, &key);
    let repeated = first.map(|first| Finding::DuplicateKey { key: key.clone(), first });
    entries.push(Entry { key, value });
    repeated
}

/// Returns the first place of a key, if another entry has it.
fn first_place(entries: &[Entry], seen: &mut HashMap<String, Span>, key: &Spanned<String>) -> Option<Span> {
    let first = if entries.len() <= COMPARED {
        entries.iter().find(|entry| entry.key.node == key.node).map(|entry| entry.key.span)
    } else {
        if seen.is_empty() {
            for entry in entries {
                seen.entry(entry.key.node.clone()).or_insert(entry.key.span);
            }
        }
        Some(*seen.entry(key.node.clone()).or_insert(key.span))
    };
    first.filter(|first| *first != key.span)
}

fn children(node: &Node) -> Box<dyn Iterator<Item = &Node> + '_> {
    match &node.kind {
        NodeKind::Scalar(_) => Box::new(std::iter::empty()),
        NodeKind::Sequence(items) => Box::new(items.iter()),
        NodeKind::Mapping(entries) => Box::new(entries.iter().map(|entry| &entry.value)),
    }
}

fn size(node: &Node) -> usize {
    1 + children(node).map(size).sum::<usize>()
}

fn height(node: &Node) -> usize {
    1 + children(node).map(height).max().unwrap_or(0)
}

impl Document {
    pub(super) fn failed(message: &str, span: Span, findings: Vec<Finding>) -> Self {
        Self {
            root: None,
            error: Some(SyntaxError {
                message: message.to_owned(),
                span,
                unfinished_key: None,
                in_special_item: false,
            }),
            findings,
            comments: Vec::new(),
        }
    }
}
