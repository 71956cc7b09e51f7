//! Text in AWS's form: literals, and between them what only CloudFormation knows.

use crate::hir::{Part, PartKind, Text, Value, ValueKind};
use crate::source::{Span, Spanned};

/// The first of the placeholder characters for pieces, which are those of plane 15, for private use.
/// <https://www.unicode.org/faq/private_use.html> (2026-11-28)
const FIRST: u32 = 0xF_0000;

/// The number of placeholder characters: the last two code points of the plane are noncharacters.
const COUNT: u32 = 65_534;

/// The value of a key or property in AWS's form.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AwsText {
    /// Its pieces, in order.
    pub pieces: Vec<AwsPiece>,
}

/// A piece of an [`AwsText`].
#[derive(Debug, Clone, PartialEq)]
pub enum AwsPiece {
    /// A literal, a reference, or an intrinsic.
    Part(PartKind),
    /// `Fn::Join` over a list that is known at deployment.
    Join {
        /// The text between the elements.
        separator: String,
        /// The list.
        of: Text,
    },
}

impl AwsText {
    /// Creates a literal.
    pub fn literal(text: impl Into<String>) -> Self {
        Self { pieces: vec![AwsPiece::Part(PartKind::Literal(text.into()))] }
    }

    /// Returns the text, if all of it is literal.
    pub fn as_literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [AwsPiece::Part(PartKind::Literal(text))] => Some(text),
            _ => None,
        }
    }

    /// Returns the list if the whole text joins one.
    pub(super) fn as_join(&self, separator: &str) -> Option<&Text> {
        match self.pieces.as_slice() {
            [AwsPiece::Join { separator: found, of }] if found == separator => Some(of),
            _ => None,
        }
    }

    /// Returns its pieces as a text of the language.
    pub(super) fn plain(&self, at: Span) -> Text {
        let mut text = Text::default();
        for piece in &self.pieces {
            text.push(Part { kind: part(piece, at), span: at });
        }
        text
    }

    /// Returns one string with a placeholder character for each piece that is not literal; `None` if the literals
    /// contain such characters themselves.
    pub(super) fn coded(&self) -> Option<String> {
        let mut coded = String::new();
        for (index, piece) in self.pieces.iter().enumerate() {
            match piece {
                AwsPiece::Part(PartKind::Literal(text)) if text.chars().any(|c| index_of(c).is_some()) => return None,
                AwsPiece::Part(PartKind::Literal(text)) => coded.push_str(text),
                _ => {
                    let number = u32::try_from(index).ok().filter(|number| *number < COUNT)?;
                    coded.push(char::from_u32(FIRST + number)?);
                }
            }
        }
        Some(coded)
    }

    /// Returns the piece for a placeholder character of a coded text.
    pub(super) fn piece(&self, c: char) -> Option<&AwsPiece> {
        self.pieces.get(index_of(c)?)
    }

    /// Converts a coded text back, with its pieces in their places.
    pub(super) fn decoded(&self, coded: &str, at: Span) -> Text {
        let mut text = Text::default();
        let mut literal = String::new();
        for c in coded.chars() {
            let Some(piece) = self.piece(c) else {
                literal.push(c);
                continue;
            };
            text.append(Text::literal(std::mem::take(&mut literal), at));
            text.push(Part { kind: part(piece, at), span: at });
        }
        text.append(Text::literal(literal, at));
        text
    }
}

fn index_of(c: char) -> Option<usize> {
    let number = u32::from(c).checked_sub(FIRST).filter(|number| *number < COUNT)?;
    usize::try_from(number).ok()
}

/// Converts a piece to a part of a text.
fn part(piece: &AwsPiece, at: Span) -> PartKind {
    match piece {
        AwsPiece::Part(part) => part.clone(),
        AwsPiece::Join { separator, of } => {
            let list = Value::new(ValueKind::Text(of.clone()), at);
            let arguments = Value::new(ValueKind::List(vec![Value::text(separator.as_str(), at), list]), at);
            let entry = (Spanned::new("Fn::Join".to_owned(), at), arguments);
            PartKind::Raw(Box::new(Value::new(ValueKind::Map(vec![entry]), at)))
        }
    }
}
