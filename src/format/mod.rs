//! Formats trees and texts in the language's one style.
//!
//! The style:
//!
//! - A level is two spaces. A line has at most 100 columns if it can be broken; strings and comments are never broken.
//! - Each statement, entry, and element has its own line without a comma, or they share one line with commas. What is
//!   written on one line stays there if it fits. A line break after the opening bracket, or a comma before the closing
//!   one, puts each on its own line.
//! - The `=` of neighboring `key = value` lines are aligned, and so are the comments after neighboring lines. A blank
//!   line, a comment, or a value that takes several lines separates neighbors. Nothing else is aligned.
//! - `in`, `from`, and `->` stay on the line of their header if it fits, otherwise each begins a line that is indented
//!   by four more spaces.
//! - An operator begins its line.
//! - Blank lines are kept, at most one in a row, and none at the start or end of a block.
//! - Comments stay where they are: before, after, or inside the same statement. Block comments keep their lines.
//! - The text of strings is unchanged, except for spaces in `${ }`. Multi-line strings move with their statement; their
//!   value stays the same, because it does not include the shared indentation. Parentheses and the quotes of keys are
//!   kept.
//! - A file ends with one line ending and has no byte order mark. Its first line ending determines all others: `\n` or
//!   `\r\n`.
//!
//! There is one printer. For a text it walks through the text in step with the tree (`written`), so that every token
//! and every comment is printed exactly once. For a tree without a text, it generates the text, with blank lines
//! according to the kinds of statements. Parsing the result gives the same tree apart from spans, with two exceptions:
//! a part that could not be read is printed as a comment that says so, and an invalid name (such as `true`) as it is.

mod broken;
mod doc;
mod edits;
mod expressions;
mod layout;
mod printer;
mod statements;
mod strings;
#[cfg(test)]
mod tests;
mod types;
mod written;

use std::borrow::Cow;
use std::ops::Range;

use camino::Utf8Path;
use thiserror::Error;

use crate::diagnostic::Severity;
use crate::source::FileId;
use crate::syntax::ast::{File, StmtKind, same};
use crate::syntax::{Parsed, parse};

use printer::Printer;

pub use edits::edits;

/// How many columns a line should have at most, if it can be broken.
const WIDTH: usize = 100;

/// The spaces of one level.
pub const INDENT: usize = 2;

/// A formatted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formatted {
    /// The text.
    pub text: String,
    /// Whether all of it is formatted. What cannot be read stays as it is.
    pub is_whole: bool,
}

/// Why a text is not formatted, which is a bug in dotpipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FormatFault {
    /// The result would be another program.
    #[error("the formatted text would be a different program")]
    Program,
    /// A comment would be lost or moved.
    #[error("the formatted text would have different comments")]
    Comments,
}

/// Returns the text of a tree that does not come from a text.
pub fn print(file: &File) -> String {
    let doc = Printer::of_tree().file(file);
    ended(layout::render(&doc, WIDTH, INDENT))
}

/// Formats a text. Statements that cannot be read stay as they are.
///
/// # Errors
///
/// Returns an error if parsing the result does not give the same program with the same comments.
pub fn format(text: &str) -> Result<Formatted, FormatFault> {
    let file = FileId::of_path(Utf8Path::new(""));
    let lines = if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) };
    let parsed = parse(file, &lines);
    let is_readable = !parsed.diagnostics.has_errors();
    let (written, kept) = laid_out(&lines, &parsed);
    let faults = if written == *lines { Ok(()) } else { verified(&lines, &parsed, &written) };
    match faults {
        Err(fault) if is_readable => return Err(fault),
        // How invalid text is read can depend on its layout.
        Err(_) => return Ok(Formatted { text: text.to_owned(), is_whole: false }),
        Ok(()) => {}
    }
    let has_carriage_returns = text.split_inclusive('\n').next().is_some_and(|line| line.ends_with("\r\n"));
    let text = if has_carriage_returns { written.replace('\n', "\r\n") } else { written };
    Ok(Formatted { text, is_whole: kept == 0 && is_readable })
}

/// Returns the formatted text, and how many statements were left as they are.
fn laid_out(text: &str, parsed: &Parsed) -> (String, usize) {
    if let [only] = parsed.ast.statements.as_slice()
        && matches!(only.kind, StmtKind::Error(_))
        && only.span.covers(parsed.ast.span)
    {
        return (text.to_owned(), 1);
    }
    let problems = problems(text, parsed);
    let mut printer = Printer::of_text(text, &parsed.trivia, &problems);
    let doc = printer.file(&parsed.ast);
    if printer.written.as_ref().is_none_or(|written| written.lost) {
        return (text.to_owned(), printer.kept + 1);
    }
    (ended(layout::render(&doc, WIDTH, INDENT)), printer.kept)
}

/// Returns the ranges of the text that cannot be read.
fn problems(text: &str, parsed: &Parsed) -> Vec<Range<usize>> {
    let errors = parsed.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    let places = errors.flat_map(|diagnostic| {
        let others = diagnostic.secondary.iter().map(|label| label.span.range());
        std::iter::once(diagnostic.primary.span.range()).chain(others)
    });
    places.chain(parsed.unbalanced.map(|from| from..text.len())).collect()
}

/// Checks that a text still contains the program and the comments of another.
fn verified(before: &str, parsed: &Parsed, after: &str) -> Result<(), FormatFault> {
    let again = parse(parsed.ast.span.file, after);
    if !same(&parsed.ast, &again.ast) || parsed.diagnostics.len() != again.diagnostics.len() {
        return Err(FormatFault::Program);
    }
    let comments = written::comment_texts(before, &parsed.trivia);
    if comments == written::comment_texts(after, &again.trivia) { Ok(()) } else { Err(FormatFault::Comments) }
}

/// Returns a text with one line ending at its end.
fn ended(mut text: String) -> String {
    text.truncate(text.trim_end_matches(['\n', ' ']).len());
    if !text.is_empty() {
        text.push('\n');
    }
    text
}
