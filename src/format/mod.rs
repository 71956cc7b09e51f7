//! Trees and texts of the language in its one style.
//!
//! The style:
//!
//! - A level is two spaces. A line has at most 100 columns where it can be broken; text and comments are never broken.
//! - Each statement, entry, and element has a line without a comma, or they share one line with commas. What is written on one
//!   line stays there if it fits. A line break after the opening bracket, or a comma before the closing one, asks for a
//!   line each.
//! - The `=` of neighboring `key = value` lines are aligned, and so are the comments after neighboring lines. A
//!   blank line, a comment, or a value that takes several lines ends the neighborhood. Nothing else is aligned.
//! - `in`, `from`, and `->` stay in the line of their header if it fits, otherwise each begins a line four spaces deeper.
//! - An operator begins its line.
//! - Blank lines are kept, at most one in a row, and none inside the braces at either end.
//! - Comments stay where they are: above, after, or inside the same statement. Block comments keep their lines.
//! - Text between quotes is kept as it is, except for spaces in `${ }`. Text over several lines moves with its statement; its
//!   value stays the same, since that leaves out the shared indentation. Parentheses and the quotes of keys are kept.
//! - A file ends in one line end and has no byte order mark. Its first line end decides for all: `\n` or `\r\n`.
//!
//! There is one printer. For a text it walks through the text in step with the tree (`written`), so that every token and
//! every comment is written exactly once. For a tree that no text holds, it writes what the text would be, with blank lines by
//! the kinds of statements. Reading the result again gives the same tree, but for places, with two exceptions: a part that
//! could not be read prints as a comment that says so, and a name that cannot be written (such as `true`) as itself.

mod broken;
mod doc;
mod edits;
mod expressions;
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

/// Columns that a line should not exceed, where it can be broken.
const WIDTH: usize = 100;

/// Blanks of one level.
pub const INDENT: usize = 2;

/// A text in the one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formatted {
    /// The text.
    pub text: String,
    /// Whether all of it is in the style. What cannot be read stays as it is.
    pub is_whole: bool,
}

/// Why a text is not formatted: a mistake of dotpipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FormatFault {
    /// The result would be another program.
    #[error("the formatted text would be a different program")]
    Program,
    /// A comment would be lost, or elsewhere.
    #[error("the formatted text would have different comments")]
    Comments,
}

/// The text of a tree that no text holds.
pub fn print(file: &File) -> String {
    let doc = Printer::of_tree().file(file);
    ended(doc::render(&doc, WIDTH, INDENT))
}

/// A text in the one style. Statements that cannot be read stay as they are.
///
/// # Errors
///
/// If reading the result does not give the same program with the same comments.
pub fn format(text: &str) -> Result<Formatted, FormatFault> {
    let file = FileId::of_path(Utf8Path::new(""));
    let lines = if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) };
    let parsed = parse(file, &lines);
    let is_readable = !parsed.diagnostics.has_errors();
    let (written, kept) = laid_out(&lines, &parsed);
    let faults = if written == *lines { Ok(()) } else { verified(&lines, &parsed, &written) };
    match faults {
        Err(fault) if is_readable => return Err(fault),
        // How broken text is read can depend on its layout.
        Err(_) => return Ok(Formatted { text: text.to_owned(), is_whole: false }),
        Ok(()) => {}
    }
    let has_carriage_returns = text.split_inclusive('\n').next().is_some_and(|line| line.ends_with("\r\n"));
    let text = if has_carriage_returns { written.replace('\n', "\r\n") } else { written };
    Ok(Formatted { text, is_whole: kept == 0 && is_readable })
}

/// The text in the one style, and how many statements were left as they are.
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
    (ended(doc::render(&doc, WIDTH, INDENT)), printer.kept)
}

/// Where the text cannot be read.
fn problems(text: &str, parsed: &Parsed) -> Vec<Range<usize>> {
    let errors = parsed.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    let places = errors.flat_map(|diagnostic| {
        let others = diagnostic.secondary.iter().map(|label| label.span.range());
        std::iter::once(diagnostic.primary.span.range()).chain(others)
    });
    places.chain(parsed.unbalanced.map(|from| from..text.len())).collect()
}

/// Whether a text still holds the program and the comments of another.
fn verified(before: &str, parsed: &Parsed, after: &str) -> Result<(), FormatFault> {
    let again = parse(parsed.ast.span.file, after);
    if !same(&parsed.ast, &again.ast) || parsed.diagnostics.len() != again.diagnostics.len() {
        return Err(FormatFault::Program);
    }
    let comments = written::comment_texts(before, &parsed.trivia);
    if comments == written::comment_texts(after, &again.trivia) { Ok(()) } else { Err(FormatFault::Comments) }
}

/// A text with one line end at its end.
fn ended(mut text: String) -> String {
    text.truncate(text.trim_end_matches(['\n', ' ']).len());
    if !text.is_empty() {
        text.push('\n');
    }
    text
}
