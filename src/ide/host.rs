//! The projects of a workspace, including open documents: which files are compiled, and when they are compiled again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};

use crate::collections::HashMap;
use crate::compilation::{Compilation, Entry, Project, Request, SettingsFile, holds_pipeline};
use crate::settings::{FILE_NAME, root_of, settings_folder};
use crate::workspace::file_system::{FileSystem, IS_PAGE};
use crate::workspace::pipeline_document::{EXTENSIONS, found_kind, has_document_extension, may_define_pipeline};

use super::live_files::LiveFiles;
use super::{Finding, Snapshot, findings};

/// A change of a file on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileChange {
    /// Its text has changed.
    Changed,
    /// It was created or deleted, so that the list of files changes, too.
    CameOrWent,
}

/// The projects of a workspace. A file is identified by its absolute path. Documents with other names, which are not on
/// disk, form a project of their own.
#[derive(Debug, Default)]
pub struct Host {
    /// The texts of open documents.
    documents: BTreeMap<Utf8PathBuf, Arc<str>>,
    /// The open documents that define pipelines in AWS's form.
    pipeline_documents: BTreeSet<Utf8PathBuf>,
    projects: HashMap<Utf8PathBuf, OpenProject>,
    /// The project of the files in each folder.
    places: HashMap<Utf8PathBuf, Place>,
    /// The folders of the workspace.
    folders: Vec<Utf8PathBuf>,
    /// The entry files on disk in these folders.
    entries: BTreeSet<Utf8PathBuf>,
    /// The last compilation of each entry file.
    snapshots: BTreeMap<Utf8PathBuf, Arc<Snapshot>>,
    /// The modification times of files that compilations read, for editors that do not report changes.
    written: HashMap<Utf8PathBuf, Option<SystemTime>>,
}

#[derive(Debug, Clone)]
struct OpenProject {
    project: Arc<Project>,
    files: LiveFiles,
}

/// The project of the files in a folder.
#[derive(Debug, Clone)]
struct Place {
    root: Utf8PathBuf,
    /// The settings file.
    settings: Option<Utf8PathBuf>,
}

impl Host {
    /// Sets the text of a file that was opened or changed in the editor.
    pub fn set_document(&mut self, path: &Utf8Path, text: &Arc<str>) {
        let is_new = self.documents.insert(path.to_owned(), Arc::clone(text)).is_none();
        let place = self.place(path);
        let open = self.project(&place.root);
        let Ok(from_root) = path.strip_prefix(&place.root) else { return };
        if is_new {
            open.files.open(from_root);
        }
        open.project.set(from_root, text);
        if defines_pipeline(&open.project, from_root, text) {
            self.pipeline_documents.insert(path.to_owned());
        } else {
            self.pipeline_documents.remove(path);
        }
        self.settings_changed(path);
    }

    /// Updates what depends on settings: which files are entry files, and where the nearest settings are.
    fn settings_changed(&mut self, path: &Utf8Path) {
        if is_settings(path) {
            self.places.clear();
            self.find_entries(&self.folders.clone());
        }
    }

    /// Closes a document. Its text on disk is used again.
    pub fn close_document(&mut self, path: &Utf8Path) {
        if self.documents.remove(path).is_none() {
            return;
        }
        self.pipeline_documents.remove(path);
        let place = self.place(path);
        let open = self.project(&place.root);
        if let Ok(from_root) = path.strip_prefix(&place.root) {
            open.files.close(from_root);
            open.project.forget(from_root);
        }
        if !path.is_absolute() {
            self.projects.remove(&place.root);
        }
        self.settings_changed(path);
    }

    /// Records that files have changed on disk, and returns the entry files that this can affect, open ones first.
    pub fn files_changed(&mut self, changes: &[(Utf8PathBuf, FileChange)]) -> Vec<Utf8PathBuf> {
        let came_or_went = changes.iter().filter(|(_, change)| *change == FileChange::CameOrWent);
        let came_or_went: BTreeSet<&Utf8Path> = came_or_went.map(|(path, _)| path.as_path()).collect();
        let mut changed_roots = BTreeSet::new();
        if !came_or_went.is_empty() {
            self.places.clear();
            for (root, open) in &self.projects {
                let is_below = came_or_went.iter().any(|path| path.starts_with(root));
                if is_below && open.files.relist() {
                    changed_roots.insert(root.clone());
                }
            }
        }
        let mut affected = BTreeSet::new();
        for (path, _) in changes {
            let place = self.place(path);
            if let (Some(open), Ok(from_root)) = (self.projects.get(&place.root), path.strip_prefix(&place.root)) {
                if open.project.is_missing(from_root) {
                    changed_roots.insert(place.root.clone());
                }
                if !self.documents.contains_key(path) {
                    open.project.forget(from_root);
                }
            }
            self.settings_changed(path);
            if path.extension() == Some("pipe") {
                if (self.entries.contains(path) || self.is_listed(path)) && self.is_entry(path) {
                    self.entries.insert(path.clone())
                } else {
                    self.entries.remove(path)
                };
            }
            affected.extend(self.affected_by(path));
        }
        let in_changed = |entry: &Utf8PathBuf| changed_roots.iter().any(|root| entry.starts_with(root));
        affected.extend(self.wanted_entries().into_iter().filter(in_changed));
        self.open_first(affected)
    }

