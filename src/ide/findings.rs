//! What is wrong with the files of a workspace, each problem once, whichever entry file led to it.

use std::collections::HashSet;
use std::sync::Arc;

use camino::Utf8Path;

use crate::diagnostic::Diagnostic;

use super::Snapshot;

/// A diagnostic, and the compilation whose files it points into.
#[derive(Debug, Clone)]
pub struct Finding {
    snapshot: Arc<Snapshot>,
    index: usize,
}

impl Finding {
    /// The diagnostic.
    pub fn diagnostic(&self) -> &Diagnostic {
        // It was one of them when this was made, and a snapshot never changes.
        &self.snapshot.compilation().diagnostics()[self.index]
    }

    /// What was compiled.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }
}

/// The findings in a file, in reading order. A file that several entry files import has each of them once.
pub(super) fn in_file<'s>(snapshots: impl Iterator<Item = &'s Arc<Snapshot>>, path: &Utf8Path) -> Vec<Finding> {
    let mut seen = HashSet::new();
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
