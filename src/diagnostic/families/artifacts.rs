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

/// A file that its artifact does not hold.
#[derive(Debug)]
pub struct MissingFile<'a> {
    /// The artifact, where it is made.
    pub artifact: &'a Spanned<String>,
    /// The file.
    pub path: &'a str,
    /// Its place.
    pub span: Span,
    /// Whether it stands in quotes there.
    pub quoted: bool,
    /// A file of the artifact that may be meant.
    pub near: Option<&'a str>,
    /// What says what the artifact holds.
    pub holder: Holder<'a>,
    /// Where that is said, entry by entry.
    pub listed: Vec<Span>,
}

/// What says what an artifact holds.
#[derive(Debug)]
pub enum Holder<'a> {
    /// The repository.
    Repository {
        /// The file is there all the same, but not under version control.
        ignored: bool,
    },
    /// A buildspec.
    Build {
        /// The project, where it has a name.
        project: Option<&'a str>,
        /// The key of the section.
        section: Span,
    },
    /// The header of the action that makes it.
    Declaration,
}

/// A file is not in its artifact.
pub fn missing_file(missing: &MissingFile<'_>) -> Diagnostic {
    let MissingFile { artifact, path, span, near, .. } = *missing;
    let name = &artifact.node;
    let (label, made) = match &missing.holder {
        Holder::Repository { ignored: true } => {
            ("not under version control", "a checkout of this repository".to_owned())
        }
        Holder::Repository { .. } => ("not in the repository", "a checkout of this repository".to_owned()),
        Holder::Build { project: Some(project), .. } => {
            ("not among the files of the build", format!("made by project `{project}`"))
        }
        Holder::Build { .. } => ("not among the files of the build", "made here".to_owned()),
        Holder::Declaration => ("not among the files declared", "made here".to_owned()),
    };
    let message = format!("artifact `{name}` has no file `{path}`");
    let mut diagnostic = Diagnostic::new(Code::E0207, message, span, label).label(artifact.span, made);
    match (missing.listed.as_slice(), &missing.holder) {
        ([only], _) => diagnostic = diagnostic.label(*only, "the artifact's only file"),
        (_, Holder::Build { section, .. }) => diagnostic = diagnostic.label(*section, "the artifact's files"),
        _ => {}
    }
    if let Some(near) = near {
        let written = if missing.quoted || !is_bare_path(near) { format!("\"{near}\"") } else { near.to_owned() };
        return diagnostic.help(format!("did you mean `{name}::{written}`?")).edit(span, written);
    }
    match missing.holder {
        Holder::Repository { ignored: true } => {
            diagnostic.note("a file that `.gitignore` names does not reach the pipeline")
        }
        Holder::Repository { .. } => diagnostic,
        Holder::Build { .. } => diagnostic.help(format!("list `{path}` among the `files` of this artifact")),
        Holder::Declaration => diagnostic.help(format!("declare it: `-> {name}(\"{path}\")`")),
    }
}

/// Whether a path can stand behind `::` without quotes.
fn is_bare_path(path: &str) -> bool {
    path.chars().all(|c| c.is_ascii_alphanumeric() || "_.@+~-/".contains(c)) && !path.contains("//")
}

/// An action with outputs whose buildspec puts no files into any.
pub fn build_without_artifacts(action: &str, output: &Spanned<String>) -> Diagnostic {
    let message = format!("the buildspec of `{action}` has no `artifacts`");
    Diagnostic::new(Code::E0208, message, output.span, "nothing is put into it")
        .help(format!("add `artifacts` with `files` to the buildspec, or remove `-> {}`", output.node))
}

/// An action with one output whose buildspec has secondary artifacts only.
pub fn only_secondary(action: &str, output: &Spanned<String>, section: Span) -> Diagnostic {
    let message = format!("the buildspec of `{action}` has no top-level `files`");
    Diagnostic::new(Code::E0208, message, output.span, "a single output takes those")
        .label(section, "only secondary artifacts here")
        .note("the build would fail with \"no definition for primary artifacts in buildspec\"")
        .help("add `files` to `artifacts` in the buildspec")
}

/// An output, one of several, that the buildspec does not know.
pub fn no_secondary(output: &Spanned<String>, near: Option<&Spanned<String>>, section: Span) -> Diagnostic {
    let name = &output.node;
    let message = format!("the buildspec has no secondary artifact `{name}`");
    let diagnostic = Diagnostic::new(Code::E0208, message, output.span, "one of several outputs");
    match near {
        Some(near) => diagnostic
            .label(near.span, format!("is `{name}` meant here?"))
            .help(format!("give both one name: write `{name}` in the buildspec"))
            .edit(near.span, name.as_str()),
        None => diagnostic
            .label(section, "the buildspec's artifacts")
            .help(format!("add `{name}` with its `files` to `secondary-artifacts`")),
    }
}

/// An output, one of several, whose name no secondary artifact can have.
pub fn not_an_identifier(output: &Spanned<String>, mended: &str) -> Diagnostic {
    Diagnostic::new(
        Code::E0208,
        format!("`{}` cannot be the name of a secondary artifact", output.node),
        output.span,
        "one of several outputs",
    )
    .note("the build would fail with \"identifier must contain only alphanumeric characters and underscores\"")
    .help(format!("rename it to `{mended}`"))
}
