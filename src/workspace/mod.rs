//! The read-only view of the user's repository, and models of the files other than `.pipe` files that the compiler
//! reads.
//!
//! The models only read files: errors in a buildspec or a template are detected by the checks.

pub mod artifact;
pub mod buildspec;
pub mod docker_ignore;
pub mod dockerfile;
pub mod document;
mod edited;
pub mod file_system;
mod git_index;
pub mod glob;
pub mod go_template;
pub mod jmespath;
mod lookups;
pub mod packaging;
pub mod pipeline_document;
mod project_files;
pub mod shell;
mod survey;
pub mod template;
pub mod terraform;

use std::borrow::Cow;
use std::cell::{Ref, RefCell};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::catalog::program_files;
use crate::collections::HashMap;
use crate::source::{FileId, SourceFile, SourceMap, Span, Spanned};
use crate::syntax::{self, Parsed};

use artifact::ArtifactContents;
use buildspec::{BuildPhase, Buildspec, Command};
use document::{Document, DocumentOrigin, TextMap};
use file_system::{FileError, FileSystem, normalize};
use packaging::{BuildCommands, CopiedFiles, TemplateOrigin};
use template::Template;

pub use edited::EditedFile;
pub use lookups::{Lookups, Tree};
pub use project_files::{ProjectFile, ProjectFiles};
pub use survey::Survey;

/// A buildspec and an analysis of its commands.
#[derive(Debug, Clone)]
pub struct Build {
    /// The buildspec.
    pub spec: Buildspec,
    /// The calls and files of its commands.
    pub commands: BuildCommands,
}

/// Programs that only read the files that they are given.
const READERS: [&str; 26] = [
    "[",
    "cat",
    "cd",
    "cfn-lint",
    "cfn_nag",
    "cksum",
    "cmp",
    "diff",
    "echo",
    "file",
    "grep",
    "hadolint",
    "head",
    "jq",
    "ls",
    "md5sum",
    "pwd",
    "sha1sum",
    "sha256sum",
    "shasum",
    "shellcheck",
    "stat",
    "tail",
    "test",
    "wc",
    "yamllint",
];

/// Programs that change files in a folder, and words that run them for each file.
const EDITORS: [&str; 9] = ["awk", "envsubst", "find", "for", "jq", "perl", "sed", "xargs", "yq"];

/// Returns whether the programs of a command only read files.
fn only_reads(text: &str) -> bool {
    let is_plain = !text.contains(['>', '\n', '`']) && !text.contains("$(");
    is_plain && text.split([';', '|', '&']).filter(|part| !part.trim().is_empty()).all(reads)
}

/// Returns whether a command only reads files, or tests or examines sources.
fn reads_sources(text: &str) -> bool {
    only_reads(text) || packaging::examines(text)
}

/// Returns whether a program, with its arguments, only reads files: it is known for that, or uploads one.
fn reads(part: &str) -> bool {
    let words: Vec<&str> = part.split_whitespace().collect();
    match words.as_slice() {
        ["aws", "s3", "cp", _, to, ..] => to.trim_matches(['"', '\'']).starts_with("s3://"),
        ["python" | "python3", "-m", "json.tool", _] => true,
        [program, ..] => READERS.contains(program),
        [] => false,
    }
}

/// Returns a text without the paths of files whose contents the AWS CLI reads.
/// <https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-file.html> (2026-11-30)
fn without_parameter_files(text: &str) -> Cow<'_, str> {
    let mut left = Cow::Borrowed(text);
    for prefix in ["file://", "fileb://"] {
        while let Some(at) = left.find(prefix) {
            let end = left.get(at..).and_then(|rest| rest.find([' ', '\n', '"', '\'', ';', '&', '|', ')']));
            let end = end.map_or(left.len(), |length| at + length);
            left.to_mut().replace_range(at..end, "");
        }
    }
    left
}

