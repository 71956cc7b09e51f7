//! E0201 to E0210: artifacts and the files in them.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};

/// Names an artifact that no action makes.
pub fn unknown(used: &str, name: Span, place: Span, similar: Option<&str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::E0201, format!("no action makes an artifact named `{used}`"), place, "unknown artifact");
    match similar {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")).edit(name, near),
        None => diagnostic.help(format!("make it: write `-> {used}` in the header of the action that produces it")),
    }
}

/// `Artifact.file` in a header.
pub fn not_a_file(written: &str, place: Span) -> Diagnostic {
    let message = format!("`{written}` is not a file of an artifact");
    let diagnostic = Diagnostic::new(Code::E0201, message, place, "a file of an artifact follows `::`");
    match written.split_once('.') {
        Some((artifact, file)) => {
            let meant = format!("{artifact}::{file}");
            diagnostic.help(format!("write `{meant}`")).edit(place, meant)
        }
        None => diagnostic,
    }
}

/// An artifact has two producers.
pub fn made_twice(name: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(Code::E0203, format!("artifact `{}` is made twice", name.node), name.span, "made again here")
        .label(first, "first made here")
        .help("artifact names are unique in a pipeline: rename one of them")
}
