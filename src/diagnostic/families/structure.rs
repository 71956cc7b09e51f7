//! E0101, E0107: stages, their actions, and their limits.

use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase};
use crate::source::{Span, Spanned};

/// What happens if a stage fails.
const FAILURE: &str = "failure";

/// `on failure retry twice`, `on failure rollback all`. `allowed` is what can follow the word.
pub fn surplus_outcome(word: &str, detail: &Spanned<String>, allowed: Option<&str>) -> Diagnostic {
    let found = &detail.node;
    let outcome = PipeCode::on_with(FAILURE, word);
    let message = if let Some(allowed) = allowed {
        phrase![outcome, format!(" can be followed by `{allowed}`, not by `{found}`")]
    } else {
        phrase![format!("unexpected `{found}` after "), outcome]
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
    let [retry, retry_all, rollback] =
        ["retry", "retry all", "rollback"].map(|outcome| PipeCode::on_with(FAILURE, outcome));
    let message = phrase![PipeCode::on(FAILURE), " takes `retry` or `rollback`"];
    Diagnostic::new(Code::E0107, message, place, label)
        .help(phrase!["write ", retry, ", ", retry_all, ", or ", rollback])
}

/// Two `on failure` statements in a stage.
pub fn outcome_twice(stage: &str, place: Span, first: Span) -> Diagnostic {
    let message = phrase![format!("stage `{stage}` has more than one "), PipeCode::on(FAILURE)];
    Diagnostic::new(Code::E0101, message, place, "second one").label(first, "first one").help("remove one of them")
}