/// Returns how often `text` contains `word` as a whole word.
fn count_word(text: &str, word: &str) -> usize {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let is_whole = |(at, _): &(usize, &str)| {
        let before = text.get(..*at).and_then(|before| before.chars().next_back());
        let tail = text.get(*at + word.len()..).and_then(|tail| tail.chars().next());
        !before.is_some_and(is_part) && !tail.is_some_and(is_part)
    };
    text.match_indices(word).filter(is_whole).count()
}

/// Returns whether a text contains a part of a path, other than as a program or as a part of another path:
/// `values/common.yaml` does not name `stage.yaml` in `values`, and `agent.conf` does not name `agent`.
fn names_part(text: &str, part: &str, next: Option<&str>) -> bool {
    let Some(next) = next else { return count_word(text, part) > 0 };
    let is_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    text.match_indices(part).any(|(at, _)| {
        let rest = text.get(at + part.len()..).unwrap_or_default();
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        // A full stop can end a sentence.
        let is_longer =
            rest.starts_with(is_name) && !rest.trim_start_matches('.').is_empty() && !rest.starts_with(". ");
        if before.is_some_and(is_name) || is_longer || is_program(text, at, part.len()) {
            return false;
        }
        let Some(inside) = rest.strip_prefix('/') else { return true };
        let name: &str = inside.split(|c: char| !is_name(c)).next().unwrap_or_default();
        let after = inside.get(name.len()..).and_then(|rest| rest.chars().next());
        let is_whole = after.is_none_or(|c| c.is_whitespace() || "'\"/;)&|".contains(c));
        matches!(name, "" | "." | "..") || name == next || !is_whole
    })
}

/// Returns whether a word is the program of a command with arguments: `terraform` in `terraform init`.
fn is_program(text: &str, at: usize, length: usize) -> bool {
    let before = text.get(..at).unwrap_or_default().trim_end_matches([' ', '\t']);
    let after = text.get(at + length..).unwrap_or_default();
    let arguments = after.trim_start_matches([' ', '\t']);
    let is_first = before.is_empty() || before.ends_with(['\n', ';', '&', '|', '(']);
    is_first && arguments.len() < after.len() && arguments.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
}

/// Returns whether a script stops at the first command that fails: `set -e`, `set -euo pipefail`.
fn stops_at_failure(script: &str) -> bool {
    let sets = |line: &str| {
        let short = |word: &str| word.starts_with('-') && !word.starts_with("--") && word.contains('e');
        let mut words = line.split_whitespace();
        let is_set = words.next() == Some("set");
        is_set && (words.clone().any(short) || words.any(|word| word == "errexit"))
    };
    script.lines().any(|line| sets(line.trim()))
        || script.starts_with("#!/bin/bash -e")
        || script.starts_with("#!/bin/sh -e")
}

fn is_match(pattern: &Utf8Path, path: &Utf8Path) -> bool {
    glob::PathGlob::new(pattern.as_str()).is_some_and(|glob| glob.is_match(path))
}

impl Build {
    /// Reads a buildspec and its commands.
    pub fn parse(text: &str, origin: DocumentOrigin) -> Self {
        let spec = Buildspec::parse(text, origin);
        let commands = BuildCommands::of(&spec);
        Self { spec, commands }
    }

    /// Reads the commands of a script that a command of this build runs, with the variables that the build has set.
    #[must_use]
    pub fn of_script(&self, text: &str, file: FileId) -> Self {
        let whole = Span::new(file, 0, text.len());
        let map = TextMap::of_parts(whole, std::iter::once((text, whole, true)));
        let command = Command { text: text.to_owned(), span: whole, map, finally: false };
        let phase = BuildPhase {
            name: Spanned::new(String::new(), whole),
            on_failure: None,
            commands: vec![command],
            runtimes: Vec::new(),
            runtimes_key: None,
        };
        let spec = Buildspec { env: self.spec.env.clone(), phases: vec![phase], ..Buildspec::default() };
        let mut commands = BuildCommands::of(&spec);
        commands.assignments.splice(0..0, self.commands.assignments.iter().cloned());
        commands.opaque = commands.opaque.or(self.commands.opaque);
        if !stops_at_failure(text) {
            commands.invocations.iter_mut().for_each(|call| call.certain = false);
        } else if text.starts_with("#!") && text.lines().next().is_some_and(|line| line.ends_with(" -e")) {
            commands.lost.retain(|lost| !matches!(lost.loss, packaging::Loss::Next { .. } | packaging::Loss::Round));
        }
        Self { spec, commands }
    }