    /// Finds the entry files in the folders of a workspace, except ignored ones.
    pub fn find_entries(&mut self, folders: &[Utf8PathBuf]) {
        if IS_PAGE {
            return;
        }
        self.folders = folders.to_vec();
        let mut found = BTreeSet::new();
        for folder in folders {
            for entry in ignore::WalkBuilder::new(folder).require_git(false).build().flatten() {
                let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                let Ok(path) = Utf8PathBuf::from_path_buf(entry.into_path()) else { continue };
                if is_file && path.extension() == Some("pipe") && self.is_entry(&path) {
                    found.insert(path);
                }
            }
        }
        self.entries = found;
    }

    /// Returns whether a search of the workspace finds a file: it is neither hidden nor ignored.
    fn is_listed(&mut self, path: &Utf8Path) -> bool {
        let root = self.place(path).root;
        let Ok(from_root) = path.strip_prefix(&root) else { return false };
        let is_hidden = from_root.components().any(|part| part.as_str().starts_with('.'));
        let is_below = self.folders.iter().any(|folder| path.starts_with(folder));
        is_below && !is_hidden && self.project(&root).files.tracked().contains_key(from_root)
    }

    /// Returns whether a file is an entry file: the settings name it, or it contains a pipeline and the settings name
    /// none.
    fn is_entry(&mut self, path: &Utf8Path) -> bool {
        let place = self.place(path);
        let settings = self.settings(&place);
        let folder = place.settings.as_deref().and_then(Utf8Path::parent);
        let named = settings.as_ref().map_or(&[][..], |file| &file.settings().entry);
        match folder {
            Some(folder) if !named.is_empty() => named.iter().any(|entry| folder.join(entry.as_str()) == path),
            _ => self.text(path).is_some_and(|text| holds_pipeline(&text)),
        }
    }

    /// Returns every entry file, every open template or definition with a pipeline, and every open `.pipe` file that
    /// contains a pipeline or that no entry file reads.
    pub fn wanted_entries(&self) -> BTreeSet<Utf8PathBuf> {
        let is_alone = |path: &Utf8Path| {
            let mut others = self.snapshots.iter().filter(|(entry, _)| *entry != path && self.starts(entry));
            others.all(|(_, snapshot)| snapshot.file_of(path).is_none())
        };
        let is_pipe = |path: &Utf8Path| path.extension() == Some("pipe") || !path.is_absolute();
        let open = self.documents.keys().filter(|path| is_pipe(path) && (self.starts(path) || is_alone(path)));
        self.entries.iter().chain(&self.pipeline_documents).chain(open).cloned().collect()
    }

    /// Returns whether a file is an entry file, or an open one that contains a pipeline.
    fn starts(&self, path: &Utf8Path) -> bool {
        let holds = || self.documents.get(path).is_some_and(|text| holds_pipeline(text));
        self.entries.contains(path) || self.pipeline_documents.contains(path) || holds()
    }

    /// Returns the entry files whose compilation depends on a file, open ones first.
    pub fn affected_by(&mut self, path: &Utf8Path) -> Vec<Utf8PathBuf> {
        let root = self.place(path).root;
        let reads =
            |snapshot: &Snapshot| snapshot.file_of(path).is_some() || is_settings(path) && snapshot.root() == root;
        let is_affected =
            |entry: &Utf8PathBuf| entry == path || self.snapshots.get(entry).is_none_or(|snapshot| reads(snapshot));
        let affected = self.wanted_entries().into_iter().filter(is_affected).collect();
        self.open_first(affected)
    }

    /// Returns the entry files of the project of a new file, open ones first.
    pub fn affected_by_new(&mut self, path: &Utf8Path) -> Vec<Utf8PathBuf> {
        let root = self.place(path).root;
        let is_beside = |entry: &Utf8PathBuf| entry == path || root != "" && entry.starts_with(&root);
        let affected = self.wanted_entries().into_iter().filter(is_beside).collect();
        self.open_first(affected)
    }

