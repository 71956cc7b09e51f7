//! How something is written at its place, for those who say so and who point into it.

use super::Span;

/// What is written at a place. It is the text of whatever language the file has: who asks does not read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    text: String,
    span: Span,
}

impl Written {
    /// What is written at `span`.
    pub(super) fn new(text: &str, span: Span) -> Self {
        Self { text: text.to_owned(), span }
    }

    /// As it stands there, to be shown.
    pub fn shown(&self) -> &str {
        &self.text
    }

    /// Without the quotes around it.
    pub fn unquoted(&self) -> &str {
        self.text.trim_matches(['"', '\''])
    }

    /// The quote that it begins with.
    pub fn quote(&self) -> Option<char> {
        self.text.chars().next().filter(|c| matches!(c, '"' | '\''))
    }

    /// Whether it is this text, letter by letter.
    pub fn is(&self, text: &str) -> bool {
        self.text == text
    }

    /// Where in it a text stands letter by letter, the first time behind `from` bytes.
    pub fn find(&self, text: &str, from: usize) -> Option<Span> {
        let at = self.text.get(from..)?.find(text)?;
        Some(self.part(from + at, text.len()))
    }

    /// Where in it a text stands letter by letter, the last time.
    pub fn find_last(&self, text: &str) -> Option<Span> {
        Some(self.part(self.text.rfind(text)?, text.len()))
    }

    /// The words of a dotted name.
    pub fn words(&self) -> Vec<&str> {
        self.text.split('.').collect()
    }

    fn part(&self, at: usize, length: usize) -> Span {
        let start = self.span.range().start + at;
        Span::new(self.span.file, start, start + length)
    }
}
