//! The notation of references.

use crate::check::Subject;
use crate::hir::Part;

/// Returns the action as a reference names it: what a loop adds to its name is irrelevant for the problem.
pub(in crate::check) fn written_action(subject: &Subject<'_>, part: &Part, variable: &str) -> Option<String> {
    let written = subject.written(part.span);
    let words = written.words();
    let of_action = match words.as_slice() {
        [before @ .., "outputs", last] if *last == variable && !before.is_empty() => before,
        [before @ .., last] if *last == variable => before,
        _ => return None,
    };
    let action = of_action.last()?;
    let of_name = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    (!action.is_empty() && action.chars().all(of_name)).then(|| (*action).to_owned())
}
