//! Maps and sets with a fast hash function.
//!
//! The default of the standard library resists chosen keys that collide, and takes several times as long for a name.
//! Whoever chooses the keys here, chooses the files that are checked.

use foldhash::fast::RandomState;

pub type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;
pub type HashSet<K> = std::collections::HashSet<K, RandomState>;
/// A map that keeps the order of its keys.
pub type IndexMap<K, V> = indexmap::IndexMap<K, V, RandomState>;
