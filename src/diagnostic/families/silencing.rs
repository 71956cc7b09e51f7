//! W0006: comments that silence lints.

use crate::diagnostic::wording::tick;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// `// dotpipe: ...` of another form.
pub fn not_understood(span: Span) -> Diagnostic {
    Diagnostic::new(Code::W0006, "comment for dotpipe is not understood", span, "silences nothing")
        .help("write `// dotpipe: allow(CODE) reason`")
}

/// A code that does not exist.
pub fn unknown_code(span: Span, name: &str, similar: Option<&str>) -> Diagnostic {
    let message = format!("no diagnostic has the code {}", tick(name));
    Diagnostic::new(Code::W0006, message, span, "silences nothing").suggest(span, similar)
}

/// The code of an error.
pub fn not_a_lint(span: Span, code: Code) -> Diagnostic {
    let message = format!("{} is an error and cannot be silenced", tick(code.as_str()));
    Diagnostic::new(Code::W0006, message, span, "only warnings and infos can be silenced")
        .help("remove the comment and mend what it reports")
}

/// A lint that is not found where the comment would silence it. `removal` is what goes away with the comment.
pub fn unused(span: Span, code: Code, removal: Option<Span>) -> Diagnostic {
    let message = format!("{} is silenced here and not found", tick(code.as_str()));
    let diagnostic = Diagnostic::new(Code::W0006, message, span, "silences nothing");
    match removal {
        Some(removal) => diagnostic.help("remove the comment").edit(removal, ""),
        None => diagnostic.help("remove the code from the comment"),
    }
}
