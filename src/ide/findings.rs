//! The diagnostics of the files of a workspace, each once, whichever entry file led to it.

use std::sync::Arc;

use camino::Utf8Path;

use crate::collections::HashSet;
use crate::diagnostic::Diagnostic;

use super::Snapshot;

/// A diagnostic, and the compilation with the files that its spans refer to.
#[derive(Debug, Clone)]
pub struct Finding {
    snapshot: Arc<Snapshot>,
    index: usize,
}

impl Finding {
    /// The diagnostic.
    pub fn diagnostic(&self) -> &Diagnostic {
        // The index was valid when this was created, and a snapshot is immutable.
        &self.snapshot.compilation().diagnostics()[self.index]
    }

    /// Returns the compilation.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }
}

/// Returns the diagnostics of a file, in source order. Those of a file that several entry files import are returned
/// once.
pub(super) fn in_file<'s>(snapshots: impl Iterator<Item = &'s Arc<Snapshot>>, path: &Utf8Path) -> Vec<Finding> {
    let mut seen = HashSet::default();
    let mut found = Vec::new();
    for snapshot in snapshots {
        let Some(file) = snapshot.file_of(path).map(crate::source::SourceFile::id) else { continue };
        for (index, diagnostic) in snapshot.compilation().diagnostics().iter().enumerate() {
            let span = diagnostic.primary.span;
            if span.file == file && seen.insert((span.start, diagnostic.code, diagnostic.message.clone())) {
                found.push(Finding { snapshot: Arc::clone(snapshot), index });
            }
        }
    }
    let place = |finding: &Finding| {
        let diagnostic = finding.diagnostic();
        (diagnostic.primary.span.start, diagnostic.primary.span.end, diagnostic.code)
    };
    found.sort_by_key(place);
    found
}