    /// Returns whether a command contains a text, such as the name of a file.
    pub fn mentions(&self, text: &str) -> bool {
        self.spec.commands().any(|command| command.text.contains(text))
    }

    /// Returns whether a command contains the name of a file, and does not only read it.
    pub fn may_change(&self, name: &str) -> bool {
        let names = |text: &str| without_parameter_files(text).contains(name);
        self.spec.commands().any(|command| names(&command.text) && !reads_sources(&command.text))
    }

    /// Returns how often the commands contain a text as a whole word, other than as a program.
    pub fn count_word(&self, word: &str) -> usize {
        let programs =
            |text: &str| text.match_indices(word).filter(|(at, _)| is_program(text, *at, word.len())).count();
        let count = |text: &str| count_word(text, word).saturating_sub(programs(text));
        self.spec.commands().map(|command| count(&command.text)).sum()
    }

    /// Returns whether the commands may write a file: one mentions it or a folder of it, or a program may write files
    /// without naming them. The path is relative to the source's folder.
    pub fn may_write(&self, path: &Utf8Path) -> bool {
        self.commands.unnamed.may_produce(path) || self.may_write_named(path)
    }

    /// Returns whether a command names a file or a folder of it and may write it.
    pub fn may_write_named(&self, path: &Utf8Path) -> bool {
        self.installs(path) || self.names(path, only_reads)
    }

    /// As [`Build::may_write`], for a file or folder that is a source rather than the result of a test.
    pub fn may_write_source(&self, path: &Utf8Path) -> bool {
        self.commands.unnamed.may_contain(path) || self.installs(path) || self.names(path, reads_sources)
    }

    /// Returns whether a command may write a file or folder because it installs packages: `web/node_modules`.
    pub fn installs(&self, path: &Utf8Path) -> bool {
        let installs = |name: &str| self.spec.commands().any(|command| program_files::writes(&command.text, name));
        path.components().any(|part| installs(part.as_str()))
    }

    /// Returns whether a command names a file or a folder of it, and does not only read it.
    fn names(&self, path: &Utf8Path, only_reads: impl Fn(&str) -> bool) -> bool {
        let parts: Vec<&str> = path.components().map(|part| part.as_str()).filter(|part| *part != ".").collect();
        let has = |text: &str| {
            let named = |(at, part): (usize, &&str)| names_part(text, part, parts.get(at + 1).copied());
            parts.iter().enumerate().any(named)
        };
        self.spec.commands().any(|command| !only_reads(&command.text) && has(&without_parameter_files(&command.text)))
    }

