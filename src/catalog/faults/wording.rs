//! A known wording: fixed words, and placeholders of some form for what varies.

use serde::Deserialize;

use super::text::words;

/// The form of text for a placeholder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// A name: one run of characters without spaces, or text in quotation marks or brackets.
    #[default]
    Name,
    /// Some words.
    Phrase,
    /// Digits.
    Number,
    /// An ARN.
    Arn,
    /// An IAM action, `s3:PutObject`.
    Permission,
    /// An operation of an API, `PutObject`.
    Operation,
    /// A name with a dot or a slash.
    Path,
    /// One of the words that the placeholder lists.
    Listed,
}

/// A placeholder of wordings, by its name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placeholder {
    /// Its name, `{name}` in wordings.
    pub name: String,
    /// The form of its text.
    #[serde(default)]
    pub form: Form,
    /// The words that it matches, for [`Form::Listed`]; operations with another form, for [`Form::Operation`].
    #[serde(default)]
    pub values: Vec<String>,
    /// The text that replaces it if the message is truncated before it.
    #[serde(default)]
    pub absent: Option<String>,
}

/// A piece of a wording, or of a text about one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordingPiece<'a> {
    /// Fixed text.
    Text(&'a str),
    /// `{name}`.
    Placeholder(&'a str),
}

/// Returns the pieces of a wording. Braces around anything other than a name belong to the text, as in
/// `${Action.Variable}`.
pub fn pieces(text: &str) -> Vec<WordingPiece<'_>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut from = 0;
    while let Some(open) = text.get(from..).and_then(|rest| rest.find('{')).map(|at| from + at) {
        let inside = text.get(open + 1..).unwrap_or_default();
        let length = inside.bytes().take_while(|byte| byte.is_ascii_lowercase() || *byte == b'-').count();
        from = open + 1;
        if length > 0 && inside.as_bytes().get(length) == Some(&b'}') {
            pieces.push(WordingPiece::Text(text.get(start..open).unwrap_or_default()));
            pieces.push(WordingPiece::Placeholder(inside.get(..length).unwrap_or_default()));
            start = open + length + 2;
            from = start;
        }
    }
    pieces.push(WordingPiece::Text(text.get(start..).unwrap_or_default()));
    pieces.retain(|piece| *piece != WordingPiece::Text(""));
    pieces
}

/// A part of a wording that is compared.
#[derive(Debug)]
pub(super) enum Part {
    /// A word and its weight: rare words have a higher weight.
    Word { text: String, small: bool, weight: f64 },
    /// A placeholder.
    Placeholder { name: &'static str, hole: Placeholder },
}

impl Part {
    pub(super) fn weight(&self) -> f64 {
        match self {
            Self::Word { weight, .. } => *weight,
            // The presence of text in this form has some weight too.
            Self::Placeholder { hole, .. } => match hole.form {
                Form::Permission | Form::Listed => 1.5,
                Form::Arn => 1.0,
                _ => 0.0,
            },
        }
    }
}

/// Returns the parts of a wording. `weigh`: returns the weight of a word.
pub(super) fn parts(wording: &'static str, holes: &[Placeholder], weigh: impl Fn(&str) -> f64) -> Vec<Part> {
    let mut parts = Vec::new();
    for piece in pieces(wording) {
        match piece {
            WordingPiece::Text(text) => parts.extend(words(text).into_iter().map(|word| Part::Word {
                weight: if word.small { 0.0 } else { weigh(&word.text) },
                small: word.small,
                text: word.text,
            })),
            WordingPiece::Placeholder(name) => {
                let hole = holes.iter().find(|hole| hole.name == name).cloned().unwrap_or_default();
                parts.push(Part::Placeholder { name, hole });
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_in_braces_are_holes() {
        let found = pieces("a {b-c} `${X.Y}` { d } {e");
        assert_eq!(
            found,
            [WordingPiece::Text("a "), WordingPiece::Placeholder("b-c"), WordingPiece::Text(" `${X.Y}` { d } {e")]
        );
    }
}
