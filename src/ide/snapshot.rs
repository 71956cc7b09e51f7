//! The last compilation of an entry file, with everything that it read.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::compilation::{Compilation, Project};
use crate::plan::ActionFiles;
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::Parsed;

/// A compiled entry file. It is immutable.
#[derive(Debug)]
pub struct Snapshot {
    root: Utf8PathBuf,
    entry: Utf8PathBuf,
    project: Arc<Project>,
    compilation: Compilation,
}

/// A span of a file, which is identified by its path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The file.
    pub path: Utf8PathBuf,
    /// The span.
    pub span: Span,
}

impl Snapshot {
    pub(super) fn new(root: Utf8PathBuf, entry: Utf8PathBuf, project: Arc<Project>, compilation: Compilation) -> Self {
        Self { root, entry, project, compilation }
    }

    /// Returns the root of the project.
    pub fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// Returns the path of the entry file.
    pub fn entry(&self) -> &Utf8Path {
        &self.entry
    }

    /// Returns the compilation.
    pub fn compilation(&self) -> &Compilation {
        &self.compilation
    }

    /// Returns the project, which only some requests need.
    pub(super) fn project(&self) -> &Project {
        &self.project
    }

    /// Returns the path of a file.
    pub fn path_of(&self, file: FileId) -> Utf8PathBuf {
        self.root.join(self.compilation.sources().file(file).path())
    }

    /// Returns the file with a path, if the compilation read it.
    pub fn file_of(&self, path: &Utf8Path) -> Option<&SourceFile> {
        let from_root = path.strip_prefix(&self.root).ok()?;
        self.compilation.sources().files().map(|(_, file)| file).find(|file| file.path() == from_root)
    }

    /// Calls `look` with the files of the repository that the actions use.
    pub(super) fn with_action_files<R>(&self, look: impl FnOnce(&ActionFiles<'_>) -> R) -> R {
        let workspace = self.project.workspace();
        // Text in a `.pipe` file is read at its position in that file.
        for (_, file) in self.compilation.sources().files().filter(|(_, it)| it.path().extension() == Some("pipe")) {
            let _ = workspace.load(file.path());
        }
        look(&ActionFiles::new(self.compilation.hir(), &workspace))
    }

    /// Returns the tree of a `.pipe` file.
    pub fn tree(&self, file: FileId) -> Option<&Arc<Parsed>> {
        self.compilation.tree(file)
    }

    /// Returns the paths of all files that the compilation read.
    pub fn paths(&self) -> impl Iterator<Item = Utf8PathBuf> {
        self.compilation.sources().files().map(|(_, file)| self.root.join(file.path()))
    }

    /// Returns a span in a form that other snapshots can resolve.
    pub fn target(&self, span: Span) -> Target {
        Target { path: self.path_of(span.file), span }
    }
}
