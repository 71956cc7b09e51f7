//! Publishes diagnostics. Solved ones disappear immediately; new ones on the line that is being typed are held back
//! until the text has not changed for a moment.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::json;

use super::convert::Convert;
use super::documents::Document;
use super::outbox::Outbox;
use super::protocol as lsp;
use crate::collections::HashMap;
use crate::diagnostic::Code;
use crate::ide::{Finding, statement_at};

/// The minimum time for which the text must not have changed.
const QUIET: Duration = Duration::from_millis(150);

/// Codes for an unfinished statement. They are reported at its header, wherever the cursor is in the statement.
const INCOMPLETE: [Code; 3] = [Code::E0004, Code::E0105, Code::E0205];

/// The diagnostics that the client was last sent.
#[derive(Default)]
pub(super) struct Publisher {
    shown: HashMap<Utf8PathBuf, Shown>,
    /// Files with diagnostics that are held back, and until when.
    held: HashMap<Utf8PathBuf, Instant>,
    /// Files of other languages whose diagnostics the client has pulled.
    asked: BTreeSet<Utf8PathBuf>,
    /// Whether the client has to pull diagnostics again.
    is_outdated: bool,
    /// Whether the client pulls the diagnostics of all files, not only of documents.
    is_workspace_pulled: bool,
}

#[derive(Default)]
struct Shown {
    items: Vec<lsp::Diagnostic>,
    keys: Vec<(Code, String)>,
    /// Whether they were sent. Otherwise, the client pulls them.
    is_pushed: bool,
}

impl Publisher {
    /// Returns whether a client pulls the diagnostics of a document. It does so for the languages that it starts the
    /// server for. For files other than `.pipe` files, this is known after the first request.
    fn is_pulled(&self, convert: &Convert, path: &Utf8Path) -> bool {
        let is_open = convert.versions.contains_key(path);
        let is_own = path.extension() == Some("pipe") || !path.is_absolute() || self.asked.contains(path);
        convert.client.pulls && is_open && is_own
    }

    /// Records that the client pulls the diagnostics of a document. Returns whether they were sent to it before.
    pub(super) fn note_asked(&mut self, path: &Utf8Path) -> bool {
        self.asked.insert(path.to_owned()) && self.shown.get(path).is_some_and(|shown| shown.is_pushed)
    }

    /// Records that a document was closed.
    pub(super) fn note_closed(&mut self, path: &Utf8Path) {
        self.asked.remove(path);
    }

    /// Sets the diagnostics of a file.
    pub(super) fn update(
        &mut self,
        path: &Utf8Path,
        findings: &[Finding],
        document: Option<&Document>,
        (convert, outbox): (&Convert, &Outbox),
    ) {
        let before = self.shown.remove(path).unwrap_or_default();
        let mut known = before.keys.clone();
        let mut is_new = |finding: &Finding| {
            let found = finding.diagnostic();
            let same = |(code, message): &(Code, String)| *code == found.code && *message == found.message;
            known.iter().position(same).map(|index| known.swap_remove(index)).is_none()
        };
        let quiet_at = document.map(|document| document.edited + QUIET).filter(|quiet_at| *quiet_at > Instant::now());
        let is_typed = |finding: &Finding| document.is_some_and(|document| is_at_cursor(finding, document));
        let (held, now): (Vec<&Finding>, Vec<&Finding>) =
            findings.iter().partition(|finding| is_new(finding) && quiet_at.is_some() && is_typed(finding));
        match quiet_at.filter(|_| !held.is_empty()) {
            Some(until) => self.held.insert(path.to_owned(), until),
            None => self.held.remove(path),
        };
        let items: Vec<_> = now.iter().map(|finding| convert.diagnostic(finding)).collect();
        let key = |finding: &&Finding| (finding.diagnostic().code, finding.diagnostic().message.clone());
        let keys = now.iter().map(key).collect();
        let changed = items != before.items;
        let is_pulled = self.is_workspace_pulled || self.is_pulled(convert, path);
        let mut is_pushed = before.is_pushed;
        if is_pulled {
            if before.is_pushed {
                publish(path, None, &[], (convert, outbox));
                is_pushed = false;
            }
            // After its own change of this document, the client pulls without a request.
            let asks = document.is_some_and(|document| document.edited + QUIET > Instant::now());
            self.is_outdated |= changed && !asks;
        } else if document.is_some() || changed || before.is_pushed == items.is_empty() {
            publish(path, document.map(|document| document.version), &items, (convert, outbox));
            is_pushed = !items.is_empty();
        }
        if !items.is_empty() || document.is_some() || is_pushed {
            self.shown.insert(path.to_owned(), Shown { items, keys, is_pushed });
        }
    }

