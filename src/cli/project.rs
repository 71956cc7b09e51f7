//! Resolves a path on the command line to a compilation: the root, the settings file, the project.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};

use super::input::{self, InputError};
use super::memo::Memo;
use super::parallel;
use crate::collections::HashMap;
use crate::compilation::{
    CheckResult, Compilation, CompilationInput, Entry, Project, Request, SettingsFile, holds_pipeline,
};
use crate::settings::{FILE_NAME, has_settings, marked_root_of, root_of, settings_folder, settings_folder_by};
use crate::source::paths::{real_path, slashed};
use crate::workspace::Survey;
use crate::workspace::file_system::{Disk, Overlay};
use crate::workspace::pipeline_document::{
    DocumentKind, found_kind, is_document_name, may_define_pipeline, pipeline_names,
};

/// The default file.
pub(super) const DEFAULT_ENTRY: &str = "pipeline.pipe";

/// The path that represents standard input.
pub(super) const STDIN: &str = "-";

/// The number of files in a search that a thread takes at once: those of a folder have the same place.
const AT_ONCE: usize = 16;

/// The maximum size of a template or a definition in a search, in bytes: CloudFormation accepts no larger template.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html> (2026-11-29)
const DOCUMENT_BYTES: u64 = 1 << 20;

/// The maximum size of the texts that are compiled together, in bytes, unless one is larger: what a compilation needs is
/// many times as large.
const TOGETHER_BYTES: usize = 64 << 10;

/// The projects of one run of the program. Files of a project share what is read for one of them.
#[derive(Debug, Default)]
pub(super) struct Projects {
    /// The root on the command line.
    root: Option<Utf8PathBuf>,
    folders: Folders,
    /// The `.pipe` files and the possible templates and definitions, by the folder that is searched.
    listed: Mutex<HashMap<Utf8PathBuf, Vec<Utf8PathBuf>>>,
}

/// Cached facts about folders: a repository has many, and the operating system is queried once for each.
#[derive(Debug, Default)]
struct Folders {
    projects: Memo<ShownRoot, Arc<Project>>,
    /// By folders as written: the places of `.pipe` files, and of documents (templates and definitions).
    of_pipes: Memo<Utf8PathBuf, Arc<Place>>,
    of_documents: Memo<Utf8PathBuf, Arc<Place>>,
    /// The canonical paths, by paths as written.
    real: Memo<Utf8PathBuf, Utf8PathBuf>,
    /// The marked roots, by absolute folders.
    roots: Memo<Utf8PathBuf, Option<Utf8PathBuf>>,
    /// Whether a settings file is in an absolute folder.
    with_settings: Memo<Utf8PathBuf, bool>,
    /// By the roots and the folders of settings files.
    settings: Memo<(ShownRoot, Utf8PathBuf), Arc<FolderSettings>>,
    /// What one walk has found in the root of a project.
    surveyed: OnceLock<(Utf8PathBuf, Arc<Survey>)>,
}

/// An absolute root, and how messages show the paths in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct ShownRoot {
    root: Utf8PathBuf,
    /// Whether the displayed paths are absolute, because those on the command line are. Otherwise, they are relative to
    /// the working folder.
    absolute: bool,
}

/// A folder, and the project of its files.
#[derive(Debug)]
pub(super) struct Place {
    /// The absolute path.
    folder: Utf8PathBuf,
    /// The absolute root of the project.
    root: Utf8PathBuf,
    project: Arc<Project>,
    settings: Option<Arc<FolderSettings>>,
}

/// The settings for the files of a folder.
#[derive(Debug)]
struct FolderSettings {
    /// The absolute folder with the settings file.
    folder: Utf8PathBuf,
    file: SettingsFile,
}

impl Place {
    /// Returns the absolute root of the project.
    pub(super) fn root(&self) -> &Utf8Path {
        &self.root
    }

    pub(super) fn project(&self) -> &Project {
        &self.project
    }

