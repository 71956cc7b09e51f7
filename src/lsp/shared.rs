//! State that the threads of the server share.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::json;

use super::outbox::Outbox;
use crate::ide::Snapshot;

/// State that the threads share.
#[derive(Default)]
pub(super) struct Shared {
    snapshots: RwLock<BTreeMap<Utf8PathBuf, Arc<Snapshot>>>,
    has_panicked: AtomicBool,
}

impl Shared {
    /// Sets the last compilation of an entry file.
    pub(super) fn set_snapshot(&self, entry: &Utf8Path, snapshot: Option<Arc<Snapshot>>) {
        let mut snapshots = self.snapshots.write().unwrap_or_else(PoisonError::into_inner);
        match snapshot {
            Some(snapshot) => snapshots.insert(entry.to_owned(), snapshot),
            None => snapshots.remove(entry),
        };
    }

    /// Returns the last compilation that read a file: its own, if it is an entry file.
    pub(super) fn snapshot_of(&self, path: &Utf8Path) -> Option<Arc<Snapshot>> {
        let snapshots = self.snapshots.read().unwrap_or_else(PoisonError::into_inner);
        let other = || snapshots.values().find(|snapshot| snapshot.file_of(path).is_some());
        snapshots.get(path).or_else(other).cloned()
    }

    /// Notifies the client, once, of a panic. The details are on standard error.
    pub(super) fn report_panic(&self, outbox: &Outbox) {
        if !self.has_panicked.swap(true, Ordering::Relaxed) {
            let message = "dotpipe: part of the language server panicked, which is a mistake in dotpipe. It goes on with \
                           the last results. Report it with the text of the server's log.";
            outbox.notify("window/showMessage", json!({ "type": 1, "message": message }));
        }
    }
}
