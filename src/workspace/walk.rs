//! Walks through folders, past what version control ignores.

use std::cmp::Ordering;
use std::path::is_separator;
use std::sync::{Mutex, PoisonError};

use camino::Utf8Path;
use ignore::{DirEntry, Error, WalkBuilder, WalkState};

/// Returns what a walk finds, in any order.
///
/// The walk for several threads, of which there is one here, looks for files with patterns in the list of a folder. The other one
/// asks the system for each of them in each folder, although few folders have any.
pub fn entries(builder: &mut WalkBuilder) -> Vec<Result<DirEntry, Error>> {
    let found = Mutex::new(Vec::new());
    builder.threads(1).build_parallel().run(|| {
        Box::new(|entry| {
            found.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
            WalkState::Continue
        })
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Compares two paths without `.`, `..`, and repeated separators in the order of their parts, without taking them apart.
pub fn by_parts(a: &Utf8Path, b: &Utf8Path) -> Ordering {
    // A shorter part is first, whatever follows it in the other path.
    let rank = |byte: u8| if is_separator(char::from(byte)) { 0 } else { byte };
    a.as_str().bytes().map(rank).cmp(b.as_str().bytes().map(rank))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_in_the_order_of_their_parts() {
        let paths = ["a", "a/b", "a/b/c", "a-b", "a.b/c", "a/é", "ab", "B/a", "a b/c"];
        for (a, b) in paths.iter().flat_map(|a| paths.iter().map(move |b| (a, b))) {
            assert_eq!(by_parts(Utf8Path::new(a), Utf8Path::new(b)), Utf8Path::new(a).cmp(Utf8Path::new(b)), "{a} {b}");
        }
    }
}
