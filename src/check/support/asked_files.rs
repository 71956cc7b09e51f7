//! Files of the repository that something asks for.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::families::repository::{self as family, FileUse, Unreadable};
use crate::diagnostic::suggest::similar_path;
use crate::source::{Span, Spanned};
use crate::workspace::Workspace;
use crate::workspace::file_system::FileError;
use camino::{Utf8Path, Utf8PathBuf};

/// A file that something asks for.
pub(in crate::check) struct Asked {
    pub(in crate::check) kind: &'static str,
    pub(in crate::check) path: Utf8PathBuf,
    pub(in crate::check) place: Span,
    pub(in crate::check) named: bool,
}

impl Asked {
    /// A file that a value names by its path from the root.
    pub(in crate::check) fn of_name(kind: &'static str, path: &Spanned<String>) -> Self {
        Self { kind, path: path.node.clone().into(), place: path.span, named: true }
    }

    pub(in crate::check) fn unreadable(
        &self,
        workspace: &Workspace,
        folder: &Utf8Path,
        error: &FileError,
    ) -> Diagnostic {
        let tracked = workspace.files().tracked();
        let shown = crate::workspace::file_system::normalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let inside = tracked.keys().filter_map(|path| path.strip_prefix(clean(folder)).ok());
        let wanted = shown.strip_prefix(clean(folder)).unwrap_or(&shown).as_str();
        let near = match error {
            FileError::NotFound => similar_path(wanted, inside.map(Utf8Path::as_str)),
            _ => None,
        };
        let file = FileUse { kind: self.kind, path: shown.as_str(), place: self.place, named: self.named, near };
        let why = match error {
            FileError::NotFound => Unreadable::NotFound,
            FileError::IsDirectory => Unreadable::Folder,
            FileError::OutsideRoot => Unreadable::Outside,
            other => Unreadable::Other(other.to_string()),
        };
        family::unreadable(&file, &why)
    }
}

pub(in crate::check) fn clean(folder: &Utf8Path) -> Utf8PathBuf {
    crate::workspace::file_system::normalize(folder).unwrap_or_default()
}
