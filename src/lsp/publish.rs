//! What the client shows of the findings. What has been solved vanishes at once; what is new on the line that is being typed
//! waits until the text has been quiet for a moment.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::json;

use super::convert::Convert;
use super::documents::Document;
use super::outbox::Outbox;
use super::protocol as lsp;
use crate::diagnostic::Code;
use crate::ide::{Finding, statement_at};

/// How long the text has to be quiet.
const QUIET: Duration = Duration::from_millis(150);

/// What a statement lacks that is still being typed: reported on its header, wherever in it the cursor is.
const INCOMPLETE: [Code; 3] = [Code::E0004, Code::E0105, Code::E0205];

/// What the client was last told.
#[derive(Default)]
pub(super) struct Publisher {
    shown: HashMap<Utf8PathBuf, Shown>,
    /// Files of which something is held back, and until when.
    held: HashMap<Utf8PathBuf, Instant>,
    /// Files of other languages whose findings the client has asked for.
    asked: BTreeSet<Utf8PathBuf>,
    /// Files whose findings the client has to ask for again.
    is_outdated: bool,
    /// Whether the client asks for the findings of all files, not only of documents.
    is_workspace_pulled: bool,
}

#[derive(Default)]
struct Shown {
    items: Vec<lsp::Diagnostic>,
    keys: Vec<(Code, String)>,
    /// Whether they were sent; otherwise the client asks.
    is_pushed: bool,
}

impl Publisher {
    /// Whether a client asks for the findings of a document. It asks for those of the languages that it starts the server for: of
    /// others than `.pipe` files, this shows when it does.
    fn is_pulled(&self, convert: &Convert, path: &Utf8Path) -> bool {
        let is_open = convert.versions.contains_key(path);
        let is_own = path.extension() == Some("pipe") || !path.is_absolute() || self.asked.contains(path);
        convert.client.pulls && is_open && is_own
    }

    /// Notes that the client asks for the findings of a document; whether they were sent to it before.
    pub(super) fn note_asked(&mut self, path: &Utf8Path) -> bool {
        self.asked.insert(path.to_owned()) && self.shown.get(path).is_some_and(|shown| shown.is_pushed)
    }

    /// Notes that a document was closed.
    pub(super) fn note_closed(&mut self, path: &Utf8Path) {
        self.asked.remove(path);
    }

    /// The findings of a file are these now.
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
            // The client asks by itself after its own change of this document.
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

    /// The client asks for the findings of all files: what was sent is taken back, since it would be shown twice.
    pub(super) fn pull_workspace(&mut self, (convert, outbox): (&Convert, &Outbox)) {
        if std::mem::replace(&mut self.is_workspace_pulled, true) {
            return;
        }
        for (path, shown) in self.shown.iter_mut().filter(|(_, shown)| shown.is_pushed) {
            publish(path, None, &[], (convert, outbox));
            shown.is_pushed = false;
        }
    }

    /// Every file with findings, in order.
    pub(super) fn all_shown(&self) -> Vec<(&Utf8Path, &[lsp::Diagnostic])> {
        let mut all: Vec<_> = self.shown.iter().map(|(path, shown)| (path.as_path(), shown.items.as_slice())).collect();
        all.sort_by_key(|(path, _)| *path);
        all
    }

    /// What is shown of a file, for a client that asks.
    pub(super) fn shown(&self, path: &Utf8Path) -> Vec<lsp::Diagnostic> {
        self.shown.get(path).map(|shown| shown.items.clone()).unwrap_or_default()
    }

    /// When the first of what is held back is due.
    pub(super) fn next(&self) -> Option<Instant> {
        self.held.values().min().copied()
    }

    /// The files of which something that was held back is due.
    pub(super) fn due(&mut self) -> BTreeSet<Utf8PathBuf> {
        let now = Instant::now();
        let due: BTreeSet<_> =
            self.held.iter().filter(|(_, until)| **until <= now).map(|(path, _)| path.clone()).collect();
        self.held.retain(|path, _| !due.contains(path));
        due
    }

    /// Has the client ask again where it has to.
    pub(super) fn refresh(&mut self, outbox: &Outbox) {
        if std::mem::take(&mut self.is_outdated) {
            outbox.request("workspace/diagnostic/refresh", json!(null));
        }
    }
}

/// Whether a finding is on the line that is being typed, or says what the statement there still lacks.
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
