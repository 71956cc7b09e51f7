//! What one compilation asks about the files of a project.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::file_system::Tracked;
use super::project_files::ProjectFiles;

/// The questions of one compilation about the files of its project. As long as their answers are the same, so is what it finds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lookups {
    /// The files whose texts it asked for, by normalized path from the root; not all of them exist.
    pub texts: BTreeSet<Utf8PathBuf>,
    /// Whether there is a file at these paths.
    pub files: BTreeMap<Utf8PathBuf, bool>,
    /// Whether there is a folder at these paths.
    pub folders: BTreeMap<Utf8PathBuf, bool>,
    /// Whether it asked for the list of all files.
    pub list: bool,
}

/// The tree of files of a project, as one compilation asks for it.
#[derive(Debug, Clone, Copy)]
pub struct Tree<'w> {
    pub(super) files: &'w ProjectFiles,
    pub(super) lookups: &'w RefCell<Lookups>,
}

impl Tree<'_> {
    /// Every file that version control does not ignore.
    pub fn tracked(self) -> Arc<Tracked> {
        self.lookups.borrow_mut().list = true;
        self.files.system().tracked()
    }

    /// Whether the path names a file inside the root.
    pub fn is_file(self, path: &Utf8Path) -> bool {
        let answer = self.files.system().is_file(path);
        self.lookups.borrow_mut().files.insert(path.to_owned(), answer);
        answer
    }

    /// Whether the path names a folder inside the root.
    pub fn is_dir(self, path: &Utf8Path) -> bool {
        let answer = self.files.system().is_dir(path);
        self.lookups.borrow_mut().folders.insert(path.to_owned(), answer);
        answer
    }
}
