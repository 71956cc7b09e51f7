//! The comments of a YAML text. The parser leaves them out.

use std::ops::Range;

use crate::source::Span;

use super::DocumentOrigin;

/// A comment of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentComment {
    /// Its place, from `#` to the end of the line.
    pub span: Span,
    /// Whether nothing but spaces is before it on its line.
    pub own_line: bool,
    /// The block if YAML reads it as text: a line of a literal block, such as a buildspec in a template, whose own language has the
    /// same comments.
    pub block: Option<Span>,
}

/// A part of a text in which `#` starts no comment of YAML.
#[derive(Debug)]
pub(super) struct ScalarText {
    pub(super) range: Range<usize>,
    /// Whether each of its lines is a line of the value.
    pub(super) is_literal: bool,
}

/// The comments up to `end`; `scalars` are in order.
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

/// Where a block ends whose lines start at the column `indent`: before the first line that starts before that.
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
