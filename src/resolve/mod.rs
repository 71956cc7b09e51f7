//! Names first: what every identifier of the files stands for, found without evaluating or expanding anything.
//!
//! One walk over the trees takes in definitions and scopes and notes every identifier; linking then finds what
//! each stands for. Branches that are not taken and components that nothing uses are part of it, like everything else. Where
//! only evaluation can tell, for example with names that are computed, the index says so.

mod block;
mod expect;
mod index;
mod link;
mod linker;
mod module;
mod names;
mod pending;
pub mod place;
mod unknown;
mod unknown_words;
mod values;
mod walk;
pub mod words;

#[cfg(test)]
mod tests;

use crate::diagnostic::Diagnostics;

pub use expect::{category_of, gives, slots_of_block, slots_of_param};
pub use index::{Definition, DefinitionId, DefinitionKind, Index, Meaning, Mention, Scope, ScopeId, Word};
pub use module::Module;
pub use unknown_words::artifacts_in;

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
