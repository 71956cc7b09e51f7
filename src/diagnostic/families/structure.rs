//! E0101, E0107: stages, their actions, and their limits.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};

/// `on failure retry twice`, `on failure rollback all`. `allowed` is what can follow the word.
pub fn surplus_outcome(word: &str, detail: &Spanned<String>, allowed: Option<&str>) -> Diagnostic {
    let found = &detail.node;
    let message = match allowed {
        Some(allowed) => format!("`on failure {word}` can be followed by `{allowed}`, not by `{found}`"),
        None => format!("unexpected `{found}` after `on failure {word}`"),
    };
    let diagnostic = Diagnostic::new(Code::E0107, message, detail.span, "");
    match allowed {
        Some(allowed) => diagnostic.help(format!("remove `{found}`, or write `{word} {allowed}`")),
        None => diagnostic.help(format!("remove `{found}`")),
    }
}

/// `on failure` with something that CodePipeline does not support.
pub fn unknown_outcome(place: Span, found: &str) -> Diagnostic {
    let label = if found.is_empty() { "nothing follows it" } else { "" };
    Diagnostic::new(Code::E0107, "`on failure` takes `retry` or `rollback`", place, label)
        .help("write `on failure retry`, `on failure retry all`, or `on failure rollback`")
}

/// Two `on failure` statements in a stage.
pub fn outcome_twice(stage: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::E0101, format!("stage `{stage}` has more than one `on failure`"), place, "second one")
        .label(first, "first one")
        .help("remove one of them")
}
