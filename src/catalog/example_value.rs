//! Values in examples, as the language writes them.

use std::fmt;

/// A value in an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExampleValue {
    /// A word, a number, a name, or another value without quotation marks.
    Bare(String),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// A map.
    Map(Vec<(String, Self)>),
}

impl ExampleValue {
    /// Returns a string.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::Text(text.as_ref().to_owned())
    }

    /// Returns a list of strings.
    pub fn texts(texts: &[&str]) -> Self {
        Self::List(texts.iter().map(Self::text).collect())
    }

    /// Returns a list of words.
    pub fn words(words: &[&str]) -> Self {
        Self::List(words.iter().map(|word| Self::from(*word)).collect())
    }

    /// Returns a list with one map.
    pub fn one_map<const N: usize>(entries: [(&str, Self); N]) -> Self {
        Self::List(vec![Self::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())])
    }
}

impl<T: AsRef<str>> From<T> for ExampleValue {
    fn from(bare: T) -> Self {
        Self::Bare(bare.as_ref().to_owned())
    }
}

impl From<&Self> for ExampleValue {
    fn from(value: &Self) -> Self {
        value.clone()
    }
}

impl fmt::Display for ExampleValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bare(bare) => f.write_str(bare),
            Self::Text(text) => write!(f, "\"{text}\""),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::to_string).collect();
                write!(f, "[{}]", items.join(", "))
            }
            Self::Map(entries) => {
                let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{key} = {value}")).collect();
                write!(f, "{{ {} }}", entries.join(", "))
            }
        }
    }
}
