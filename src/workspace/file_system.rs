//! The files of a repository, on disk or in memory.
//!
//! Paths are relative to the root and written with `/`. Nothing outside the root is ever read.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Debug;
use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::ops::Bound;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use thiserror::Error;

use super::git_index;
use super::survey::Survey;
use crate::collections::HashMap;
use crate::source::paths::slashed;

/// Whether this is the module for web pages, which have no disk: it does not contain the code that reads one.
pub const IS_PAGE: bool = cfg!(target_family = "wasm");

/// Largest file of the repository that is read, in bytes.
pub const FILE_LIMIT: u64 = 16 << 20;

/// The reason that a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FileError {
    /// No such file.
    #[error("no such file")]
    NotFound,
    /// The path names a folder.
    #[error("is a folder")]
    IsDirectory,
    /// The operating system refuses to read it.
    #[error("permission denied")]
    PermissionDenied,
    /// The path, or a symbolic link on it, leads out of the root.
    #[error("outside the project root")]
    OutsideRoot,
    /// Over [`FILE_LIMIT`].
    #[error("larger than {} MiB", FILE_LIMIT >> 20)]
    TooLarge,
    /// Not UTF-8 text; the offset of the first invalid byte.
    #[error("not UTF-8 text (byte {0})")]
    NotUtf8(usize),
    /// Any other error, as the operating system describes it.
    #[error("{0}")]
    Other(String),
}

/// The kind of a tracked path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A symbolic link, which is not followed.
    Link,
}

/// The tracked files of a repository, by path relative to the root.
pub type Tracked = BTreeMap<Utf8PathBuf, EntryKind>;

/// Returns whether `files` contains the path itself or anything in it as a folder. The empty path contains everything.
pub fn holds(files: &Tracked, path: &Utf8Path) -> bool {
    // Paths are ordered by their components, so the contents of a folder come directly after the folder.
    files
        .range::<Utf8Path, _>((Bound::Included(path), Bound::Unbounded))
        .next()
        .is_some_and(|(file, _)| file.starts_with(path))
}

/// Returns what `files` contains in a folder, relative to it; of a file, the empty path. Other files are not visited.
pub fn inside<'f>(files: &'f Tracked, folder: &'f Utf8Path) -> impl Iterator<Item = &'f Utf8Path> {
    let from = files.range::<Utf8Path, _>((Bound::Included(folder), Bound::Unbounded));
    from.map_while(move |(file, _)| file.strip_prefix(folder).ok())
}

/// A read-only tree of files.
pub trait FileSystem: Debug + Send + Sync {
    /// Reads a file, at most [`FILE_LIMIT`] bytes.
    ///
    /// # Errors
    ///
    /// If the file cannot be read; never [`FileError::NotUtf8`].
    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, FileError>;

    /// Returns every file that version control tracks or does not ignore.
    fn tracked(&self) -> Arc<Tracked>;

    /// Returns whether the path names a file inside the root.
    fn is_file(&self, path: &Utf8Path) -> bool;

    /// Returns whether the path names a folder inside the root.
    fn is_dir(&self, path: &Utf8Path) -> bool;

    /// Lists all files for a search in a single run of the program, which may use the answer as long as it runs. `markers`
    /// are names of files that distinguish folders. Returns `None` if the tree cannot be listed in one walk.
    fn survey(&self, _markers: &[&str]) -> Option<Arc<Survey>> {
        None
    }
}

/// Returns the path relative to the root without `.` and `..`, with `/` as the separator on every platform.
///
/// # Errors
///
/// [`FileError::OutsideRoot`] if it is absolute or leads out of the root.
pub fn normalize(path: &Utf8Path) -> Result<Utf8PathBuf, FileError> {
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Utf8Component::Normal(part) => parts.push(part),
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir if parts.pop().is_some() => {}
            Utf8Component::ParentDir | Utf8Component::RootDir | Utf8Component::Prefix(_) => {
                return Err(FileError::OutsideRoot);
            }
        }
    }
    Ok(parts.join("/").into())
}

