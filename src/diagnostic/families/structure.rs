//! E0101, E0107: stages, their actions, and how many there may be.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// `on failure` with something that CodePipeline does not do.
pub fn unknown_outcome(place: Span, found: &str) -> Diagnostic {
    let label = if found.is_empty() { "nothing follows it" } else { "" };
    Diagnostic::new(Code::E0107, "`on failure` takes `retry` or `rollback`", place, label)
        .help("write `on failure retry`, `on failure retry all`, or `on failure rollback`")
}

/// Two `on failure` in a stage.
pub fn outcome_twice(place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::E0101, "the stage has more than one `on failure`", place, "second one")
        .label(first, "first one")
        .help("remove one of them")
}
