//! Shell commands, parsed to the extent that buildspecs need: words with their bytes, variables by name.
//!
//! The parser reads these parts of `sh` and `bash`: words with quotes, escapes, and expansions; lists (`;`, `&&`, `||`,
//! `|`, `&`, lines); redirections; the bodies of `if`, `while`, `until`, `for`, `case`, groups, subshells, functions,
//! and `$(...)`; the variables of here-documents. It does not emulate a shell: what is known only at run time
//! (`$(...)`, arithmetic, patterns, arrays, aliases) is dynamic. Text in any other language, such as `PowerShell`,
//! yields meaningless words.
//!
//! No existing parser fits: brush-parser stops at the first error and has no spans for words inside expansions,
//! yash-syntax is under the GPL, and tree-sitter needs a C compiler.

mod bashisms;
mod faults;
mod heredocs;
mod inline;
mod outcomes;
mod parts;
mod scanner;
mod words;

use std::ops::Range;

pub use outcomes::{Loss, LostCommand, ShellOptions};
pub(super) use parts::balanced;
use scanner::{Start, parse_into};

/// A piece of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordPart {
    /// Text as the program receives it.
    Text(String),
    /// `$NAME` or `${NAME}`, also `${NAME:-default}`.
    Variable(String),
    /// Known only at run time.
    Dynamic,
}

/// One word of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShellWord {
    /// Its pieces in order.
    pub parts: Vec<WordPart>,
    /// Its range in the command's text, including quotes.
    pub range: Range<usize>,
}

impl ShellWord {
    /// Returns the text of the word if all of it is literal.
    pub fn literal(&self) -> Option<String> {
        let text = |part: &WordPart| match part {
            WordPart::Text(text) => Some(text.clone()),
            WordPart::Variable(_) | WordPart::Dynamic => None,
        };
        self.parts.iter().map(text).collect()
    }

    /// Returns the variable if the word consists of exactly one.
    pub fn variable(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [WordPart::Variable(name)] => Some(name),
            _ => None,
        }
    }

    /// Returns the names of all variables in the word.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            WordPart::Variable(name) => Some(name.as_str()),
            WordPart::Text(_) | WordPart::Dynamic => None,
        })
    }

    /// Returns the literal text at the start of the word.
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
    /// The program and its arguments, without assignments before it and redirections.
    pub words: Vec<ShellWord>,
    /// `NAME=value` before the program, or alone.
    pub assignments: Vec<(String, ShellWord)>,
    /// The target of `>` or `>>`.
    pub output: Option<ShellWord>,
    /// The file after `<`.
    pub input: Option<ShellWord>,
    /// The here-document after `<<`.
    pub heredoc: Option<HereDocument>,
    /// Its range in the command's text.
    pub range: Range<usize>,
    /// Whether it runs only under a condition: in the body of an `if`, after `||`, in a function.
    pub sometimes: bool,
    /// Whether the script continues if it fails: before `||`, as a condition, after `!`.
    pub may_fail: bool,
    /// The number of subshells and substitutions around it.
    pub depth: usize,
    /// Whether it receives the output of another command through `|`, so that it runs in a subshell of its own.
    pub piped: bool,
    /// The variables in single quotes, where the shell does not replace them, with their ranges in the command's text.
    pub quoted: Vec<(String, Range<usize>)>,
}

/// The text after `<<`, up to its delimiter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HereDocument {
    /// The range of its lines in the command's text.
    pub range: Range<usize>,
    /// Whether the shell expands variables in it.
    pub expands: bool,
}

/// A place where the value of a variable is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableRead {
    /// Its name.
    pub name: String,
    /// Its range in the command's text, with `$` and braces.
    pub range: Range<usize>,
    /// Whether the script handles an unset variable: `${NAME:-default}`, `${NAME:?message}`.
    pub guarded: bool,
    /// Whether it is used only under a condition: in the body of an `if`, after `||`, in a function.
    pub sometimes: bool,
}

