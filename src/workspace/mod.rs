//! The read-only view of the user's repository, and models of the files the compiler reads besides `.pipe`.
//!
//! Models only: what is wrong about a buildspec or a template is decided by the checks.

pub mod artifact;
pub mod buildspec;
pub mod document;
pub mod file_system;
pub mod packaging;
pub mod shell;
pub mod template;

use std::cell::{Ref, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::source::{FileId, SourceMap, Span};

use artifact::ArtifactContents;
use buildspec::Buildspec;
use document::Origin;
use file_system::{FileError, FileSystem, normalize};
use packaging::{BuildCommands, TemplateOrigin};
use template::Template;

/// A buildspec with what its commands show.
#[derive(Debug, Clone)]
pub struct Build {
    /// The buildspec.
    pub spec: Buildspec,
    /// What its commands show.
    pub commands: BuildCommands,
}

impl Build {
    /// Reads a buildspec and its commands.
    pub fn parse(text: &str, origin: Origin) -> Self {
        let spec = Buildspec::parse(text, origin);
        let commands = BuildCommands::of(&spec);
        Self { spec, commands }
    }

    /// The template of the source behind a file of the build's output: of the primary artifact, or of the secondary one
    /// named. None when no command is seen to write the file.
    pub fn template_origin(&self, secondary: Option<&str>, file: &str) -> Option<TemplateOrigin> {
        let paths = self.spec.contents(secondary).build_paths(file);
        paths.iter().find_map(|path| self.commands.template_origin(path))
    }
}

/// Results by normalized path.
type Cache<T> = RefCell<HashMap<Utf8PathBuf, Result<T, FileError>>>;

/// Buildspecs in `.pipe` files, by their place and their text: a place in a component has several texts.
type InlineBuilds = RefCell<HashMap<(Span, Arc<str>), Arc<Build>>>;

/// One compilation's view of a repository. Files are read and parsed once, when first asked for.
///
/// It belongs to one thread at a time (`Send`, not `Sync`): caches are cells, and no borrow outlives a call except the one
/// that [`Workspace::sources`] hands out.
#[derive(Debug)]
pub struct Workspace {
    files: Box<dyn FileSystem>,
    display_prefix: Utf8PathBuf,
    sources: RefCell<SourceMap>,
    entries: RefCell<HashMap<FileId, Utf8PathBuf>>,
    loaded: Cache<FileId>,
    builds: Cache<Arc<Build>>,
    inline_builds: InlineBuilds,
    templates: Cache<Arc<Template>>,
}

impl Workspace {
    /// A view of `files`. Paths are shown to the user behind `display_prefix` (the root as seen from the working folder).
    pub fn new(files: impl FileSystem + 'static, display_prefix: impl Into<Utf8PathBuf>) -> Self {
        let prefix = display_prefix.into();
        Self {
            files: Box::new(files),
            display_prefix: if prefix == "." { Utf8PathBuf::new() } else { prefix },
            sources: RefCell::default(),
            entries: RefCell::default(),
            loaded: RefCell::default(),
            builds: RefCell::default(),
            inline_builds: RefCell::default(),
            templates: RefCell::default(),
        }
    }

    /// All files read so far. Keep the borrow short: loading a file needs the map for itself.
    pub fn sources(&self) -> Ref<'_, SourceMap> {
        self.sources.borrow()
    }

    /// The files, when the work is done.
    pub fn into_sources(self) -> SourceMap {
        self.sources.into_inner()
    }

    /// The tree of files.
    pub fn files(&self) -> &dyn FileSystem {
        self.files.as_ref()
    }

    /// Adds a text that was not read through the workspace; `path` is shown as it is.
    pub fn add_source(&self, path: impl Into<Utf8PathBuf>, text: impl Into<Arc<str>>) -> FileId {
        self.sources.borrow_mut().add(path.into(), text)
    }

    /// Adds an entry file that was read elsewhere: its path from the root, for what it imports, and as it is shown.
    pub fn add_entry(&self, path: impl Into<Utf8PathBuf>, shown: impl Into<Utf8PathBuf>, text: &str) -> FileId {
        let file = self.add_source(shown, text);
        self.entries.borrow_mut().insert(file, path.into());
        file
    }

    /// The path from the root of a file of this workspace.
    pub fn path_of(&self, file: FileId) -> Utf8PathBuf {
        if let Some(path) = self.entries.borrow().get(&file) {
            return path.clone();
        }
        let sources = self.sources();
        let shown = sources.file(file).path();
        shown.strip_prefix(&self.display_prefix).unwrap_or(shown).to_owned()
    }

    /// Reads a file; `path` counts from the root.
    ///
    /// # Errors
    /// When there is no such text file inside the root.
    pub fn load(&self, path: &Utf8Path) -> Result<FileId, FileError> {
        let path = normalize(path)?;
        cached(&self.loaded, path, |path| {
            let text = String::from_utf8(self.files.read(path)?)
                .map_err(|error| FileError::NotUtf8(error.utf8_error().valid_up_to()))?;
            Ok(self.sources.borrow_mut().add(self.display_prefix.join(path), text))
        })
    }

    /// The text of a file already loaded.
    pub fn text(&self, file: FileId) -> Arc<str> {
        self.sources.borrow().file(file).shared_text()
    }

    /// Reads a buildspec and its commands; `path` counts from the root.
    ///
    /// # Errors
    /// When the file cannot be read. A file that is no buildspec is a model without content.
    pub fn build(&self, path: &Utf8Path) -> Result<Arc<Build>, FileError> {
        cached(&self.builds, normalize(path)?, |path| {
            let file = self.load(path)?;
            Ok(Arc::new(Build::parse(&self.text(file), Origin::File(file))))
        })
    }

    /// Reads a buildspec that stands in a `.pipe` file, at `place`, and its commands.
    pub fn inline_build(&self, text: &Arc<str>, place: Span) -> Arc<Build> {
        let key = (place, Arc::clone(text));
        if let Some(known) = self.inline_builds.borrow().get(&key) {
            return Arc::clone(known);
        }
        let sources = self.sources();
        let written = sources.slice(place);
        let build = if document::is_indented(written, text) {
            Build::parse(written, Origin::Inside(place))
        } else {
            Build::parse(text, Origin::At(place))
        };
        let build = Arc::new(build);
        self.inline_builds.borrow_mut().insert(key, Arc::clone(&build));
        build
    }

    /// Reads a CloudFormation or SAM template; `path` counts from the root.
    ///
    /// # Errors
    /// When the file cannot be read. A file that is no template is a model without content.
    pub fn template(&self, path: &Utf8Path) -> Result<Arc<Template>, FileError> {
        cached(&self.templates, normalize(path)?, |path| {
            let file = self.load(path)?;
            Ok(Arc::new(Template::parse(&self.text(file), Origin::File(file))))
        })
    }

    /// Gives a path a template that no file holds: what is built of the pipeline file there. `place`: what it is about.
    pub fn set_template(&self, path: &Utf8Path, text: &str, place: Span) {
        let template = Arc::new(Template::parse(text, Origin::At(place)));
        self.templates.borrow_mut().insert(path.to_owned(), Ok(template));
    }

    /// What the artifact of a source holds whose checkout is the folder `checkout` (from the root; empty for the root).
    pub fn tracked(&self, checkout: &Utf8Path) -> ArtifactContents {
        match normalize(checkout) {
            Ok(folder) => ArtifactContents::Tracked { files: self.files.tracked(), folder },
            Err(_) => ArtifactContents::Open,
        }
    }
}

/// The cached result for `path`, made on the first call. No cell is borrowed while it is made.
fn cached<T: Clone>(
    cache: &Cache<T>,
    path: Utf8PathBuf,
    make: impl FnOnce(&Utf8Path) -> Result<T, FileError>,
) -> Result<T, FileError> {
    if let Some(known) = cache.borrow().get(&path) {
        return known.clone();
    }
    let result = make(&path);
    cache.borrow_mut().insert(path, result.clone());
    result
}

#[cfg(test)]
mod tests;
