//! Builds the tree from pairs, with one short function for each rule. Total: a missing part becomes an error node.

mod advice;
mod errors;
mod expressions;
mod slips;
mod statements;
mod strings;
mod types;

use std::iter::Peekable;
use std::ops::Range;

use pest::error::Error;
use pest::iterators::{Pair, Pairs};

use crate::collections::HashSet;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{FileId, Span};

use super::ast::{ErrorStmt, Expr, ExprKind, File, Ident, Stmt, StmtKind};
use super::grammar::Rule;
use super::recover::{self, Repaired};
use super::scan::{FAULT_LIMIT, Fault};
use super::trivia::Besides;

/// Builds the tree of one file and collects its diagnostics.
pub(super) struct Builder<'t> {
    file: FileId,
    repaired: &'t Repaired,
    source: &'t str,
    diagnostics: Diagnostics,
    /// What the tree does not contain.
    besides: Besides,
    /// How many more bytes may be parsed again to explain errors.
    budget: usize,
    /// Offsets of delimiter faults: other errors on the same line are their consequences.
    broken: Vec<usize>,
    /// Where blocks are opened that are never closed: what they lack is unknown.
    unclosed: HashSet<usize>,
    /// Where a block should have been opened at the end of a line.
    missing_braces: Vec<usize>,
}

impl<'t> Builder<'t> {
    /// Creates a builder. `faults` are the delimiter faults of the file.
    pub(super) fn new(file: FileId, repaired: &'t Repaired, source: &'t str, faults: &[Fault]) -> Self {
        let budget = 2 * repaired.text.len() + 0x1_0000;
        let broken = faults.iter().filter(|fault| fault.breaks_line()).map(Fault::at).collect();
        let unclosed = faults.iter().flat_map(Fault::unclosed).collect();
        let (diagnostics, besides, missing_braces) = (Diagnostics::new(), Besides::default(), Vec::new());
        Self { file, repaired, source, diagnostics, besides, budget, broken, unclosed, missing_braces }
    }

    /// Adds a diagnostic, up to the limit for one file.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < FAULT_LIMIT {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Returns whether a closing brace at `offset` of the file closes a block whose missing opening was reported.
    pub(super) fn explains_closer(&mut self, offset: usize) -> bool {
        let opening = self.missing_braces.iter().rposition(|missing| *missing < offset);
        opening.map(|index| self.missing_braces.remove(index)).is_some()
    }

    /// Returns how many bytes were parsed a second time.
    #[cfg(test)]
    pub(super) fn reparsed(&self) -> usize {
        2 * self.repaired.text.len() + 0x1_0000 - self.budget
    }

    /// Returns the diagnostics, and what the tree does not contain.
    pub(super) fn finish(mut self) -> (Diagnostics, Besides) {
        self.besides.attached.sort_unstable();
        self.besides.parentheses.sort_unstable();
        (self.diagnostics, self.besides)
    }

    /// Builds the whole file.
    pub(super) fn file(&mut self, pairs: Pairs<'t, Rule>) -> File {
        let span = Span::new(self.file, 0, self.source.len());
        self.report_slips(pairs.clone());
        let mut file = File { edition: None, statements: Vec::new(), span };
        let Some(pair) = pairs.into_iter().next() else { return file };
        let mut inner = pair.into_inner().peekable();
        let edition = skip_to(&mut inner, Rule::edition);
        file.edition = edition.and_then(|pair| self.edition(pair));
        file.statements = self.items(inner);
        file
    }

    /// Reports a file that the grammar refuses although its delimiters balance: one error, no statements.
    pub(super) fn unreadable_file(&mut self, error: &Error<Rule>) -> File {
        let diagnostic = self.explain(error, 0);
        self.report(diagnostic);
        self.given_up()
    }

    /// Returns an empty tree for a file that is not read at all.
    pub(super) fn given_up(&self) -> File {
        let span = Span::new(self.file, 0, self.source.len());
        let kind = StmtKind::Error(ErrorStmt { words: recover::identifiers(self.source) });
        File { edition: None, statements: vec![Stmt { doc: None, kind, span }], span }
    }

    fn edition(&mut self, pair: Pair<'t, Rule>) -> Option<crate::source::Spanned<u32>> {
        let whole = Parts::of(pair).take(Rule::whole)?;
        let span = self.span(&whole);
        let number = self.number(whole.as_str(), span);
        Some(crate::source::Spanned::new(u32::try_from(number).unwrap_or(u32::MAX), span))
    }

    // ------------------------------------------------------------ places

    /// Converts a range of the repaired text to a span of the file.
    fn span_of(&self, range: Range<usize>) -> Span {
        Span::new(self.file, self.repaired.source(range.start), self.repaired.source(range.end))
    }

    fn span(&self, pair: &Pair<'t, Rule>) -> Span {
        self.span_of(range_of(pair))
    }

    fn ident(&self, pair: &Pair<'t, Rule>) -> Ident {
        Ident::new(pair.as_str().to_owned(), self.span(pair))
    }

