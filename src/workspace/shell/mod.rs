//! Shell commands as far as a buildspec's needs can be read from them: words with their bytes, variables by name.
//!
//! What is read of `sh` and `bash`: words with quotes, escapes, and expansions; lists (`;`, `&&`, `||`, `|`, `&`, lines);
//! redirections; the bodies of `if`, `while`, `until`, `for`, `case`, groups, subshells, functions, and `$(...)`; the variables
//! of here-documents. No shell is emulated: what only running would tell (`$(...)`, arithmetic, patterns, arrays, aliases) is
//! dynamic. Text in any other language, such as `PowerShell`, yields words that mean nothing.
//!
//! No parser of others fits: brush-parser stops at the first error and has no places of words inside expansions, yash-syntax is
//! under the GPL, and tree-sitter needs a C compiler.

mod faults;
mod parts;
mod scanner;

use std::ops::Range;

use scanner::{Start, parse_into};

/// A piece of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordPart {
    /// Text as it reaches the program.
    Text(String),
    /// `$NAME` or `${NAME}`, also `${NAME:-default}`.
    Variable(String),
    /// Known only when it runs.
    Dynamic,
}

/// One word of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShellWord {
    /// Its pieces in order.
    pub parts: Vec<WordPart>,
    /// Its bytes in the command's text, quotes included.
    pub range: Range<usize>,
}

impl ShellWord {
    /// The word's text when no part of it has to be run for.
    pub fn literal(&self) -> Option<String> {
        let text = |part: &WordPart| match part {
            WordPart::Text(text) => Some(text.clone()),
            WordPart::Variable(_) | WordPart::Dynamic => None,
        };
        self.parts.iter().map(text).collect()
    }

    /// The variable the word consists of and nothing else.
    pub fn variable(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [WordPart::Variable(name)] => Some(name),
            _ => None,
        }
    }

    /// The names of all variables in the word.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            WordPart::Variable(name) => Some(name.as_str()),
            WordPart::Text(_) | WordPart::Dynamic => None,
        })
    }

    /// The text the word starts with, up to its first variable.
    pub fn prefix(&self) -> &str {
        match self.parts.first() {
            Some(WordPart::Text(text)) => text,
            _ => "",
        }
    }

    fn is(&self, text: &str) -> bool {
        matches!(self.parts.as_slice(), [WordPart::Text(own)] if own == text)
    }
}

/// A program with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimpleCommand {
    /// The program and its arguments; assignments in front and redirections are left out.
    pub words: Vec<ShellWord>,
    /// `NAME=value` in front of the program, or alone.
    pub assignments: Vec<(String, ShellWord)>,
    /// Where `>` or `>>` sends the output.
    pub output: Option<ShellWord>,
    /// Its bytes in the command's text.
    pub range: Range<usize>,
    /// Whether it runs only if something else says so: in the body of an `if`, behind `||`, in a function.
    pub sometimes: bool,
    /// Whether the script goes on if it fails: before `||`, as a condition, behind `!`.
    pub may_fail: bool,
    /// How many subshells and substitutions it is in.
    pub depth: usize,
}

/// A place where the value of a variable is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableRead {
    /// Its name.
    pub name: String,
    /// Its bytes in the command's text, with `$` and braces.
    pub range: Range<usize>,
    /// Whether the script says what to do without it: `${NAME:-default}`, `${NAME:?message}`.
    pub guarded: bool,
}

/// Why a shell would not run a text as it is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShellFault {
    /// A quotation mark that nothing closes.
    OpenQuote,
    /// `if`, `for`, `while`, `until`, `case`, or `{` without its end.
    OpenBlock {
        /// The word that opens it.
        word: &'static str,
        /// The word that would close it.
        end: &'static str,
    },
    /// `fi`, `done`, or `esac` without its beginning.
    NoBlock(&'static str),
    /// `if` without `then`, `while` without `do`.
    NoBody {
        /// The word that opens it.
        word: &'static str,
        /// What the body begins with.
        body: &'static str,
    },
    /// `[-n`: no space after the bracket.
    BracketTogether,
    /// `[` without `]`.
    NoBracket,
    /// `NAME = value`.
    SpacedAssignment,
    /// `$NAME=value`.
    DollarAssignment,
}

/// All that a text shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// Every program that it runs, in reading order.
    pub commands: Vec<SimpleCommand>,
    /// The variables that it reads.
    pub reads: Vec<VariableRead>,
    /// The functions that it defines.
    pub functions: Vec<String>,
    /// The variables that it sets where they are read: `${NAME:=default}`.
    pub defaults: Vec<String>,
    /// What a shell would not run as it is meant, with the bytes in the command's text.
    pub faults: Vec<(ShellFault, Range<usize>)>,
}

/// The name under which `$env:NAME` of `PowerShell` is noted.
pub const POWERSHELL: &str = "env:";

/// Reads a text: every program that it runs, whatever joins them (`&&`, `;`, `|`, lines, `if`, `$(...)`).
pub fn parse(text: &str) -> Script {
    let mut script = Script::default();
    parse_into(text, Start { base: 0, nesting: 0, sometimes: false, depth: 0 }, &mut script);
    script.commands.sort_by_key(|command| command.range.start);
    script
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Whether a text can be the name of a variable.
fn is_variable(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_name) && !text.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests;
