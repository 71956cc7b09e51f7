//! The current files of a project: those on disk, overridden by the open documents of an editor.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use camino::{Utf8Path, Utf8PathBuf};

use crate::workspace::file_system::{Disk, EntryKind, FileError, FileSystem, Tracked, normalize};

/// Files in a folder, some of which are open in an editor and may not exist on disk yet.
#[derive(Debug, Clone)]
pub(super) struct LiveFiles {
    root: Utf8PathBuf,
    state: Arc<RwLock<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// Open files, by their paths from the root.
    open: BTreeSet<Utf8PathBuf>,
    /// The files that are not ignored, once listed.
    listed: Option<Arc<Tracked>>,
    /// The same, including the open files.
    all: Option<Arc<Tracked>>,
}

impl LiveFiles {
    /// Creates the tree of a folder. An empty path is a tree that contains only open files.
    pub(super) fn new(root: impl Into<Utf8PathBuf>) -> Self {
        Self { root: root.into(), state: Arc::default() }
    }

    /// Records that a file is open.
    pub(super) fn open(&self, path: &Utf8Path) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.open.insert(path.to_owned()) {
            state.all = None;
        }
    }

    /// Records that a file is no longer open.
    pub(super) fn close(&self, path: &Utf8Path) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.open.remove(path) {
            state.all = None;
        }
    }

    /// Lists the tree again, because files were created or deleted. Returns whether that matters: it does not for a
    /// tree that was never listed, and for ignored files.
    pub(super) fn relist(&self) -> bool {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let Some(before) = state.listed.take() else { return false };
        state.all = None;
        let now = self.disk().map(|disk| disk.tracked()).unwrap_or_default();
        let changed = before != now;
        state.listed = Some(now);
        changed
    }

    fn is_open(&self, path: &Utf8Path) -> bool {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        normalize(path).is_ok_and(|path| state.open.contains(&path))
    }

    fn disk(&self) -> Option<Disk> {
        (!self.root.as_str().is_empty()).then(|| Disk::new(&self.root))
    }
}

impl FileSystem for LiveFiles {
    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, FileError> {
        self.disk().map_or(Err(FileError::NotFound), |disk| disk.read(path))
    }

    fn tracked(&self) -> Arc<Tracked> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(all) = &state.all {
            return Arc::clone(all);
        }
        let disk = self.disk();
        let listed = match &state.listed {
            Some(listed) => Arc::clone(listed),
            None => disk.as_ref().map(FileSystem::tracked).unwrap_or_default(),
        };
        // A file on disk that is not listed is ignored.
        let is_new = |path: &&Utf8PathBuf| disk.as_ref().is_none_or(|disk| !disk.is_file(path));
        let new: Vec<_> = state.open.iter().filter(is_new).cloned().collect();
        let all = if new.is_empty() {
            Arc::clone(&listed)
        } else {
            let mut all = (*listed).clone();
            all.extend(new.into_iter().map(|path| (path, EntryKind::File)));
            Arc::new(all)
        };
        state.listed = Some(listed);
        state.all = Some(Arc::clone(&all));
        all
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.is_open(path) || self.disk().is_some_and(|disk| disk.is_file(path))
    }

    fn is_dir(&self, path: &Utf8Path) -> bool {
        self.disk().is_some_and(|disk| disk.is_dir(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_files_are_there_before_they_are_saved() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = Utf8PathBuf::from_path_buf(folder.path().to_owned()).expect("a UTF-8 path");
        let write = |path: &str| std::fs::write(root.join(path), "x").expect("a file is written");
        write("a.txt");
        let files = LiveFiles::new(&root);
        let listed = || files.tracked().keys().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(listed(), ["a.txt"]);
        files.open("new.txt".into());
        assert!(files.is_file("./new.txt".into()));
        assert_eq!(listed(), ["a.txt", "new.txt"]);
        write("b.txt");
        assert_eq!(listed(), ["a.txt", "new.txt"], "listed once");
        assert!(files.relist());
        assert!(!files.relist());
        files.close("new.txt".into());
        assert_eq!(listed(), ["a.txt", "b.txt"]);
    }
}
