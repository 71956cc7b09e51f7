//! `dotpipe check --watch`: again whenever a file changes.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::time::{Duration, SystemTime};

use camino::{Utf8Path, Utf8PathBuf};

use super::terminal;
use crate::compilation::Compilation;

/// Time between two looks at the files.
const PAUSE: Duration = Duration::from_millis(250);

/// The files that a run read, and the folders they lie in: a file that appears changes its folder's time.
#[derive(Debug, Default)]
pub(super) struct Watched {
    paths: BTreeSet<Utf8PathBuf>,
}

impl Watched {
    /// What these compilations read, and what was named on the command line.
    pub(super) fn new(compilations: &[Compilation], named: &[Utf8PathBuf]) -> Self {
        let mut paths: BTreeSet<Utf8PathBuf> = named.iter().cloned().collect();
        for compilation in compilations {
            paths.extend(compilation.sources().files().map(|(_, file)| file.path().to_owned()));
        }
        let folders: Vec<Utf8PathBuf> = paths.iter().map(|path| folder(path)).collect();
        paths.extend(folders);
        Self { paths }
    }

    /// Returns when something changed and nothing has changed since the last look: editors write in several steps.
    pub(super) fn wait(&self) {
        let first = self.state();
        let mut last = first.clone();
        loop {
            std::thread::sleep(PAUSE);
            let now = self.state();
            if now != first && now == last {
                return;
            }
            last = now;
        }
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

/// Makes room for what comes: a terminal is cleared, a log gets an empty line.
pub(super) fn clear() {
    terminal::say(if std::io::stderr().is_terminal() { "\u{1b}[2J\u{1b}[3J\u{1b}[H" } else { "\n" });
}

/// Says that nothing was found, or not, and that it goes on.
pub(super) fn pause(clean: bool) {
    terminal::say(if clean { "nothing found; waiting for changes\n" } else { "waiting for changes\n" });
}
