//! Walks through the text of a tree in step with it: every token of the text is printed once, and what is between two
//! tokens, such as comments, blank lines, and line breaks, is taken from there.

use std::ops::Range;

use crate::source::Span;
use crate::syntax::{CommentKind, Trivia};

/// A comment of any kind, documentation included.
#[derive(Debug, Clone, Copy)]
pub(super) struct CommentSpan {
    start: usize,
    end: usize,
}

/// The text, and how much of it has been printed.
#[derive(Debug)]
pub(super) struct Written<'t> {
    pub(super) text: &'t str,
    /// All comments, in order.
    remarks: Vec<CommentSpan>,
    trailing_commas: &'t [u32],
    /// The offset of what comes next.
    pub(super) at: usize,
    /// The index of the next comment.
    next: usize,
    /// Whether parts of it cannot be read.
    is_broken: bool,
    /// Whether there was text that the tree does not account for.
    pub(super) lost: bool,
}

/// What comes before a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// Nothing.
    Start,
    /// An opening bracket.
    Bracket,
    /// A row.
    Row,
}

/// What is between two rows, or between a bracket and a row.
#[derive(Debug, Default)]
pub(super) struct Between<'t> {
    /// Comments on the line of what comes before.
    pub(super) trailing: Vec<&'t str>,
    /// Comments that belong to what follows.
    pub(super) above: Vec<AboveText<'t>>,
    /// Whether a blank line is directly above what follows.
    pub(super) blank: bool,
    /// Whether it contains a line break.
    pub(super) breaks: bool,
}

/// A comment before a row, as written.
#[derive(Debug)]
pub(super) struct AboveText<'t> {
    pub(super) text: &'t str,
    /// Whether there is a blank line before it.
    pub(super) blank: bool,
    /// Whether the row follows on its line.
    pub(super) inline: bool,
}