    /// Returns the identifier that a rule begins with or is.
    fn first_ident(&self, pair: Pair<'t, Rule>) -> Ident {
        let fallback = self.ident(&pair);
        if pair.as_rule() == Rule::ident {
            return fallback;
        }
        Parts::of(pair).take(Rule::ident).map_or(fallback, |ident| self.ident(&ident))
    }

    /// Returns the next identifier, or an empty one at `at`.
    fn take_ident(&self, parts: &mut Parts<'t>, at: Span) -> Ident {
        parts.take(Rule::ident).map_or(Ident::new(String::new(), at.after()), |pair| self.ident(&pair))
    }

    /// Parses a number. If it does not fit, reports that and returns the largest one.
    fn number(&mut self, digits: &str, span: Span) -> u64 {
        digits.parse().unwrap_or_else(|_| {
            self.report(crate::diagnostic::families::syntax::number_too_large(digits, span));
            u64::MAX
        })
    }
}

fn error_expr(span: Span) -> Expr {
    Expr { kind: ExprKind::Error, span }
}

/// Returns the range from the first byte to the last token; pest's own spans include trailing spaces.
fn range_of(pair: &Pair<'_, Rule>) -> Range<usize> {
    let start = pair.as_span().start();
    start..end_of(pair.clone()).unwrap_or(pair.as_span().end()).max(start)
}

fn end_of(pair: Pair<'_, Rule>) -> Option<usize> {
    let mut pair = pair;
    loop {
        let span = pair.as_span();
        let end = span.end();
        if span.as_str().ends_with(|last: char| !last.is_whitespace()) {
            return Some(end);
        }
        if matches!(pair.as_rule(), Rule::unreadable | Rule::trailing) {
            return Some(span.start() + span.as_str().trim_end().len());
        }
        let is_empty = |pair: &Pair<'_, Rule>| pair.as_span().start() == pair.as_span().end();
        let only_empty = pair.as_rule() == Rule::clauses && pair.as_str().trim().is_empty();
        match pair.into_inner().rev().find(|inner| !is_empty(inner) && !is_blank(inner)) {
            _ if only_empty => return None,
            Some(inner) => pair = inner,
            None => return Some(end),
        }
    }
}

fn is_blank(pair: &Pair<'_, Rule>) -> bool {
    matches!(pair.as_rule(), Rule::clauses | Rule::value_missing) && pair.clone().into_inner().next().is_none()
}

/// The parts of a rule, without punctuation.
struct Parts<'t> {
    inner: Peekable<Pairs<'t, Rule>>,
}

impl<'t> Parts<'t> {
    fn of(pair: Pair<'t, Rule>) -> Self {
        Self { inner: pair.into_inner().peekable() }
    }

    /// Returns the next part if it is a `rule`.
    fn take(&mut self, rule: Rule) -> Option<Pair<'t, Rule>> {
        self.take_if(|next| next == rule)
    }

    fn take_if(&mut self, wanted: impl Fn(Rule) -> bool) -> Option<Pair<'t, Rule>> {
        while self.inner.next_if(|pair| !wanted(pair.as_rule()) && is_punctuation(pair.as_rule())).is_some() {}
        self.inner.next_if(|pair| wanted(pair.as_rule()))
    }

    /// Returns the next part.
    fn next(&mut self) -> Option<Pair<'t, Rule>> {
        self.take_if(|rule| !is_punctuation(rule))
    }

    /// Returns all remaining parts that are a `rule`.
    fn all(mut self, rule: Rule) -> impl Iterator<Item = Pair<'t, Rule>> {
        std::iter::from_fn(move || self.take(rule))
    }
}

fn skip_to<'t>(pairs: &mut Peekable<Pairs<'t, Rule>>, rule: Rule) -> Option<Pair<'t, Rule>> {
    while pairs.next_if(|pair| is_punctuation(pair.as_rule()) && pair.as_rule() != Rule::doc).is_some() {}
    pairs.next_if(|pair| pair.as_rule() == rule)
}

fn is_punctuation(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::l_brace
            | Rule::r_brace
            | Rule::l_bracket
            | Rule::r_bracket
            | Rule::l_paren
            | Rule::r_paren
            | Rule::l_angle
            | Rule::r_angle
            | Rule::comma
            | Rule::dot
            | Rule::colon
            | Rule::double_colon
            | Rule::equals
            | Rule::arrow
            | Rule::bar
            | Rule::question
            | Rule::or_op
            | Rule::and_op
            | Rule::open_quote
            | Rule::close_quote
            | Rule::open_block
            | Rule::close_block
            | Rule::open_raw_block
            | Rule::close_raw_block
            | Rule::open_interp
            | Rule::open_runtime
            | Rule::kw_from
            | Rule::kw_in
            | Rule::kw_as
            | Rule::kw_on
            | Rule::kw_else
            | Rule::kw_when
            | Rule::kw_for
            | Rule::kw_if
            | Rule::kw_require
            | Rule::kw_pipe
            | Rule::slip_semicolon
            | Rule::slip_colon
            | Rule::slip_fat_arrow
            | Rule::slip_brace_below
            | Rule::slip_single_colon
            | Rule::slip_dash
            | Rule::doc
            | Rule::EOI
    )
}
