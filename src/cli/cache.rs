//! Results that are kept between runs: in a large repository, only changed files are compiled again.
//!
//! A result is reused if everything that it depends on is unchanged; see [`Answers`]. This includes the program itself,
//! because another build of it can have different results.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::project::{Place, Projects, STDIN};
use crate::collections::{HashMap, HashSet};
use crate::compilation::{Answers, CheckResult, Request, StoredResult};
use crate::source::fnv1a;

/// What distinguishes the builds of the program: a hash of its sources and of the versions of its dependencies.
const PROGRAM: &str = env!("DOTPIPE_SOURCES");

/// The minimum number of pipeline files for which results are kept. For fewer, little time is gained.
const LEAST_FILES: usize = 20;

/// The environment variable with the folder of the cache.
const FOLDER: &str = "DOTPIPE_CACHE_DIR";

/// The time for which a file of the cache is kept after it was last written.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The results of earlier runs with the same arguments in the same folder, and those of this run.
#[derive(Debug)]
pub(super) struct Cache {
    path: PathBuf,
    /// By the paths of entry files, as written.
    known: HashMap<String, StoredEntry>,
    new: Mutex<Vec<StoredEntry>>,
    /// By the roots of projects.
    answers: Mutex<HashMap<Utf8PathBuf, Arc<Answers>>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct CacheDocument {
    program: String,
    entries: Vec<StoredEntry>,
}

/// The stored results of one entry file.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct StoredEntry {
    path: String,
    root: String,
    settings: Option<String>,
    result: StoredResult,
}

impl Cache {
    /// Opens the cache for these files. Returns `None` if a cache is not worthwhile or there is no folder for it.
    pub(super) fn open(files: &[Utf8PathBuf], root: Option<&Utf8Path>, request: &Request) -> Option<Self> {
        if files.len() < LEAST_FILES || files.iter().any(|file| file == STDIN) {
            return None;
        }
        let here = std::env::current_dir().ok()?;
        let run = format!("{}\n{root:?}\n{request:?}\n{:?}", here.display(), files.first());
        let path = folder()?.join(format!("{:016x}.json", fnv1a(run.as_bytes())));
        let stored = fs::read(&path).ok().and_then(|bytes| serde_json::from_slice::<CacheDocument>(&bytes).ok());
        let entries = stored.filter(|stored| stored.program == PROGRAM).map(|stored| stored.entries);
        Some(Self {
            path,
            known: entries.unwrap_or_default().into_iter().map(|entry| (entry.path.clone(), entry)).collect(),
            new: Mutex::default(),
            answers: Mutex::default(),
        })
    }

    /// Returns the result of a file, if nothing that it depends on has changed.
    pub(super) fn restore(&self, file: &Utf8Path, projects: &Projects) -> Option<CheckResult> {
        let stored = self.known.get(file.as_str())?;
        let place = projects.locate(file).ok()?;
        let is_same = stored.root == *place.root() && stored.settings.as_deref() == place.settings_path();
        if is_same { self.answers(&place).restore(&stored.result) } else { None }
    }

    /// Keeps the result of a file.
    pub(super) fn keep(&self, file: &Utf8Path, projects: &Projects, result: &CheckResult) {
        let Ok(place) = projects.locate(file) else { return };
        let Some(result) = self.answers(&place).store(result) else { return };
        let (root, settings) = (place.root().to_string(), place.settings_path().map(str::to_owned));
        let entry = StoredEntry { path: file.to_string(), root, settings, result };
        self.new.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }

    fn answers(&self, place: &Place) -> Arc<Answers> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let of_root = answers.entry(place.root().to_owned());
        Arc::clone(of_root.or_insert_with(|| Arc::new(Answers::of(place.project()))))
    }

    /// Writes the results of this run, if some are new. Failure to write the cache is ignored: the next run only takes
    /// longer.
    pub(super) fn save(self, files: &[Utf8PathBuf]) {
        let mut entries = self.new.into_inner().unwrap_or_else(PoisonError::into_inner);
        if entries.is_empty() {
            return;
        }
        let new: HashSet<String> = entries.iter().map(|entry| entry.path.clone()).collect();
        let files: HashSet<&str> = files.iter().map(|file| file.as_str()).collect();
        let known = self.known.into_values();
        entries.extend(known.filter(|entry| files.contains(entry.path.as_str()) && !new.contains(&entry.path)));
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        let document = CacheDocument { program: PROGRAM.to_owned(), entries };
        let _ = write(&self.path, &document);
    }
}

fn write(path: &Path, document: &CacheDocument) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&serde_json::to_vec(document)?)?;
    file.persist(path).map_err(|error| error.error)?;
    remove_old(folder)
}

/// Removes files that no run has written for a long time. Their folders may be gone.
fn remove_old(folder: &Path) -> std::io::Result<()> {
    let now = SystemTime::now();
    for entry in fs::read_dir(folder)?.flatten() {
        let written = entry.metadata().and_then(|metadata| metadata.modified());
        let is_old = written.is_ok_and(|written| now.duration_since(written).is_ok_and(|age| age > KEPT));
        if is_old && entry.path().extension().is_some_and(|extension| extension == "json") {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Returns the folder of the cache: the one in the environment variable, or the cache folder of the system.
fn folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let of_system = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library/Caches"))
    } else {
        // <https://specifications.freedesktop.org/basedir/latest/>: a relative path is invalid.
        let named = variable("XDG_CACHE_HOME").filter(|folder| folder.is_absolute());
        named.or_else(|| variable("HOME").map(|home| home.join(".cache")))
    };
    variable(FOLDER).or_else(|| of_system.map(|folder| folder.join("dotpipe")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_files_are_removed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, days) in [("a.json", 0), ("b.json", 31), ("c.txt", 31)] {
            let file = fs::File::create(folder.path().join(name)).expect("a file is made");
            let written = SystemTime::now() - Duration::from_secs(days * 24 * 60 * 60);
            file.set_modified(written).expect("its time is set");
        }
        remove_old(folder.path()).expect("the folder is there");
        let left = |name: &str| folder.path().join(name).exists();
        assert!(left("a.json") && !left("b.json") && left("c.txt"));
    }
}
