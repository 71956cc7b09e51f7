//! Entries of the catalog's tables, read once in a process: files repeat the same types and actions.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Cached entries by their keys.
pub(super) struct Kept<T: ?Sized>(RwLock<BTreeMap<String, Arc<T>>>);

impl<T: ?Sized> Kept<T> {
    pub(super) const fn new() -> Self {
        Self(RwLock::new(BTreeMap::new()))
    }

    /// Returns the entry of a key, which `read` reads the first time. Unknown keys are not cached: their number has no limit.
    pub(super) fn get(&self, key: &str, read: impl FnOnce() -> Option<Arc<T>>) -> Option<Arc<T>> {
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(key) {
            return Some(Arc::clone(known));
        }
        let found = read()?;
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), Arc::clone(&found));
        Some(found)
    }
}
