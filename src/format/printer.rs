//! Prints what all of a tree consists of: tokens, names, and rows, each with the comments before it.

use std::borrow::Cow;
use std::ops::Range;

use crate::source::Span;
use crate::syntax::Trivia;
use crate::syntax::ast::Ident;

use super::doc::{Above, BlankLine, Brackets, Doc, Items, Row};
use super::written::{AboveText, After, Between, Written};

pub(super) const BRACES: Brackets = Brackets { open: "{", close: "}", spaced: true };
pub(super) const SQUARE: Brackets = Brackets { open: "[", close: "]", spaced: false };
pub(super) const ROUND: Brackets = Brackets { open: "(", close: ")", spaced: false };

/// Converts trees to documents: trees from a text, with its comments, and generated trees.
#[derive(Debug)]
pub(super) struct Printer<'t> {
    /// The text from which the tree was parsed.
    pub(super) written: Option<Written<'t>>,
    pub(super) trivia: Option<&'t Trivia>,
    /// The ranges of syntax errors, sorted.
    pub(super) problems: &'t [Range<usize>],
    /// The number of statements that stay as they are.
    pub(super) kept: usize,
    /// Whether generated strings stay on one line.
    pub(super) on_one_line: bool,
}

/// A row without its surroundings.
pub(super) struct Body<'t> {
    pub(super) key: Option<Cow<'t, str>>,
    pub(super) doc: Doc<'t>,
    /// The documentation in a generated tree.
    pub(super) above: Vec<Above<'t>>,
}

impl<'t> From<Doc<'t>> for Body<'t> {
    fn from(doc: Doc<'t>) -> Self {
        Self { key: None, doc, above: Vec::new() }
    }
}

impl<'t> Printer<'t> {
    /// Creates a printer for a generated tree.
    pub(super) fn of_tree() -> Self {
        Self { written: None, trivia: None, problems: &[], kept: 0, on_one_line: false }
    }

    /// Creates a printer for a tree that was parsed from a text.
    pub(super) fn of_text(text: &'t str, trivia: &'t Trivia, problems: &'t [Range<usize>]) -> Self {
        let written = Some(Written::new(text, trivia, !problems.is_empty()));
        Self { written, trivia: Some(trivia), problems, ..Self::of_tree() }
    }

    pub(super) fn is_written(&self) -> bool {
        self.written.is_some()
    }

