//! What all of a tree is printed with: tokens, names, and rows, each with the comments that are before them.

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

/// Makes documents of trees: of those that were read from a text, with its comments, and of those that were made.
#[derive(Debug)]
pub(super) struct Printer<'t> {
    /// The text that the tree was read from.
    pub(super) written: Option<Written<'t>>,
    pub(super) trivia: Option<&'t Trivia>,
    /// Places of syntax errors, sorted.
    pub(super) problems: &'t [Range<usize>],
    /// The number of statements that stay as they are.
    pub(super) kept: usize,
    /// Whether text that no file holds stays on one line.
    pub(super) on_one_line: bool,
}

/// A row without what is around it.
pub(super) struct Body<'t> {
    pub(super) key: Option<Cow<'t, str>>,
    pub(super) doc: Doc<'t>,
    /// Documentation of a tree that no text holds.
    pub(super) above: Vec<Above<'t>>,
}

impl<'t> From<Doc<'t>> for Body<'t> {
    fn from(doc: Doc<'t>) -> Self {
        Self { key: None, doc, above: Vec::new() }
    }
}

impl<'t> Printer<'t> {
    /// For a tree that no text holds.
    pub(super) fn of_tree() -> Self {
        Self { written: None, trivia: None, problems: &[], kept: 0, on_one_line: false }
    }

    /// For a tree that was read from a text.
    pub(super) fn of_text(text: &'t str, trivia: &'t Trivia, problems: &'t [Range<usize>]) -> Self {
        let written = Some(Written::new(text, trivia, !problems.is_empty()));
        Self { written, trivia: Some(trivia), problems, ..Self::of_tree() }
    }

    pub(super) fn is_written(&self) -> bool {
        self.written.is_some()
    }

    /// The comments before the next token. Before a closing bracket or a comma, the space goes on the other side.
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

    /// A keyword or a sign.
    pub(super) fn token(&mut self, token: &'static str) -> Doc<'t> {
        let comments = self.comments(matches!(token, "," | ")" | "]" | "}" | ">"));
        if let Some(written) = &mut self.written {
            written.take(token);
        }
        Self::commented(comments, Doc::text(token))
    }

    /// The text of a node, or what it would be.
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

    /// What a value looks like without the parentheses around it, and how many there are.
    pub(super) fn inside_parentheses(&self, span: Span) -> (Span, usize) {
        let (mut inner, mut count) = (span, 0);
        while let Some(inside) = self.trivia.and_then(|trivia| trivia.inside_parentheses(inner)) {
            inner = inside;
            count += 1;
        }
        (inner, count)
    }

    /// A list between brackets.
    pub(super) fn list<T>(
        &mut self,
        brackets: Brackets,
        list: &'t [T],
        row: impl Fn(&mut Self, &'t T) -> Body<'t>,
        place: impl Fn(&T) -> Span,
    ) -> Doc<'t> {
        let comments = self.opening(brackets.open);
        let close = self.bracket_behind(list.last().map(&place));
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

    /// Where the bracket is that closes a list with this last element.
    pub(super) fn bracket_behind(&self, last: Option<Span>) -> usize {
        self.written.as_ref().map_or(0, |written| written.next_token(last.map_or(written.at, |last| last.range().end)))
    }

    /// An opening bracket, which its items print.
    pub(super) fn opening(&mut self, bracket: &'static str) -> Option<Doc<'t>> {
        let comments = self.comments(false);
        if let Some(written) = &mut self.written {
            written.take(bracket);
        }
        comments
    }

    /// A closing bracket, which its items print. The comments before it are known.
    pub(super) fn closing(&mut self, bracket: &'static str) {
        if let Some(written) = &mut self.written {
            written.take(bracket);
        }
    }

    /// Behind an opening bracket: whether the text asks for a row a line, by ending its line here, or by a comma before the
    /// closing bracket.
    pub(super) fn is_open(&self, close: usize) -> bool {
        let written = self.written.as_ref();
        written.is_some_and(|written| written.breaks_here() || written.has_trailing_comma(close))
    }

    /// Rows up to a closing bracket or the end of a text, each with where it starts; what is before the first is known.
    pub(super) fn rows<T>(
        &mut self,
        mut between: Between<'t>,
        list: impl Iterator<Item = (usize, T)>,
        end: usize,
        row: impl Fn(&mut Self, T) -> Body<'t>,
    ) -> Items<'t> {
        let mut items = Items::default();
        // Blank lines at the top of a block are needless.
        match between.above.first_mut() {
            Some(first) => first.blank = false,
            None => between.blank = false,
        }
        items.head = std::mem::take(&mut between.behind).into_iter().map(block_comment).collect();
        let mut list = list.peekable();
        while let Some((_, item)) = list.next() {
            let gap = blank_line(between.blank);
            let mut comments: Vec<_> = between.above.into_iter().map(above).collect();
            let Body { key, doc, above } = row(self, item);
            comments.extend(above);
            between = self.between(After::Row, list.peek().map_or(end, |(start, _)| *start));
            let behind: Vec<_> = std::mem::take(&mut between.behind).into_iter().map(block_comment).collect();
            // A suppression is about its line or the next one, so that line is not broken.
            let suppresses = |comment: &str| comment.contains("dotpipe: allow(");
            let is_suppressed = comments.last().is_some_and(|comment| suppresses(&comment.text))
                || behind.iter().any(|comment: &Cow<'t, str>| suppresses(comment));
            let doc = if is_suppressed { Doc::flat(doc) } else { doc };
            items.rows.push(Row { gap, above: comments, key, body: doc, behind });
        }
        items.tail = between.above.into_iter().map(above).collect();
        items
    }

    /// What is before a row or a closing bracket at `end`.
    pub(super) fn between(&mut self, after: After, end: usize) -> Between<'t> {
        self.written.as_mut().map(|written| written.between(after, end)).unwrap_or_default()
    }
}

fn blank_line(is_blank: bool) -> BlankLine {
    if is_blank { BlankLine::Yes } else { BlankLine::No }
}

fn above(written: AboveText<'_>) -> Above<'_> {
    Above { gap: blank_line(written.blank), text: block_comment(written.text), inline: written.inline }
}

/// A comment as it is written. Lines that begin with `*` are below the first star.
fn block_comment(text: &str) -> Cow<'_, str> {
    let more = || text.lines().skip(1);
    if !text.starts_with("/*") || more().next().is_none() || !more().all(|line| line.trim_start().starts_with('*')) {
        return Cow::Borrowed(text);
    }
    let mut lines = text.lines().map(str::trim);
    let first = lines.next().unwrap_or_default().to_owned();
    Cow::Owned(lines.fold(first, |whole, line| whole + "\n " + line))
}
