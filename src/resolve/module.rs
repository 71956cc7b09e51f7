//! Parsed files.

use crate::syntax::ast;

/// A file and what it imports.
#[derive(Debug, Clone, Copy)]
pub struct Module<'a> {
    /// Its path, as messages show it.
    pub path: &'a str,
    /// Its tree.
    pub ast: &'a ast::File,
    /// The source text.
    pub text: &'a str,
    /// For each `import` statement, in order: the index of the imported module, or `None` if it could not be read.
    pub imports: &'a [Option<usize>],
}
