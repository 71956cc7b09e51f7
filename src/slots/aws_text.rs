//! Text as AWS has it: literals, and between them what only CloudFormation knows.

use crate::hir::{Part, PartKind, Text, Value, ValueKind};
use crate::source::{Span, Spanned};

/// The first of the characters that stand for pieces: those of plane 15, which is for private use.
/// <https://www.unicode.org/faq/private_use.html> (2026-11-28)
const FIRST: u32 = 0xF_0000;

/// How many there are: the last two code points of the plane are noncharacters.
const COUNT: u32 = 65_534;

/// The value of a key, or of a property, in AWS's form.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AwsText {
    /// Its pieces, in order.
    pub pieces: Vec<AwsPiece>,
}

/// A piece of an [`AwsText`].
#[derive(Debug, Clone, PartialEq)]
pub enum AwsPiece {
    /// A literal, a reference, an intrinsic.
    Part(PartKind),
    /// `Fn::Join` over a list that is known at deployment.
    Join {
        /// What is put between the elements.
        separator: String,
        /// The list.
        of: Text,
    },
}

impl AwsText {
    /// A literal.
    pub fn literal(text: impl Into<String>) -> Self {
        Self { pieces: vec![AwsPiece::Part(PartKind::Literal(text.into()))] }
    }

    /// The text, if all of it is literal.
    pub fn as_literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [AwsPiece::Part(PartKind::Literal(text))] => Some(text),
            _ => None,
        }
    }

    /// The list that all of it joins.
    pub(super) fn as_join(&self, separator: &str) -> Option<&Text> {
        match self.pieces.as_slice() {
            [AwsPiece::Join { separator: found, of }] if found == separator => Some(of),
            _ => None,
        }
    }

    /// Its pieces as a text of the language.
    pub(super) fn plain(&self, at: Span) -> Text {
        let mut text = Text::default();
        for piece in &self.pieces {
            text.push(Part { kind: part(piece, at), span: at });
        }
        text
    }

    /// The same as one text in which a character stands for each piece that is not literal; none if the literals hold such
    /// characters themselves.
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

    /// The piece that a character of a coded text stands for.
    pub(super) fn piece(&self, c: char) -> Option<&AwsPiece> {
        self.pieces.get(index_of(c)?)
    }

    /// A coded text with its pieces back in place.
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

/// A piece as a part of a text.
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