    /// Returns the comments before the next token. Before a closing bracket or a comma, the space goes on the other
    /// side.
    pub(super) fn comments(&mut self, closes: bool) -> Option<Doc<'t>> {
        let found = self.written.as_mut()?.comments();
        let mut docs = Vec::new();
        for (text, new_line) in found {
            if new_line {
                docs.push(Doc::fresh_line());
            }
            let is_block = text.starts_with("/*");
            docs.extend(match (is_block, new_line) {
                (false, false) => vec![Doc::comment(text)],
                // What follows starts a line.
                (false, true) => vec![Doc::text(text), Doc::hard_line()],
                (true, _) if closes => vec![Doc::text(" "), Doc::verbatim(block_comment(text))],
                (true, _) => vec![Doc::verbatim(block_comment(text)), Doc::text(" ")],
            });
        }
        (!docs.is_empty()).then(|| Doc::concat(docs))
    }

    pub(super) fn commented(comments: Option<Doc<'t>>, doc: Doc<'t>) -> Doc<'t> {
        match comments {
            None => doc,
            Some(comments) => Doc::concat(vec![comments, doc]),
        }
    }

    /// Prints a keyword or a punctuation token.
    pub(super) fn token(&mut self, token: &'static str) -> Doc<'t> {
        let comments = self.comments(matches!(token, "," | ")" | "]" | "}" | ">"));
        if let Some(written) = &mut self.written {
            written.take(token);
        }
        Self::commented(comments, Doc::text(token))
    }

    /// Prints the text of a node, or the generated text.
    pub(super) fn leaf(&mut self, span: Span, text: impl FnOnce() -> Cow<'t, str>) -> Doc<'t> {
        let comments = self.comments(false);
        let text = match &mut self.written {
            Some(written) => Cow::Borrowed(written.take_span(span)),
            None => text(),
        };
        Self::commented(comments, Doc::text(text))
    }

    pub(super) fn ident(&mut self, ident: &'t Ident) -> Doc<'t> {
        self.leaf(ident.span, || Cow::Borrowed(&ident.node))
    }

    /// Returns the span of a value without its parentheses, and how many there are.
    pub(super) fn inside_parentheses(&self, span: Span) -> (Span, usize) {
        let (mut inner, mut count) = (span, 0);
        while let Some(inside) = self.trivia.and_then(|trivia| trivia.inside_parentheses(inner)) {
            inner = inside;
            count += 1;
        }
        (inner, count)
    }

    /// Prints a list in brackets.
    pub(super) fn list<T>(
        &mut self,
        brackets: Brackets,
        list: &'t [T],
        row: impl Fn(&mut Self, &'t T) -> Body<'t>,
        place: impl Fn(&T) -> Span,
    ) -> Doc<'t> {
        let comments = self.opening(brackets.open);
        let close = self.closing_bracket(list.last().map(&place));
        let is_open = self.is_open(close);
        let placed = list.iter().map(|item| (place(item).range().start, item));
        let first = list.first().map_or(close, |first| place(first).range().start);
        let between = self.between(After::Bracket, first);
        let mut items = self.rows(between, placed, close, row);
        self.closing(brackets.close);
        items.brackets = Some(brackets);
        items.open = is_open && !items.is_empty();
        Self::commented(comments, Doc::items(items))
    }

    /// Returns the offset of the bracket that closes a list with this last element.
    pub(super) fn closing_bracket(&self, last: Option<Span>) -> usize {
        self.written.as_ref().map_or(0, |written| written.next_token(last.map_or(written.at, |last| last.range().end)))
    }

    /// Takes an opening bracket, which its items print.
    pub(super) fn opening(&mut self, bracket: &'static str) -> Option<Doc<'t>> {
        let comments = self.comments(false);
        if let Some(written) = &mut self.written {
            written.take(bracket);
        }
        comments
    }

    /// Takes a closing bracket, which its items print. The comments before it have been taken.
    pub(super) fn closing(&mut self, bracket: &'static str) {
        if let Some(written) = &mut self.written {
            written.take(bracket);
        }
    }

    /// Returns whether the text has one row per line after an opening bracket, because its line ends here or there is a
    /// comma before the closing bracket.
    pub(super) fn is_open(&self, close: usize) -> bool {
        let written = self.written.as_ref();
        written.is_some_and(|written| written.breaks_here() || written.has_trailing_comma(close))
    }

    /// Prints rows, each given with its start, up to a closing bracket or the end of a text; `between` is what comes
    /// before the first.
    pub(super) fn rows<T>(
        &mut self,
        mut between: Between<'t>,
        list: impl Iterator<Item = (usize, T)>,
        end: usize,
        row: impl Fn(&mut Self, T) -> Body<'t>,
    ) -> Items<'t> {
        let mut items = Items::default();
        // Blank lines at the start of a block are unnecessary.
        match between.above.first_mut() {
            Some(first) => first.blank = false,
            None => between.blank = false,
        }
        items.head = std::mem::take(&mut between.trailing).into_iter().map(block_comment).collect();
        let mut list = list.peekable();
        while let Some((_, item)) = list.next() {
            let gap = blank_line(between.blank);
            let mut comments: Vec<_> = between.above.iter().map(above).collect();
            let Body { key, doc, above } = row(self, item);
            comments.extend(above);
            between = self.between(After::Row, list.peek().map_or(end, |(start, _)| *start));
            let trailing: Vec<_> = std::mem::take(&mut between.trailing).into_iter().map(block_comment).collect();
            // A suppression applies to its line or the next one, so that line is not broken.
            let suppresses = |comment: &str| comment.contains("dotpipe: allow(");
            let is_suppressed = comments.last().is_some_and(|comment| suppresses(&comment.text))
                || trailing.iter().any(|comment: &Cow<'t, str>| suppresses(comment));
            let doc = if is_suppressed { Doc::flat(doc) } else { doc };
            items.rows.push(Row { gap, above: comments, key, body: doc, trailing });
        }
        items.tail = between.above.iter().map(above).collect();
        items
    }

    /// Returns what comes before a row or a closing bracket at `end`.
    pub(super) fn between(&mut self, after: After, end: usize) -> Between<'t> {
        self.written.as_mut().map(|written| written.between(after, end)).unwrap_or_default()
    }
}

fn blank_line(is_blank: bool) -> BlankLine {
    if is_blank { BlankLine::Yes } else { BlankLine::No }
}

fn above<'t>(written: &AboveText<'t>) -> Above<'t> {
    Above { gap: blank_line(written.blank), text: block_comment(written.text), inline: written.inline }
}

/// Returns a comment as it is written, with lines that begin with `*` aligned below the first one.
fn block_comment(text: &str) -> Cow<'_, str> {
    let more = || text.lines().skip(1);
    if !text.starts_with("/*") || more().next().is_none() || !more().all(|line| line.trim_start().starts_with('*')) {
        return Cow::Borrowed(text);
    }
    let mut lines = text.lines().map(str::trim);
    let first = lines.next().unwrap_or_default().to_owned();
    Cow::Owned(lines.fold(first, |whole, line| whole + "\n " + line))
}
