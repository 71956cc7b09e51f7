//! What is read from the catalog's tables for a key, once in a process: files name the same types and actions again and again.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// What has been read, by its key.
pub(super) struct Kept<T: ?Sized>(RwLock<BTreeMap<String, Arc<T>>>);

impl<T: ?Sized> Kept<T> {
    pub(super) const fn new() -> Self {
        Self(RwLock::new(BTreeMap::new()))
    }

    /// What has been read for a key, or what `read` reads now. Keys that the tables lack are not kept: they have no limit.
    pub(super) fn get(&self, key: &str, read: impl FnOnce() -> Option<Arc<T>>) -> Option<Arc<T>> {
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(key) {
            return Some(Arc::clone(known));
        }
        let found = read()?;
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), Arc::clone(&found));
        Some(found)
    }
}
