//! The files of a project and the models read from them, kept between compilations and shared between threads.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use camino::{Utf8Path, Utf8PathBuf};

use crate::collections::{HashMap, HashSet};
use crate::source::paths::slashed;
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::{self, Parsed};

use super::Build;
use super::document::{self, Document, DocumentOrigin};
use super::file_system::{FileError, FileSystem};
use super::template::Template;

/// A file and its models. It is immutable: a changed text is a new file.
#[derive(Debug)]
pub struct ProjectFile {
    source: Arc<SourceFile>,
    tree: OnceLock<Arc<Parsed>>,
    build: OnceLock<Arc<Build>>,
    template: OnceLock<Arc<Template>>,
    document: OnceLock<Arc<Document>>,
    hash: OnceLock<u64>,
}

impl ProjectFile {
    /// Creates a file without models.
    pub fn new(source: SourceFile) -> Self {
        let source = Arc::new(source);
        Self {
            source,
            tree: OnceLock::new(),
            build: OnceLock::new(),
            template: OnceLock::new(),
            document: OnceLock::new(),
            hash: OnceLock::new(),
        }
    }

    /// Returns the text and its path.
    pub fn source(&self) -> &Arc<SourceFile> {
        &self.source
    }

    /// Parses the file as `.pipe` text.
    pub fn tree(&self) -> Arc<Parsed> {
        Arc::clone(self.tree.get_or_init(|| Arc::new(syntax::parse(self.source.id(), self.source.text()))))
    }

    /// Parses the file as a buildspec, with its commands.
    pub fn build(&self) -> Arc<Build> {
        Arc::clone(self.build.get_or_init(|| Arc::new(Build::parse(self.source.text(), self.origin()))))
    }

    /// Parses the file as a CloudFormation or SAM template.
    pub fn template(&self) -> Arc<Template> {
        Arc::clone(self.template.get_or_init(|| Arc::new(Template::of(&self.document()))))
    }

    /// Parses the file as YAML or JSON of any form.
    pub fn document(&self) -> Arc<Document> {
        Arc::clone(self.document.get_or_init(|| Arc::new(Document::parse(self.source.text(), self.origin()))))
    }

    /// Returns a hash of the text. Other versions of the program may compute another one.
    pub fn hash(&self) -> u64 {
        *self.hash.get_or_init(|| {
            let mut hasher = DefaultHasher::new();
            self.source.text().hash(&mut hasher);
            hasher.finish()
        })
    }

    fn origin(&self) -> DocumentOrigin {
        DocumentOrigin::File(self.source.id())
    }
}

/// The most inline buildspecs that are kept.
const INLINE_BUILDS: usize = 1000;

/// A buildspec in a `.pipe` file, by its span and its text: the same span in a component can yield several texts.
type Inline = (Span, Arc<str>);

#[derive(Debug, Default)]
struct Known {
    files: HashMap<Utf8PathBuf, Result<Arc<ProjectFile>, FileError>>,
    /// The path of each ID: two paths can have the same hash.
    ids: HashMap<FileId, Utf8PathBuf>,
    /// The files that were released once.
    released: HashSet<FileId>,
}

impl Known {
    /// Returns the ID of a file: the same for the same path, whatever its text.
    fn id(&mut self, path: &Utf8Path, shown: &Utf8Path) -> FileId {
        let mut id = FileId::of_path(shown);
        while self.ids.get(&id).is_some_and(|other| other != path) {
            id = id.next();
        }
        self.ids.entry(id).or_insert_with(|| path.to_owned());
        id
    }

    fn insert(&mut self, path: &Utf8Path, shown: Utf8PathBuf, text: Arc<str>) -> Arc<ProjectFile> {
        let id = self.id(path, &shown);
        let file = Arc::new(ProjectFile::new(SourceFile::new(id, shown, text)));
        self.files.insert(path.to_owned(), Ok(Arc::clone(&file)));
        file
    }
}

/// The files of a project, by their normalized paths from the root. Each is read and parsed once, until it changes.
#[derive(Debug)]
pub struct ProjectFiles {
    system: Box<dyn FileSystem>,
    display_prefix: Utf8PathBuf,
    known: RwLock<Known>,
    inline_builds: RwLock<HashMap<Inline, Arc<Build>>>,
}

