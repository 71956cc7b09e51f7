//! From a path on the command line to a compilation: the root, the settings file, the project.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};

use super::input::{self, InputError};
use crate::compilation::{Compilation, Entry, Project, Request, holds_pipeline};
use crate::settings::FILE_NAME;
use crate::workspace::file_system::{Disk, Overlay};

/// The file taken when none is named.
pub(super) const DEFAULT_ENTRY: &str = "pipeline.pipe";

/// The path that means standard input.
pub(super) const STDIN: &str = "-";

/// The projects of a run. What one file of a project reads, the others do not read again.
#[derive(Debug, Default)]
pub(super) struct Projects {
    /// The root that the user names.
    root: Option<Utf8PathBuf>,
    by_root: Mutex<HashMap<Utf8PathBuf, Arc<Opened>>>,
    /// Of folders as they are written: their absolute paths and the roots above them.
    places: Mutex<HashMap<Utf8PathBuf, Arc<Place>>>,
}

/// A project and what is known of it outside a compilation.
#[derive(Debug)]
struct Opened {
    project: Project,
    /// The entry files that the settings name, as absolute paths.
    entries: Vec<Utf8PathBuf>,
}

/// A folder and the root of its project, absolute.
#[derive(Debug)]
struct Place {
    folder: Utf8PathBuf,
    root: Utf8PathBuf,
}

impl Projects {
    /// Projects with this root, or with those that files show.
    pub(super) fn new(root: Option<&Utf8Path>) -> Self {
        Self { root: root.map(Utf8Path::to_owned), ..Self::default() }
    }

    /// Reads an entry file and compiles it in the project that it belongs to.
    pub(super) fn compile(&self, path: &Utf8Path, request: &Request) -> Result<Compilation, InputError> {
        let place = self.place(path)?;
        stays_in_folder(path, &place)?;
        let text = if path == STDIN { input::read_stdin()? } else { input::read_file(path)? };
        let opened = self.opened(&place.root)?;
        Ok(compile_in(&opened.project, path, &text, &place, request))
    }

    /// The files to start from below a folder.
    pub(super) fn entries_below(&self, folder: &Utf8Path) -> Vec<Result<Utf8PathBuf, InputError>> {
        let files = match input::pipe_files(folder) {
            Ok(files) => files,
            Err(error) => return vec![Err(error)],
        };
        let chosen: Vec<_> = files
            .into_iter()
            .filter_map(|file| self.is_entry(&file).map(|is| is.then_some(file)).transpose())
            .collect();
        if chosen.is_empty() {
            return vec![Err(InputError::NoPipeline(folder.to_owned()))];
        }
        chosen
    }

    /// Whether a file is one to start from: named by the settings, or one that holds a pipeline where they name none.
    fn is_entry(&self, file: &Utf8Path) -> Result<bool, InputError> {
        let place = self.place(file)?;
        let named = &self.opened(&place.root)?.entries;
        if named.is_empty() {
            return Ok(holds_pipeline(&input::read_file(file)?));
        }
        Ok(named.contains(&place.folder.join(file.file_name().unwrap_or_default())))
    }

    /// Where a file is.
    fn place(&self, path: &Utf8Path) -> Result<Arc<Place>, InputError> {
        let parent = if path == STDIN { Utf8Path::new("") } else { path.parent().unwrap_or("".into()) };
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = places.get(parent) {
            return Ok(Arc::clone(place));
        }
        let folder = if path == STDIN { current_folder()? } else { folder_of(path)? };
        let root = root_above(path, &folder, self.root.as_deref())?;
        let place = Arc::new(Place { folder, root });
        places.insert(parent.to_owned(), Arc::clone(&place));
        Ok(place)
    }

    fn opened(&self, root: &Utf8Path) -> Result<Arc<Opened>, InputError> {
        let mut by_root = self.by_root.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(opened) = by_root.get(root) {
            return Ok(Arc::clone(opened));
        }
        let (project, entries) = open(root, BTreeMap::new())?;
        let opened = Arc::new(Opened { project, entries });
        by_root.insert(root.to_owned(), Arc::clone(&opened));
        Ok(opened)
    }
}

/// Reads an entry file and compiles it in the project that it belongs to.
pub(super) fn compile(path: &Utf8Path, root: Option<&Utf8Path>, request: &Request) -> Result<Compilation, InputError> {
    Projects::new(root).compile(path, request)
}

/// The path of an entry file as messages show it.
pub(super) fn shown(path: &Utf8Path) -> Utf8PathBuf {
    if path == STDIN { "<stdin>".into() } else { path.strip_prefix(".").unwrap_or(path).to_owned() }
}

/// Compiles the text of an entry file in the project that its path belongs to, with other files of the project as
/// `changed` has them (by their paths from the root).
pub(super) fn compile_over(
    path: &Utf8Path,
    text: &str,
    root: Option<&Utf8Path>,
    request: &Request,
    changed: BTreeMap<Utf8PathBuf, String>,
) -> Result<Compilation, InputError> {
    let place = Projects::new(root).place(path)?;
    let (project, _) = open(&place.root, changed)?;
    Ok(compile_in(&project, path, text, &place, request))
}

