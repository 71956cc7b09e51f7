//! E0211: files of the repository that a pipeline uses.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// A file that is neither YAML nor JSON. The reason is the parser's.
pub fn not_parsed(kind: &str, reason: &str, place: Span, unfinished_key: Option<Span>) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0211, format!("{kind} is neither YAML nor JSON"), place, reason);
    match unfinished_key {
        Some(key) => diagnostic.label(key, "a `:` may be missing here"),
        None => diagnostic,
    }
}

/// A readable file that is not a template.
pub fn no_template(path: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0211, format!("`{path}` is not a CloudFormation template"), place, "has no `Resources`")
}