/// Files on disk in a root folder. Assumes that no folder is replaced. The tracked files are listed once, on first use.
#[derive(Debug)]
pub struct Disk {
    root: Utf8PathBuf,
    tracked: OnceLock<Arc<Tracked>>,
    survey: OnceLock<Option<Arc<Survey>>>,
    /// The canonical paths of folders, by their paths from the root.
    folders: RwLock<HashMap<Utf8PathBuf, Result<PathBuf, FileError>>>,
}

impl Disk {
    /// Creates the tree in `root`. An empty path is the working folder.
    pub fn new(root: impl Into<Utf8PathBuf>) -> Self {
        let root = root.into();
        let root = if root.as_str().is_empty() { ".".into() } else { root };
        Self { root, tracked: OnceLock::new(), survey: OnceLock::new(), folders: RwLock::default() }
    }

    /// Returns the canonical path and the metadata, if the path stays inside the root when symbolic links are followed.
    fn resolve(&self, path: &Utf8Path) -> Result<(PathBuf, Metadata), FileError> {
        if IS_PAGE {
            return Err(FileError::NotFound);
        }
        let path = normalize(path)?;
        let Some((folder, name)) = path.parent().zip(path.file_name()) else {
            let root = self.folder(&path)?;
            let metadata = root.metadata().map_err(|error| file_error(&error))?;
            return Ok((root, metadata));
        };
        let plain = self.folder(folder)?.join(name);
        let metadata = plain.symlink_metadata().map_err(|error| file_error(&error))?;
        if !metadata.is_symlink() {
            return Ok((plain, metadata));
        }
        let real = plain.canonicalize().map_err(|error| file_error(&error))?;
        if !real.starts_with(self.folder("".into())?) {
            return Err(FileError::OutsideRoot);
        }
        let metadata = real.metadata().map_err(|error| file_error(&error))?;
        Ok((real, metadata))
    }

    /// Returns the canonical path of a folder, by its normalized path.
    fn folder(&self, folder: &Utf8Path) -> Result<PathBuf, FileError> {
        if let Some(known) = self.folders.read().unwrap_or_else(PoisonError::into_inner).get(folder) {
            return known.clone();
        }
        let real = if folder == "" {
            self.root.as_std_path().canonicalize().map_err(|error| file_error(&error))
        } else if self.surveyed().is_some_and(|survey| survey.is_folder(folder)) {
            self.folder("".into()).map(|root| root.join(folder))
        } else {
            self.resolve(folder).map(|(real, _)| real)
        };
        let mut folders = self.folders.write().unwrap_or_else(PoisonError::into_inner);
        folders.entry(folder.to_owned()).or_insert(real).clone()
    }

    /// Returns a path in the root relative to it. Comparing texts is faster than comparing the parts of paths.
    fn below_root<'p>(&self, path: &'p Utf8Path) -> Option<&'p Utf8Path> {
        let below = path.as_str().strip_prefix(self.root.as_str()).and_then(|rest| rest.strip_prefix('/'));
        below.map(Utf8Path::new).or_else(|| path.strip_prefix(&self.root).ok())
    }

    fn list(&self) -> Tracked {
        if IS_PAGE {
            return Tracked::new();
        }
        let mut walk = ignore::WalkBuilder::new(&self.root);
        walk.hidden(false).ignore(false).parents(false).git_global(false).require_git(false).follow_links(false);
        walk.filter_entry(|entry| entry.file_name() != ".git");
        // Sorting the names in each folder is faster than sorting all paths.
        walk.sort_by_file_name(OsStr::cmp);
        let kind = |entry: &ignore::DirEntry| match entry.file_type() {
            Some(kind) if kind.is_file() => Some(EntryKind::File),
            Some(kind) if kind.is_symlink() => Some(EntryKind::Link),
            _ => None,
        };
        let walked = walk.build().flatten().filter_map(|entry| {
            let path = self.below_root(Utf8Path::from_path(entry.path())?)?;
            Some((slashed(path), kind(&entry)?))
        });
        let mut tracked: Tracked = walked.collect();
        git_index::add_to(&mut tracked, &self.root);
        tracked
    }

    /// Returns what a walk for a search has found, if there was one.
    fn surveyed(&self) -> Option<&Arc<Survey>> {
        self.survey.get()?.as_ref()
    }

    fn open(&self, path: &Utf8Path) -> Result<(File, Metadata), FileError> {
        if let Some(plain) = self.surveyed_file(path) {
            let file = File::open(plain).map_err(|error| file_error(&error))?;
            let metadata = file.metadata().map_err(|error| file_error(&error))?;
            return Ok((file, metadata));
        }
        let (real, metadata) = self.resolve(path)?;
        if metadata.is_dir() {
            return Err(FileError::IsDirectory);
        }
        // Checked before opening: opening a named pipe blocks until another process writes to it.
        if !metadata.is_file() {
            return Err(FileError::Other("not a regular file".into()));
        }
        let file = File::open(real).map_err(|error| file_error(&error))?;
        Ok((file, metadata))
    }

    /// Returns the path of a file that the walk for a search has found: it needs no other check.
    fn surveyed_file(&self, path: &Utf8Path) -> Option<PathBuf> {
        let survey = self.surveyed()?;
        let path = normalize(path).ok()?;
        if survey.is_file(&path) { Some(self.folder("".into()).ok()?.join(path)) } else { None }
    }

    fn is_surveyed_folder(&self, path: &Utf8Path) -> bool {
        self.surveyed().is_some_and(|survey| normalize(path).is_ok_and(|path| survey.is_folder(&path)))
    }
}

