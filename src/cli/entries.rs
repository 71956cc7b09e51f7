//! The files that `dotpipe check` starts from: `.pipe` files, and templates and definitions.

use camino::Utf8PathBuf;

use super::input::InputError;
use super::project::{Projects, STDIN};
use super::{check, output, project};
use crate::collections::HashSet;
use crate::compilation::CheckResult;

/// A file to start from.
#[derive(Debug, Clone)]
pub(super) struct EntryFile {
    pub(super) path: Utf8PathBuf,
    /// Its position among all of them.
    pub(super) order: usize,
    /// Whether it was found in a folder. Otherwise, the user names it.
    is_found: bool,
}

/// The files to start from.
#[derive(Debug, Default)]
pub(super) struct Entries {
    /// The files that the user names, and the `.pipe` files in folders.
    pipes: Vec<EntryFile>,
    /// The templates and definitions in folders.
    documents: Vec<EntryFile>,
}

impl Entries {
    /// Returns the files in the paths, each once, and the errors for those that could not be found.
    pub(super) fn find(paths: &[Utf8PathBuf], projects: &Projects) -> (Self, Vec<InputError>) {
        let mut entries = Self::default();
        let mut errors = Vec::new();
        let mut known = HashSet::default();
        let mut order = 0;
        for path in paths {
            let is_folder = path != STDIN && path.is_dir();
            let documents = if is_folder { projects.documents_below(path) } else { Vec::new() };
            let mut found: Vec<Utf8PathBuf> = Vec::new();
            for entry in check::find(std::slice::from_ref(path), projects) {
                match entry {
                    Ok(entry) => found.push(entry),
                    Err(InputError::NoPipeFile(_)) if !documents.is_empty() => {}
                    Err(InputError::NoPipeFile(folder)) => errors.push(InputError::NoPipeline(folder)),
                    Err(error) => errors.push(error),
                }
            }
            let mut both: Vec<_> = found.into_iter().map(|file| (file, false)).collect();
            both.extend(documents.into_iter().map(|file| (file, true)));
            both.sort();
            for (path, is_document) in both {
                if known.insert(project::shown(&path)) {
                    let list = if is_document { &mut entries.documents } else { &mut entries.pipes };
                    list.push(EntryFile { path, order, is_found: is_folder });
                    order += 1;
                }
            }
        }
        (entries, errors)
    }

    /// Returns the files that the user names, and the `.pipe` files in folders.
    pub(super) fn pipe_files(&self) -> Vec<EntryFile> {
        self.pipes.clone()
    }

    /// Returns the templates and definitions in folders.
    pub(super) fn documents(&self) -> Vec<EntryFile> {
        self.documents.clone()
    }

    /// Removes files that were generated from `.pipe` files or imported into them: a problem is reported in the file
    /// that people edit. Files in the settings are kept. `checked` are the results of the `.pipe` files.
    pub(super) fn leave_out_generated(
        &mut self,
        checked: &[(EntryFile, CheckResult)],
        projects: &Projects,
    ) -> Vec<Utf8PathBuf> {
        let is_pipe = |file: &EntryFile| file.path.extension() == Some("pipe");
        let has_pipe_files = self.pipes.iter().any(|file| file.is_found && is_pipe(file));
        let pipes = checked.iter().filter(|(file, _)| is_pipe(file));
        let defined: HashSet<&str> = pipes.flat_map(|(_, result)| result.pipelines()).map(String::as_str).collect();
        let is_generated = |file: &EntryFile| {
            if projects.has_named_entries(&file.path) {
                return false;
            }
            let has_mark = || projects.text(&file.path).is_some_and(|text| output::is_own(&text));
            let is_defined = |names: Vec<String>| names.iter().all(|name| defined.contains(name.as_str()));
            has_pipe_files && has_mark() || projects.pipeline_names(&file.path).is_some_and(is_defined)
        };
        let (generated, others) = std::mem::take(&mut self.documents).into_iter().partition(is_generated);
        self.documents = others;
        let generated: Vec<EntryFile> = generated;
        generated.into_iter().map(|file| file.path).collect()
    }
}
