//! The state of linking.

use crate::diagnostic::{Diagnostics, suggest};

use super::index::{DefinitionId, Index};
use super::names::Names;
use super::walk::Walk;

/// How many names the search for similar ones may compare; after that, nothing is suggested.
const NAMES_COMPARED: usize = 1_000_000;

/// The search for similar names, which takes long if most names of a file are wrong.
#[derive(Debug)]
pub(super) struct Suggestions {
    left: usize,
}

impl Default for Suggestions {
    fn default() -> Self {
        Self { left: NAMES_COMPARED }
    }
}

impl Suggestions {
    /// Returns whether the limit allows comparing this many names.
    pub(super) fn may_look(&mut self, names: usize) -> bool {
        let may = self.left > 0;
        self.left = self.left.saturating_sub(names);
        may
    }

    /// Returns the most similar of some names, unless the limit is reached.
    pub(super) fn near<'n>(&mut self, wanted: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
        let mut compared = 0;
        let found = suggest::similar(wanted, known.into_iter().take(self.left).inspect(|_| compared += 1));
        self.left -= compared;
        found
    }
}

/// Links identifiers to what they refer to.
pub(super) struct Linker<'a> {
    pub(super) walk: Walk<'a>,
    pub(super) suggestions: Suggestions,
    pub(super) diagnostics: Diagnostics,
    /// Names that are similar to that of a declaration.
    pub(super) misspelled: Vec<Misspelled>,
}

/// A reported name that is similar to that of a declaration.
pub(super) struct Misspelled {
    pub(super) name: String,
    pub(super) declared: DefinitionId,
    /// The index of its diagnostic.
    pub(super) reported: usize,
}

impl<'a> Linker<'a> {
    pub(super) fn index(&self) -> &Index {
        &self.walk.index
    }

    pub(super) fn names(&self) -> &Names<'a> {
        &self.walk.names
    }
}
