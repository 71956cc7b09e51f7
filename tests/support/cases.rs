//! The repository's `.pipe` files, with the other files of their folders.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Returns every `.pipe` file in a folder of the repository.
pub fn entries(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    found.sort();
    found
}

/// Returns all cases if `CI=true`; otherwise, every tenth, so that the tests run quickly after a small change.
pub fn share<T>(all: Vec<T>) -> Vec<T> {
    all.into_iter().step_by(one_of()).collect()
}

/// Returns `n` if `share` keeps one of every `n` cases.
pub fn one_of() -> usize {
    if std::env::var("CI").is_ok_and(|value| value == "true") { 1 } else { 10 }
}

/// Returns how many of so many random cases `share` would keep.
pub fn share_of(count: u32) -> u32 {
    count.div_ceil(u32::try_from(one_of()).expect("it is small"))
}

fn cases(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            cases(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "pipe") {
            found.push(path);
        }
    }
}

/// Returns the other files in the folder of a case's entry file, by relative path. A case that is a single file has
/// none.
pub fn beside(entry: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    if entry.file_name().is_none_or(|name| name != "pipeline.pipe" && name != "pipeline.yaml") {
        return files;
    }
    let base = entry.parent().expect("a case lies in a folder");
    let mut folders = vec![base.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).expect("the folder is there").flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path != entry {
                let name =
                    path.strip_prefix(base).expect("it lies there").to_str().expect("names are UTF-8").to_owned();
                files.insert(name, fs::read_to_string(&path).expect("cases are text"));
            }
        }
    }
    files
}
