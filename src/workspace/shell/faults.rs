//! Commands that a shell would not run as intended.

use std::ops::Range;

use super::scanner::{Block, Scanner};
use super::{ShellFault, ShellWord, WordPart, is_variable};

/// The words that open a block, each with the one that closes it.
const BLOCKS: &[(&str, &str)] = &[
    ("if", "fi"),
    ("for", "done"),
    ("select", "done"),
    ("while", "done"),
    ("until", "done"),
    ("case", "esac"),
    ("{", "}"),
];

impl Scanner<'_, '_> {
    /// Records a fault. Inside `$(...)`, none is recorded: its end is found by counting brackets, which may be wrong.
    pub(super) fn fault(&mut self, fault: ShellFault, range: Range<usize>) {
        if self.start.nesting == 0 {
            self.script.faults.push((fault, range));
        }
    }

    /// Records a condition that ends without `then` or `do`.
    pub(super) fn without_body(&mut self) {
        if let Some((Block::Condition, range)) = self.blocks.last().cloned() {
            let (word, _) = self.block_words(&range);
            self.fault(ShellFault::NoBody { word, body: if word == "if" { "then" } else { "do" } }, range);
        }
    }

    /// Records an operator directly after another one.
    pub(super) fn second_operator(&mut self, operator: char, double: bool, at: usize) {
        if operator == '|' || operator == '&' && double {
            let start = self.start.base + at;
            self.fault(ShellFault::NoCommand, start..start + 1 + usize::from(double));
        }
    }

    /// Records an operator at the end, after which a command is missing.
    pub(super) fn open_list(&mut self) {
        let operator = ["&&", "||", "|"].into_iter().find_map(|operator| {
            let before = self.text.trim_end().strip_suffix(operator)?;
            Some(before.len()..before.len() + operator.len())
        });
        if let Some(range) = operator.filter(|_| self.is_joined() && self.blocks.is_empty()) {
            self.fault(ShellFault::NoCommand, range.start + self.start.base..range.end + self.start.base);
        }
    }

    /// Records the first block that is still open at the end.
    pub(super) fn open_block(&mut self) {
        if let Some((_, range)) = self.blocks.first().cloned() {
            let (word, end) = self.block_words(&range);
            self.fault(ShellFault::OpenBlock { word, end }, range);
        }
    }

    /// Returns the word that opens a block, and the one that closes it.
    fn block_words(&self, range: &Range<usize>) -> (&'static str, &'static str) {
        let written = self.text.get(range.start - self.start.base..range.end - self.start.base).unwrap_or_default();
        BLOCKS.iter().copied().find(|(word, _)| *word == written).unwrap_or(("{", "}"))
    }

    /// Records a word that closes nothing.
    pub(super) fn no_block(&mut self, text: &str, range: Range<usize>) {
        let closing = BLOCKS.iter().map(|(_, end)| *end).find(|end| *end == text);
        if let Some(end) = closing {
            self.fault(ShellFault::NoBlock(end), range);
        }
    }

    /// Records words that do not do what they seem to do.
    pub(super) fn look_at(&mut self, words: &[ShellWord]) {
        let Some((first, rest)) = words.split_first() else { return };
        let shell_name = |word: &ShellWord| word.literal().is_some_and(|text| is_variable(&text));
        let equals = |word: Option<&ShellWord>| word.is_some_and(|word| word.is("="));
        let exported = first.is("export") && rest.first().is_some_and(shell_name) && equals(rest.get(1));
        let assigned = first.literal().filter(|text| is_variable(text) && !COMPARING.contains(&text.as_str()));
        let upper = assigned.as_ref().is_some_and(|name| *name == name.to_ascii_uppercase());
        // `NAME =value`
        let joined = |word: &ShellWord| word.prefix().starts_with('=') && !word.prefix().starts_with("==");
        let range =
            first.range.start..words.get(if exported { 2 } else { 1 }).map_or(first.range.end, |it| it.range.end);
        if exported || assigned.is_some() && equals(rest.first()) || upper && rest.first().is_some_and(joined) {
            self.fault(ShellFault::SpacedAssignment, range);
        } else if let Some(range) = self.exported_apart(words) {
            self.fault(ShellFault::SpacedValue, range);
        } else if let Some(word) = [Some(first), rest.first().filter(|_| first.is("export"))]
            .into_iter()
            .flatten()
            .find(|word| assigns_dollar(word))
        {
            self.fault(ShellFault::DollarAssignment, word.range.clone());
        } else if first
            .prefix()
            .strip_prefix('[')
            .is_some_and(|rest| rest.starts_with(['-', '!']) || rest.is_empty() && !first.is("["))
        {
            self.fault(ShellFault::BracketTogether, first.range.clone());
        } else if let Some(joined) = joined_command(first, rest) {
            self.fault(ShellFault::JoinedCommands, joined);
        } else if first.is("[") && !rest.iter().any(|word| word.is("]") || word.is("then") || word.is("do")) {
            self.fault(ShellFault::NoBracket, first.range.clone());
        }
    }

