//! What a file contains besides its tree: comments, blank lines, and trailing commas. Comments suppress diagnostics.

use crate::source::{FileId, Span};

use super::scan::Scan;

/// The kinds of comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentKind {
    /// `// ...`
    Line,
    /// `/* ... */`
    Block,
    /// `/// ...` that documents nothing, for example at the end of a block.
    Doc,
}

/// One comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// The kind of comment.
    pub kind: CommentKind,
    /// Its span, delimiters included, line ending excluded.
    pub span: Span,
    /// Whether only spaces and comments come before it on its line.
    pub own_line: bool,
}

/// What a file contains besides its tree; each list is sorted by offset.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trivia {
    /// Every comment except the documentation in the tree.
    pub comments: Vec<Comment>,
    /// The starts of the first lines of runs of blank lines.
    pub blank_lines: Vec<u32>,
    /// The commas directly before a closing delimiter.
    pub trailing_commas: Vec<u32>,
    /// The lines of the documentation in the tree.
    pub documentation: Vec<Span>,
    /// Values in parentheses: the spans with them and inside them.
    pub parentheses: Vec<(Span, Span)>,
}

/// What the builder leaves out of the tree; sorted.
#[derive(Debug, Default)]
pub(super) struct Besides {
    /// The offsets of the documentation lines that belong to a statement or field.
    pub(super) attached: Vec<usize>,
    /// Values in parentheses: the spans with them and inside them.
    pub(super) parentheses: Vec<(Span, Span)>,
}

impl Trivia {
    /// Combines what the scan found with what the builder left out.
    pub(super) fn new(file: FileId, scan: &Scan, besides: Besides) -> Self {
        let attached = besides.attached;
        let narrow = |offset: &usize| u32::try_from(*offset).unwrap_or(u32::MAX);
        let is_attached = |comment: &&super::scan::Comment| attached.binary_search(&comment.range.start).is_ok();
        let (documentation, loose): (Vec<_>, Vec<_>) = scan.comments.iter().partition(is_attached);
        let place = |comment: &super::scan::Comment| Span::new(file, comment.range.start, comment.range.end);
        let comments = loose.into_iter().map(|comment| Comment {
            kind: match (comment.block, comment.doc) {
                (true, _) => CommentKind::Block,
                (false, true) => CommentKind::Doc,
                (false, false) => CommentKind::Line,
            },
            span: place(comment),
            own_line: comment.own_line,
        });
        Self {
            comments: comments.collect(),
            blank_lines: scan.blank_lines.iter().map(narrow).collect(),
            trailing_commas: scan.trailing_commas.iter().map(narrow).collect(),
            documentation: documentation.into_iter().map(place).collect(),
            parentheses: besides.parentheses,
        }
    }

    /// Returns the span inside the parentheses that a value consists of.
    pub fn inside_parentheses(&self, value: Span) -> Option<Span> {
        let index = self.parentheses.binary_search_by_key(&value, |(outer, _)| *outer).ok()?;
        self.parentheses.get(index).map(|(_, inner)| *inner)
    }
}
