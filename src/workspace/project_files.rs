//! The files of a project and the models read from them, kept between compilations and shared by threads.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use camino::{Utf8Path, Utf8PathBuf};

use crate::source::paths::slashed;
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::{self, Parsed};

use super::Build;
use super::document::{self, Document, DocumentOrigin};
use super::file_system::{FileError, FileSystem};
use super::template::Template;

/// A file and what was read from it. It never changes: another text is another one.
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
    /// A file that nothing has been read from.
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

    /// The text and where it stands.
    pub fn source(&self) -> &Arc<SourceFile> {
        &self.source
    }

    /// The file as `.pipe` text.
    pub fn tree(&self) -> Arc<Parsed> {
        Arc::clone(self.tree.get_or_init(|| Arc::new(syntax::parse(self.source.id(), self.source.text()))))
    }

    /// The file as a buildspec, with its commands.
    pub fn build(&self) -> Arc<Build> {
        Arc::clone(self.build.get_or_init(|| Arc::new(Build::parse(self.source.text(), self.origin()))))
    }

    /// The file as a CloudFormation or SAM template.
    pub fn template(&self) -> Arc<Template> {
        Arc::clone(self.template.get_or_init(|| Arc::new(Template::of(&self.document()))))
    }

    /// The file as YAML or JSON of no particular form.
    pub fn document(&self) -> Arc<Document> {
        Arc::clone(self.document.get_or_init(|| Arc::new(Document::parse(self.source.text(), self.origin()))))
    }

    /// A hash of the text, which only this version of the program computes.
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

/// Most buildspecs in `.pipe` files that are kept.
const INLINE_BUILDS: usize = 1000;

/// A buildspec in a `.pipe` file, by its place and its text: a place in a component has several texts.
type Inline = (Span, Arc<str>);

#[derive(Debug, Default)]
struct Known {
    files: HashMap<Utf8PathBuf, Result<Arc<ProjectFile>, FileError>>,
    /// Whose each id is: two paths can have the same hash.
    ids: HashMap<FileId, Utf8PathBuf>,
}

impl Known {
    /// The id of a file: the same for the same path, whatever its text.
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
    /// The files of a tree. Paths are shown to the user behind `display_prefix` (the root as seen from the working folder).
    pub fn new(system: impl FileSystem + 'static, display_prefix: impl Into<Utf8PathBuf>) -> Self {
        let prefix = display_prefix.into();
        Self {
            system: Box::new(system),
            display_prefix: if prefix == "." { Utf8PathBuf::new() } else { prefix },
            known: RwLock::default(),
            inline_builds: RwLock::default(),
        }
    }

    /// The tree of files, as it is on disk or in memory.
    pub fn system(&self) -> &dyn FileSystem {
        self.system.as_ref()
    }

    /// A path from the root as it is shown to the user.
    pub fn shown(&self, path: &Utf8Path) -> Utf8PathBuf {
        slashed(&self.display_prefix.join(path))
    }

    /// The path from the root of what is shown.
    pub fn from_root<'p>(&self, shown: &'p Utf8Path) -> &'p Utf8Path {
        shown.strip_prefix(&self.display_prefix).unwrap_or(shown)
    }

    /// A file, by its normalized path.
    ///
    /// # Errors
    /// When there is no such text file inside the root.
    pub fn file(&self, path: &Utf8Path) -> Result<Arc<ProjectFile>, FileError> {
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).files.get(path) {
            return known.clone();
        }
        // Nothing is locked while the file is read: of two threads that read it, the first wins.
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

    /// The files that were looked for and could not be read.
    pub fn missing(&self) -> Vec<Utf8PathBuf> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.files.iter().filter(|(_, file)| file.is_err()).map(|(path, _)| path.clone()).collect()
    }

    /// Whether a file was looked for and could not be read.
    pub fn is_missing(&self, path: &Utf8Path) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.files.get(path).is_some_and(Result::is_err)
    }

    /// The text of a file that was read elsewhere, or is being edited. What was read from an earlier text is forgotten.
    pub fn set(&self, path: &Utf8Path, text: impl Into<Arc<str>>) -> Arc<ProjectFile> {
        let text = text.into();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        match known.files.get(path) {
            Some(Ok(file)) if file.source.text() == &*text => Arc::clone(file),
            _ => known.insert(path, self.shown(path), text),
        }
    }

    /// Reads a file from the tree again when it is next asked for: it was closed, or has changed there.
    pub fn forget(&self, path: &Utf8Path) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).files.remove(path);
    }

    /// The build of a buildspec that is in a `.pipe` file, at `place`, where `written` is what stands there.
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
            // Each change of a file moves its buildspecs: earlier places are not asked for again.
            builds.clear();
        }
        Arc::clone(builds.entry(key).or_insert_with(|| Arc::new(build)))
    }

    fn read(&self, path: &Utf8Path) -> Result<Arc<str>, FileError> {
        let text = String::from_utf8(self.system.read(path)?);
        text.map(Into::into).map_err(|error| FileError::NotUtf8(error.utf8_error().valid_up_to()))
    }
}
