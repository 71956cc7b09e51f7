//! `dotpipe check --watch`: checks again whenever a file changes.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use camino::{Utf8Path, Utf8PathBuf};

use super::terminal;
use crate::compilation::CheckResult;

/// The interval between two checks of the files.
const PAUSE: Duration = Duration::from_millis(250);

/// The files that a run read, and their folders: a new file changes the modification time of its folder.
#[derive(Debug, Default)]
pub(super) struct Watched {
    paths: BTreeSet<Utf8PathBuf>,
    /// The texts that were read.
    texts: Vec<(Utf8PathBuf, Arc<str>)>,
}

impl Watched {
    /// Creates the list of files from what these compilations read, and from the paths on the command line.
    pub(super) fn new(compilations: &[CheckResult], named: &[Utf8PathBuf]) -> Self {
        let files = compilations.iter().flat_map(|compilation| compilation.sources().files());
        let texts: Vec<_> = files.map(|(_, file)| (file.path().to_owned(), file.shared_text())).collect();
        let mut paths: BTreeSet<Utf8PathBuf> = named.iter().cloned().collect();
        paths.extend(texts.iter().map(|(path, _)| path.clone()));
        let folders: Vec<Utf8PathBuf> = paths.iter().map(|path| folder(path)).collect();
        paths.extend(folders);
        Self { paths, texts }
    }

    /// Returns once a file has changed and no more changes follow, because editors write in several steps.
    pub(super) fn wait(&self) {
        let first = self.state();
        // A change between the reading of a file and this check is visible only in its text.
        let stale = self.is_stale();
        let mut last = first.clone();
        loop {
            std::thread::sleep(PAUSE);
            let now = self.state();
            if (stale || now != first) && now == last {
                return;
            }
            last = now;
        }
    }

    fn is_stale(&self) -> bool {
        self.texts.iter().any(|(path, text)| std::fs::read(path).is_ok_and(|bytes| bytes != text.as_bytes()))
    }

    fn state(&self) -> Vec<Option<(SystemTime, u64)>> {
        let look = |path: &Utf8PathBuf| {
            let metadata = path.metadata().ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        };
        self.paths.iter().map(look).collect()
    }
}

fn folder(path: &Utf8Path) -> Utf8PathBuf {
    path.parent().filter(|folder| *folder != "").unwrap_or(".".into()).to_owned()
}

/// Separates the next output: a terminal is cleared, a log gets an empty line.
pub(super) fn clear() {
    terminal::say(if std::io::stderr().is_terminal() { "\u{1b}[2J\u{1b}[3J\u{1b}[H" } else { "\n" });
}

/// Prints whether there are problems, and that it waits for changes.
pub(super) fn pause(clean: bool) {
    terminal::say(if clean { "no problems found; waiting for changes\n" } else { "waiting for changes\n" });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_right_after_reading_is_noticed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = Utf8PathBuf::from_path_buf(folder.path().join("x.pipe")).expect("a UTF-8 path");
        std::fs::write(&path, "old").expect("a file is written");
        let watched = Watched { paths: BTreeSet::from([path.clone()]), texts: vec![(path.clone(), "old".into())] };
        assert!(!watched.is_stale());
        std::fs::write(&path, "new").expect("a file is written");
        assert!(watched.is_stale());
        // It returns although nothing changes anymore.
        watched.wait();
    }
}
