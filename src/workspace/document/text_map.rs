//! Maps the decoded text of a scalar back to its bytes in the source.

use crate::source::Span;

use super::{DocumentOrigin, Style};

/// Maps offsets in a scalar's decoded text to its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextMap {
    origin: DocumentOrigin,
    /// The range of the scalar in the document's text.
    whole: (u32, u32),
    /// In order, without gaps; empty if the mapping is not known.
    pieces: Pieces,
}

/// Most texts are verbatim: one piece, for which no memory is allocated.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pieces {
    One(Piece),
    Others(Vec<Piece>),
}

impl Pieces {
    fn as_slice(&self) -> &[Piece] {
        match self {
            Self::One(piece) => std::slice::from_ref(piece),
            Self::Others(pieces) => pieces,
        }
    }
}

impl From<Vec<Piece>> for Pieces {
    fn from(pieces: Vec<Piece>) -> Self {
        if let [piece] = pieces.as_slice() { Self::One(*piece) } else { Self::Others(pieces) }
    }
}

/// A run of decoded text. Equal lengths mean that it is verbatim; otherwise the run is one unit (an escape, a fold).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    text: u32,
    text_len: u32,
    source: u32,
    source_len: u32,
}

impl TextMap {
    /// Creates the map of a text that was not decoded: all of it is at `span`.
    pub fn constant(span: Span) -> Self {
        Self { origin: DocumentOrigin::At(span), whole: (0, 0), pieces: Vec::new().into() }
    }

    /// Creates the map of a text whose parts are written at different spans inside `whole`. Each part comes with its
    /// text, its span, and whether it is written there verbatim.
    pub fn of_parts<'a>(whole: Span, parts: impl Iterator<Item = (&'a str, Span, bool)>) -> Self {
        let mut pieces = Vec::new();
        let mut text = 0;
        for (part, span, word_for_word) in parts {
            let (Ok(text_len), true) = (u32::try_from(part.len()), whole.covers(span)) else {
                return Self::constant(whole);
            };
            let (source, source_len) = (span.start - whole.start, span.end - span.start);
            // Equal lengths would mean that it is verbatim.
            if text_len == source_len && !word_for_word {
                return Self::constant(whole);
            }
            pieces.push(Piece { text, text_len, source, source_len });
            text += text_len;
        }
        Self { origin: DocumentOrigin::Inside(whole), whole: (0, whole.end - whole.start), pieces: pieces.into() }
    }

    /// Returns the span of a range of bytes of the decoded text, or that of the whole scalar if it is not known.
    pub fn span(&self, range: std::ops::Range<usize>) -> Span {
        let (start, end) = self.source(&range).unwrap_or((self.whole.0 as usize, self.whole.1 as usize));
        self.origin.span(start, end)
    }

    fn source(&self, range: &std::ops::Range<usize>) -> Option<(usize, usize)> {
        let start = self.locate(range.start)?.0;
        if range.is_empty() {
            return Some((start, start));
        }
        let end = self.locate(range.end.checked_sub(1)?)?.1;
        (start <= end).then_some((start, end))
    }

    /// Returns the range in the source of the decoded byte at `offset`.
    fn locate(&self, offset: usize) -> Option<(usize, usize)> {
        let pieces = self.pieces.as_slice();
        let after = pieces.partition_point(|piece| piece.text as usize <= offset);
        let piece = pieces.get(after.checked_sub(1)?)?;
        let (source, within) = (piece.source as usize, offset - piece.text as usize);
        if piece.text_len == piece.source_len {
            Some((source + within, source + within + 1))
        } else if within < piece.text_len as usize {
            Some((source, source + piece.source_len as usize))
        } else {
            let end = source + piece.source_len as usize;
            Some((end, end))
        }
    }
}

/// Aligns the source of a scalar with its decoded text.
pub(super) struct Aligner<'a> {
    source: &'a str,
    /// Offset of `source` in the document.
    base: usize,
    style: Style,
    /// The indentation of a block's lines.
    indent: usize,
    at: usize,
    pieces: Vec<Piece>,
    decoded: usize,
}

impl<'a> Aligner<'a> {
    /// Creates an aligner. `source` is the content of the scalar without quotes and block header, at the offset `base`
    /// of the document; `indent` is the column at which the lines of a block start.
    pub(super) fn new(source: &'a str, base: usize, style: Style, indent: usize) -> Self {
        Self { source, base, style, indent, at: 0, pieces: Vec::new(), decoded: 0 }
    }