    /// Returns the path of the settings file that applies, from the root.
    pub(super) fn settings_path(&self) -> Option<&str> {
        self.settings.as_ref().map(|settings| settings.file.path().as_str())
    }

    /// Returns what the compilation of a file in the folder starts from.
    fn input<'a>(&'a self, path: &Utf8Path, text: &str, request: &'a Request) -> CompilationInput<'a> {
        let (from_root, shown) = (self.path_from_root(path), shown(path));
        let settings = self.settings.as_ref().map(|settings| &settings.file);
        self.project.input(&Entry { path: &from_root, shown: &shown, text }, settings, request)
    }

    fn compile(&self, path: &Utf8Path, text: &str, request: &Request) -> Compilation {
        Compilation::new(self.input(path, text, request))
    }

    /// Returns the path from the root of a file in the folder.
    fn path_from_root(&self, path: &Utf8Path) -> Utf8PathBuf {
        let below = self.folder.strip_prefix(&self.root).unwrap_or("".into());
        below.join(path.file_name().unwrap_or(STDIN))
    }

    /// Returns the text of a file in the folder. The project keeps it.
    fn text(&self, path: &Utf8Path) -> Result<Arc<str>, InputError> {
        if path == STDIN {
            return input::read_stdin().map(Into::into);
        }
        let known = if input::is_device(path) { None } else { self.project.text(&self.path_from_root(path)).ok() };
        // Otherwise, reading it again yields the error message for people.
        known.map_or_else(|| input::read_file(path).map(Into::into), Ok)
    }

    /// Returns the kind of a file in the folder that is not a `.pipe` file and defines a pipeline.
    fn document_kind(&self, path: &Utf8Path) -> Option<DocumentKind> {
        let text = self.text(path).ok()?;
        let document = self.project.workspace().document(&self.path_from_root(path)).ok()?;
        found_kind(&text, &document)
    }

    /// Returns whether the settings name a file in the folder as an entry file, or `None` if they name no files.
    fn names(&self, path: &Utf8Path) -> Option<bool> {
        let mut named = self.entries().peekable();
        named.peek()?;
        let absolute = self.folder.join(path.file_name().unwrap_or_default());
        Some(named.any(|entry| entry == absolute))
    }

    /// Returns the absolute paths of the entry files that the settings name.
    fn entries(&self) -> impl Iterator<Item = Utf8PathBuf> {
        let named = |settings: &Arc<FolderSettings>| {
            let entries = settings.file.settings().entry.iter();
            entries.map(|entry| settings.folder.join(entry.as_str())).collect::<Vec<_>>()
        };
        self.settings.iter().flat_map(named)
    }
}

impl Projects {
    /// Creates projects with this root, or with those that are detected for files.
    pub(super) fn new(root: Option<&Utf8Path>) -> Self {
        Self { root: root.map(Utf8Path::to_owned), ..Self::default() }
    }

    /// Reads an entry file and compiles it in its project.
    pub(super) fn compile(&self, path: &Utf8Path, request: &Request) -> Result<Compilation, InputError> {
        let place = self.locate(path)?;
        Ok(place.compile(path, &place.text(path)?, request))
    }

    /// Reads entry files and compiles them, each in its project: small ones together.
    pub(super) fn compile_all(&self, paths: &[&Utf8Path], request: &Request) -> Vec<Result<Compilation, InputError>> {
        let read = |path: &&Utf8Path| {
            let place = self.locate(path)?;
            let text = place.text(path)?;
            Ok((place, text))
        };
        let read: Vec<Result<_, InputError>> = paths.iter().map(read).collect();
        let mut compiled = Vec::new();
        let (mut together, mut size) = (Vec::new(), 0);
        for (path, read) in paths.iter().zip(&read) {
            let Ok((place, text)) = read else { continue };
            if size + text.len() > TOGETHER_BYTES {
                compiled.extend(Compilation::all(std::mem::take(&mut together)));
                size = 0;
            }
            size += text.len();
            together.push(place.input(path, text, request));
        }
        compiled.extend(Compilation::all(together));
        let mut compiled = compiled.into_iter();
        let of_each = |read: Result<_, InputError>| match read {
            Ok(_) => compiled.next().map(Ok),
            Err(error) => Some(Err(error)),
        };
        read.into_iter().filter_map(of_each).collect()
    }

