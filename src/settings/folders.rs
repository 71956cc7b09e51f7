//! The root of the project that a folder belongs to, and the settings file for it.

use camino::{Utf8Path, Utf8PathBuf};

use super::{FILE_NAME, marks_root};

/// Returns the root of the project that an absolute folder belongs to: the nearest enclosing folder with a settings
/// file, else the one with `.git`, else the folder itself. In a Git repository, settings do not make a subfolder a
/// root, because sources contain the whole repository.
pub fn root_of(folder: &Utf8Path) -> Utf8PathBuf {
    marked_root_of(folder).unwrap_or_else(|| folder.to_owned())
}

/// Returns the root as in [`root_of`], if a folder is marked as one. The root of a folder with neither `.git` nor a
/// settings file is that of its parent.
pub fn marked_root_of(folder: &Utf8Path) -> Option<Utf8PathBuf> {
    let above = |name: &str| folder.ancestors().find(|folder| folder.join(name).exists()).map(Utf8Path::to_owned);
    let is_root = |candidate: &&Utf8Path| {
        let in_repository =
            !candidate.join(".git").exists() && above(".git").is_some_and(|git| candidate.starts_with(git));
        let file = candidate.join(FILE_NAME);
        file.exists() && (!in_repository || std::fs::read_to_string(&file).is_ok_and(|text| marks_root(&text)))
    };
    let settings = folder.ancestors().find(is_root).map(Utf8Path::to_owned);
    settings.or_else(|| above(".git"))
}

/// Returns the folder with the settings file for the files of a folder: the nearest one up to the root.
pub fn settings_folder<'a>(folder: &'a Utf8Path, root: &'a Utf8Path) -> Option<&'a Utf8Path> {
    settings_folder_by(folder, root, has_settings)
}

/// Returns the folder as in [`settings_folder`], given which folders have a settings file.
pub fn settings_folder_by<'a>(
    folder: &'a Utf8Path,
    root: &'a Utf8Path,
    mut has_settings: impl FnMut(&Utf8Path) -> bool,
) -> Option<&'a Utf8Path> {
    let inside = folder.ancestors().take_while(|folder| folder.starts_with(root));
    inside.chain([root]).find(|folder| has_settings(folder))
}

/// Returns whether a settings file is in a folder, even one that cannot be read.
pub fn has_settings(folder: &Utf8Path) -> bool {
    folder.join(FILE_NAME).symlink_metadata().is_ok()
}
