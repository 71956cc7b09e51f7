//! Texts with code of the language in them as data, so that a document gets it in its own words.

use std::fmt;
use std::ops::Range;

use super::wording::tick;
use crate::catalog::ExampleValue;

/// A text. Code of the language is between backticks, and is also kept as data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phrase {
    text: String,
    code: Vec<(Range<usize>, PipeCode)>,
}

/// Creates a [`Phrase`] from its parts: texts, phrases, and code of the language.
macro_rules! phrase {
    ($($part:expr),+ $(,)?) => {{
        let mut phrase = $crate::diagnostic::Phrase::default();
        $(phrase.add($part);)+
        phrase
    }};
}
pub(crate) use phrase;

impl Phrase {
    /// Appends a part.
    pub fn add(&mut self, part: impl Into<Self>) {
        let part = part.into();
        let start = self.text.len();
        self.text.push_str(&part.text);
        let moved = part.code.into_iter().map(|(place, code)| (place.start + start..place.end + start, code));
        self.code.extend(moved);
    }

    /// Returns "a, b, or c".
    pub fn joined(items: impl IntoIterator<Item = impl Into<Self>>, word: &str) -> Self {
        let items: Vec<Self> = items.into_iter().map(Into::into).collect();
        let last = items.len().saturating_sub(1);
        let before = |index: usize| match index {
            0 => String::new(),
            _ if index < last => ", ".to_owned(),
            1 => format!(" {word} "),
            _ => format!(", {word} "),
        };
        let mut all = Self::default();
        for (index, item) in items.into_iter().enumerate() {
            all.add(before(index));
            all.add(item);
        }
        all
    }

    /// Returns whether it contains code of the language.
    pub fn has_code(&self) -> bool {
        !self.code.is_empty()
    }

    /// Returns the text with another notation for code, with its backticks, and for the texts around it.
    pub fn written(&self, plain: impl Fn(&str) -> String, code: impl Fn(&PipeCode) -> String) -> String {
        let mut written = String::new();
        let mut end = 0;
        for (place, piece) in &self.code {
            written.push_str(&plain(self.text.get(end..place.start).unwrap_or_default()));
            written.push_str(&code(piece));
            end = place.end;
        }
        written.push_str(&plain(self.text.get(end..).unwrap_or_default()));
        written
    }

    /// Returns the text in the words of the language.
    pub fn as_text(&self) -> &str {
        &self.text
    }

    /// Returns the text in the words of the language.
    pub fn into_text(self) -> String {
        self.text
    }
}

impl From<&Self> for Phrase {
    fn from(phrase: &Self) -> Self {
        phrase.clone()
    }
}

impl<T: Into<String>> From<T> for Phrase {
    fn from(text: T) -> Self {
        Self { text: text.into(), code: Vec::new() }
    }
}

impl From<PipeCode> for Phrase {
    fn from(code: PipeCode) -> Self {
        let text = tick(&code.to_string());
        Self { code: vec![(0..text.len(), code)], text }
    }
}

/// Code of the language that a document writes in another form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PipeCode {
    /// A statement that allows calls.
    Allow(AllowCode),
    /// An attribute with a value.
    Setting {
        /// The attribute.
        attribute: String,
        /// The value.
        value: ExampleValue,
    },
    /// What starts a pipeline, or what happens around a stage.
    On {
        /// What happens, such as `push` or `failure`.
        event: &'static str,
        /// What follows, if it is shown.
        rest: String,
    },
    /// The result of a condition: `else skip`.
    Else(String),
    /// The name of a rule of a condition, after the word for it.
    Rule(String),
    /// An artifact in the header of an action.
    Artifact {
        /// Whether the action reads or produces it.
        is_input: bool,
        /// Its name, with the rest of the clause.
        name: String,
    },
}

impl PipeCode {
    /// Returns an attribute with a value.
    pub fn set(attribute: impl AsRef<str>, value: impl Into<ExampleValue>) -> Self {
        Self::Setting { attribute: attribute.as_ref().to_owned(), value: value.into() }
    }

