//! Syntax that needs Bash. A shell with only the syntax of POSIX is `dash`, the `sh` of Debian and Ubuntu.
//! <https://wiki.ubuntu.com/DashAsBinSh> (2026-11-30)

use std::ops::Range;

use super::scanner::Scanner;
use super::{Bashism, ShellWord};

impl Scanner<'_, '_> {
    /// Records the words of a command that need Bash.
    pub(super) fn note_bash_words(&mut self, words: &[ShellWord]) {
        let Some((first, rest)) = words.split_first() else { return };
        let bashism = match first.literal().as_deref() {
            Some("[[") => Some((Bashism::DoubleBracket, first)),
            Some("source") if !rest.is_empty() => Some((Bashism::Source, first)),
            Some("[" | "test") => rest.iter().find(|word| word.is("==")).map(|word| (Bashism::DoubleEquals, word)),
            _ => None,
        };
        if let Some((bashism, word)) = bashism {
            self.note_bashism(bashism, word.range.clone());
        }
    }

    /// Records syntax that needs Bash.
    pub(super) fn note_bashism(&mut self, bashism: Bashism, range: Range<usize>) {
        self.script.bashisms.push((bashism, range));
    }
}

/// Returns whether an expansion in braces needs Bash, given its text behind the name of the variable.
pub(super) fn expansion_needs_bash(after: &str) -> bool {
    let is_offset = |c: char| c.is_ascii_digit() || c == ' ';
    after.strip_prefix(':').is_some_and(|rest| rest.starts_with(is_offset)) || after.starts_with(['/', '^', ','])
}
