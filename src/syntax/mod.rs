//! Parses text to a tree. Parsing never fails: diagnostics say what could not be read.
//!
//! ```text
//! text -- scan --> faults, repairs, trivia -- recover --> balanced text -- grammar --> pairs -- build --> ast
//! ```

pub mod ast;
mod build;
mod grammar;
mod quote;
mod recover;
pub mod rewrite;
mod scan;
mod trivia;

#[cfg(test)]
mod tests;

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

use pest::Parser;
use pest::error::ErrorVariant;

use crate::diagnostic::Diagnostics;
use crate::diagnostic::families::syntax as messages;
use crate::source::{FileId, Span};

use build::Builder;
use grammar::{PipeParser, Rule};
use recover::Repaired;
use scan::{Fault, Opener, Scan};

pub use quote::{escape, quoted};
pub use trivia::{Comment, CommentKind, Trivia};

/// The steps that the grammar may take for any text, and for each byte of it.
const STEPS: usize = 5_000_000;
const STEPS_PER_BYTE: usize = 5_000;

/// The result of parsing a text.
#[derive(Debug)]
pub struct Parsed {
    /// The tree, with error nodes for what could not be read.
    pub ast: ast::File,
    /// What the tree does not contain.
    pub trivia: Trivia,
    /// What is wrong with the text.
    pub diagnostics: Diagnostics,
    /// Where delimiters stop being balanced: the text from here on is read as it was probably meant.
    pub unbalanced: Option<usize>,
}

impl Parsed {
    /// Wraps a tree that does not come from a `.pipe` text.
    pub fn of(ast: ast::File) -> Self {
        Self { ast, trivia: Trivia::default(), diagnostics: Diagnostics::new(), unbalanced: None }
    }
}

/// Parses a text, whatever it contains.
pub fn parse(file: FileId, text: &str) -> Parsed {
    let scan = scan::scan(text);
    let unbalanced = scan.faults.iter().filter(|fault| fault.breaks_line()).map(Fault::at).min();
    let repaired = Repaired::new(text, &scan);
    let mut builder = Builder::new(file, &repaired, text, &scan.faults);
    if let Some((format, place)) = foreign(text) {
        let ast = builder.given_up();
        builder.report(messages::foreign(format, Span::new(file, place.start, place.end)));
        let (diagnostics, besides) = builder.finish();
        return Parsed { ast, trivia: Trivia::new(file, &scan, besides), diagnostics, unbalanced };
    }
    limit_work(repaired.text.len());
    let mut ast = match PipeParser::parse(Rule::file, &repaired.text) {
        Ok(pairs) => builder.file(pairs),
        // What makes the text take so long has been found: unbalanced delimiters.
        Err(error) if took_too_long(&error) && !scan.faults.is_empty() => builder.given_up(),
        Err(error) => builder.unreadable_file(&error),
    };
    for fault in &scan.faults {
        if !matches!(fault, Fault::Unopened { at, .. } if builder.explains_closer(*at)) {
            builder.report(describe(file, text, fault));
        }
    }
    add_erased(file, text, &scan, &mut ast);
    let (diagnostics, besides) = builder.finish();
    Parsed { ast, trivia: Trivia::new(file, &scan, besides), diagnostics, unbalanced }
}

/// Returns how many lines before an offset open something that is still open there; `None` inside a string or comment.
pub fn depth_at(text: &str, offset: usize) -> Option<usize> {
    scan::depth_of(text.get(..offset)?)
}

/// Keeps the grammar from trying every way to read a text that it cannot read; files take far fewer steps per byte. The
/// limit applies to the process, so it only ever grows.
fn limit_work(bytes: usize) {
    static MOST: AtomicUsize = AtomicUsize::new(0);
    let wanted = bytes.saturating_mul(STEPS_PER_BYTE).saturating_add(STEPS);
    let most = MOST.fetch_max(wanted, Ordering::Relaxed).max(wanted);
    pest::set_call_limit(NonZeroUsize::new(most));
}

/// pest's message when the limit is reached, which is the only sign of it.
const CALL_LIMIT: &str = "call limit reached";

fn took_too_long(error: &pest::error::Error<Rule>) -> bool {
    matches!(&error.variant, ErrorVariant::CustomError { message } if message == CALL_LIMIT)
}