    /// Frees the memory for the files that the check of an entry file has read: what was parsed is the largest part of what
    /// a project keeps, and few files are read for several entry files.
    pub(super) fn release(&self, path: &Utf8Path, result: &CheckResult) {
        if let Ok(place) = self.place(path) {
            place.project.release(result.sources());
        }
    }

    /// Returns the folder and the project of an entry file.
    pub(super) fn locate(&self, path: &Utf8Path) -> Result<Arc<Place>, InputError> {
        let place = self.place(path)?;
        let is_file = |name| self.folders.is_surveyed(&place.folder.join(name), Survey::is_file);
        let is_plain = path != STDIN && path.file_name().is_some_and(is_file);
        stays_in_folder(path, &place, is_plain)?;
        Ok(place)
    }

    /// Returns the entry files in a folder and its subfolders.
    pub(super) fn entries_below(&self, folder: &Utf8Path) -> Vec<Result<Utf8PathBuf, InputError>> {
        let files = match self.files_below(folder) {
            Ok(files) => files,
            Err(error) => return vec![Err(error)],
        };
        let files: Vec<_> = files.into_iter().filter(|file| input::is_pipe_file(file.as_std_path())).collect();
        let are_entries = parallel::map_each(&files, AT_ONCE, |file| self.is_entry(file));
        let chosen: Vec<_> = files
            .into_iter()
            .zip(are_entries)
            .filter_map(|(file, is_entry)| is_entry.map(|is| is.then_some(file)).transpose())
            .collect();
        if chosen.is_empty() {
            return vec![Err(InputError::NoPipeFile(folder.to_owned()))];
        }
        chosen
    }

    /// Returns the templates and definitions with a pipeline in a folder and its subfolders. If settings name entry
    /// files, returns only those.
    pub(super) fn documents_below(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        // Folders that cannot be listed are reported with the .pipe files.
        let files = self.files_below(folder).unwrap_or_default();
        let files: Vec<_> = files.into_iter().filter(|file| is_document_name(file)).collect();
        let are_entries = parallel::map_each(&files, AT_ONCE, |file| self.is_document_entry(file));
        files.into_iter().zip(are_entries).filter_map(|(file, is_entry)| is_entry.then_some(file)).collect()
    }

    /// Returns the `.pipe` files and the possible templates and definitions below a folder, which is searched once.
    fn files_below(&self, folder: &Utf8Path) -> Result<Vec<Utf8PathBuf>, InputError> {
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(files) = listed.get(folder) {
            return Ok(files.clone());
        }
        let is_document = |path: &Path| Utf8Path::from_path(path).is_some_and(is_document_name);
        let is_wanted = |path: &Path| input::is_pipe_file(path) || is_document(path);
        let files = if let Some(survey) = self.survey(folder) {
            let wanted = survey.found.iter().filter(|path| is_wanted(path.as_std_path()));
            wanted.map(|path| folder.join(path)).collect()
        } else {
            self.list_ahead(folder);
            input::files_below(folder, is_wanted)?
        };
        listed.insert(folder.to_owned(), files.clone());
        Ok(files)
    }

    /// Lists all files of the project of a folder, if the folder is the root of the project and the files that a search finds
    /// do not depend on anything outside it: one walk serves the search and the project.
    fn survey(&self, folder: &Utf8Path) -> Option<Arc<Survey>> {
        let place = self.place(&folder.join(DEFAULT_ENTRY)).ok()?;
        let is_marked = self.root.is_some() || self.folders.root(&place.folder).is_some();
        if !is_marked || place.folder != place.root || !input::is_self_contained(&place.root) {
            return None;
        }
        let survey = place.project.survey(&[FILE_NAME])?;
        let _ = self.folders.surveyed.set((place.root.clone(), Arc::clone(&survey)));
        Some(survey)
    }

