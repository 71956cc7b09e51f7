//! Names first: what every identifier of the files stands for, found without evaluating or expanding anything.
//!
//! One walk over the trees takes in definitions and scopes and notes every identifier; linking then finds what
//! each stands for. Branches that are not taken and components that nothing uses are part of it, like everything else. Where
//! only evaluation can tell, for example with names that are computed, the index says so.

mod index;
mod link;
mod names;
pub mod place;
mod slots;
mod unknown;
mod values;
mod walk;
pub mod words;

#[cfg(test)]
mod tests;

use crate::diagnostic::Diagnostics;
use crate::syntax::ast;

pub use index::{Definition, DefinitionId, DefinitionKind, Index, Meaning, Mention, Scope, ScopeId, Word};
pub use slots::{Slots, category_of, gives};

/// A file and what it imports.
#[derive(Debug, Clone, Copy)]
pub struct Module<'a> {
    /// Its path, as messages show it.
    pub path: &'a str,
    /// Its tree.
    pub ast: &'a ast::File,
    /// The text it was read from.
    pub text: &'a str,
    /// For each `import` statement, in order: the imported module's index; none where it could not be read.
    pub imports: &'a [Option<usize>],
}

/// What the names of some files stand for.
#[derive(Debug, Clone, Default)]
pub struct Resolved {
    /// Every identifier with its meaning.
    pub index: Index,
    /// The names that stand for nothing.
    pub diagnostics: Diagnostics,
}

/// Resolves the names of an entry file and of the files that it imports. Imported files stand before those that import them,
/// the entry last.
pub fn resolve(modules: &[Module<'_>]) -> Resolved {
    let (index, diagnostics) = link::link(walk::Walk::over(modules));
    Resolved { index, diagnostics }
}
