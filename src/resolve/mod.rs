//! Name resolution: what every identifier of the files refers to, found without evaluating or expanding anything.
//!
//! One walk over the trees records definitions, scopes, and every identifier; linking then finds what each identifier
//! refers to. Branches that are not taken and components that nothing uses are included like everything else. Where
//! only evaluation can tell, for example for computed names, the index says so.

mod block;
mod expect;
mod index;
mod link;
mod linker;
mod module;
mod names;
mod pending;
pub mod place;
mod statements;
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

/// What the names in some files refer to.
#[derive(Debug, Clone, Default)]
pub struct Resolved {
    /// Every identifier with its meaning.
    pub index: Index,
    /// Diagnostics of the unresolved names.
    pub diagnostics: Diagnostics,
}

/// Resolves the names in an entry file and the files that it imports. Imported files come before those that import
/// them, and the entry file comes last.
pub fn resolve(modules: &[Module<'_>]) -> Resolved {
    let (index, diagnostics) = link::link(walk::Walk::over(modules));
    Resolved { index, diagnostics }
}