    /// Starts to list the files of the project of a folder: most pipelines need the list, which takes long in a large
    /// repository. If none does, the process ends before the thread.
    fn list_ahead(&self, folder: &Utf8Path) {
        let Ok(place) = self.place(&folder.join(DEFAULT_ENTRY)) else { return };
        // Without a marked root, each folder is a project of its own.
        if self.root.is_some() || self.folders.root(&place.folder).is_some() {
            let list = move || place.project.workspace().files().tracked();
            // If there is no thread for it, the first pipeline that needs the list waits.
            let _ = std::thread::Builder::new().spawn(list);
        }
    }

    /// Returns whether a file that is not a `.pipe` file defines a pipeline. A file that cannot be read most likely
    /// does not.
    fn is_document_entry(&self, file: &Utf8Path) -> bool {
        let Ok(place) = self.place(file) else { return false };
        // Most of these files are read again as templates or buildspecs: the project keeps them.
        let text = || place.text(file).ok().filter(|text| text.len() as u64 <= DOCUMENT_BYTES);
        let may_be = || text().is_some_and(|text| may_define_pipeline(&text));
        // A file in another encoding cannot be read. The check reports this.
        let is_unreadable = || place.text(file).is_err() && utf16_text(file).is_some_and(|it| may_define_pipeline(&it));
        place.names(file).unwrap_or_else(|| may_be() && place.document_kind(file).is_some() || is_unreadable())
    }

    /// Returns whether settings name the entry files of a file's project.
    pub(super) fn has_named_entries(&self, file: &Utf8Path) -> bool {
        self.place(file).is_ok_and(|place| place.entries().next().is_some())
    }

    /// Returns the names of the pipelines of a template or a definition, or `None` if they are not known.
    pub(super) fn pipeline_names(&self, file: &Utf8Path) -> Option<Vec<String>> {
        let place = self.place(file).ok()?;
        let kind = place.document_kind(file)?;
        let document = place.project.workspace().document(&place.path_from_root(file)).ok()?;
        let names = pipeline_names(document.root.as_ref()?, kind)?;
        Some(names.into_iter().map(str::to_owned).collect())
    }

    /// Returns the text of a file, if it can be read.
    pub(super) fn text(&self, file: &Utf8Path) -> Option<Arc<str>> {
        self.place(file).ok()?.text(file).ok()
    }

    /// Returns whether a file is an entry file: the settings name it, or it contains a pipeline and the settings name
    /// none.
    fn is_entry(&self, file: &Utf8Path) -> Result<bool, InputError> {
        let place = self.place(file)?;
        place.names(file).map_or_else(|| Ok(holds_pipeline(&place.text(file)?)), Ok)
    }

    /// Returns the folder and the project of a file.
    fn place(&self, path: &Utf8Path) -> Result<Arc<Place>, InputError> {
        let parent = if path == STDIN { Utf8Path::new("") } else { path.parent().unwrap_or("".into()) };
        let is_document = path != STDIN && !input::is_pipe_file(path.as_std_path());
        let folders = &self.folders;
        let places = if is_document { &folders.of_documents } else { &folders.of_pipes };
        places.get(parent, || {
            let folder = folders.real(parent)?;
            let root = match &self.root {
                Some(root) => root_above(path, &folder, Some(root))?,
                None => match folders.root(&folder) {
                    Some(marked) => marked,
                    // The files that a document names are often in a folder above it.
                    None if is_document => enclosing_or(&current_folder()?, &folder),
                    None => folder.clone(),
                },
            };
            let shown = ShownRoot { root: root.clone(), absolute: path.is_absolute() };
            let project = folders.project(&shown)?;
            let settings = folders.settings(&project, &folder, shown)?;
            Ok(Arc::new(Place { folder, root, project, settings }))
        })
    }
}

