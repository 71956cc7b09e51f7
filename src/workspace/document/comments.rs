//! The comments of a YAML text, which the parser drops.

use std::ops::Range;

use crate::source::Span;

use super::DocumentOrigin;

/// A comment of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentComment {
    /// Its span, from `#` to the end of the line.
    pub span: Span,
    /// Whether only spaces precede it on its line.
    pub own_line: bool,
    /// The literal block that contains it, such as a buildspec in a template, whose own language has the same syntax for
    /// comments: YAML reads it as text.
    pub block: Option<Span>,
}

/// A range of a text in which `#` does not start a YAML comment.
#[derive(Debug)]
pub(super) struct ScalarText {
    pub(super) range: Range<usize>,
    /// Whether each of its lines is a line of the value.
    pub(super) is_literal: bool,
}

/// Returns the comments up to `end`. The `scalars` must be in order.
pub(super) fn comments(text: &str, end: usize, scalars: &[ScalarText], origin: DocumentOrigin) -> Vec<DocumentComment> {
    let mut found = Vec::new();
    let mut scalars = scalars.iter().peekable();
    let mut done = 0;
    for (at, _) in text.get(..end).unwrap_or_default().match_indices('#') {
        while scalars.peek().is_some_and(|scalar| scalar.range.end <= at) {
            scalars.next();
        }
        let before = text.get(..at).unwrap_or_default();
        if at < done || !before.chars().next_back().is_none_or(|c| c.is_whitespace() || c == '\u{feff}') {
            continue;
        }
        let inside = scalars.peek().filter(|scalar| scalar.range.contains(&at));
        let line = before.rsplit('\n').next().unwrap_or_default();
        let own_line = line.trim_start_matches('\u{feff}').trim().is_empty();
        if inside.is_some_and(|scalar| !scalar.is_literal || !own_line) {
            continue;
        }
        let length = text.get(at..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
        done = at + length;
        let block = inside.map(|scalar| origin.span(scalar.range.start, scalar.range.end));
        found.push(DocumentComment { span: origin.span(at, done), own_line, block });
    }
    found
}

/// Returns the end of a block whose lines start at the column `indent`: the start of the first line that is indented
/// less.
pub(super) fn block_end(text: &str, start: usize, indent: usize) -> usize {
    let mut end = start;
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        if spaces < indent && !line.trim().is_empty() {
            break;
        }
        end += line.len();
    }
    end
}