    /// Switches to a client that pulls the diagnostics of all files. Diagnostics that were sent are cleared, so that
    /// they are not shown twice.
    pub(super) fn pull_workspace(&mut self, (convert, outbox): (&Convert, &Outbox)) {
        if std::mem::replace(&mut self.is_workspace_pulled, true) {
            return;
        }
        for (path, shown) in self.shown.iter_mut().filter(|(_, shown)| shown.is_pushed) {
            publish(path, None, &[], (convert, outbox));
            shown.is_pushed = false;
        }
    }

    /// Returns every file with diagnostics, in order.
    pub(super) fn all_shown(&self) -> Vec<(&Utf8Path, &[lsp::Diagnostic])> {
        let mut all: Vec<_> = self.shown.iter().map(|(path, shown)| (path.as_path(), shown.items.as_slice())).collect();
        all.sort_by_key(|(path, _)| *path);
        all
    }

    /// Returns the diagnostics of a file, for a client that pulls them.
    pub(super) fn shown(&self, path: &Utf8Path) -> Vec<lsp::Diagnostic> {
        self.shown.get(path).map(|shown| shown.items.clone()).unwrap_or_default()
    }

    /// Returns when the first diagnostics that are held back are due.
    pub(super) fn next(&self) -> Option<Instant> {
        self.held.values().min().copied()
    }

    /// Returns the files with diagnostics that were held back and are now due.
    pub(super) fn due(&mut self) -> BTreeSet<Utf8PathBuf> {
        let now = Instant::now();
        let due: BTreeSet<_> =
            self.held.iter().filter(|(_, until)| **until <= now).map(|(path, _)| path.clone()).collect();
        self.held.retain(|path, _| !due.contains(path));
        due
    }

    /// Makes the client pull again if it has to.
    pub(super) fn refresh(&mut self, outbox: &Outbox) {
        if std::mem::take(&mut self.is_outdated) {
            outbox.request("workspace/diagnostic/refresh", json!(null));
        }
    }
}

/// Returns whether a diagnostic is on the line that is being typed, or is about the unfinished statement there.
fn is_at_cursor(finding: &Finding, document: &Document) -> bool {
    let Some(at) = document.edited_at else { return false };
    let place = finding.diagnostic().primary.span;
    let line = document.lines.line_of(at);
    if document.lines.line_of(place.start as usize) == line {
        return true;
    }
    if !INCOMPLETE.contains(&finding.diagnostic().code) {
        return false;
    }
    let tree = finding.snapshot().tree(place.file);
    let statement = tree.and_then(|tree| statement_at(&tree.ast, u32::try_from(at).unwrap_or(u32::MAX)));
    statement.is_some_and(|statement| statement.covers(place))
}

fn publish(path: &Utf8Path, version: Option<i32>, items: &[lsp::Diagnostic], (convert, outbox): (&Convert, &Outbox)) {
    let params = lsp::PublishDiagnosticsParams { uri: convert.uri(path), version, diagnostics: items.to_vec() };
    outbox.notify("textDocument/publishDiagnostics", params);
}
