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
        let assigned = first.literal().is_some_and(|text| is_variable(&text) && text == text.to_ascii_uppercase());
        let range =
            first.range.start..words.get(if exported { 2 } else { 1 }).map_or(first.range.end, |it| it.range.end);
        if exported || assigned && equals(rest.first()) {
            self.fault(ShellFault::SpacedAssignment, range);
        } else if let [WordPart::Variable(_), WordPart::Text(text), ..] = first.parts.as_slice()
            && text.starts_with('=')
        {
            self.fault(ShellFault::DollarAssignment, first.range.clone());
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

    /// Records a quotation mark that is not closed, unless it is inside `$(` that is not closed.
    pub(super) fn open_quote(&mut self, at: usize) {
        if self.script.faults.iter().any(|(fault, _)| *fault == ShellFault::OpenSubstitution) {
            return;
        }
        self.fault(ShellFault::OpenQuote, self.start.base + at..self.start.base + at + 1);
    }
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
