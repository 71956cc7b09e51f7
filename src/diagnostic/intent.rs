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
    /// Replaces a value by a string.
    SetString {
        /// The value.
        place: Span,
        /// The string.
        text: String,
    },
    /// Replaces a name that is quoted or not.
    SetName {
        /// The name as written.
        place: Span,
        /// The new one.
        name: String,
    },
    /// Replaces an attribute by another one.
    ReplaceAttribute {
        /// From its word to the end of its value.
        attribute: Span,
        /// The word of the new one.
        word: &'static str,
        /// The value of the new one.
        value: String,
    },
    /// Removes an attribute.
    Remove {
        /// From its word to the end of its value.
        attribute: Span,
    },
    /// Removes the output artifact of an action, if it is the last one and the only one.
    RemoveOutput {
        /// The header of the action.
        header: Span,
        /// The name of the artifact.
        artifact: Span,
    },
}
