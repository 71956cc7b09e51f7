//! Syntax that needs Bash. A shell with only the syntax of POSIX is `dash`, the `sh` of Debian and Ubuntu.
//! <https://wiki.ubuntu.com/DashAsBinSh>, tried with dash 0.5.12 (2026-11-30)

use std::ops::Range;

use super::scanner::Scanner;
use super::{Bashism, ShellWord, WordPart};

/// Programs that only Bash contains.
const BUILTINS: [&str; 13] = [
    "builtin",
    "caller",
    "coproc",
    "declare",
    "dirs",
    "disown",
    "let",
    "mapfile",
    "popd",
    "pushd",
    "readarray",
    "shopt",
    "typeset",
];

/// Variables that only Bash sets.
const VARIABLES: [&str; 7] = ["BASHPID", "BASH_SOURCE", "EUID", "FUNCNAME", "PIPESTATUS", "RANDOM", "SECONDS"];

/// Signals of `trap` that only Bash has.
const TRAPS: [&str; 3] = ["DEBUG", "ERR", "RETURN"];

/// Programs with the letters of their options that only Bash knows.
const OPTIONS: [(&str, &str); 7] = [
    ("export", "fn"),
    ("local", "Aafginrtux"),
    ("printf", "v"),
    ("read", "aNdeinstu"),
    ("readonly", "Aaf"),
    ("unset", "n"),
    ("wait", "fnp"),
];

/// Programs whose arguments Bash expands if they contain braces.
const OF_LISTS: [&str; 11] = ["cat", "cp", "echo", "for", "ls", "mkdir", "mv", "rm", "tar", "touch", "zip"];

impl Scanner<'_, '_> {
    /// Records the words of a command that need Bash. `output`: where a redirection writes its output.
    pub(super) fn note_bash_words(&mut self, words: &[ShellWord], output: Option<&ShellWord>) {
        let Some((first, rest)) = words.split_first() else { return };
        let Some(program) = first.literal().filter(|name| name.len() == first.range.len()) else { return };
        let bashism = match program.as_str() {
            "[[" => Some((Bashism::DoubleBracket, first)),
            "source" => rest.first().map(|file| (Bashism::Source { bare: is_bare(file) }, first)),
            "." => rest.first().filter(|file| is_bare(file)).map(|_| (Bashism::BareSource, first)),
            "[" | "test" if rest.first().is_some_and(|word| word.is("-v")) => {
                Some((Bashism::Flag("[ -v"), rest.first().unwrap_or(first)))
            }
            "[" | "test" => rest.iter().find(|word| word.is("==")).map(|word| (Bashism::DoubleEquals, word)),
            "set" => rest.iter().find(|word| word.is("pipefail")).map(|word| (Bashism::Flag("set -o pipefail"), word)),
            "trap" => {
                let signals = rest.iter().skip(1);
                let mut named = signals.filter_map(|word| Some((*TRAPS.iter().find(|name| word.is(name))?, word)));
                named.next_back().map(|(name, word)| (Bashism::Trap(name), word))
            }
            "echo" if self.goes_on(output) => {
                rest.first().filter(|word| is_escaping(word)).map(|word| (Bashism::EchoOption, word))
            }
            name => match BUILTINS.iter().find(|builtin| **builtin == name) {
                Some(builtin) => Some((Bashism::Builtin(builtin), first)),
                None => option(name, rest),
            },
        };
        if let Some((bashism, word)) = bashism {
            self.note_bashism(bashism, word.range.clone());
        }
        if OF_LISTS.contains(&program.as_str())
            && let Some(word) = rest.iter().find(|word| self.written(word).is_some_and(has_braces))
        {
            self.note_bashism(Bashism::Braces, word.range.clone());
        }
    }

    /// Returns whether a file or another program receives the output of the command that just ended.
    fn goes_on(&self, output: Option<&ShellWord>) -> bool {
        let after = self.text.get(self.at.saturating_sub(1)..).unwrap_or_default();
        let is_piped = after.starts_with('|') && !after.starts_with("||");
        is_piped || output.is_some_and(|file| !file.prefix().starts_with("/dev/"))
    }

