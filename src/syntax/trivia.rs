//! What a file holds besides its tree: comments, blank lines, trailing commas. Comments suppress diagnostics.

use crate::source::{FileId, Span};

use super::scan::Scan;

/// How a comment is written.
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
    /// How it is written.
    pub kind: CommentKind,
    /// Its place, delimiters included, line end excluded.
    pub span: Span,
    /// Whether nothing but blanks and comments stands before it on its line.
    pub own_line: bool,
}

/// The side table of a file; each list is sorted by offset.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trivia {
    /// Every comment but the documentation that the tree holds.
    pub comments: Vec<Comment>,
    /// Where the first of each run of blank lines starts.
    pub blank_lines: Vec<u32>,
    /// The commas directly before a closing delimiter.
    pub trailing_commas: Vec<u32>,
    /// The lines of the documentation that the tree holds.
    pub documentation: Vec<Span>,
    /// Values in parentheses: with them, and what stands inside.
    pub parentheses: Vec<(Span, Span)>,
}

/// What the builder of the tree leaves out of it; sorted.
#[derive(Debug, Default)]
pub(super) struct Besides {
    /// Offsets of the documentation lines that belong to a statement or a field.
    pub(super) attached: Vec<usize>,
    /// Values in parentheses: with them, and what stands inside.
    pub(super) parentheses: Vec<(Span, Span)>,
}

impl Trivia {
    /// Takes over what the scan found, and what the tree was made of.
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

    /// What stands inside the parentheses that a value consists of.
    pub fn inside_parentheses(&self, value: Span) -> Option<Span> {
        let index = self.parentheses.binary_search_by_key(&value, |(outer, _)| *outer).ok()?;
        self.parentheses.get(index).map(|(_, inner)| *inner)
    }
}