impl FileSystem for Disk {
    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, FileError> {
        let (file, metadata) = self.open(path)?;
        let size = metadata.len().min(FILE_LIMIT + 1);
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
        // Once this many bytes are read, the system is not asked for more. It does not tell the size of some files.
        let most = if size == 0 { FILE_LIMIT + 1 } else { size };
        file.take(most).read_to_end(&mut bytes).map_err(|error| file_error(&error))?;
        if bytes.len() as u64 > FILE_LIMIT { Err(FileError::TooLarge) } else { Ok(bytes) }
    }

    fn tracked(&self) -> Arc<Tracked> {
        let list = || self.surveyed().map_or_else(|| Arc::new(self.list()), |survey| Arc::clone(&survey.tracked));
        Arc::clone(self.tracked.get_or_init(list))
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.surveyed_file(path).is_some() || self.resolve(path).is_ok_and(|(_, found)| found.is_file())
    }

    fn is_dir(&self, path: &Utf8Path) -> bool {
        self.is_surveyed_folder(path) || self.resolve(path).is_ok_and(|(_, found)| found.is_dir())
    }

    fn survey(&self, markers: &[&str]) -> Option<Arc<Survey>> {
        if IS_PAGE {
            return None;
        }
        let walk = || Survey::of(Utf8Path::from_path(&self.folder("".into()).ok()?)?, markers).map(Arc::new);
        self.survey.get_or_init(walk).clone()
    }
}

fn file_error(error: &std::io::Error) -> FileError {
    match error.kind() {
        // A file where the path requires a folder: nothing is at that path either.
        ErrorKind::NotFound | ErrorKind::NotADirectory => FileError::NotFound,
        ErrorKind::IsADirectory => FileError::IsDirectory,
        ErrorKind::PermissionDenied => FileError::PermissionDenied,
        _ => FileError::Other(error.to_string()),
    }
}

/// Files in memory, all of them tracked.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    files: BTreeMap<Utf8PathBuf, Vec<u8>>,
}

impl Memory {
    /// Creates a tree with these files. Paths that lead out of the root are dropped.
    pub fn new<P: AsRef<Utf8Path>, B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        let files = files.into_iter().filter_map(|(path, bytes)| Some((normalize(path.as_ref()).ok()?, bytes.into())));
        Self { files: files.collect() }
    }
}

impl FileSystem for Memory {
    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, FileError> {
        let path = normalize(path)?;
        match self.files.get(&path) {
            Some(bytes) if bytes.len() as u64 > FILE_LIMIT => Err(FileError::TooLarge),
            Some(bytes) => Ok(bytes.clone()),
            None if self.is_dir(&path) => Err(FileError::IsDirectory),
            None => Err(FileError::NotFound),
        }
    }

