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

/// An artifact has two producers.
pub fn made_twice(name: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(Code::E0203, format!("artifact `{}` is made twice", name.node), name.span, "made again here")
        .label(first, "first made here")
        .help("artifact names are unique in a pipeline: rename one of them")
}
