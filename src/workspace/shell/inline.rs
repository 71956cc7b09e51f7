//! Scripts in an argument: `sh -c '...'`, `bash -lc "..."`, `eval '...'`.

use super::scanner::{Scanner, Start, parse_into};
use super::{Bashism, NESTING_LIMIT, ShellWord};

/// Programs that run the program after them, so that a shell may follow.
const LAUNCHERS: [&str; 5] = ["command", "env", "nice", "stdbuf", "timeout"];

impl Scanner<'_, '_> {
    /// Reads the script in an argument of a shell, as if it were a subshell.
    pub(super) fn inline_script(&mut self, words: &[ShellWord]) {
        let Some((word, in_bash)) = script(words) else { return };
        let from = word.range.start - self.start.base;
        let whole = self.text.get(from..word.range.end - self.start.base).unwrap_or_default();
        let Some((inner, expands)) = quoted(whole).filter(|_| self.start.nesting < NESTING_LIMIT) else { return };
        let start = Start {
            base: word.range.start + 1,
            nesting: self.start.nesting + 1,
            sometimes: self.is_conditional(),
            depth: self.depth() + 1,
        };
        let (reads, bashisms) = (self.script.reads.len(), self.script.bashisms.len());
        parse_into(inner, start, self.script);
        // The outer shell has read them already.
        if expands {
            self.script.reads.truncate(reads);
        }
        let mut index = 0;
        self.script.bashisms.retain(|(bashism, _)| {
            index += 1;
            index <= bashisms || !(in_bash || expands && is_expansion(*bashism))
        });
    }
}

fn is_expansion(bashism: Bashism) -> bool {
    matches!(bashism, Bashism::Expansion | Bashism::Variable(_))
}

/// Returns the argument that is a script, and whether Bash runs it.
fn script(words: &[ShellWord]) -> Option<(&ShellWord, bool)> {
    if let [eval, script] = words
        && eval.is("eval")
    {
        return Some((script, false));
    }
    let is_shell = |word: &ShellWord| ["sh", "bash", "/bin/sh", "/bin/bash"].iter().any(|shell| word.is(shell));
    let at = words.iter().position(is_shell)?;
    let is_launched = at == 0 || words.first().is_some_and(|word| LAUNCHERS.iter().any(|name| word.is(name)));
    let mut rest = words.get(at + 1..).filter(|_| is_launched)?.iter();
    while let Some(option) = rest.next().and_then(ShellWord::literal).filter(|text| text.starts_with('-')) {
        if option.starts_with("--") {
            continue;
        }
        if option.contains('c') {
            return Some((rest.next()?, words.get(at).is_some_and(|shell| shell.prefix().ends_with("bash"))));
        }
        // `-eo pipefail`
        if option.ends_with('o') {
            rest.next();
        }
    }
    None
}

/// Returns the text in quotation marks, and whether the outer shell expands variables in it. Only a text that the program
/// receives as it is written, apart from its variables.
fn quoted(whole: &str) -> Option<(&str, bool)> {
    let inside = |mark: char| whole.strip_prefix(mark)?.strip_suffix(mark);
    let single = inside('\'').filter(|text| !text.contains('\''));
    let double = || inside('"').filter(|text| !text.contains(['"', '\\', '`']) && !text.contains("$("));
    single.map(|text| (text, false)).or_else(|| double().map(|text| (text, true)))
}
