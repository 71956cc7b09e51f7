//! Unreadable statements: each is parsed again by itself to find where and why it fails.

use std::ops::Range;

use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};
use pest::iterators::Pair;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::families::syntax as messages;
use crate::source::Span;

use super::super::ast::{ErrorStmt, Stmt, StmtKind};
use super::super::grammar::{PipeParser, Rule, STATEMENT_WORDS, Words, words};
use super::super::recover::{found, identifiers};
use super::super::scan::{DEPTH_LIMIT, FAULT_LIMIT};
use super::{Builder, range_of};

/// Words that continue the statement before.
const CONTINUATIONS: &[&str] = &["in", "from", "->", "=>", "else", "as", "|", "&&", "?", ":", "when"];

impl<'t> Builder<'t> {
    /// Reports a statement that cannot be read. `previous` is the statement before it.
    pub(super) fn unreadable(&mut self, pair: Pair<'t, Rule>, previous: Option<&Range<usize>>) -> Stmt {
        let range = range_of(&pair);
        if self.diagnostics.len() >= FAULT_LIMIT {
            return self.error_statement(range);
        }
        let continues = previous.filter(|_| CONTINUATIONS.iter().any(|word| starts_with_word(pair.as_str(), word)));
        let from = continues.map_or(range.start, |previous| previous.start);
        if let Some(word) = unknown_word(pair.as_str()).filter(|_| continues.is_none()) {
            let span = self.span_of(range.start..range.start + word.len());
            let rest = pair.as_str().get(word.len()..).unwrap_or_default();
            self.report(messages::unknown_statement(word, rest.trim_start(), span, STATEMENT_WORDS));
            if !messages::is_foreign(word) {
                self.blocks_inside(pair, None);
            }
        } else {
            let at = self.explain_range(from..range.end, range.start);
            self.blocks_inside(pair, Some(at));
        }
        self.error_statement(from..range.end)
    }

    /// Reports text after a complete statement. If that is on one line, it is dropped as well.
    pub(super) fn trailing(
        &mut self,
        pair: Pair<'t, Rule>,
        previous: Option<&Range<usize>>,
        statements: &mut Vec<Stmt>,
    ) -> Stmt {
        let range = range_of(&pair);
        let from = previous.map_or(range.start, |previous| previous.start);
        let at = self.explain_range(from..range.end, range.start);
        self.blocks_inside(pair, Some(at));
        let one_line = !self.repaired.text.get(from..range.start).unwrap_or_default().contains('\n');
        if one_line && previous.is_some() {
            statements.pop();
            return self.error_statement(from..range.end);
        }
        self.error_statement(range)
    }

    pub(super) fn error_statement(&self, range: Range<usize>) -> Stmt {
        let words = identifiers(self.repaired.text.get(range.clone()).unwrap_or_default());
        Stmt { doc: None, kind: StmtKind::Error(ErrorStmt { words }), span: self.span_of(range) }
    }

    /// Looks for other errors in the blocks of an unreadable statement; `at` is the error already reported.
    fn blocks_inside(&mut self, pair: Pair<'t, Rule>, at: Option<usize>) {
        for block in pair.into_inner().filter(|inner| inner.as_rule() == Rule::block) {
            let span = block.as_span();
            let before = self.repaired.text.get(..span.start()).unwrap_or_default().trim_end();
            let holds_values =
                before.ends_with("require") || before.ends_with("when") || before.ends_with(['=', ':', ',', '$', '{']);
            if !holds_values && at.is_none_or(|at| at <= span.start() || at >= span.end()) {
                self.items(block.into_inner().peekable());
            }
        }
    }

    /// Parses a range by itself and reports its error. Returns where it is; `fallback` is the offset if nothing more
    /// precise is known.
    fn explain_range(&mut self, range: Range<usize>, fallback: usize) -> usize {
        if self.diagnostics.len() >= FAULT_LIMIT {
            return fallback;
        }
        let slice = self.repaired.text.get(range.clone()).unwrap_or_default();
        let affordable = self.budget.checked_sub(slice.len());
        self.budget = affordable.unwrap_or(self.budget);
        let error = affordable.and_then(|_| PipeParser::parse(Rule::lone_statement, slice).err());
        let (at, diagnostic) = match error {
            Some(error) => (range.start + position(&error), self.explain(&error, range.start)),
            None if slice.starts_with("pipe") => {
                let length = slice.lines().next().map_or(0, |line| line.trim_end().len());
                (fallback, messages::edition_not_first(self.span_of(range.start..range.start + length)))
            }
            None => {
                let (place, shown) = found(&self.repaired.text, fallback);
                (fallback, messages::unexpected(&shown, self.span_of(place)))
            }
        };
        if !self.follows_from_fault(diagnostic.primary.span.start as usize) {
            self.report(diagnostic);
        }
        at
    }

    /// Returns whether a delimiter on the same line is wrong, so that other errors there cannot be trusted.
    fn follows_from_fault(&self, offset: usize) -> bool {
        let before = self.source.get(..offset).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = self.source.get(start..).and_then(|rest| rest.split('\n').next()).unwrap_or_default();
        self.broken.iter().any(|at| (start..=start + line.len()).contains(at))
    }