    /// Returns the file of the source that the commands copy to a path and do not change there.
    pub fn copied_from(&self, path: &Utf8Path) -> Option<Utf8PathBuf> {
        let name = path.file_name()?;
        let mut found = None;
        for copy in &self.commands.copies {
            let edits = |text: &str| !reads_sources(text) && EDITORS.iter().any(|editor| count_word(text, editor) > 0);
            let target = if copy.target == "" { name } else { copy.target.as_str() };
            if self.spec.commands().any(|command| command.text.contains(target) && edits(&command.text)) {
                continue;
            }
            let makes = |text: &str| text.starts_with("mkdir ") && text.contains(copy.target.as_str());
            let into_folder = copy.into_folder || self.spec.commands().any(|command| makes(command.text.trim_start()));
            for source in &copy.sources {
                let matched = || source.parent().map(|folder| folder.join(name)).filter(|path| is_match(source, path));
                let source = if source.as_str().contains('*') { &matched().unwrap_or_default() } else { source };
                if source.as_str().is_empty() {
                    continue;
                }
                let place = if into_folder { copy.target.join(source.file_name()?) } else { copy.target.clone() };
                let Ok(rest) = path.strip_prefix(&place) else { continue };
                if found.is_some() || self.is_named_beside(copy, name) {
                    return None;
                }
                found = Some(if rest.as_str().is_empty() { source.clone() } else { source.join(rest) });
            }
        }
        found
    }

    /// Returns whether the commands name a file other than as the source and the target of a copy.
    fn is_named_beside(&self, copy: &CopiedFiles, name: &str) -> bool {
        let counts = self.spec.commands().filter(|command| !reads_sources(&command.text)).map(|command| {
            let is_own = command.span.covers(copy.span) || copy.span.covers(command.span);
            count_word(&command.text, name).saturating_sub(if is_own { 2 } else { 0 })
        });
        counts.sum::<usize>() > 0
    }

    /// Returns the template in the source from which the build produces a file of its output: of the primary artifact,
    /// or of the named secondary one. Returns `None` if no command is known to write the file.
    pub fn template_origin(&self, secondary: Option<&str>, file: &str) -> Option<TemplateOrigin> {
        let paths = self.spec.contents(secondary).build_paths(file);
        paths.iter().find_map(|path| self.commands.template_origin(path))
    }
}

/// One compilation's view of a project. It records which files the compilation reads, and belongs to one thread.
#[derive(Debug)]
pub struct Workspace {
    files: Arc<ProjectFiles>,
    sources: RefCell<SourceMap>,
    /// The files of the project that are among the sources.
    loaded: RefCell<HashMap<FileId, Arc<ProjectFile>>>,
    /// The paths from the root of files that are displayed with another path.
    entries: RefCell<HashMap<FileId, Utf8PathBuf>>,
    /// Templates that are not files.
    built: RefCell<HashMap<Utf8PathBuf, Arc<Template>>>,
    /// The entry file, if it is a document that defines the pipelines itself.
    own_document: RefCell<Option<Utf8PathBuf>>,
    lookups: RefCell<Lookups>,
}

impl Workspace {
    /// Creates a view of files that is not shared. Paths are displayed with `display_prefix` (the root relative to the
    /// working folder).
    pub fn new(files: impl FileSystem + 'static, display_prefix: impl Into<Utf8PathBuf>) -> Self {
        Self::of(Arc::new(ProjectFiles::new(files, display_prefix)))
    }

    /// Creates a view of a project.
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