    /// Returns a word as it is written.
    fn written(&self, word: &ShellWord) -> Option<&str> {
        self.text.get(word.range.start.checked_sub(self.start.base)?..word.range.end.checked_sub(self.start.base)?)
    }

    /// Records an assignment that needs Bash: `NAME+=more`, `NAME[0]=first`.
    pub(super) fn note_bash_assignment(&mut self, word: &ShellWord) {
        let name = word.prefix().split('=').next().unwrap_or_default();
        if name.ends_with('+') {
            self.note_bashism(Bashism::Append, word.range.clone());
        } else if name.ends_with(']') {
            self.note_bashism(Bashism::Array, word.range.clone());
        }
    }

    /// Records the use of a variable that only Bash sets.
    pub(super) fn note_bash_variable(&mut self, name: &str, range: Range<usize>) {
        if let Some(known) = VARIABLES.iter().find(|known| **known == name) {
            self.note_bashism(Bashism::Variable(known), range);
        }
    }

    /// Records an operator that needs Bash, which starts at a byte.
    pub(super) fn note_bash_operator(&mut self, operator: &'static str, at: usize) {
        let start = self.start.base + at;
        self.note_bashism(Bashism::Operator(operator), start..start + operator.len());
    }

    /// Records syntax that needs Bash.
    pub(super) fn note_bashism(&mut self, bashism: Bashism, range: Range<usize>) {
        self.script.bashisms.push((bashism, range));
    }
}

/// Returns whether a file is named without a folder, so that a shell that follows POSIX looks for it only in `PATH`.
/// <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#dot>,
/// <https://www.gnu.org/software/bash/manual/html_node/Bash-POSIX-Mode.html> (2026-11-30)
fn is_bare(file: &ShellWord) -> bool {
    matches!(file.parts.as_slice(), [WordPart::Text(path)] if !path.contains('/') && !path.starts_with('-'))
}

/// Returns whether a word is an option of `echo` that only Bash knows: `-e`, `-ne`.
fn is_escaping(word: &ShellWord) -> bool {
    let letters = word.literal().and_then(|text| text.strip_prefix('-').map(str::to_owned));
    letters.is_some_and(|letters| letters.contains('e') && letters.chars().all(|c| "neE".contains(c)))
}

/// Returns the first option of a program that only Bash knows.
fn option<'w>(program: &str, words: &'w [ShellWord]) -> Option<(Bashism, &'w ShellWord)> {
    let (name, letters) = OPTIONS.iter().find(|(name, _)| *name == program)?;
    let options = words.iter().take_while(|word| word.prefix().starts_with('-') && !word.is("--"));
    let mut found = options.filter(|word| word.prefix().chars().skip(1).any(|c| letters.contains(c)));
    found.next().map(|word| (Bashism::Option(name), word))
}

/// Returns whether a word contains a list or a range in braces that Bash expands: `{a,b}`, `{1..3}`.
fn has_braces(written: &str) -> bool {
    let Some((before, rest)) = written.split_once('{') else { return false };
    let Some((inside, _)) = rest.split_once('}') else { return false };
    let is_plain = inside.chars().all(|c| c.is_ascii_alphanumeric() || "_.,*/-".contains(c));
    let is_range = || inside.split_once("..").is_some_and(|(from, to)| !from.is_empty() && !to.is_empty());
    !before.contains(['$', '"', '\'', '\\', '`']) && is_plain && (inside.contains(',') || is_range())
}

/// Returns whether an expansion in braces needs Bash, given its text behind the name of the variable.
pub(super) fn expansion_needs_bash(after: &str) -> bool {
    let is_offset = |c: char| c.is_ascii_digit() || c == ' ' || c == '$';
    let is_substring = after.strip_prefix(':').is_some_and(|rest| rest.starts_with(is_offset));
    is_substring || after.starts_with(['/', '^', ',', '[', '@'])
}
