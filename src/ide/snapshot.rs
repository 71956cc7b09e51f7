//! An entry file as it was compiled last, with everything that it reads.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::compilation::{Compilation, Project};
use crate::plan::Behind;
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::Parsed;

/// An entry file, compiled. It never changes.
#[derive(Debug)]
pub struct Snapshot {
    root: Utf8PathBuf,
    entry: Utf8PathBuf,
    project: Arc<Project>,
    compilation: Compilation,
}

/// A part of a file, by the file's path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The file.
    pub path: Utf8PathBuf,
    /// The part.
    pub span: Span,
}

impl Snapshot {
    pub(super) fn new(root: Utf8PathBuf, entry: Utf8PathBuf, project: Arc<Project>, compilation: Compilation) -> Self {
        Self { root, entry, project, compilation }
    }

    /// The root of the project.
    pub fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// The path of the entry file.
    pub fn entry(&self) -> &Utf8Path {
        &self.entry
    }

    /// What was found.
    pub fn compilation(&self) -> &Compilation {
        &self.compilation
    }

    /// The project, for what only some questions need.
    pub(super) fn project(&self) -> &Project {
        &self.project
    }

    /// The path of a file.
    pub fn path_of(&self, file: FileId) -> Utf8PathBuf {
        self.root.join(self.compilation.sources().file(file).path())
    }

    /// The file of a path, if the compilation read it.
    pub fn file_of(&self, path: &Utf8Path) -> Option<&SourceFile> {
        let from_root = path.strip_prefix(&self.root).ok()?;
        self.compilation.sources().files().map(|(_, file)| file).find(|file| file.path() == from_root)
    }

    /// Looks at what the repository holds behind the actions.
    pub(super) fn behind<R>(&self, look: impl FnOnce(&Behind<'_>) -> R) -> R {
        let workspace = self.project.workspace();
        // Text in a `.pipe` file is read at its place there.
        for (_, file) in self.compilation.sources().files().filter(|(_, it)| it.path().extension() == Some("pipe")) {
            let _ = workspace.load(file.path());
        }
        look(&Behind::new(self.compilation.hir(), &workspace))
    }

    /// What a `.pipe` file was read as.
    pub fn tree(&self, file: FileId) -> Option<&Arc<Parsed>> {
        self.compilation.tree(file)
    }

    /// The paths of all files that the compilation read.
    pub fn paths(&self) -> impl Iterator<Item = Utf8PathBuf> {
        self.compilation.sources().files().map(|(_, file)| self.root.join(file.path()))
    }

    /// A part of a file, as other snapshots can find it.
    pub fn target(&self, span: Span) -> Target {
        Target { path: self.path_of(span.file), span }
    }
}