/// Syntax of Bash that a shell with only the syntax of POSIX rejects or reads in another way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bashism {
    /// `[[ ... ]]`.
    DoubleBracket,
    /// `[ a == b ]`.
    DoubleEquals,
    /// `source FILE`. `bare`: the file is named without a folder.
    Source {
        /// Whether the file is named without a folder.
        bare: bool,
    },
    /// `. FILE` for a file that is named without a folder.
    BareSource,
    /// `function NAME`.
    Function,
    /// `${NAME:0:7}`, `${NAME/a/b}`, `${NAME^^}`, `${NAME,,}`, `${NAME[0]}`, `${!NAME}`.
    Expansion,
    /// `<<< TEXT`.
    HereString,
    /// A program that only Bash contains, such as `pushd`.
    Builtin(&'static str),
    /// An option of a program, such as `read`, that only Bash knows.
    Option(&'static str),
    /// An option with its program: `set -o pipefail`, `[ -v`.
    Flag(&'static str),
    /// `trap ... ERR`.
    Trap(&'static str),
    /// `&>`, `>&`, `|&`, `<(`, `>(`, or `((`.
    Operator(&'static str),
    /// `NAME=(...)` or `NAME[0]=...`.
    Array,
    /// `NAME+=...`.
    Append,
    /// `$'...'`.
    AnsiQuote,
    /// `{a,b}` or `{1..3}`.
    Braces,
    /// `select`.
    Select,
    /// A variable that only Bash sets, such as `$RANDOM`.
    Variable(&'static str),
    /// `echo -e`, whose output another program or a file receives.
    EchoOption,
}

/// The reason that a shell would not run a text as intended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShellFault {
    /// A quotation mark that is not closed.
    OpenQuote,
    /// `if`, `for`, `while`, `until`, `case`, or `{` without its end.
    OpenBlock {
        /// The word that opens it.
        word: &'static str,
        /// The word that would close it.
        end: &'static str,
    },
    /// `fi`, `done`, or `esac` without its start.
    NoBlock(&'static str),
    /// `if` without `then`, `while` without `do`.
    NoBody {
        /// The word that opens it.
        word: &'static str,
        /// The word that starts the body.
        body: &'static str,
    },
    /// `[-n`: no space after the bracket.
    BracketTogether,
    /// `[` without `]`.
    NoBracket,
    /// `NAME = value`.
    SpacedAssignment,
    /// `NAME= value`.
    SpacedValue,
    /// `NAME=git describe`: a command without `$(...)`.
    BareCommand,
    /// `$NAME=value`.
    DollarAssignment,
    /// `$(` that is not closed.
    OpenSubstitution,
    /// `` ` `` that is not closed.
    OpenBacktick,
    /// `${{ NAME }}`.
    DoubleBrace,
    /// `|`, `||`, or `&&` without a command before or after it.
    NoCommand,
    /// `=>` instead of `>`.
    Arrow,
    /// A program among the arguments of `mkdir` or a similar program.
    JoinedCommands,
}

/// The content of a script.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// Every program that it runs, in source order.
    pub commands: Vec<SimpleCommand>,
    /// The variables that it reads.
    pub reads: Vec<VariableRead>,
    /// The functions that it defines.
    pub functions: Vec<String>,
    /// The variables that it sets where it reads them: `${NAME:=default}`, `((NAME++))`.
    pub defaults: Vec<String>,
    /// The parts that a shell would not run as intended, with their ranges in the command's text.
    pub faults: Vec<(ShellFault, Range<usize>)>,
    /// Its syntax that needs Bash, with the ranges in the command's text.
    pub bashisms: Vec<(Bashism, Range<usize>)>,
    /// The commands, operators, and keywords outside `$(...)`, each with the byte at which it starts.
    tokens: Vec<(outcomes::Token, usize)>,
}

/// The name that represents `$env:NAME` of `PowerShell`.
pub const POWERSHELL: &str = "env:";

/// Parses a text: every program that it runs, however they are joined (`&&`, `;`, `|`, lines, `if`, `$(...)`).
pub fn parse(text: &str) -> Script {
    let mut script = Script::default();
    parse_into(text, Start { base: 0, nesting: 0, sometimes: false, depth: 0 }, &mut script);
    script.commands.sort_by_key(|command| command.range.start);
    script
}

/// Scripts inside scripts, such as `$(...)`, that are nested deeper than this are not parsed.
const NESTING_LIMIT: usize = 8;

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Returns whether a text can be the name of a variable.
pub fn is_variable(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_name) && !text.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests;
