//! E0210 and E0211: files of the repository that a pipeline asks for.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// A file that something in the `.pipe` file asks for.
#[derive(Debug)]
pub struct FileUse<'a> {
    /// `buildspec` or `template`.
    pub kind: &'a str,
    /// The path from the root.
    pub path: &'a str,
    /// The value that names it; where nothing does, what uses it.
    pub place: Span,
    /// Whether the file is named there.
    pub named: bool,
    /// A file of the repository that may be meant, as it would be written there.
    pub near: Option<&'a str>,
}

/// Why a file cannot be used.
#[derive(Debug)]
pub enum Unreadable {
    /// There is none.
    NotFound,
    /// It is a folder.
    Folder,
    /// It lies outside the project.
    Outside,
    /// Anything else, in words.
    Other(String),
}

/// A buildspec or template that cannot be had.
pub fn unreadable(file: &FileUse<'_>, why: &Unreadable) -> Diagnostic {
    let FileUse { kind, path, place, .. } = *file;
    let (message, label) = match why {
        Unreadable::NotFound if file.named => {
            (format!("{kind} `{path}` not found"), "no such file in the repository".to_owned())
        }
        Unreadable::NotFound => {
            (format!("{kind} `{path}` not found"), format!("builds by `{path}` unless told otherwise"))
        }
        Unreadable::Folder => (format!("{kind} `{path}` is a folder"), "a file is needed".to_owned()),
        Unreadable::Outside => {
            (format!("{kind} `{path}` is outside the project"), "leads out of the root folder".to_owned())
        }
        Unreadable::Other(reason) => (format!("{kind} `{path}` cannot be read"), reason.clone()),
    };
    let diagnostic = Diagnostic::new(Code::E0210, message, place, label);
    match (file.near, file.named) {
        (Some(near), true) => diagnostic.help(format!("did you mean `\"{near}\"`?")).edit(place, format!("\"{near}\"")),
        (Some(near), false) => diagnostic.help(format!("to use that file, add `{kind} = \"{near}\"`")),
        _ => diagnostic,
    }
}

/// A file that is neither YAML nor JSON. The reason is the parser's own.
pub fn not_parsed(kind: &str, reason: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0211, format!("{kind} is neither YAML nor JSON"), place, reason)
}

/// A readable file that is no template.
pub fn no_template(path: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0211, format!("`{path}` is not a CloudFormation template"), place, "has no `Resources`")
}