    fn open_first(&self, entries: BTreeSet<Utf8PathBuf>) -> Vec<Utf8PathBuf> {
        let (open, closed): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|entry| self.documents.contains_key(entry));
        open.into_iter().chain(closed).collect()
    }

    /// Returns whether a file is open in the editor.
    pub fn is_open(&self, path: &Utf8Path) -> bool {
        self.documents.contains_key(path)
    }

    /// Compiles an entry file. Returns `None` if it cannot be read.
    pub fn compile(&mut self, entry: &Utf8Path) -> Option<Arc<Snapshot>> {
        let place = self.place(entry);
        let open = self.project(&place.root);
        let Some(text) = self.text(entry) else {
            self.snapshots.remove(entry);
            return None;
        };
        let settings = self.settings(&place);
        let from_root = entry.strip_prefix(&place.root).unwrap_or(entry);
        let file = Entry { path: from_root, shown: from_root, text: &text };
        let compilation = open.project.compile(&file, settings.as_ref(), &Request::default());
        let snapshot = Arc::new(Snapshot::new(place.root, entry.to_owned(), open.project, compilation));
        self.snapshots.insert(entry.to_owned(), Arc::clone(&snapshot));
        Some(snapshot)
    }

    /// Compiles an entry file with different texts of some files. The result is not stored.
    pub fn trial(&mut self, entry: &Utf8Path, texts: &BTreeMap<Utf8PathBuf, String>) -> Option<Compilation> {
        let place = self.place(entry);
        let files = LiveFiles::new(&place.root);
        let project = Project::new(files.clone(), "");
        let open = self.documents.iter().map(|(path, text)| (path, &**text));
        for (path, text) in open.chain(texts.iter().map(|(path, text)| (path, text.as_str()))) {
            if let Ok(from_root) = path.strip_prefix(&place.root) {
                files.open(from_root);
                project.set(from_root, text);
            }
        }
        let from_root = entry.strip_prefix(&place.root).ok()?;
        let text = project.text(from_root).ok()?;
        let settings = place.settings.as_ref().and_then(|path| {
            let path = path.strip_prefix(&place.root).ok()?;
            Some(project.settings(path, &project.text(path).ok()?))
        });
        let file = Entry { path: from_root, shown: from_root, text: &text };
        Some(project.compile(&file, settings.as_ref(), &Request::default()))
    }

    /// Compiles the entry file that reads a file, for a request other than the usual one.
    pub fn compile_for(&mut self, path: &Utf8Path, request: &Request) -> Option<Compilation> {
        let entry = self.snapshot_of(path)?.entry().to_owned();
        let place = self.place(&entry);
        let open = self.project(&place.root);
        let (text, settings) = (self.text(&entry)?, self.settings(&place));
        let from_root = entry.strip_prefix(&place.root).ok()?;
        let file = Entry { path: from_root, shown: from_root, text: &text };
        Some(open.project.compile(&file, settings.as_ref(), request))
    }

    /// Removes and returns the compilations of files that are no longer entry files.
    pub fn drop_unwanted(&mut self) -> Vec<Arc<Snapshot>> {
        let wanted = self.wanted_entries();
        let unwanted: Vec<_> = self.snapshots.keys().filter(|entry| !wanted.contains(*entry)).cloned().collect();
        unwanted.iter().filter_map(|entry| self.snapshots.remove(entry)).collect()
    }

    /// Returns the last compilation of an entry file.
    pub fn snapshot(&self, entry: &Utf8Path) -> Option<&Arc<Snapshot>> {
        self.snapshots.get(entry)
    }

    /// Returns the last compilation of each entry file.
    pub fn snapshots(&self) -> impl Iterator<Item = &Arc<Snapshot>> {
        self.snapshots.values()
    }

    /// Returns the last compilation that read a file: its own, if it is an entry file.
    pub fn snapshot_of(&self, path: &Utf8Path) -> Option<&Arc<Snapshot>> {
        let reads = |snapshot: &&Arc<Snapshot>| snapshot.file_of(path).is_some();
        self.snapshots.get(path).or_else(|| self.snapshots.values().find(reads))
    }

    /// Returns the diagnostics of a file, in source order.
    pub fn findings(&self, path: &Utf8Path) -> Vec<Finding> {
        findings::in_file(self.snapshots.values(), path)
    }

    /// Returns the text of a file: that of the editor, if it is open.
    pub fn text(&mut self, path: &Utf8Path) -> Option<Arc<str>> {
        if let Some(text) = self.documents.get(path) {
            return Some(Arc::clone(text));
        }
        let place = self.place(path);
        let open = self.project(&place.root);
        open.project.text(path.strip_prefix(&place.root).ok()?).ok()
    }

    /// Returns the `.pipe` files of a file's project, except ignored ones.
    pub(super) fn pipe_files(&mut self, path: &Utf8Path) -> Vec<(Utf8PathBuf, Arc<str>)> {
        let root = self.place(path).root;
        let tracked = self.project(&root).files.tracked();
        let listed = tracked.keys().filter(|path| path.extension() == Some("pipe"));
        let paths: Vec<Utf8PathBuf> = listed.map(|path| root.join(path)).collect();
        paths.into_iter().filter_map(|path| self.text(&path).map(|text| (path, text))).collect()
    }

    /// Returns the files that compilations read and that have changed since the last call, for editors that do not
    /// report changes.
    pub fn written_since(&mut self) -> Vec<(Utf8PathBuf, FileChange)> {
        let mut paths: BTreeSet<Utf8PathBuf> = self.entries.clone();
        for snapshot in self.snapshots.values() {
            paths.extend(snapshot.paths());
            paths.extend(snapshot.project().missing().into_iter().map(|path| snapshot.root().join(path)));
        }
        let mut changed = Vec::new();
        let mut now = HashMap::default();
        for path in paths.into_iter().filter(|path| path.is_absolute() && !self.documents.contains_key(path)) {
            let time = path.metadata().and_then(|it| it.modified()).ok();
            if let Some(before) = self.written.get(&path).filter(|before| **before != time) {
                let came_or_went = before.is_none() != time.is_none();
                let change = if came_or_went { FileChange::CameOrWent } else { FileChange::Changed };
                changed.push((path.clone(), change));
            }
            now.insert(path, time);
        }
        self.written = now;
        changed
    }

    fn project(&mut self, root: &Utf8Path) -> OpenProject {
        if let Some(open) = self.projects.get(root) {
            return open.clone();
        }
        let files = LiveFiles::new(root);
        let project = Arc::new(Project::new(files.clone(), ""));
        for (path, text) in &self.documents {
            let belongs = path.is_absolute() != root.as_str().is_empty() && self.place_of(path).root == root;
            if let Some(from_root) = path.strip_prefix(root).ok().filter(|_| belongs) {
                files.open(from_root);
                project.set(from_root, text);
            }
        }
        let open = OpenProject { project, files };
        self.projects.insert(root.to_owned(), open.clone());
        open
    }

    /// Returns the project of a file.
    fn place(&mut self, path: &Utf8Path) -> Place {
        let folder = path.parent().unwrap_or("".into());
        if let Some(place) = self.places.get(folder) {
            return place.clone();
        }
        let place = self.place_of(path);
        self.places.insert(folder.to_owned(), place.clone());
        place
    }

    fn place_of(&self, path: &Utf8Path) -> Place {
        if !path.is_absolute() {
            let settings = self.documents.contains_key(Utf8Path::new(FILE_NAME)).then(|| FILE_NAME.into());
            return Place { root: Utf8PathBuf::new(), settings };
        }
        let folder = path.parent().unwrap_or("/".into());
        let root = root_of(folder);
        let is_open = |folder: &&Utf8Path| self.documents.contains_key(&folder.join(FILE_NAME));
        let unsaved = folder.ancestors().take_while(|folder| folder.starts_with(&root)).find(is_open);
        let saved = settings_folder(folder, &root);
        // The nearest settings apply, saved or not.
        let nearest = saved.into_iter().chain(unsaved).max_by_key(|folder| folder.as_str().len());
        Place { settings: nearest.map(|folder| folder.join(FILE_NAME)), root }
    }

    fn settings(&mut self, place: &Place) -> Option<SettingsFile> {
        let path = place.settings.as_ref()?;
        let text = self.text(path)?;
        let open = self.project(&place.root);
        Some(open.project.settings(path.strip_prefix(&place.root).ok()?, &text))
    }
}

/// Returns the pattern for files that may be templates or definitions, in the syntax of editors.
pub fn document_pattern() -> String {
    format!("**/*.{{{}}}", EXTENSIONS.join(","))
}

/// Returns whether an open file is a template or a definition with a pipeline.
fn defines_pipeline(project: &Project, from_root: &Utf8Path, text: &str) -> bool {
    let document = || project.workspace().document(from_root).ok();
    has_document_extension(from_root)
        && may_define_pipeline(text)
        && document().is_some_and(|document| found_kind(text, &document).is_some())
}

/// Returns whether a file is a settings file.
fn is_settings(path: &Utf8Path) -> bool {
    path.file_name() == Some(FILE_NAME)
}
