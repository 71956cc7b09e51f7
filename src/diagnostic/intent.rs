//! Changes by what they do: the front end of the file's language makes edits of text of them.

use crate::source::Span;

/// A change to what the user wrote. Edits of text that are the same in every language are [`super::Edit`]s at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// Gives a block an attribute.
    SetAttribute {
        /// The header of the block.
        block: Span,
        /// The attribute's word.
        attribute: &'static str,
        /// Its value, if it has one already: that is replaced.
        given: Option<Span>,
        /// The new value.
        value: String,
    },
    /// Adds a statement to a block.
    AddStatement {
        /// The last part of the block.
        behind: Span,
        /// The statement.
        statement: String,
    },
    /// Removes an attribute.
    Remove {
        /// From its word to the end of its value.
        attribute: Span,
    },
}
