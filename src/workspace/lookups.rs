//! Records what one compilation reads from the files of a project.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::file_system::Tracked;
use super::project_files::ProjectFiles;

/// The lookups of one compilation in the files of its project. While their results are the same, so is its result.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lookups {
    /// The files that it tried to read, by normalized path from the root; not all of them exist.
    pub texts: BTreeSet<Utf8PathBuf>,
    /// Whether a file exists at each of these paths.
    pub files: BTreeMap<Utf8PathBuf, bool>,
    /// Whether a folder exists at each of these paths.
    pub folders: BTreeMap<Utf8PathBuf, bool>,
    /// Whether it listed all files.
    pub list: bool,
}

/// The tree of files of a project, which records the lookups of one compilation.
#[derive(Debug, Clone, Copy)]
pub struct Tree<'w> {
    pub(super) files: &'w ProjectFiles,
    pub(super) lookups: &'w RefCell<Lookups>,
}

impl Tree<'_> {
    /// Returns every file that version control does not ignore.
    pub fn tracked(self) -> Arc<Tracked> {
        self.lookups.borrow_mut().list = true;
        self.files.system().tracked()
    }

    /// Returns whether the path names a file inside the root.
    pub fn is_file(self, path: &Utf8Path) -> bool {
        let answer = self.files.system().is_file(path);
        self.lookups.borrow_mut().files.insert(path.to_owned(), answer);
        answer
    }

    /// Returns whether the path names a folder inside the root.
    pub fn is_dir(self, path: &Utf8Path) -> bool {
        let answer = self.files.system().is_dir(path);
        self.lookups.borrow_mut().folders.insert(path.to_owned(), answer);
        answer
    }
}