    /// Returns `on push`, for example.
    pub fn on(event: &'static str) -> Self {
        Self::On { event, rest: String::new() }
    }

    /// Returns `on failure rollback`, for example.
    pub fn on_with(event: &'static str, rest: impl Into<String>) -> Self {
        Self::On { event, rest: rest.into() }
    }

    /// Returns `else` with a result.
    pub fn or_else(result: impl Into<String>) -> Self {
        Self::Else(result.into())
    }

    /// Returns `from` with an artifact.
    pub fn from_artifact(name: impl Into<String>) -> Self {
        Self::Artifact { is_input: true, name: name.into() }
    }

    /// Returns `->` with an artifact.
    pub fn to_artifact(name: impl Into<String>) -> Self {
        Self::Artifact { is_input: false, name: name.into() }
    }
}

impl fmt::Display for PipeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allow(allow) => allow.fmt(f),
            Self::Setting { attribute, value } => write!(f, "{attribute} = {value}"),
            Self::On { event, rest } if rest.is_empty() => write!(f, "on {event}"),
            Self::On { event, rest } => write!(f, "on {event} {rest}"),
            Self::Else(result) => write!(f, "else {result}"),
            Self::Rule(word) => f.write_str(word),
            Self::Artifact { is_input: true, name } => write!(f, "from {name}"),
            Self::Artifact { is_input: false, name } => write!(f, "-> {name}"),
        }
    }
}

/// A statement that allows calls on resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowCode {
    /// The calls.
    pub calls: AllowedCalls,
    /// The resources.
    pub on: Vec<AllowedOn>,
}

/// The calls of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedCalls {
    /// A verb of the language, such as `read`.
    Verb(String),
    /// IAM actions.
    Actions(Vec<String>),
}

/// A resource of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedOn {
    /// A declared resource.
    Name(String),
    /// An ARN, or `*`.
    Arn(String),
    /// Any resource, in an example.
    Any,
}

impl fmt::Display for AllowCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.calls {
            AllowedCalls::Verb(verb) => write!(f, "allow {verb} on ")?,
            AllowedCalls::Actions(actions) => {
                let quoted: Vec<String> = actions.iter().map(|action| format!("\"{action}\"")).collect();
                write!(f, "allow [{}] on ", quoted.join(", "))?;
            }
        }
        match self.on.as_slice() {
            [only] => only.fmt(f),
            several => {
                let several: Vec<String> = several.iter().map(AllowedOn::to_string).collect();
                write!(f, "[{}]", several.join(", "))
            }
        }
    }
}

impl AllowCode {
    /// Returns a statement about IAM actions.
    pub fn of_actions(actions: &[&str], on: Vec<AllowedOn>) -> Self {
        Self { calls: AllowedCalls::Actions(actions.iter().map(|&action| action.to_owned()).collect()), on }
    }
}

impl AllowedOn {
    /// Returns its name or ARN without quotation marks.
    pub fn as_text(&self) -> &str {
        match self {
            Self::Name(text) | Self::Arn(text) => text,
            Self::Any => "...",
        }
    }
}

impl fmt::Display for AllowedOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Arn(arn) => write!(f, "\"{arn}\""),
            Self::Any => f.write_str("..."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AllowCode, AllowedCalls, AllowedOn, PipeCode};

    #[test]
    fn code_is_kept_beside_its_text() {
        let allow = AllowCode {
            calls: AllowedCalls::Actions(vec!["s3:GetObject".to_owned()]),
            on: vec![AllowedOn::Name("Site".to_owned()), AllowedOn::Arn("arn:aws:s3:::a".to_owned())],
        };
        let found = phrase!["add ", PipeCode::Allow(allow), ", or remove ", PipeCode::on("push"), " from `A`"];
        assert_eq!(found.written(str::to_owned, |_| "X".to_owned()), "add X, or remove X from `A`");
        assert_eq!(
            found.into_text(),
            "add `allow [\"s3:GetObject\"] on [Site, \"arn:aws:s3:::a\"]`, or remove `on push` from `A`"
        );
    }
}