impl Folders {
    /// Returns the canonical path of a folder.
    fn real(&self, folder: &Utf8Path) -> Result<Utf8PathBuf, InputError> {
        self.real.get(folder, || {
            let below = match folder.parent().zip(folder.file_name()) {
                Some((parent, name)) => Some(self.real(parent)?.join(name)),
                None => None,
            };
            let is_known = |path: &Utf8Path| self.is_surveyed(path, Survey::is_folder);
            let is_folder = |path: &Utf8Path| path.symlink_metadata().is_ok_and(|found| found.is_dir());
            let is_plain = |path: &Utf8PathBuf| is_known(path) || is_folder(path);
            match below.filter(is_plain) {
                Some(plain) => Ok(plain),
                None => absolute(if folder == "" { ".".into() } else { folder }),
            }
        })
    }

    /// Returns the marked root above an absolute folder.
    fn root(&self, folder: &Utf8Path) -> Option<Utf8PathBuf> {
        let Ok(root) = self.roots.get(folder, || {
            let is_unmarked = || self.is_surveyed(folder, Survey::is_unmarked);
            let is_marked = !is_unmarked() && (self.has_settings(folder) || folder.join(".git").exists());
            let above = || folder.parent().and_then(|parent| self.root(parent));
            Ok::<_, Infallible>(if is_marked { marked_root_of(folder) } else { above() })
        });
        root
    }

    fn has_settings(&self, folder: &Utf8Path) -> bool {
        let has = || !self.is_surveyed(folder, Survey::is_unmarked) && has_settings(folder);
        let Ok(has) = self.with_settings.get(folder, || Ok::<_, Infallible>(has()));
        has
    }

    /// Returns whether something is known of an absolute path below the root that one walk has visited.
    fn is_surveyed(&self, path: &Utf8Path, is: fn(&Survey, &Utf8Path) -> bool) -> bool {
        let Some((root, survey)) = self.surveyed.get() else { return false };
        let below = path.as_str().strip_prefix(root.as_str()).and_then(|rest| rest.strip_prefix('/'));
        below.is_some_and(|below| is(survey, below.into()))
    }

    fn project(&self, shown: &ShownRoot) -> Result<Arc<Project>, InputError> {
        self.projects.get(shown, || open(shown, BTreeMap::new()).map(Arc::new))
    }

    /// Returns the settings for the files of a folder: those of the nearest settings file up to the root.
    fn settings(
        &self,
        project: &Project,
        folder: &Utf8Path,
        shown: ShownRoot,
    ) -> Result<Option<Arc<FolderSettings>>, InputError> {
        let settings = settings_folder_by(folder, &shown.root, |folder| self.has_settings(folder));
        let Some(settings) = settings.map(Utf8Path::to_owned) else { return Ok(None) };
        let key = (shown, settings);
        self.settings.get(&key, || settings_in(project, &key.1, &key.0.root).map(Arc::new)).map(Some)
    }
}

/// Reads an entry file and compiles it in its project.
pub(super) fn compile(path: &Utf8Path, root: Option<&Utf8Path>, request: &Request) -> Result<Compilation, InputError> {
    Projects::new(root).compile(path, request)
}

/// Returns the path of an entry file as it is displayed.
pub(super) fn shown(path: &Utf8Path) -> Utf8PathBuf {
    if path == STDIN { "<stdin>".into() } else { slashed(path.strip_prefix(".").unwrap_or(path)) }
}

/// Compiles the text of an entry file in the project of its path. `changed` overrides other files of the project, by
/// their paths from the root.
pub(super) fn compile_over(
    path: &Utf8Path,
    text: &str,
    root: Option<&Utf8Path>,
    request: &Request,
    changed: BTreeMap<Utf8PathBuf, String>,
) -> Result<Compilation, InputError> {
    let folder = if path == STDIN { current_folder()? } else { folder_of(path)? };
    let root = root_above(path, &folder, root)?;
    let shown = ShownRoot { root, absolute: path.is_absolute() };
    let project = Arc::new(open(&shown, changed)?);
    let root = shown.root;
    let settings = settings_folder(&folder, &root).map(|settings| settings_in(&project, settings, &root));
    let settings = settings.transpose()?.map(Arc::new);
    Ok(Place { folder, root, project, settings }.compile(path, text, request))
}