    fn tracked(&self) -> Arc<Tracked> {
        Arc::new(self.files.keys().map(|path| (path.clone(), EntryKind::File)).collect())
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        normalize(path).is_ok_and(|path| self.files.contains_key(&path))
    }

    fn is_dir(&self, path: &Utf8Path) -> bool {
        normalize(path).is_ok_and(|path| self.files.keys().any(|file| *file != path && file.starts_with(&path)))
    }
}

/// A tree of files with changed or added files on top: those that are being edited or written.
#[derive(Debug)]
pub struct Overlay<F> {
    under: F,
    changed: BTreeMap<Utf8PathBuf, String>,
}

impl<F: FileSystem> Overlay<F> {
    /// Creates an overlay over `under` with the `changed` files, by their paths from the root.
    pub fn new(under: F, changed: BTreeMap<Utf8PathBuf, String>) -> Self {
        Self { under, changed }
    }
}

impl<F: FileSystem> FileSystem for Overlay<F> {
    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, FileError> {
        match self.changed.get(&normalize(path)?) {
            Some(text) => Ok(text.clone().into_bytes()),
            None => self.under.read(path),
        }
    }

    fn tracked(&self) -> Arc<Tracked> {
        let tracked = self.under.tracked();
        // An untracked file that exists on disk is ignored.
        let mut new = self.changed.keys().filter(|path| !self.under.is_file(path)).peekable();
        if new.peek().is_none() {
            return tracked;
        }
        let mut all = (*tracked).clone();
        all.extend(new.map(|path| (path.clone(), EntryKind::File)));
        Arc::new(all)
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.under.is_file(path) || normalize(path).is_ok_and(|path| self.changed.contains_key(&path))
    }

    fn is_dir(&self, path: &Utf8Path) -> bool {
        self.under.is_dir(path)
    }