    /// Returns the typographic quotation mark that ends plain text starting at `from`.
    fn curly_close(&self, from: usize) -> Option<Span> {
        let line = self.repaired.text.get(from..)?.lines().next()?;
        let length = line.find(|c: char| matches!(c, '\u{2018}'..='\u{201f}' | '"' | '\\'))?;
        let close = line.get(length..)?.chars().next().filter(|c| !matches!(c, '"' | '\\'))?;
        Some(self.span_of(from + length..from + length + close.len_utf8()))
    }

    /// Returns what is at an offset of the repaired text, as the user sees it: without what the repair added.
    fn found_at(&self, at: usize) -> (Range<usize>, String) {
        let (place, shown) = found(&self.repaired.text, at);
        if !self.repaired.is_inserted(place.start) {
            return (place, shown);
        }
        let tail = self.source.get(self.repaired.source(place.start)..).unwrap_or_default();
        let end = if tail.trim().is_empty() { "end of file" } else { "end of line" };
        let from = self.repaired.text.get(..place.start).unwrap_or_default().trim_end_matches([' ', '\t', '\r']).len();
        (from..from, end.to_owned())
    }

    /// Returns the diagnostic for a grammar error in text that starts at `offset`.
    pub(super) fn explain(&mut self, error: &Error<Rule>, offset: usize) -> Diagnostic {
        let at = offset + position(error);
        let (place, shown) = self.found_at(at);
        let span = self.span_of(place.clone());
        if shown.starts_with("`\u{201c}") || shown.starts_with("`\u{2018}") {
            return messages::curly_quote(&shown, span, self.curly_close(place.end));
        }
        let before = self.repaired.text.get(offset..at).unwrap_or_default().trim();
        let first_word = before == "pipe" || STATEMENT_WORDS.contains(&before);
        if let ErrorVariant::ParsingError { positives, .. } = &error.variant
            && span.is_empty()
            && positives.iter().any(|rule| matches!(rule, Rule::l_brace | Rule::block))
        {
            self.missing_braces.push(span.start as usize);
        }
        match &error.variant {
            ErrorVariant::ParsingError { positives, negatives } => {
                let expected = Expectation::of(positives, negatives, first_word);
                let diagnostic = match expected.listed() {
                    Some(listed) => messages::expected(&listed, &shown, span),
                    None => messages::unexpected(&shown, span),
                };
                self.advised(diagnostic, &expected, offset, place)
            }
            ErrorVariant::CustomError { .. } => messages::too_deep(DEPTH_LIMIT, span),
        }
    }
}

fn position(error: &Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    }
}

/// The end of a line, as messages call it.
const LINE_END: &str = "a new line";

/// What the grammar expects at a position, in the words of messages.
pub(super) struct Expectation(Vec<&'static str>);

impl Expectation {
    /// Converts the rules that pest expected.
    fn of(positives: &[Rule], negatives: &[Rule], first_word: bool) -> Self {
        let mut nouns: Vec<&str> = Vec::new();
        let mut operators: Vec<&str> = Vec::new();
        let mut end = false;
        if negatives.contains(&Rule::clause_ahead) {
            nouns.push("a name");
        }
        for rule in positives {
            match words(*rule) {
                // Every statement word can also be a key, so `=` does not help.
                _ if first_word && *rule == Rule::equals => {}
                Words::Noun(text) if !nouns.contains(&text) => nouns.push(text),
                Words::Operator(text) if !operators.contains(&text) => operators.push(text),
                Words::End => end = true,
                _ => {}
            }
        }
        if end {
            nouns.push(LINE_END);
        }
        if nouns.is_empty() {
            nouns = operators;
        }
        nouns.truncate(7);
        Self(nouns)
    }

    /// Returns whether the line may end.
    pub(super) fn may_end(&self) -> bool {
        self.0.contains(&LINE_END)
    }

    /// Returns whether it contains a keyword.
    pub(super) fn has_word(&self, word: &str) -> bool {
        self.0.iter().any(|noun| noun.strip_prefix('`').and_then(|noun| noun.strip_suffix('`')) == Some(word))
    }

    /// Returns all of it as a list in words.
    fn listed(&self) -> Option<String> {
        match self.0.as_slice() {
            [] => None,
            [only] => Some((*only).to_owned()),
            [first, second] => Some(format!("{first} or {second}")),
            [head @ .., last] => Some(format!("{}, or {last}", head.join(", "))),
        }
    }
}

/// Returns the first word if no statement begins with it and no value follows.
fn unknown_word(text: &str) -> Option<&str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    let word = text.get(..end)?.trim_end_matches('-');
    let is_name = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let rest = text.get(word.len()..)?.trim_start_matches([' ', '\t']);
    let assigns = rest.starts_with('=') || rest.starts_with(':');
    (is_name && !assigns && word != "pipe" && !STATEMENT_WORDS.contains(&word)).then_some(word)
}

fn starts_with_word(text: &str, word: &str) -> bool {
    let boundary = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    text.strip_prefix(word).is_some_and(|rest| !word.starts_with(|c: char| c.is_ascii_alphabetic()) || boundary(rest))
}
