//! W0006: comments that suppress diagnostics.

use crate::diagnostic::wording::tick;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// `// dotpipe: ...` in another form. `start` is how comments in the file start.
pub fn not_understood(span: Span, start: &str) -> Diagnostic {
    Diagnostic::new(Code::W0006, "unrecognized dotpipe comment", span, "has no effect")
        .help(format!("write `{start} dotpipe: allow(CODE) reason`"))
}

/// A code that does not exist. The code with the nearest number is unrelated, so there is no suggestion.
pub fn unknown_code(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::W0006, format!("unknown diagnostic code {}", tick(name)), span, "")
        .help("correct the code, or remove the comment")
}

/// The code of an error.
pub fn not_a_lint(span: Span, code: Code) -> Diagnostic {
    let message = format!("{} is an error and cannot be suppressed", tick(code.as_str()));
    Diagnostic::new(Code::W0006, message, span, "only warnings and infos can be suppressed")
        .help("remove the comment, and fix the error")
}

/// A code that is not reported where the comment would suppress it. `removal` is what is removed with the comment.
pub fn unused(span: Span, code: Code, removal: Option<Span>) -> Diagnostic {
    let message = format!("unused suppression: {} is not reported here", tick(code.as_str()));
    let diagnostic = Diagnostic::new(Code::W0006, message, span, "");
    match removal {
        Some(removal) => diagnostic.help("remove the comment").edit(removal, ""),
        None => diagnostic.help("remove the code from the comment"),
    }
}