impl ProjectFiles {
    /// Creates the files of a tree. Paths are displayed with `display_prefix` (the root relative to the working
    /// folder).
    pub fn new(system: impl FileSystem + 'static, display_prefix: impl Into<Utf8PathBuf>) -> Self {
        let prefix = display_prefix.into();
        Self {
            system: Box::new(system),
            display_prefix: if prefix == "." { Utf8PathBuf::new() } else { prefix },
            known: RwLock::default(),
            inline_builds: RwLock::default(),
        }
    }

    /// Returns the tree of files, as it is on disk or in memory.
    pub fn system(&self) -> &dyn FileSystem {
        self.system.as_ref()
    }

    /// Returns a path from the root as it is displayed.
    pub fn shown(&self, path: &Utf8Path) -> Utf8PathBuf {
        slashed(&self.display_prefix.join(path))
    }

    /// Returns the path from the root of a displayed path.
    pub fn from_root<'p>(&self, shown: &'p Utf8Path) -> &'p Utf8Path {
        shown.strip_prefix(&self.display_prefix).unwrap_or(shown)
    }

    /// Returns a file, by its normalized path.
    ///
    /// # Errors
    ///
    /// If no such text file exists inside the root.
    pub fn file(&self, path: &Utf8Path) -> Result<Arc<ProjectFile>, FileError> {
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).files.get(path) {
            return known.clone();
        }
        // No lock is held while the file is read. If two threads read it, the first result is kept.
        let read = self.read(path);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        match (known.files.get(path), read) {
            (Some(file), _) => file.clone(),
            (None, Ok(text)) => Ok(known.insert(path, self.shown(path), text)),
            (None, Err(error)) => {
                known.files.insert(path.to_owned(), Err(error.clone()));
                Err(error)
            }
        }
    }

    /// Returns the files that could not be read.
    pub fn missing(&self) -> Vec<Utf8PathBuf> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.files.iter().filter(|(_, file)| file.is_err()).map(|(path, _)| path.clone()).collect()
    }

    /// Returns whether an attempt to read the file failed.
    pub fn is_missing(&self, path: &Utf8Path) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.files.get(path).is_some_and(Result::is_err)
    }

    /// Sets the text of a file that was already read or is being edited. Models of an earlier text are dropped.
    pub fn set(&self, path: &Utf8Path, text: impl Into<Arc<str>>) -> Arc<ProjectFile> {
        let text = text.into();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        match known.files.get(path) {
            Some(Ok(file)) if file.source.text() == &*text => Arc::clone(file),
            _ => known.insert(path, self.shown(path), text),
        }
    }

    /// Makes the next use read the file from the tree again: it was closed, or has changed there.
    pub fn forget(&self, path: &Utf8Path) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).files.remove(path);
    }

    /// Frees the memory for files, by their paths: each use was probably the only one. A file that is read again after that is
    /// kept.
    pub fn release<'p>(&self, paths: impl IntoIterator<Item = &'p Utf8Path>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let mut once = |path: &Utf8Path| {
            let id = known.files.get(path)?.as_ref().ok()?.source.id();
            if known.released.insert(id) { known.files.remove(path) } else { None }
        };
        let freed: Vec<_> = paths.into_iter().filter_map(&mut once).collect();
        drop(known);
        drop(freed);
    }

    /// Parses a buildspec that is inline in a `.pipe` file at `place`, where the source text is `written`.
    pub fn inline_build(&self, text: &Arc<str>, place: Span, written: &str) -> Arc<Build> {
        let key = (place, Arc::clone(text));
        if let Some(known) = self.inline_builds.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(known);
        }
        let build = if document::is_indented(written, text) {
            Build::parse(written, DocumentOrigin::Inside(place))
        } else {
            Build::parse(text, DocumentOrigin::At(place))
        };
        let mut builds = self.inline_builds.write().unwrap_or_else(PoisonError::into_inner);
        if builds.len() >= INLINE_BUILDS {
            // Each change of a file moves its buildspecs, so earlier spans are not used again.
            builds.clear();
        }
        Arc::clone(builds.entry(key).or_insert_with(|| Arc::new(build)))
    }

    fn read(&self, path: &Utf8Path) -> Result<Arc<str>, FileError> {
        let text = String::from_utf8(self.system.read(path)?);
        text.map(Into::into).map_err(|error| FileError::NotUtf8(error.utf8_error().valid_up_to()))
    }
}
