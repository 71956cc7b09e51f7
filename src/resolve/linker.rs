//! The state of linking.

use crate::diagnostic::{Diagnostics, suggest};

use super::index::{DefinitionId, Index};
use super::names::Names;
use super::walk::Walk;

/// Names compared in the search for similar ones; past that, nothing is suggested.
const NAMES_COMPARED: usize = 1_000_000;

/// The search for similar names, which takes its time in a file that is wrong all over.
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
    /// Whether there is time to look through so many names.
    pub(super) fn may_look(&mut self, names: usize) -> bool {
        let may = self.left > 0;
        self.left = self.left.saturating_sub(names);
        may
    }

    /// The nearest of some names, as long as there is time to look for it.
    pub(super) fn near<'n>(&mut self, wanted: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
        let mut compared = 0;
        let found = suggest::similar(wanted, known.into_iter().take(self.left).inspect(|_| compared += 1));
        self.left -= compared;
        found
    }
}

/// Links identifiers to what they stand for.
pub(super) struct Linker<'a> {
    pub(super) walk: Walk<'a>,
    pub(super) suggestions: Suggestions,
    pub(super) diagnostics: Diagnostics,
    /// Names that are similar to that of a declaration.
    pub(super) misspelt: Vec<Misspelt>,
}

/// A name that is similar to that of a declaration, and reported.
pub(super) struct Misspelt {
    pub(super) name: String,
    pub(super) declared: DefinitionId,
    /// The number of its diagnostic.
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