    /// Records a value that is not assigned: `NAME= $(command)`, `NAME=git describe`.
    pub(super) fn look_at_assignment(&mut self, assignments: &[(String, ShellWord)], words: &[ShellWord]) {
        let ([(_, value)], Some(first)) = (assignments, words.first()) else { return };
        let range = value.range.start..first.range.end;
        if value.parts.is_empty() && self.ends_assigned(value) && self.is_value(first) {
            self.fault(ShellFault::SpacedValue, range);
        } else if let (Some(program), Some(next)) = (value.literal(), first.literal())
            && PRINTING.iter().any(|(name, words)| *name == program && words.iter().any(|word| follows(&next, word)))
            && first.range.len() == next.len()
        {
            self.fault(ShellFault::BareCommand, range);
        }
    }

    /// Returns whether nothing follows the `=` of an assignment, not even quotation marks.
    fn ends_assigned(&self, value: &ShellWord) -> bool {
        self.raw(value).ends_with('=')
    }

    /// Returns a word as it is written.
    fn raw(&self, word: &ShellWord) -> &str {
        let range = word.range.start.saturating_sub(self.start.base)..word.range.end.saturating_sub(self.start.base);
        self.text.get(range).unwrap_or_default()
    }

    /// Returns whether a word is a value rather than a program: quoted, or an expansion.
    fn is_value(&self, word: &ShellWord) -> bool {
        let raw = self.raw(word);
        raw.starts_with(['"', '\'', '`']) || raw.starts_with("$(")
    }

    /// Returns the range of `NAME= value` after `export`.
    fn exported_apart(&self, words: &[ShellWord]) -> Option<Range<usize>> {
        let [export, name, value] = words else { return None };
        let is_name = name.literal().is_some_and(|text| text.strip_suffix('=').is_some_and(is_variable));
        let is_apart = export.is("export") && is_name && self.ends_assigned(name) && self.is_value(value);
        is_apart.then_some(name.range.start..value.range.end)
    }

    /// Records a quotation mark that is not closed, unless it is inside `$(` that is not closed.
    pub(super) fn open_quote(&mut self, at: usize) {
        if self.script.faults.iter().any(|(fault, _)| *fault == ShellFault::OpenSubstitution) {
            return;
        }
        self.fault(ShellFault::OpenQuote, self.start.base + at..self.start.base + at + 1);
    }
}

/// Programs that take `=` as an argument.
const COMPARING: [&str; 5] = ["echo", "expr", "let", "printf", "test"];

/// Programs that print a value, each with words that follow it. A word of one character is the start of an option or a
/// similar word.
const PRINTING: [(&str, &[&str]); 9] = [
    ("aws", &["cloudformation", "codeartifact", "ec2", "ecr", "ecs", "secretsmanager", "ssm", "sts"]),
    ("cat", &["VERSION", "version", "version.txt"]),
    ("date", &["+", "-"]),
    ("git", &["describe", "log", "rev-list", "rev-parse", "symbolic-ref"]),
    ("jq", &["-"]),
    ("node", &["-"]),
    ("npm", &["pkg", "view"]),
    ("python", &["-"]),
    ("python3", &["-"]),
];

/// Returns whether a word is an assignment with `$` before the name: `$NAME=value`.
fn assigns_dollar(word: &ShellWord) -> bool {
    matches!(word.parts.as_slice(), [WordPart::Variable(_), WordPart::Text(text), ..] if text.starts_with('='))
}

/// Returns whether a word is the one that follows a program, or starts with it.
fn follows(word: &str, listed: &str) -> bool {
    word == listed || listed.len() == 1 && word.starts_with(listed)
}

/// Programs whose arguments are files and folders.
const OF_FILES: [&str; 4] = ["cd", "mkdir", "rm", "touch"];

/// Programs that are no names of files or folders.
const PROGRAMS: [&str; 14] =
    ["cd", "chmod", "cp", "curl", "echo", "export", "mkdir", "mv", "npx", "printf", "rm", "rsync", "sed", "unzip"];

/// Returns the range of a program among the arguments of another one, which a line break in YAML joins to it.
fn joined_command(first: &ShellWord, rest: &[ShellWord]) -> Option<Range<usize>> {
    let mut paths = rest.iter().filter(|word| !word.prefix().starts_with('-')).skip(1);
    let program = paths.find(|word| first.is("cd") || PROGRAMS.iter().any(|program| word.is(program)))?;
    let is_plain = |word: &ShellWord| word.literal().is_some_and(|text| text.len() == word.range.len());
    let goes_on = rest.last().is_some_and(|last| last.range.end > program.range.end);
    (OF_FILES.iter().any(|name| first.is(name)) && goes_on && is_plain(program)).then(|| program.range.clone())
}
