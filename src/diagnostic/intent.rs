//! Changes that are independent of syntax. The front end of the file's language converts them to edits of the text.

use crate::source::Span;

/// A change to the user's text. Edits that are the same in every language are [`super::Edit`]s from the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// Sets an attribute of a block.
    SetAttribute {
        /// The header of the block.
        block: Span,
        /// The name of the attribute.
        attribute: &'static str,
        /// Its current value, if any, which is replaced.
        given: Option<Span>,
        /// The new value.
        value: String,
    },
    /// Adds a statement to a block.
    AddStatement {
        /// The last part of the block.
        after: Span,
        /// The statement.
        statement: String,
    },
    /// Replaces a value with a string.
    SetString {
        /// The value.
        place: Span,
        /// The string.
        text: String,
    },
    /// Replaces a name, quoted or not.
    SetName {
        /// The name as written.
        place: Span,
        /// The new name.
        name: String,
    },
    /// Replaces an attribute with another one.
    ReplaceAttribute {
        /// The attribute, from its name to the end of its value.
        attribute: Span,
        /// The name of the new attribute.
        word: &'static str,
        /// The value of the new attribute.
        value: String,
    },
    /// Removes an attribute.
    Remove {
        /// The attribute, from its name to the end of its value.
        attribute: Span,
    },
    /// Removes the output artifact of an action, if it is both the last one and the only one.
    RemoveOutput {
        /// The header of the action.
        header: Span,
        /// The name of the artifact.
        artifact: Span,
    },
}
