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
}

impl Trivia {
    /// Takes over what the scan found; `attached` are the sorted offsets of the documentation lines in the tree.
    pub(super) fn new(file: FileId, scan: &Scan, attached: &[usize]) -> Self {
        let narrow = |offset: &usize| u32::try_from(*offset).unwrap_or(u32::MAX);
        let loose = scan.comments.iter().filter(|comment| attached.binary_search(&comment.range.start).is_err());
        let comments = loose.map(|comment| Comment {
            kind: match (comment.block, comment.doc) {
                (true, _) => CommentKind::Block,
                (false, true) => CommentKind::Doc,
                (false, false) => CommentKind::Line,
            },
            span: Span::new(file, comment.range.start, comment.range.end),
            own_line: comment.own_line,
        });
        Self {
            comments: comments.collect(),
            blank_lines: scan.blank_lines.iter().map(narrow).collect(),
            trailing_commas: scan.trailing_commas.iter().map(narrow).collect(),
        }
    }

    /// The comments that start inside a range of offsets.
    pub fn comments_in(&self, range: std::ops::Range<u32>) -> &[Comment] {
        let from = self.comments.partition_point(|comment| comment.span.start < range.start);
        let to = self.comments.partition_point(|comment| comment.span.start < range.end);
        self.comments.get(from..to).unwrap_or_default()
    }
}