/// Opens the project of a root, and finds the entry files that its settings name.
fn open(root: &Utf8Path, changed: BTreeMap<Utf8PathBuf, String>) -> Result<(Project, Vec<Utf8PathBuf>), InputError> {
    let shown_root = relative(&current_folder()?, root);
    let text = read_settings(root, &shown_root)?;
    let mut project = Project::new(Overlay::new(Disk::new(root), changed), shown_root);
    let entries = text.map_or_else(Vec::new, |text| project.set_settings(&text).entry.clone());
    Ok((project, entries.iter().map(|entry| root.join(entry.as_str())).collect()))
}

fn compile_in(project: &Project, path: &Utf8Path, text: &str, place: &Place, request: &Request) -> Compilation {
    let below = place.folder.strip_prefix(&place.root).unwrap_or("".into());
    let (from_root, shown) = (below.join(path.file_name().unwrap_or(STDIN)), shown(path));
    project.compile(&Entry { path: &from_root, shown: &shown, text }, request)
}

fn read_settings(root: &Utf8Path, shown_root: &Utf8Path) -> Result<Option<String>, InputError> {
    if root.join(FILE_NAME).symlink_metadata().is_err() {
        return Ok(None);
    }
    let file = shown_root.join(FILE_NAME);
    stays_inside(&file, root)?;
    input::read_file(&file).map(Some)
}

/// Refuses a symbolic link that leads out of the root. The file's folder is known to be inside.
fn stays_in_folder(path: &Utf8Path, place: &Place) -> Result<(), InputError> {
    let is_link = path != STDIN && path.symlink_metadata().is_ok_and(|it| it.file_type().is_symlink());
    if is_link || !place.folder.starts_with(&place.root) { stays_inside(path, &place.root) } else { Ok(()) }
}

/// Refuses a symbolic link that leads out of the root.
pub(super) fn stays_inside(path: &Utf8Path, root: &Utf8Path) -> Result<(), InputError> {
    // A path that cannot be resolved cannot be read either, and reading it reports why.
    let real = if path == STDIN || input::is_device(path) { None } else { path.canonicalize_utf8().ok() };
    match real {
        Some(real) if !real.starts_with(root) => {
            let leads =
                format!("is a symbolic link that leads out of the root `{root}`; use `--root` for another root");
            Err(InputError::new(path, leads))
        }
        _ => Ok(()),
    }
}

/// The files to start from below a folder.
pub(super) fn entries_below(folder: &Utf8Path, root: Option<&Utf8Path>) -> Vec<Result<Utf8PathBuf, InputError>> {
    Projects::new(root).entries_below(folder)
}

/// The root of the project that a file belongs to, absolute: the one given, else the nearest folder above with a
/// settings file, else with `.git`, else the file's own.
pub(super) fn find_root(path: &Utf8Path, given: Option<&Utf8Path>) -> Result<Utf8PathBuf, InputError> {
    let folder = if path == STDIN { current_folder()? } else { folder_of(path)? };
    root_above(path, &folder, given)
}

/// The root above the folder of a file.
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
    let above = |name: &str| folder.ancestors().find(|folder| folder.join(name).exists()).map(Utf8Path::to_owned);
    Ok(above(FILE_NAME).or_else(|| above(".git")).unwrap_or_else(|| folder.to_owned()))
}

/// The absolute path of a file's folder.
fn folder_of(path: &Utf8Path) -> Result<Utf8PathBuf, InputError> {
    absolute(path.parent().filter(|parent| *parent != "").unwrap_or(".".into()))
}

fn absolute(path: &Utf8Path) -> Result<Utf8PathBuf, InputError> {
    path.canonicalize_utf8().map_err(|error| InputError::new(path, input::reason(&error)))
}

fn current_folder() -> Result<Utf8PathBuf, InputError> {
    absolute(".".into())
}

/// The way from one absolute folder to another, as a user would write it.
fn relative(from: &Utf8Path, to: &Utf8Path) -> Utf8PathBuf {
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| "..");
    up.chain(to.components().skip(shared).map(|component| component.as_str())).collect()
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
        let root = || find_root(&file, None).expect("the folder is there");
        assert_eq!(root(), top.join("app"));
        std::fs::write(top.join(FILE_NAME), "").expect("a file is written");
        assert_eq!(root(), top);
        std::fs::write(deep.join(FILE_NAME), "").expect("a file is written");
        assert_eq!(root(), deep);
        assert_eq!(find_root(&file, Some(&top)).ok(), Some(top.clone()));
        let error = find_root(&top.join("x.pipe"), Some(&deep)).expect_err("it lies above");
        assert_eq!(error.to_string(), format!("cannot read `{top}/x.pipe`: is outside the root `{deep}`"));
    }
}
