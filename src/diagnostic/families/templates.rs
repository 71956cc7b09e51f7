//! E0505: the input of a deploy action's template, and the template itself.

use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Span;

/// A file of pipelines whose template is larger than CloudFormation allows.
pub fn made_too_large(what: &str, count: usize, most: usize, place: Span) -> Diagnostic {
    let (count, most) = (wording::number(count), wording::number(most));
    let message = format!("this file generates a template with {count} {what}s; CloudFormation allows at most {most}");
    Diagnostic::new(Code::E0505, message, place, "one template contains all pipelines of the file")
        .help("move pipelines into separate files")
}