impl<'t> Written<'t> {
    pub(super) fn new(text: &'t str, trivia: &'t Trivia, is_broken: bool) -> Self {
        let mut remarks: Vec<CommentSpan> = Vec::with_capacity(trivia.comments.len() + trivia.documentation.len());
        let spans = trivia.comments.iter().map(|comment| comment.span).chain(trivia.documentation.iter().copied());
        remarks.extend(spans.map(|span| CommentSpan { start: span.range().start, end: span.range().end }));
        remarks.sort_unstable_by_key(|remark| remark.start);
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, remarks, trailing_commas: &trivia.trailing_commas, at, next: 0, is_broken, lost: false }
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }

    fn remark(&self) -> Option<CommentSpan> {
        self.remarks.get(self.next).copied()
    }

    fn remark_text(&self, remark: CommentSpan) -> &'t str {
        self.slice(remark.start..remark.end).trim_end()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Moves to the next token, and returns the comments before it, each with whether it starts on a new line.
    pub(super) fn comments(&mut self) -> Vec<(&'t str, bool)> {
        let mut found = Vec::new();
        let mut new_line = false;
        loop {
            match (self.remark(), self.byte(self.at)) {
                (Some(remark), _) if remark.start <= self.at => {
                    found.push((self.remark_text(remark), new_line));
                    new_line = false;
                    self.at = remark.end.max(self.at);
                    self.next += 1;
                }
                (_, Some(b' ' | b'\t' | b'\r')) => self.at += 1,
                (_, Some(b'\n')) => {
                    new_line = true;
                    self.at += 1;
                }
                _ => return found,
            }
        }
    }

    /// Takes a token, which must come next.
    pub(super) fn take(&mut self, token: &str) {
        if self.text.get(self.at..).is_some_and(|rest| rest.starts_with(token)) {
            self.at += token.len();
        } else {
            self.lost = true;
        }
    }

    /// Returns whether a token comes next, with nothing but spaces before it.
    pub(super) fn is_bare(&self, token: &str) -> bool {
        self.text.get(self.at..).is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with(token))
    }

    /// Returns the offset of the next token after spaces, line endings, commas, and comments.
    pub(super) fn next_token(&self, from: usize) -> usize {
        let mut at = from;
        let mut next = self.remarks.partition_point(|remark| remark.start < from);
        loop {
            match (self.remarks.get(next), self.byte(at)) {
                (Some(remark), _) if remark.start <= at => {
                    at = remark.end.max(at);
                    next += 1;
                }
                (_, Some(b' ' | b'\t' | b'\r' | b'\n' | b',')) => at += 1,
                _ => return at,
            }
        }
    }

    /// Returns whether the line ends here or with a comment.
    pub(super) fn breaks_here(&self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default().trim_start_matches([' ', '\t', '\r']);
        rest.starts_with(['\n']) || rest.starts_with("//")
    }

    /// Returns whether parentheses come next and contain `value` alone, directly after the opening one.
    pub(super) fn is_close(&self, value: Span) -> bool {
        let before = self.slice(self.at..value.range().start);
        let tail = self.text.get(value.range().end..).unwrap_or_default();
        before.trim_end_matches([' ', '\t']) == "(" && tail.trim_start_matches([' ', '\t', '\n', '\r']).starts_with(')')
    }

    /// Skips commas and spaces up to a closing bracket.
    pub(super) fn skip_commas(&mut self, bracket: usize) {
        let gap = self.slice(self.at..bracket);
        if gap.contains(',') && gap.trim_matches([' ', '\t', '\r', '\n', ',']).is_empty() {
            self.at = bracket;
        }
    }

    /// Takes the text of a node, which must come next.
    pub(super) fn take_span(&mut self, span: Span) -> &'t str {
        let range = span.range();
        self.lost |= range.start != self.at;
        self.skip_to(range.end);
        self.slice(range)
    }

    /// Continues after text that was printed as it is.
    pub(super) fn skip_to(&mut self, at: usize) {
        self.lost |= at < self.at;
        self.at = at.max(self.at);
        while self.remark().is_some_and(|remark| remark.start < self.at) {
            self.next += 1;
        }
    }

    /// Continues at an offset, wherever the walk was.
    pub(super) fn return_to(&mut self, at: usize) {
        self.at = at;
        self.next = self.remarks.partition_point(|remark| remark.start < at);
    }

    /// Moves to the next row or the closing bracket, after spaces, line endings, commas, and comments. Other text
    /// before `end` that fills the rest of its line counts as a comment.
    pub(super) fn between(&mut self, after: After, end: usize) -> Between<'t> {
        let mut between = Between { breaks: after == After::Start, ..Between::default() };
        // Comments of the first line, each with whether it is after a comma.
        let mut first_line: Vec<(&'t str, bool)> = Vec::new();
        let (mut lines, mut comma) = (0_usize, after == After::Bracket);
        loop {
            match (self.remark(), self.byte(self.at)) {
                (Some(remark), _) if remark.start <= self.at => {
                    let text = self.remark_text(remark);
                    self.at = remark.end.max(self.at);
                    self.next += 1;
                    add(&mut between, &mut first_line, text, lines, comma);
                    lines = 0;
                }
                (_, Some(b' ' | b'\t' | b'\r')) => self.at += 1,
                (_, Some(b'\n')) => {
                    lines += 1;
                    if !between.breaks {
                        between.breaks = true;
                        between.trailing.extend(first_line.drain(..).map(|(text, _)| text));
                    }
                    if let Some(last) = between.above.last_mut() {
                        last.inline = false;
                    }
                    self.at += 1;
                }
                (_, Some(b',')) => {
                    comma = true;
                    self.at += 1;
                }
                (_, Some(_)) if self.at < end => {
                    let Some(text) = self.stray(end) else { break };
                    add(&mut between, &mut first_line, text, lines, comma);
                    lines = 0;
                }
                _ => break,
            }
        }
        for (text, comma) in first_line {
            if comma {
                between.above.push(AboveText { text, blank: false, inline: true });
            } else {
                between.trailing.push(text);
            }
        }
        between.blank = lines > 1;
        between
    }

    /// Returns the rest of a line that the parser could not read, if what follows is not on it too.
    fn stray(&mut self, end: usize) -> Option<&'t str> {
        let line = self.text.get(self.at..)?.split('\n').next()?;
        if !self.is_broken || self.at + line.len() > end {
            self.lost = true;
            return None;
        }
        self.skip_to(self.at + line.len());
        Some(line.trim_end())
    }

    /// Returns whether there is a comma directly before a closing bracket.
    pub(super) fn has_trailing_comma(&self, bracket: usize) -> bool {
        let before = self.trailing_commas.partition_point(|comma| (*comma as usize) < bracket);
        let last = before.checked_sub(1).and_then(|index| self.trailing_commas.get(index));
        last.is_some_and(|comma| {
            let comma = *comma as usize;
            self.remarks_between(comma, bracket).is_some_and(|gap| gap.trim().is_empty())
        })
    }

    /// Returns the text between a comma and a bracket without its comments.
    fn remarks_between(&self, comma: usize, bracket: usize) -> Option<String> {
        let mut rest = String::new();
        let mut at = comma + 1;
        let first = self.remarks.partition_point(|remark| remark.start < comma);
        for remark in self.remarks.get(first..)?.iter().take_while(|remark| remark.start < bracket) {
            rest += self.text.get(at..remark.start)?;
            at = remark.end;
        }
        rest += self.text.get(at..bracket)?;
        Some(rest)
    }

    /// Returns the start of the line of `at`, if there are only spaces between them.
    pub(super) fn line_start(&self, at: usize) -> Option<usize> {
        let before = self.text.get(..at)?;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        before.get(start..)?.trim_matches([' ', '\t']).is_empty().then_some(start)
    }
}

fn add<'t>(between: &mut Between<'t>, first_line: &mut Vec<(&'t str, bool)>, text: &'t str, lines: usize, comma: bool) {
    if between.breaks {
        between.above.push(AboveText { text, blank: lines > 1, inline: true });
    } else {
        first_line.push((text, comma));
    }
}

/// Returns all comments of a text in the form for comparison, in order: without the indentation of their lines.
pub(super) fn comment_texts<'t>(text: &'t str, trivia: &'t Trivia) -> Vec<(CommentKind, Vec<&'t str>)> {
    let attached = trivia.documentation.iter().map(|span| (CommentKind::Doc, *span));
    let mut all: Vec<(CommentKind, Span)> =
        trivia.comments.iter().map(|comment| (comment.kind, comment.span)).chain(attached).collect();
    all.sort_unstable_by_key(|(_, span)| span.start);
    let lines = |span: Span| text.get(span.range()).unwrap_or_default().lines().map(str::trim).collect();
    all.into_iter().map(|(kind, span)| (kind, lines(span))).collect()
}
