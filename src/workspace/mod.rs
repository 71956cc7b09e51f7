//! The read-only view of the user's repository, and models of the files the compiler reads besides `.pipe`.
//!
//! Models only: what is wrong about a buildspec or a template is decided by the checks.

pub mod artifact;
pub mod buildspec;
pub mod docker_ignore;
pub mod dockerfile;
pub mod document;
pub mod file_system;
mod git_index;
mod lookups;
pub mod packaging;
pub mod pipeline_document;
mod project_files;
pub mod shell;
pub mod template;
pub mod terraform;

use std::cell::{Ref, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::source::{FileId, SourceFile, SourceMap, Span};
use crate::syntax::{self, Parsed};

use artifact::ArtifactContents;
use buildspec::Buildspec;
use document::{Document, DocumentOrigin};
use file_system::{FileError, FileSystem, normalize};
use packaging::{BuildCommands, TemplateOrigin};
use template::Template;

pub use lookups::{Lookups, Tree};
pub use project_files::{ProjectFile, ProjectFiles};

/// A buildspec with what its commands show.
#[derive(Debug, Clone)]
pub struct Build {
    /// The buildspec.
    pub spec: Buildspec,
    /// What its commands show.
    pub commands: BuildCommands,
}

/// Programs that only look at the files they are given.
const READERS: [&str; 18] = [
    "[",
    "cat",
    "cd",
    "cfn-lint",
    "cfn_nag",
    "diff",
    "file",
    "grep",
    "hadolint",
    "head",
    "ls",
    "pwd",
    "shellcheck",
    "stat",
    "tail",
    "test",
    "wc",
    "yamllint",
];

/// Whether a command is a single program that only looks at files.
fn only_reads(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    READERS.contains(&first) && !text.contains(['>', '\n', ';', '|', '&', '$'])
}

/// Whether a text contains a name that is not part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let behind = text.get(at + word.len()..).and_then(|behind| behind.chars().next());
        !before.is_some_and(is_part) && !behind.is_some_and(is_part)
    })
}

impl Build {
    /// Reads a buildspec and its commands.
    pub fn parse(text: &str, origin: DocumentOrigin) -> Self {
        let spec = Buildspec::parse(text, origin);
        let commands = BuildCommands::of(&spec);
        Self { spec, commands }
    }

    /// Whether a command mentions a text, such as the name of a file.
    pub fn mentions(&self, text: &str) -> bool {
        self.spec.commands().any(|command| command.text.contains(text))
    }

    /// Whether the commands may write a file, whose path is relative to the source's folder: one mentions it or a folder of it,
    /// or some program may write anything.
    pub fn may_write(&self, path: &Utf8Path) -> bool {
        let names = |text: &str| path.components().any(|part| part.as_str() != "." && has_word(text, part.as_str()));
        self.commands.writes_unseen
            || self.spec.commands().any(|command| !only_reads(&command.text) && names(&command.text))
    }

    /// The template of the source behind a file of the build's output: of the primary artifact, or of the secondary one
    /// named. None when no command is seen to write the file.
    pub fn template_origin(&self, secondary: Option<&str>, file: &str) -> Option<TemplateOrigin> {
        let paths = self.spec.contents(secondary).build_paths(file);
        paths.iter().find_map(|path| self.commands.template_origin(path))
    }
}

/// One compilation's view of a project. It notes which files the compilation looks at, and belongs to one thread.
#[derive(Debug)]
pub struct Workspace {
    files: Arc<ProjectFiles>,
    sources: RefCell<SourceMap>,
    /// The files of the project among the sources.
    loaded: RefCell<HashMap<FileId, Arc<ProjectFile>>>,
    /// The paths from the root of files that are shown under other ones.
    entries: RefCell<HashMap<FileId, Utf8PathBuf>>,
    /// Templates that no file holds.
    built: RefCell<HashMap<Utf8PathBuf, Arc<Template>>>,
    /// The entry file, if it is a document that defines the pipelines itself.
    own_document: RefCell<Option<Utf8PathBuf>>,
    lookups: RefCell<Lookups>,
}

impl Workspace {
    /// A view of files that nothing else looks at. Paths are shown to the user behind `display_prefix` (the root as seen from
    /// the working folder).
    pub fn new(files: impl FileSystem + 'static, display_prefix: impl Into<Utf8PathBuf>) -> Self {
        Self::of(Arc::new(ProjectFiles::new(files, display_prefix)))
    }

    /// A view of a project.
    pub fn of(files: Arc<ProjectFiles>) -> Self {
        Self {
            files,
            sources: RefCell::default(),
            loaded: RefCell::default(),
            entries: RefCell::default(),
            built: RefCell::default(),
            own_document: RefCell::default(),
            lookups: RefCell::default(),
        }
    }