fn open(shown: &ShownRoot, changed: BTreeMap<Utf8PathBuf, String>) -> Result<Project, InputError> {
    let ShownRoot { root, absolute } = shown;
    let prefix = if *absolute { root.clone() } else { relative(&current_folder()?, root) };
    Ok(Project::new(Overlay::new(Disk::new(root), changed), prefix))
}

/// Returns the settings file of a folder.
fn settings_in(project: &Project, settings: &Utf8Path, root: &Utf8Path) -> Result<FolderSettings, InputError> {
    let file = relative(&current_folder()?, settings).join(FILE_NAME);
    stays_inside(&file, root)?;
    let path = settings.strip_prefix(root).unwrap_or("".into()).join(FILE_NAME);
    let file = project.settings(&path, &input::read_file(&file)?);
    Ok(FolderSettings { folder: settings.to_owned(), file })
}

/// Rejects a symbolic link that leads out of the root. The file's folder is known to be inside. If the file `is_plain`, it is
/// known to be no link.
fn stays_in_folder(path: &Utf8Path, place: &Place, is_plain: bool) -> Result<(), InputError> {
    let is_link = !is_plain && path != STDIN && path.symlink_metadata().is_ok_and(|it| it.file_type().is_symlink());
    if is_link || !place.folder.starts_with(&place.root) { stays_inside(path, &place.root) } else { Ok(()) }
}

/// Rejects a symbolic link that leads out of the root.
pub(super) fn stays_inside(path: &Utf8Path, root: &Utf8Path) -> Result<(), InputError> {
    // A path that cannot be resolved cannot be read either, and reading it reports why.
    let real = if path == STDIN || input::is_device(path) { None } else { real_path(path).ok() };
    match real {
        Some(real) if !real.starts_with(root) => {
            let leads =
                format!("is a symbolic link that leads out of the root `{root}`; use `--root` for another root");
            Err(InputError::new(path, leads))
        }
        _ => Ok(()),
    }
}

/// Returns the working folder if it contains another folder, otherwise that one.
fn enclosing_or(current: &Utf8Path, folder: &Utf8Path) -> Utf8PathBuf {
    if folder.starts_with(current) { current.to_owned() } else { folder.to_owned() }
}

/// Returns the entry files in a folder and its subfolders.
pub(super) fn entries_below(folder: &Utf8Path, root: Option<&Utf8Path>) -> Vec<Result<Utf8PathBuf, InputError>> {
    Projects::new(root).entries_below(folder)
}

/// Returns the absolute root of a file's project: the given one, otherwise the nearest ancestor with a settings file,
/// otherwise with `.git`, otherwise the file's own folder. A subfolder of a Git repository is not a root because it has
/// settings: sources contain the whole repository.
pub(super) fn find_root(path: &Utf8Path, given: Option<&Utf8Path>) -> Result<Utf8PathBuf, InputError> {
    let folder = if path == STDIN { current_folder()? } else { folder_of(path)? };
    root_above(path, &folder, given)
}

/// Returns the root for the folder of a file.
fn root_above(path: &Utf8Path, folder: &Utf8Path, given: Option<&Utf8Path>) -> Result<Utf8PathBuf, InputError> {
    if let Some(given) = given {
        let root = absolute(given)?;
        if !root.is_dir() {
            return Err(InputError::new(given, "the root must be a folder"));
        }
        if !folder.starts_with(&root) {
            return Err(InputError::new(path, format!("is outside the root `{given}`")));
        }
        return Ok(root);
    }
    Ok(document_root(path, folder).unwrap_or_else(|| root_of(folder)))
}

