//! What could not be read: parsed again by itself to learn where and why.

use std::ops::Range;

use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};
use pest::iterators::Pair;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::families::syntax as messages;

use super::super::ast::{ErrorStmt, Stmt, StmtKind};
use super::super::grammar::{PipeParser, Rule, STATEMENT_WORDS, Words, words};
use super::super::recover::{found, identifiers};
use super::{Builder, range_of};

/// Words that continue the statement above.
const CONTINUATIONS: &[&str] = &["in", "from", "->", "=>", "else", "as", "|", "&&", "?", ":", "when"];

impl<'t> Builder<'t> {
    /// A statement that cannot be read. `previous` is the statement above it.
    pub(super) fn unreadable(&mut self, pair: Pair<'t, Rule>, previous: Option<&Range<usize>>) -> Stmt {
        let range = range_of(&pair);
        let continues = previous.filter(|_| CONTINUATIONS.iter().any(|word| starts_with_word(pair.as_str(), word)));
        let from = continues.map_or(range.start, |previous| previous.start);
        match unknown_word(pair.as_str()).filter(|_| continues.is_none()) {
            Some(word) => {
                let span = self.span_of(range.start..range.start + word.len());
                self.report(messages::unknown_statement(word, span, STATEMENT_WORDS));
                self.blocks_inside(pair, None);
            }
            None => {
                let at = self.explain_range(from..range.end, range.start);
                self.blocks_inside(pair, Some(at));
            }
        }
        self.error_statement(range)
    }

    /// Text behind a finished statement.
    pub(super) fn trailing(&mut self, pair: Pair<'t, Rule>, previous: Option<&Range<usize>>) -> Stmt {
        let range = range_of(&pair);
        let from = previous.map_or(range.start, |previous| previous.start);
        let at = self.explain_range(from..range.end, range.start);
        self.blocks_inside(pair, Some(at));
        self.error_statement(range)
    }

    fn error_statement(&self, range: Range<usize>) -> Stmt {
        let words = identifiers(self.repaired.text.get(range.clone()).unwrap_or_default());
        Stmt { doc: None, kind: StmtKind::Error(ErrorStmt { words }), span: self.span_of(range) }
    }

    /// Looks for further mistakes in the blocks of something unreadable; `at` is the mistake already reported.
    fn blocks_inside(&mut self, pair: Pair<'t, Rule>, at: Option<usize>) {
        for block in pair.into_inner().filter(|inner| inner.as_rule() == Rule::block) {
            let span = block.as_span();
            if at.is_none_or(|at| at <= span.start() || at >= span.end()) {
                self.items(block.into_inner().peekable());
            }
        }
    }

    /// Parses a range by itself and reports what is wrong; returns where. `fallback` is the place to name when
    /// nothing more is known.
    fn explain_range(&mut self, range: Range<usize>, fallback: usize) -> usize {
        let slice = self.repaired.text.get(range.clone()).unwrap_or_default();
        let affordable = self.budget.checked_sub(slice.len());
        self.budget = affordable.unwrap_or(self.budget);
        let error = affordable.and_then(|_| PipeParser::parse(Rule::lone_statement, slice).err());
        let (at, diagnostic) = match error {
            Some(error) => (range.start + position(&error), self.explain(&error, range.start)),
            None => {
                let (place, shown) = found(&self.repaired.text, fallback);
                (fallback, messages::unexpected(&shown, self.span_of(place)))
            }
        };
        self.report(diagnostic);
        at
    }

    /// The words for an error of the grammar in a text that starts at `offset`.
    pub(super) fn explain(&self, error: &Error<Rule>, offset: usize) -> Diagnostic {
        let at = offset + position(error);
        let (place, shown) = found(&self.repaired.text, at);
        let span = self.span_of(place);
        match &error.variant {
            ErrorVariant::ParsingError { positives, .. } => match expectation(positives) {
                Some(expected) => messages::expected(&expected, &shown, span),
                None => messages::unexpected(&shown, span),
            },
            ErrorVariant::CustomError { .. } => messages::too_deep(super::super::scan::DEPTH_LIMIT, span),
        }
    }
}

fn position(error: &Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    }
}

/// The rules pest expected, as a list of words.
fn expectation(positives: &[Rule]) -> Option<String> {
    let mut things: Vec<&str> = Vec::new();
    let mut operators: Vec<&str> = Vec::new();
    let mut end = false;
    for rule in positives {
        match words(*rule) {
            Words::Thing(text) if !things.contains(&text) => things.push(text),
            Words::Operator(text) if !operators.contains(&text) => operators.push(text),
            Words::End => end = true,
            _ => {}
        }
    }
    if end {
        things.push("a new line");
    }
    if things.is_empty() {
        things = operators;
    }
    things.truncate(7);
    match things.as_slice() {
        [] => None,
        [only] => Some((*only).to_owned()),
        [first, second] => Some(format!("{first} or {second}")),
        [head @ .., last] => Some(format!("{}, or {last}", head.join(", "))),
    }
}

/// The first word, if no statement begins with it and no value follows.
fn unknown_word(text: &str) -> Option<&str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    let word = text.get(..end)?.trim_end_matches('-');
    let is_name = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let rest = text.get(word.len()..)?.trim_start_matches([' ', '\t']);
    let assigns = rest.starts_with('=') || rest.starts_with(':');
    (is_name && !assigns && !STATEMENT_WORDS.contains(&word)).then_some(word)
}

fn starts_with_word(text: &str, word: &str) -> bool {
    let boundary = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    text.strip_prefix(word).is_some_and(|rest| !word.starts_with(|c: char| c.is_ascii_alphabetic()) || boundary(rest))
}