    /// All files read so far. Keep the borrow short: loading a file needs the map for itself.
    pub fn sources(&self) -> Ref<'_, SourceMap> {
        self.sources.borrow()
    }

    /// The files, and what was asked about the project, when the work is done.
    pub fn into_parts(self) -> (SourceMap, Lookups) {
        (self.sources.into_inner(), self.lookups.into_inner())
    }

    /// The tree of files.
    pub fn files(&self) -> Tree<'_> {
        Tree { files: &self.files, lookups: &self.lookups }
    }

    /// Adds a text that is no file of the project; `path` is shown as it is.
    pub fn add_source(&self, path: impl Into<Utf8PathBuf>, text: impl Into<Arc<str>>) -> FileId {
        self.sources.borrow_mut().add(path.into(), text)
    }

    /// Adds an entry file that was read elsewhere: its path from the root, for what it imports, and as it is shown.
    pub fn add_entry(&self, path: impl Into<Utf8PathBuf>, shown: impl Into<Utf8PathBuf>, text: &str) -> FileId {
        let (path, shown) = (path.into(), shown.into());
        if self.files.shown(&path) == shown {
            self.files.set(&path, text);
            if let Ok(file) = self.load(&path) {
                return file;
            }
        }
        let file = self.add_source(shown, text);
        self.entries.borrow_mut().insert(file, path);
        file
    }

    /// The path from the root of a file of this workspace.
    pub fn path_of(&self, file: FileId) -> Utf8PathBuf {
        if let Some(path) = self.entries.borrow().get(&file) {
            return path.clone();
        }
        self.files.from_root(self.sources().file(file).path()).to_owned()
    }

    /// Reads a file; `path` counts from the root.
    ///
    /// # Errors
    /// When there is no such text file inside the root.
    pub fn load(&self, path: &Utf8Path) -> Result<FileId, FileError> {
        self.file(path).map(|file| file.source().id())
    }

    /// The text of a file already loaded.
    pub fn text(&self, file: FileId) -> Arc<str> {
        self.sources.borrow().file(file).shared_text()
    }

    /// A file of the sources as `.pipe` text.
    pub fn tree(&self, file: FileId) -> Arc<Parsed> {
        match self.loaded.borrow().get(&file) {
            Some(file) => file.tree(),
            None => Arc::new(syntax::parse(file, &self.text(file))),
        }
    }

    /// A file of the sources as YAML or JSON of no particular form.
    pub fn document_of(&self, file: FileId) -> Arc<Document> {
        match self.loaded.borrow().get(&file) {
            Some(file) => file.document(),
            None => Arc::new(Document::parse(&self.text(file), DocumentOrigin::File(file))),
        }
    }

    /// Reads a buildspec and its commands; `path` counts from the root.
    ///
    /// # Errors
    /// When the file cannot be read. A file that is no buildspec is a model without content.
    pub fn build(&self, path: &Utf8Path) -> Result<Arc<Build>, FileError> {
        self.file(path).map(|file| file.build())
    }

    /// Reads a buildspec that is in a `.pipe` file, at `place`, and its commands.
    pub fn inline_build(&self, text: &Arc<str>, place: Span) -> Arc<Build> {
        self.files.inline_build(text, place, self.sources().slice(place))
    }

    /// Reads a CloudFormation or SAM template; `path` counts from the root.
    ///
    /// # Errors
    /// When the file cannot be read. A file that is no template is a model without content.
    pub fn template(&self, path: &Utf8Path) -> Result<Arc<Template>, FileError> {
        match self.built.borrow().get(&normalize(path)?) {
            Some(built) => Ok(Arc::clone(built)),
            None => self.file(path).map(|file| file.template()),
        }
    }

    /// Reads a YAML or JSON file of no particular form; `path` counts from the root.
    ///
    /// # Errors
    /// When the file cannot be read. A file that is neither is a document without a tree.
    pub fn document(&self, path: &Utf8Path) -> Result<Arc<Document>, FileError> {
        self.file(path).map(|file| file.document())
    }

    fn file(&self, path: &Utf8Path) -> Result<Arc<ProjectFile>, FileError> {
        let path = normalize(path)?;
        if !self.lookups.borrow().texts.contains(&path) {
            self.lookups.borrow_mut().texts.insert(path.clone());
        }
        let file = self.files.file(&path)?;
        let id = file.source().id();
        if let Some(known) = self.loaded.borrow().get(&id) {
            return Ok(Arc::clone(known));
        }
        let file = if self.sources.borrow_mut().insert(file.source()) {
            file
        } else {
            // Another text has the id here: a second copy of the file gets one of its own.
            let (path, text) = (file.source().path().to_owned(), file.source().shared_text());
            let id = self.sources.borrow_mut().add(path.clone(), Arc::clone(&text));
            Arc::new(ProjectFile::new(SourceFile::new(id, path, text)))
        };
        self.loaded.borrow_mut().insert(file.source().id(), Arc::clone(&file));
        Ok(file)
    }

    /// Gives a path a template that no file holds: what is built of the pipeline file there. `place`: what it is about.
    pub fn set_template(&self, path: &Utf8Path, text: &str, place: Span) {
        let template = Arc::new(Template::parse(text, DocumentOrigin::At(place)));
        self.built.borrow_mut().insert(path.to_owned(), template);
    }

    /// Says that a file is the document that defines the pipelines.
    pub fn set_own_document(&self, path: &Utf8Path) {
        *self.own_document.borrow_mut() = normalize(path).ok();
    }

    /// The path of the document that defines the pipelines, if no `.pipe` file does.
    pub fn own_document(&self) -> Option<Utf8PathBuf> {
        self.own_document.borrow().clone()
    }

    /// Whether a path is that of the document that defines the pipelines. A build that writes a file from a template of the same
    /// name most likely means a template of the application.
    pub fn is_own_document(&self, path: &Utf8Path) -> bool {
        self.own_document.borrow().as_deref() == Some(path)
    }

    /// What the artifact of a source holds whose checkout is the folder `checkout` (from the root; empty for the root).
    pub fn tracked(&self, checkout: &Utf8Path) -> ArtifactContents {
        match normalize(checkout) {
            Ok(folder) => ArtifactContents::Tracked { files: self.files().tracked(), folder },
            Err(_) => ArtifactContents::Open,
        }
    }
}

#[cfg(test)]
mod tests;
