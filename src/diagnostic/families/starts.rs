//! E0106, E0107, E0609: triggers of a pipeline.

use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::source::{Span, Spanned};

/// `on schedule` without a string after it.
pub fn without_schedule(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0609, "`on schedule` needs a schedule", place, "expected a string after it")
        .help("for example, `on schedule \"cron(0 3 * * ? *)\"` starts the pipeline every day at 03:00 UTC")
}

/// An operator in an event pattern that EventBridge does not have.
pub fn unknown_comparison(key: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let message = format!("`{}` is not an event pattern operator", key.node);
    let diagnostic = Diagnostic::new(Code::E0107, message, key.span, "");
    if let Some(near) = suggest::similar(&key.node, known.iter().copied()) {
        return diagnostic.suggest(key.span, Some(near));
    }
    diagnostic.help(format!("write {}", wording::or_list(known.iter().copied())))
}

/// `numeric` with something other than operators and numbers.
pub fn not_numeric(place: Span, suggestion: Option<String>) -> Diagnostic {
    let message = "`numeric` needs alternating operators and numbers";
    match suggestion {
        Some(text) => Diagnostic::new(Code::E0106, message, place, "contains a number in quotation marks")
            .help(format!("write `{text}`"))
            .edit(place, text),
        None => Diagnostic::new(Code::E0106, message, place, "").help("for example, `[\">\", 0, \"<=\", 5]`"),
    }
}
