//! The open documents of the editor.

use std::sync::Arc;
use std::time::Instant;

use super::convert::Convert;
use super::protocol as lsp;
use crate::source::LineIndex;

/// An open document.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// Its URI.
    pub(super) uri: lsp::Uri,
    /// The version of this text.
    pub(super) version: i32,
    /// The text.
    pub(super) text: Arc<str>,
    /// The starts of its lines.
    pub(super) lines: Arc<LineIndex>,
    /// The end of the last change.
    pub(super) edited_at: Option<usize>,
    /// The time of the last change.
    pub(super) edited: Instant,
}

impl Document {
    /// Creates a document that has just been opened.
    pub(super) fn new(uri: lsp::Uri, version: i32, text: &str) -> Self {
        let lines = Arc::new(LineIndex::new(text));
        Self { uri, version, text: text.into(), lines, edited_at: None, edited: Instant::now() }
    }

    /// Applies changes in sequence.
    #[must_use]
    pub(super) fn changed(
        &self,
        version: i32,
        changes: Vec<lsp::TextDocumentContentChangeEvent>,
        convert: &Convert,
    ) -> Self {
        let mut text = self.text.to_string();
        let mut lines = Arc::clone(&self.lines);
        let mut edited_at = self.edited_at;
        for change in changes {
            match change {
                lsp::TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
                    let start = convert.offset(&text, &lines, part.range.start);
                    let end = convert.offset(&text, &lines, part.range.end).max(start);
                    text.replace_range(start..end, &part.text);
                    edited_at = Some(start + part.text.len());
                }
                lsp::TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => {
                    edited_at = Some(end_of_difference(&text, &whole.text));
                    text = whole.text;
                }
            }
            lines = Arc::new(LineIndex::new(&text));
        }
        Self { uri: self.uri.clone(), version, text: text.into(), lines, edited_at, edited: Instant::now() }
    }
}

/// Returns the end of the part of the new text that differs from the old one.
fn end_of_difference(old: &str, new: &str) -> usize {
    let same = old.bytes().rev().zip(new.bytes().rev()).take_while(|(old, new)| old == new).count();
    let end = new.len() - same;
    (end..=new.len()).find(|offset| new.is_char_boundary(*offset)).unwrap_or(new.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_applied_in_order() {
        let document = Document::new(lsp::Uri("file:///x".into()), 1, "aé\nb🦀c\n");
        let convert = Convert::default();
        let at = |line, character| lsp::Position { line, character };
        let part = |start, end, text: &str| {
            let range = lsp::Range { start, end };
            lsp::TextDocumentContentChangeEvent::TextDocumentContentChangePartial(
                lsp::TextDocumentContentChangePartial { range, text: text.into(), ..Default::default() },
            )
        };
        let changes =
            vec![part(at(1, 1), at(1, 3), "x\ny"), part(at(2, 1), at(2, 1), "!"), part(at(9, 0), at(9, 9), "end")];
        let after = document.changed(2, changes, &convert);
        assert_eq!((&*after.text, after.version, after.edited_at), ("aé\nbx\ny!c\nend", 2, Some(14)));
        assert_eq!(end_of_difference("abc", "abxc"), 3);
        assert_eq!(end_of_difference("aéc", "aèc"), 3);
    }
}