/// Returns the current folder if it contains a document in a project without a marked root: commands name documents in
/// subfolders, such as `infra/pipeline.yaml`, from the folder with the sources.
fn document_root(path: &Utf8Path, folder: &Utf8Path) -> Option<Utf8PathBuf> {
    let is_document = path.extension().is_some_and(|extension| extension != "pipe");
    let current = current_folder().ok()?;
    (is_document && marked_root_of(folder).is_none() && folder.starts_with(&current)).then_some(current)
}

/// Returns the absolute path of a file's folder.
fn folder_of(path: &Utf8Path) -> Result<Utf8PathBuf, InputError> {
    absolute(path.parent().filter(|parent| *parent != "").unwrap_or(".".into()))
}

fn absolute(path: &Utf8Path) -> Result<Utf8PathBuf, InputError> {
    real_path(path).map_err(|error| InputError::new(path, input::reason(&error)))
}

fn current_folder() -> Result<Utf8PathBuf, InputError> {
    absolute(".".into())
}

/// Returns the path from one absolute folder to another, as a user would write it.
pub(super) fn relative(from: &Utf8Path, to: &Utf8Path) -> Utf8PathBuf {
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| "..");
    up.chain(to.components().skip(shared).map(|component| component.as_str())).collect()
}

/// Returns the text of a file with a byte order mark of UTF-16, as PowerShell writes it.
fn utf16_text(file: &Utf8Path) -> Option<String> {
    let is_small = file.metadata().is_ok_and(|metadata| metadata.len() <= DOCUMENT_BYTES);
    let bytes = is_small.then(|| std::fs::read(file).ok())??;
    let is_little = bytes.starts_with(&[0xff, 0xfe]);
    let rest = bytes.get(2..).filter(|_| is_little || bytes.starts_with(&[0xfe, 0xff]))?;
    let unit = |pair: [u8; 2]| if is_little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) };
    let units: Vec<u16> = rest.chunks_exact(2).filter_map(|pair| Some(unit(pair.try_into().ok()?))).collect();
    Some(String::from_utf16_lossy(&units))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_paths_as_a_user_would() {
        assert_eq!(relative("/a/b".into(), "/a/b".into()), "");
        assert_eq!(relative("/a".into(), "/a/b/c".into()), "b/c");
        assert_eq!(relative("/a/b/c".into(), "/a/d".into()), "../../d");
    }

    #[test]
    fn takes_the_nearest_settings_file_before_git() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let top = Utf8PathBuf::from_path_buf(folder.path().canonicalize().expect("it is there")).expect("a UTF-8 path");
        let deep = top.join("app/pipes");
        std::fs::create_dir_all(&deep).expect("folders are made");
        let file = deep.join("x.pipe");
        std::fs::create_dir(top.join("app/.git")).expect("a folder is made");
        let root = || {
            let root = find_root(&file, None).expect("the folder is there");
            // The result is the same if ancestors are cached.
            let projects = Projects::new(None);
            for above in [&top, &top.join("app"), &deep] {
                projects.locate(&above.join("y.pipe")).expect("the folder is there");
            }
            assert_eq!(projects.locate(&file).expect("the folder is there").root(), root);
            root
        };
        assert_eq!(root(), top.join("app"));
        std::fs::write(top.join(FILE_NAME), "").expect("a file is written");
        assert_eq!(root(), top);
        std::fs::write(deep.join(FILE_NAME), "").expect("a file is written");
        assert_eq!(root(), top, "sources hold the whole repository");
        std::fs::remove_file(top.join(FILE_NAME)).expect("a file is removed");
        assert_eq!(root(), top.join("app"));
        std::fs::write(deep.join(FILE_NAME), "root = true").expect("a file is written");
        assert_eq!(root(), deep);
        assert_eq!(find_root(&file, Some(&top)).ok(), Some(top.clone()));
        let error = find_root(&top.join("x.pipe"), Some(&deep)).expect_err("it lies above");
        assert_eq!(error.to_string(), format!("cannot read `{top}/x.pipe`: is outside the root `{deep}`"));
    }
}
