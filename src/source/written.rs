//! The source text of a span, to show it and to point into it.

use super::Span;

/// The source text of a span. It may be in the language of any file: a caller does not parse it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    text: String,
    span: Span,
}

impl Written {
    /// Creates the text of `span`.
    pub(super) fn new(text: &str, span: Span) -> Self {
        Self { text: text.to_owned(), span }
    }

    /// Returns the text as it is in the file.
    pub fn shown(&self) -> &str {
        &self.text
    }

    /// Returns the text without the quotes around it.
    pub fn unquoted(&self) -> &str {
        self.text.trim_matches(['"', '\''])
    }

    /// Returns the quote that the text begins with.
    pub fn quote(&self) -> Option<char> {
        self.text.chars().next().filter(|c| matches!(c, '"' | '\''))
    }

    /// Returns whether it is exactly this text.
    pub fn is(&self, text: &str) -> bool {
        self.text == text
    }

    /// Returns where `text` first occurs at or after byte `from`.
    pub fn find(&self, text: &str, from: usize) -> Option<Span> {
        let at = self.text.get(from..)?.find(text)?;
        Some(self.part(from + at, text.len()))
    }

    /// Returns where `text` last occurs.
    pub fn find_last(&self, text: &str) -> Option<Span> {
        Some(self.part(self.text.rfind(text)?, text.len()))
    }

    /// Returns the words of a dotted name.
    pub fn words(&self) -> Vec<&str> {
        self.text.split('.').collect()
    }

    fn part(&self, at: usize, length: usize) -> Span {
        let start = self.span.range().start + at;
        Span::new(self.span.file, start, start + length)
    }
}
