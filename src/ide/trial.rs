//! Trial compilations: entry files compiled with changed texts and compared with their last compilation.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::Utf8PathBuf;

use crate::compilation::Compilation;
use crate::diagnostic::{Code, Diagnostic, Severity};

use super::{Host, Snapshot};

/// An entry file before and after a change.
pub(super) struct Trial {
    before: Arc<Snapshot>,
    after: Compilation,
}

/// Compiles every entry file that reads one of the changed files.
pub(super) fn trials(host: &mut Host, texts: &BTreeMap<Utf8PathBuf, String>) -> Vec<Trial> {
    let reads = |snapshot: &&Arc<Snapshot>| texts.keys().any(|path| snapshot.file_of(path).is_some());
    let entries: Vec<Arc<Snapshot>> = host.snapshots().filter(reads).cloned().collect();
    let compiled = |before: Arc<Snapshot>| {
        let after = host.trial(before.entry(), texts)?;
        Some(Trial { before, after })
    };
    entries.into_iter().filter_map(compiled).collect()
}

impl Trial {
    /// Returns an error that the change would cause. `renamed` converts a message to what it was before the change.
    pub(super) fn new_error(&self, renamed: impl Fn(&str) -> String) -> Option<&Diagnostic> {
        let is_error = |found: &&Diagnostic| found.severity == Severity::Error;
        self.new_diagnostic(is_error, renamed)
    }

    fn new_diagnostic(
        &self,
        counts: impl Fn(&&Diagnostic) -> bool,
        renamed: impl Fn(&str) -> String,
    ) -> Option<&Diagnostic> {
        let key = |found: &Diagnostic| (found.code, renamed(&found.message));
        let before = self.before.compilation().diagnostics().iter();
        let mut known: Vec<(Code, String)> = before.filter(&counts).map(key).collect();
        for found in self.after.diagnostics().iter().filter(&counts) {
            match known.iter().position(|other| *other == key(found)) {
                Some(index) => {
                    known.swap_remove(index);
                }
                None => return Some(found),
            }
        }
        None
    }

    /// Returns whether the change affects neither the output nor the diagnostics.
    pub(super) fn builds_the_same(&self) -> bool {
        let counts = |found: &&Diagnostic| found.severity != Severity::Info;
        self.new_diagnostic(counts, str::to_owned).is_none() && self.before.compilation().draft() == self.after.draft()
    }

    /// Returns how many more times a problem is reported after the change than before it.
    pub(super) fn change_of(&self, problem: &Diagnostic) -> isize {
        let count = |all: &[Diagnostic]| {
            let is_it = |found: &&Diagnostic| found.code == problem.code && found.message == problem.message;
            isize::try_from(all.iter().filter(is_it).count()).unwrap_or(isize::MAX)
        };
        count(self.after.diagnostics()) - count(self.before.compilation().diagnostics())
    }
}
