//! Files of the repository that an action, rule, or declaration needs.

use camino::{Utf8Path, Utf8PathBuf};

use crate::catalog::ExampleValue;
use crate::diagnostic::suggest::similar_path;
use crate::diagnostic::{Code, Diagnostic, Intent, PipeCode, phrase};
use crate::source::paths::slashed;
use crate::source::{Span, Spanned};
use crate::workspace::Workspace;
use crate::workspace::file_system::FileError;

/// A file that is needed.
pub(in crate::check) struct Asked {
    pub(in crate::check) kind: &'static str,
    pub(in crate::check) path: Utf8PathBuf,
    pub(in crate::check) place: Span,
    pub(in crate::check) named: bool,
    /// Whether it is quoted there.
    pub(in crate::check) quoted: bool,
}

impl Asked {
    /// Creates a file that a value names by its path from the root.
    pub(in crate::check) fn of_name(kind: &'static str, path: &Spanned<String>) -> Self {
        Self { kind, path: path.node.clone().into(), place: path.span, named: true, quoted: true }
    }

    pub(in crate::check) fn unreadable(
        &self,
        workspace: &Workspace,
        folder: &Utf8Path,
        error: &FileError,
    ) -> Diagnostic {
        let tracked = workspace.files().tracked();
        let shown = crate::workspace::file_system::normalize(&self.path).unwrap_or_else(|_| slashed(&self.path));
        let inside = tracked.keys().filter_map(|path| path.strip_prefix(clean(folder)).ok());
        let wanted = shown.strip_prefix(clean(folder)).unwrap_or(&shown).as_str();
        let near = match error {
            FileError::NotFound => similar_path(wanted, inside.map(Utf8Path::as_str)),
            FileError::IsDirectory => only_inside(wanted, inside),
            FileError::OutsideRoot => {
                let path = shown.as_str().trim_start_matches('/');
                inside.map(Utf8Path::as_str).find(|known| *known == path && shown.as_str() != path)
            }
            _ => None,
        };
        let whole = near.map(|near| slashed(&clean(folder).join(near)));
        let file = FileUse {
            kind: self.kind,
            path: shown.as_str(),
            place: self.place,
            named: self.named,
            near,
            quoted: self.quoted,
            missing: not_in_folder(&shown, tracked.keys().map(Utf8PathBuf::as_path)),
            whole: whole.as_deref().unwrap_or(Utf8Path::new("")),
        };
        let why = match error {
            FileError::NotFound => Unreadable::NotFound,
            FileError::IsDirectory => Unreadable::Folder,
            FileError::OutsideRoot => Unreadable::Outside,
            other => Unreadable::Other(other.to_string()),
        };
        unreadable(&file, &why)
    }
}

/// Returns where a file was expected: in a folder that exists, or in one that does not.
pub(in crate::check) fn not_in_folder<'a>(path: &Utf8Path, files: impl Iterator<Item = &'a Utf8Path>) -> String {
    let Some(parent) = path.parent().filter(|parent| !parent.as_str().is_empty()) else {
        return "not in the root folder".to_owned();
    };
    let exists: Vec<&Utf8Path> = files.filter(|file| file.starts_with(parent)).take(1).collect();
    if exists.is_empty() { format!("there is no folder `{parent}`") } else { format!("not in folder `{parent}`") }
}

/// Returns whether a path is that of a pipeline file: the template that is built from it is deployed.
pub(in crate::check) fn is_pipeline_file(path: &Utf8Path) -> bool {
    path.extension() == Some("pipe")
}

/// Returns the only YAML or JSON file in a folder.
fn only_inside<'a>(folder: &str, files: impl Iterator<Item = &'a Utf8Path>) -> Option<&'a str> {
    let in_folder = files.filter(|path| path.starts_with(folder));
    let mut fitting = in_folder.filter(|path| matches!(path.extension(), Some("yml" | "yaml" | "json")));
    let only = fitting.next()?;
    fitting.next().is_none().then_some(only.as_str())
}

pub(in crate::check) fn clean(folder: &Utf8Path) -> Utf8PathBuf {
    crate::workspace::file_system::normalize(folder).unwrap_or_default()
}

/// A file that the `.pipe` file uses.
#[derive(Debug)]
struct FileUse<'a> {
    /// `buildspec` or `template`.
    kind: &'a str,
    /// The path from the root.
    path: &'a str,
    /// The value that names it, or the user of the file if nothing names it.
    place: Span,
    /// Whether the file is named there.
    named: bool,
    /// A file of the repository that is probably meant, as it would be written there.
    near: Option<&'a str>,
    /// Whether it would be quoted there.
    quoted: bool,
    /// The expected location, in words.
    missing: String,
    /// The whole path from the root.
    whole: &'a Utf8Path,
}

/// The reason that a file is not usable.
#[derive(Debug)]
enum Unreadable {
    /// It does not exist.
    NotFound,
    /// It is a folder.
    Folder,
    /// It is outside the root folder.
    Outside,
    /// Any other reason, in words.
    Other(String),
}

/// A buildspec or template that cannot be read.
fn unreadable(file: &FileUse<'_>, why: &Unreadable) -> Diagnostic {
    let FileUse { kind, path, place, .. } = *file;
    let (message, label) = match why {
        Unreadable::NotFound if file.named => (format!("{kind} `{path}` not found"), file.missing.clone()),
        Unreadable::NotFound => (format!("{kind} `{path}` not found"), format!("`{path}` is the default")),
        Unreadable::Folder => (format!("{kind} `{path}` is a folder"), "expected a file".to_owned()),
        Unreadable::Outside if path.starts_with('/') => {
            (format!("{kind} `{path}` is outside the root folder"), "paths start in the root folder".to_owned())
        }
        Unreadable::Outside => {
            (format!("{kind} `{path}` is outside the root folder"), "`..` goes above the root folder".to_owned())
        }
        Unreadable::Other(reason) => (format!("{kind} `{path}` cannot be read"), reason.clone()),
    };
    let diagnostic = Diagnostic::new(Code::E0210, message, place, label);
    // After `::`, a path has no quotes.
    if let (Some(near), false) = (file.near, file.quoted) {
        return diagnostic.did_you_mean(near).edit(place, near);
    }
    match (file.near, file.named) {
        (Some(near), true) => {
            diagnostic.did_you_mean(&format!("\"{near}\"")).intend(Intent::SetString { place, text: near.to_owned() })
        }
        (Some(near), false) => diagnostic
            .help(phrase![format!("to use `{}`, add ", file.whole), PipeCode::set(kind, ExampleValue::text(near))]),
        _ => diagnostic,
    }
}