/// Detects other formats by their first lines. Returns the format and the range of the line that shows it.
fn foreign(text: &str) -> Option<(&'static str, std::ops::Range<usize>)> {
    let comments = text.split_inclusive('\n').take_while(|line| line.starts_with("//")).map(str::len).sum::<usize>();
    let text = text.get(comments..)?;
    let place = comments..comments + text.lines().next()?.trim_end().len();
    if text.starts_with('{') && text.get(1..)?.trim_start().starts_with(['"', '}']) {
        return Some(("JSON", place));
    }
    if text.starts_with('<') {
        return Some(("XML", place));
    }
    let first = text.get(..place.len())?;
    let section = first.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if section
        .is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-[]".contains(c)))
    {
        return Some(("TOML", place));
    }
    let is_key = |line: &str| {
        let key = line.split_once(':').map(|(key, rest)| (key, rest.is_empty() || rest.starts_with(' ')));
        key.is_some_and(|(key, ends)| ends && !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric()))
    };
    let mut outer = text.lines().filter(|line| !line.starts_with([' ', '\t', '#', '-']) && !line.trim().is_empty());
    let whole = ["pipeline:", "pipelines:", "stages:", "jobs:", "Resources:"].contains(&first);
    let several = outer.clone().count() > 1 || whole;
    let all_keys = several && outer.all(|line| is_key(line.trim_end()));
    let nested = text.lines().any(|line| line.trim_start().starts_with("- ") || line.starts_with("---"));
    (all_keys && nested).then_some(("YAML", place))
}

/// Adds the statements that the scan erased before parsing.
fn add_erased(file: FileId, text: &str, scan: &Scan, ast: &mut ast::File) {
    for range in &scan.erased {
        let words = recover::identifiers(text.get(range.clone()).unwrap_or_default());
        let place = Span::new(file, range.start, range.end);
        let kind = ast::StmtKind::Error(ast::ErrorStmt { words });
        let index = ast.statements.partition_point(|statement| statement.span.start < place.start);
        ast.statements.insert(index, ast::Stmt { doc: None, kind, span: place });
    }
}

/// Returns the closers of what is open at `end`, as one would write them: a block of several lines ends on its own
/// line.
fn closing(text: &str, first: (Opener, usize), rest: &[(Opener, usize)], end: usize) -> String {
    let tail = text.get(end..).unwrap_or_default();
    let line_end = if tail.starts_with("\r\n") { "\r\n" } else { "\n" };
    let ends_line = tail.trim_start_matches([' ', '\t', '\r']);
    let ends_line = ends_line.is_empty() || ends_line.starts_with('\n');
    let mut written = String::new();
    for (opener, at) in std::iter::once(&first).chain(rest) {
        let before = text.get(..*at).unwrap_or_default();
        let line = before.rfind('\n').map_or(0, |newline| newline + 1);
        let several = text.get(*at..end).is_some_and(|block| block.contains('\n'));
        if *opener == Opener::Brace && several && ends_line {
            let indent = before.get(line..).unwrap_or_default();
            let indent = indent.len() - indent.trim_start_matches([' ', '\t']).len();
            written += line_end;
            written += before.get(line..line + indent).unwrap_or_default();
        }
        written += opener.closer();
    }
    written
}

fn describe(file: FileId, text: &str, fault: &Fault) -> crate::diagnostic::Diagnostic {
    let span = |start: usize, length: usize| Span::new(file, start, start + length);
    match fault {
        Fault::Unclosed { opener, at, end, outer: rest } => {
            let outer: Vec<_> =
                rest.iter().map(|(opener, at)| (opener.closer(), span(*at, opener.text().len()))).collect();
            let innermost = span(*at, opener.text().len());
            let written = closing(text, (*opener, *at), rest, *end);
            messages::unclosed(opener.text(), opener.closer(), innermost, (span(*end, 0), &written), &outer)
        }
        Fault::NoBrace { at } => messages::brace_missing(span(*at, 0)),
        Fault::Unopened { at, closes } => {
            let early = closes.map(|open| span(open, 1));
            messages::unopened(text.get(*at..*at + 1).unwrap_or_default(), span(*at, 1), early)
        }
        Fault::Mismatched { opener, open, at } => {
            let closer = text.get(*at..*at + 1).unwrap_or_default();
            messages::mismatched((opener.text(), opener.closer()), span(*open, 1), closer, span(*at, 1))
        }
        Fault::TooDeep { at } => messages::too_deep(scan::DEPTH_LIMIT, span(*at, 1)),
        Fault::Hash { at } => messages::hash_comment(span(*at, 1)),
        Fault::Control { at, character } => messages::control_character(*character, span(*at, character.len_utf8())),
    }
}
