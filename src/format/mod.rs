//! Tree to text: total, and the same text for the same tree.
//!
//! Whatever a tree holds is printed, in one style. Reading the text again gives the same tree, but for places, with two
//! exceptions: a part that could not be read prints as a comment that says so, and a name that cannot be written (such as
//! `true`) as itself. What a tree does not hold, ordinary comments and blank lines, is not printed.

mod expressions;
mod layout;
mod statements;
mod strings;
#[cfg(test)]
mod tests;
mod types;

use crate::syntax::ast::File;

/// Columns that a line should not exceed, where it can be broken.
const WIDTH: usize = 100;

/// Blanks of one level.
const INDENT: usize = 2;

/// The text of a file.
pub fn print(file: &File) -> String {
    let mut printer = Printer::default();
    if let Some(edition) = &file.edition {
        printer.line(&format!("pipe {}", edition.node));
        if !file.statements.is_empty() {
            printer.blank_line();
        }
    }
    printer.statements(&file.statements, statements::Spacing::Top);
    printer.text
}

/// What is printed so far, and how deep the next line stands.
#[derive(Debug, Default)]
struct Printer {
    text: String,
    depth: usize,
}

impl Printer {
    /// The column of the next line.
    fn column(&self) -> usize {
        self.depth * INDENT
    }

    /// A line; the lines below the first, if it has several, bring their own indentation.
    fn line(&mut self, text: &str) {
        self.text.extend(std::iter::repeat_n(' ', self.column()));
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn blank_line(&mut self) {
        self.text.push('\n');
    }
}
