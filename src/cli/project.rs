//! From a path on the command line to a compilation: the root, the settings file, the workspace.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use super::input::{self, InputError};
use crate::compilation::{Compilation, Request, holds_pipeline};
use crate::settings::{FILE_NAME, Settings, marks_root};
use crate::workspace::Workspace;
use crate::workspace::file_system::{Disk, Overlay};

/// The file taken when none is named.
pub(super) const DEFAULT_ENTRY: &str = "pipeline.pipe";

/// The path that means standard input.
pub(super) const STDIN: &str = "-";

/// Reads an entry file and compiles it in the project that it belongs to.
pub(super) fn compile(path: &Utf8Path, root: Option<&Utf8Path>, request: &Request) -> Result<Compilation, InputError> {
    stays_inside(path, &find_root(path, root)?)?;
    let text = if path == STDIN { input::read_stdin()? } else { input::read_file(path)? };
    compile_over(path, &text, root, request, BTreeMap::new())
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
    let root = find_root(path, root)?;
    let shown_root = relative(&current_folder()?, &root);
    let folder = if path == STDIN { current_folder()? } else { folder_of(path)? };
    let settings_text = read_settings(&folder, &root)?;
    let from_root = folder.strip_prefix(&root).unwrap_or("".into()).join(path.file_name().unwrap_or(STDIN));
    let workspace = Workspace::new(Overlay::new(Disk::new(root.clone()), changed), shown_root.clone());
    let entry = workspace.add_entry(from_root, shown(path), text);
    let settings = settings_text.map_or_else(Settings::default, |(settings_folder, text)| {
        let from_root = settings_folder.strip_prefix(&root).unwrap_or("".into());
        let file = workspace.add_source(shown_root.join(from_root).join(FILE_NAME), text.clone());
        Settings::parse(file, &text)
    });
    Ok(Compilation::new(workspace, entry, &settings, request))
}

/// The settings for the files of a folder: of the nearest settings file up to the root, with its folder.
fn read_settings(folder: &Utf8Path, root: &Utf8Path) -> Result<Option<(Utf8PathBuf, String)>, InputError> {
    let inside = folder.ancestors().take_while(|folder| folder.starts_with(root));
    let holds = |folder: &&Utf8Path| folder.join(FILE_NAME).symlink_metadata().is_ok();
    let Some(settings) = inside.chain([root]).find(holds) else { return Ok(None) };
    let file = relative(&current_folder()?, settings).join(FILE_NAME);
    stays_inside(&file, root)?;
    Ok(Some((settings.to_owned(), input::read_file(&file)?)))
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

/// The entry files that the settings of a folder's project name, as absolute paths; none where it names none.
fn named_entries(folder: &Utf8Path, root: Option<&Utf8Path>) -> Result<Vec<Utf8PathBuf>, InputError> {
    let root = find_root(&folder.join(DEFAULT_ENTRY), root)?;
    let Some((settings, text)) = read_settings(folder, &root)? else { return Ok(Vec::new()) };
    let mut sources = crate::source::SourceMap::default();
    let file = sources.add(FILE_NAME.into(), text.as_str());
    Ok(Settings::parse(file, &text).entry.iter().map(|entry| settings.join(entry.as_str())).collect())
}

/// The files to start from below a folder.
pub(super) fn entries_below(folder: &Utf8Path, root: Option<&Utf8Path>) -> Vec<Result<Utf8PathBuf, InputError>> {
    let files = match input::pipe_files(folder) {
        Ok(files) => files,
        Err(error) => return vec![Err(error)],
    };
    let chosen: Vec<_> = files.into_iter().filter_map(|file| is_entry(&file, root).transpose()).collect();
    if chosen.is_empty() {
        return vec![Err(InputError::NoPipeline(folder.to_owned()))];
    }
    chosen
}

/// The file, where it is one to start from: named by the settings, or one that holds a pipeline where they name none.
fn is_entry(file: &Utf8Path, root: Option<&Utf8Path>) -> Result<Option<Utf8PathBuf>, InputError> {
    let folder = folder_of(file)?;
    let named = named_entries(&folder, root)?;
    let chosen = if named.is_empty() {
        holds_pipeline(&input::read_file(file)?)
    } else {
        named.contains(&folder.join(file.file_name().unwrap_or_default()))
    };
    Ok(chosen.then(|| file.to_owned()))
}

/// The root of the project that a file belongs to, absolute: the one given, else the nearest folder above with a
/// settings file, else with `.git`, else the file's own. A subfolder of a Git repository is not one because it has settings:
/// sources hold the whole repository.
pub(super) fn find_root(path: &Utf8Path, given: Option<&Utf8Path>) -> Result<Utf8PathBuf, InputError> {
    let folder = if path == STDIN { current_folder()? } else { folder_of(path)? };
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
    let is_root = |candidate: &&Utf8Path| {
        let in_repository =
            !candidate.join(".git").exists() && above(".git").is_some_and(|git| candidate.starts_with(git));
        let file = candidate.join(FILE_NAME);
        file.exists() && (!in_repository || input::read_file(&file).is_ok_and(|text| marks_root(&text)))
    };
    let settings = folder.ancestors().find(is_root).map(Utf8Path::to_owned);
    Ok(settings.or_else(|| above(".git")).unwrap_or(folder))
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