    /// Aligns the whole text.
    pub(super) fn run(
        mut self,
        text: &str,
        escape: Option<char>,
        origin: DocumentOrigin,
        whole: (usize, usize),
    ) -> TextMap {
        let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let whole = (narrow(whole.0), narrow(whole.1));
        if self.source == text {
            return TextMap { origin, whole, pieces: Pieces::One(self.piece(text.len(), text.len())) };
        }
        for expected in text.chars() {
            if self.step(expected, escape).is_none() {
                return TextMap { origin, whole, pieces: Vec::new().into() };
            }
        }
        TextMap { origin, whole, pieces: self.pieces.into() }
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// Consumes the source of one decoded character.
    fn step(&mut self, expected: char, escape: Option<char>) -> Option<()> {
        loop {
            let rest = self.rest();
            let width = expected.len_utf8();
            let Some(found) = rest.chars().next() else {
                // The line breaks at the end of a block may be missing from the trimmed source.
                return (expected == '\n').then(|| self.push(width, 0));
            };
            if escape == Some(found) {
                match escape_length(rest, found) {
                    Some(length) => {
                        self.push(width, length);
                        return Some(());
                    }
                    None => self.at += line_fold_length(rest.get(1..)?, None) + 1,
                }
            } else if matches!(found, '\n' | '\r') {
                let length = line_fold_length(rest, self.fold_indent());
                if matches!(expected, '\n' | ' ') {
                    self.push(width, length);
                    return Some(());
                }
                self.at += length;
            } else if found == expected {
                self.push(width, width);
                return Some(());
            } else if expected == '\n' && self.pieces.iter().all(|piece| piece.source_len == 0) {
                // Blank lines before the first line of a block.
                self.push(width, 0);
                return Some(());
            } else if matches!(found, ' ' | '\t') {
                self.at += 1;
            } else {
                return None;
            }
        }
    }

    /// Returns the indentation that a line break removes; `None` for all of it.
    fn fold_indent(&self) -> Option<usize> {
        match self.style {
            Style::Literal | Style::Folded => Some(self.indent),
            Style::Plain | Style::Quoted => None,
        }
    }

    /// Returns the piece that maps the next `source_len` bytes to `text_len` decoded ones.
    fn piece(&self, text_len: usize, source_len: usize) -> Piece {
        let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Piece {
            text: narrow(self.decoded),
            text_len: narrow(text_len),
            source: narrow(self.base + self.at),
            source_len: narrow(source_len),
        }
    }

    /// Maps `source_len` bytes to `text_len` decoded ones, joining verbatim runs.
    fn push(&mut self, text_len: usize, source_len: usize) {
        let piece = self.piece(text_len, source_len);
        self.decoded += text_len;
        self.at += source_len;
        match self.pieces.last_mut() {
            Some(last)
                if last.text_len == last.source_len
                    && text_len == source_len
                    && last.source + last.source_len == piece.source =>
            {
                last.text_len += piece.text_len;
                last.source_len += piece.source_len;
            }
            _ => self.pieces.push(piece),
        }
    }
}

/// Returns the length of the escape at the start of `rest`, or `None` for an escaped line break, which yields no
/// character.
fn escape_length(rest: &str, quote: char) -> Option<usize> {
    if quote == '\'' {
        return Some(2);
    }
    match rest.chars().nth(1)? {
        '\n' | '\r' => None,
        'x' => Some(4),
        'u' if is_surrogate(rest) => Some(12),
        'u' => Some(6),
        'U' => Some(10),
        other => Some(1 + other.len_utf8()),
    }
}

/// Returns whether `\uD8xx` starts here: the first half of a surrogate pair.
fn is_surrogate(rest: &str) -> bool {
    rest.get(2..4).is_some_and(|digits| matches!(digits.to_ascii_lowercase().as_str(), "d8" | "d9" | "da" | "db"))
}

/// Returns the length of a line break and the indentation after it, at most `indent` columns.
fn line_fold_length(rest: &str, indent: Option<usize>) -> usize {
    let line_break = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with(['\n', '\r'])) };
    let blanks = rest.bytes().skip(line_break).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    line_break + indent.map_or(blanks, |indent| blanks.min(indent))
}