    fn survey(&self, markers: &[&str]) -> Option<Arc<Survey>> {
        if self.changed.is_empty() { self.under.survey(markers) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = Utf8PathBuf::from_path_buf(folder.path().join("root")).expect("a UTF-8 path");
        std::fs::create_dir_all(root.join("sub")).expect("folders are made");
        for (path, text) in
            [("a.txt", "a"), ("sub/b.txt", "b"), (".gitignore", "*.log\n"), ("x.log", "x"), ("../secret", "s")]
        {
            std::fs::write(root.join(path), text).expect("files are written");
        }
        (folder, root)
    }

    #[test]
    fn normalizes_inside_the_root_only() {
        assert_eq!(normalize("./a/../b//c.yml".into()), Ok("b/c.yml".into()));
        assert_eq!(normalize("a/../../b".into()), Err(FileError::OutsideRoot));
        assert_eq!(normalize("/etc/passwd".into()), Err(FileError::OutsideRoot));
    }

    #[test]
    fn reads_and_lists_the_disk() {
        let (_folder, root) = disk();
        let disk = Disk::new(&root);
        assert_eq!(disk.read("sub/b.txt".into()), Ok(b"b".to_vec()));
        assert_eq!(disk.read("sub".into()), Err(FileError::IsDirectory));
        assert_eq!(disk.read("none".into()), Err(FileError::NotFound));
        assert_eq!(disk.read("a.txt/x".into()), Err(FileError::NotFound));
        assert_eq!(disk.read("../secret".into()), Err(FileError::OutsideRoot));
        let tracked: Vec<_> = disk.tracked().keys().map(ToString::to_string).collect();
        assert_eq!(tracked, [".gitignore", "a.txt", "sub/b.txt"]);
        assert!(disk.is_file("x.log".into()) && disk.is_dir("sub".into()) && !disk.is_file("sub".into()));
    }

    #[test]
    fn folders_contain_what_is_below_them() {
        let memory =
            Memory::new(["a.txt", "sub/b.txt", "sub/c/d.txt", "sub-x/e.txt", "sub.txt"].map(|path| (path, "")));
        let tracked = memory.tracked();
        let inside = |folder: &str| inside(&tracked, folder.into()).map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(inside("sub"), ["b.txt", "c/d.txt"]);
        assert_eq!(inside("sub/c/d.txt"), [""]);
        assert_eq!(inside("none"), Vec::<String>::new());
        assert_eq!(inside("").len(), tracked.len());
    }

    /// The tests run in the package's folder.
    #[test]
    fn the_working_folder_is_a_root() {
        let disk = Disk::new("");
        assert!(disk.is_file("Cargo.toml".into()));
        assert_eq!(disk.tracked().get(Utf8Path::new("Cargo.toml")), Some(&EntryKind::File));
        assert!(disk.tracked().keys().all(|path| !path.starts_with("target")));
    }

    #[cfg(unix)]
    #[test]
    fn refuses_links_that_lead_out() {
        let (_folder, root) = disk();
        std::os::unix::fs::symlink("../secret", root.join("out")).expect("a link is made");
        std::os::unix::fs::symlink("a.txt", root.join("in")).expect("a link is made");
        let disk = Disk::new(&root);
        assert_eq!(disk.read("out".into()), Err(FileError::OutsideRoot));
        assert_eq!(disk.read("in".into()), Ok(b"a".to_vec()));
        assert_eq!(disk.tracked().get(Utf8Path::new("out")), Some(&EntryKind::Link));
    }

    #[cfg(unix)]
    #[test]
    fn follows_links_to_folders_inside_only() {
        let (folder, root) = disk();
        std::os::unix::fs::symlink("sub", root.join("in")).expect("a link is made");
        std::os::unix::fs::symlink(folder.path(), root.join("out")).expect("a link is made");
        std::os::unix::fs::symlink("gone", root.join("nowhere")).expect("a link is made");
        let disk = Disk::new(&root);
        for _ in 0..2 {
            assert_eq!(disk.read("in/b.txt".into()), Ok(b"b".to_vec()));
            assert_eq!(disk.read("in/../a.txt".into()), Ok(b"a".to_vec()));
            assert_eq!(disk.read("out/secret".into()), Err(FileError::OutsideRoot));
            assert_eq!(disk.read("out".into()), Err(FileError::OutsideRoot));
            assert_eq!(disk.read("nowhere".into()), Err(FileError::NotFound));
            assert_eq!(disk.read("nowhere/x".into()), Err(FileError::NotFound));
            assert_eq!(disk.read("sub/b.txt/x".into()), Err(FileError::NotFound));
            assert_eq!(disk.read("".into()), Err(FileError::IsDirectory));
            assert!(disk.is_dir("in".into()) && !disk.is_dir("out".into()) && !disk.is_file("out/secret".into()));
        }
    }

    #[test]
    fn limits_the_size() {
        let (_folder, root) = disk();
        let file = File::create(root.join("big")).expect("a file is made");
        file.set_len(FILE_LIMIT + 1).expect("the file grows");
        assert_eq!(Disk::new(&root).read("big".into()), Err(FileError::TooLarge));
    }

    #[test]
    fn an_overlay_changes_contents_only() {
        let changed = BTreeMap::from([("a.txt".into(), "new".to_owned())]);
        let overlay = Overlay::new(Memory::new([("a.txt", "old"), ("b.txt", "b")]), changed);
        assert_eq!(overlay.read("./a.txt".into()), Ok(b"new".to_vec()));
        assert_eq!(overlay.read("b.txt".into()), Ok(b"b".to_vec()));
        assert_eq!(
            (overlay.tracked().len(), overlay.is_file("a.txt".into()), overlay.is_dir("a.txt".into())),
            (2, true, false)
        );
    }

    #[test]
    fn memory_behaves_like_a_disk() {
        let memory = Memory::new([("a/b.yml", "x"), ("../out", "y")]);
        assert_eq!(memory.read("./a/b.yml".into()), Ok(b"x".to_vec()));
        assert_eq!(memory.read("a".into()), Err(FileError::IsDirectory));
        assert_eq!(memory.read("b".into()), Err(FileError::NotFound));
        assert_eq!(memory.tracked().len(), 1);
    }
}