    /// Returns all files read so far. Drop the borrow soon: loading a file borrows the map mutably.
    pub fn sources(&self) -> Ref<'_, SourceMap> {
        self.sources.borrow()
    }

    /// Returns the project's files, and the sources and the lookups of the finished compilation.
    pub fn into_parts(self) -> (Arc<ProjectFiles>, SourceMap, Lookups) {
        (self.files, self.sources.into_inner(), self.lookups.into_inner())
    }

    /// Returns the tree of files.
    pub fn files(&self) -> Tree<'_> {
        Tree { files: &self.files, lookups: &self.lookups }
    }

    /// Adds a text that is not a file of the project. `path` is displayed unchanged.
    pub fn add_source(&self, path: impl Into<Utf8PathBuf>, text: impl Into<Arc<str>>) -> FileId {
        self.sources.borrow_mut().add(path.into(), text)
    }

    /// Adds an entry file that has already been read. `path` counts from the root, for its imports; `shown` is
    /// displayed.
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

    /// Returns the path from the root of a file of this workspace.
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

    /// Returns the text of a loaded file.
    pub fn text(&self, file: FileId) -> Arc<str> {
        self.sources.borrow().file(file).shared_text()
    }

    /// Parses a file of the sources as `.pipe` text.
    pub fn tree(&self, file: FileId) -> Arc<Parsed> {
        match self.loaded.borrow().get(&file) {
            Some(file) => file.tree(),
            None => Arc::new(syntax::parse(file, &self.text(file))),
        }
    }

    /// Parses a file of the sources as YAML or JSON of any form.
    pub fn document_of(&self, file: FileId) -> Arc<Document> {
        match self.loaded.borrow().get(&file) {
            Some(file) => file.document(),
            None => Arc::new(Document::parse(&self.text(file), DocumentOrigin::File(file))),
        }
    }

    /// Reads a buildspec and its commands; `path` counts from the root.
    ///
    /// # Errors
    ///
    /// If the file cannot be read. A file that is not a buildspec yields a model without content.
    pub fn build(&self, path: &Utf8Path) -> Result<Arc<Build>, FileError> {
        self.file(path).map(|file| file.build())
    }

    /// Reads a buildspec and its commands that are inline in a `.pipe` file or a template, at `place`.
    pub fn inline_build(&self, text: &Arc<str>, place: Span) -> Arc<Build> {
        let place = self.sources().with_indentation(place);
        self.files.inline_build(text, place, self.sources().slice(place))
    }

    /// Reads a CloudFormation or SAM template; `path` counts from the root.
    ///
    /// # Errors
    ///
    /// If the file cannot be read. A file that is not a template yields a model without content.
    pub fn template(&self, path: &Utf8Path) -> Result<Arc<Template>, FileError> {
        match self.built.borrow().get(&normalize(path)?) {
            Some(built) => Ok(Arc::clone(built)),
            None => self.file(path).map(|file| file.template()),
        }
    }

    /// Reads a YAML or JSON file of any form; `path` counts from the root.
    ///
    /// # Errors
    ///
    /// If the file cannot be read. A file that is neither yields a document without a tree.
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
            // The ID belongs to another text here: a second copy of the file gets its own ID.
            let (path, text) = (file.source().path().to_owned(), file.source().shared_text());
            let id = self.sources.borrow_mut().add(path.clone(), Arc::clone(&text));
            Arc::new(ProjectFile::new(SourceFile::new(id, path, text)))
        };
        self.loaded.borrow_mut().insert(file.source().id(), Arc::clone(&file));
        Ok(file)
    }

    /// Registers a template at a path without a file: the one that is built from the pipeline file at `place`.
    pub fn set_template(&self, path: &Utf8Path, text: &str, place: Span) {
        let template = Arc::new(Template::parse(text, DocumentOrigin::At(place)));
        self.built.borrow_mut().insert(path.to_owned(), template);
    }

    /// Sets the document that defines the pipelines.
    pub fn set_own_document(&self, path: &Utf8Path) {
        *self.own_document.borrow_mut() = normalize(path).ok();
    }

    /// Returns the path of the document that defines the pipelines, if no `.pipe` file does.
    pub fn own_document(&self) -> Option<Utf8PathBuf> {
        self.own_document.borrow().clone()
    }

    /// Returns whether the path is that of the document that defines the pipelines. A build that writes a file from a
    /// template with the same name most likely means a template of the application.
    pub fn is_own_document(&self, path: &Utf8Path) -> bool {
        self.own_document.borrow().as_deref() == Some(path)
    }

    /// Returns the contents of the artifact of a source whose checkout is the folder `checkout` (from the root; empty
    /// for the root).
    pub fn tracked(&self, checkout: &Utf8Path) -> ArtifactContents {
        match normalize(checkout) {
            Ok(folder) => ArtifactContents::Tracked { files: self.files().tracked(), folder },
            Err(_) => ArtifactContents::Open,
        }
    }
}

#[cfg(test)]
mod tests;
