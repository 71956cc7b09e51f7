//! Scripts that commands run by their path.

use super::arguments::Arguments;
use crate::source::Span;
use crate::workspace::shell::SimpleCommand;

/// Programs whose first argument is a script, each with what the names of its scripts end with.
const INTERPRETERS: &[(&str, &[&str])] = &[
    ("bash", &[".sh", ".bash"]),
    ("node", &[".js", ".mjs", ".cjs"]),
    ("perl", &[".pl"]),
    ("python", &[".py"]),
    ("python3", &[".py"]),
    ("ruby", &[".rb"]),
    ("sh", &[".sh"]),
];

/// The script that a command runs, and its place: `./build.sh`, `tools/check.sh`, `bash build.sh`, `python3 x.py`.
pub(super) fn of(simple: &SimpleCommand, program: &str, arguments: &Arguments<'_>) -> Option<(String, Span)> {
    let first = simple.words.first()?.literal()?;
    let ends = |text: &str, endings: &[&str]| endings.iter().any(|ending| text.ends_with(ending));
    if first.contains('/') {
        let script = ends(&first, &[".sh", ".py", ".js", ".rb", ".pl"]) && !first.starts_with(['/', '~']);
        return script.then(|| (first, arguments.program_span()));
    }
    let (_, endings) = INTERPRETERS.iter().find(|(name, _)| *name == program)?;
    let word = arguments.words().next()?;
    let path = word.literal().filter(|path| ends(path, endings) && !path.starts_with(['/', '~', '-']))?;
    Some((path, arguments.bare(word).span))
}
