//! Byte offsets to lines and columns, and back.

/// A position as people count it: line and column from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column in Unicode scalar values, from 1.
    pub column: usize,
}

/// The offset of every line's first byte.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes a text; lines end at `\n`.
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(offset, _)| u32::try_from(offset + 1).unwrap_or(u32::MAX)));
        Self { starts }
    }

    /// Returns the number of lines; a final `\n` starts one more.
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// Returns the 0-based line that holds a byte offset.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start as usize <= offset).saturating_sub(1)
    }

    /// Returns the byte offset at which a 0-based line starts.
    pub fn line_start(&self, line: usize) -> Option<usize> {
        self.starts.get(line).map(|start| *start as usize)
    }

    /// Returns the bytes of a 0-based line, without its line ending.
    pub fn line_range(&self, text: &str, line: usize) -> Option<std::ops::Range<usize>> {
        let start = self.line_start(line)?;
        let end = self.line_start(line + 1).unwrap_or(text.len());
        let trimmed = text.get(start..end)?.trim_end_matches(['\n', '\r']).len();
        Some(start..start + trimmed)
    }

    /// Returns the line and column of a byte offset; offsets past the end count as the end.
    pub fn line_column(&self, text: &str, offset: usize) -> LineColumn {
        let offset = offset.min(text.len());
        let line = self.line_of(offset);
        let start = self.line_start(line).unwrap_or(0);
        let column = text.get(start..offset).map_or(0, |prefix| prefix.chars().count());
        LineColumn { line: line + 1, column: column + 1 }
    }

    /// Returns the 0-based line and column in UTF-16 code units, as the Language Server Protocol counts them.
    pub fn line_utf16(&self, text: &str, offset: usize) -> (usize, usize) {
        let offset = offset.min(text.len());
        let line = self.line_of(offset);
        let start = self.line_start(line).unwrap_or(0);
        (line, text.get(start..offset).map_or(0, |prefix| prefix.encode_utf16().count()))
    }

    /// Returns the 0-based line and column in bytes.
    pub fn line_utf8(&self, text: &str, offset: usize) -> (usize, usize) {
        let offset = offset.min(text.len());
        let line = self.line_of(offset);
        (line, offset - self.line_start(line).unwrap_or(0))
    }

    /// Returns the byte offset of a 0-based line and a column in UTF-16 code units. A position past the end of a line
    /// or of the text counts as that end, and the middle of a character as its start.
    pub fn offset_of_utf16(&self, text: &str, line: usize, column: usize) -> usize {
        let Some(range) = self.line_range(text, line) else { return text.len() };
        let mut units = 0;
        for (offset, character) in text.get(range.clone()).unwrap_or_default().char_indices() {
            units += character.len_utf16();
            if units > column {
                return range.start + offset;
            }
        }
        range.end
    }

    /// Returns the same for a column in bytes.
    pub fn offset_of_utf8(&self, text: &str, line: usize, column: usize) -> usize {
        let Some(range) = self.line_range(text, line) else { return text.len() };
        let wanted = range.start.saturating_add(column).min(range.end);
        (range.start..=wanted).rev().find(|offset| text.is_char_boundary(*offset)).unwrap_or(range.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters_not_bytes() {
        let text = "é\nab🦀c\r\n";
        let index = LineIndex::new(text);
        let crab_end = text.find('c').expect("the text has a c");
        assert_eq!(index.line_column(text, crab_end), LineColumn { line: 2, column: 4 });
        assert_eq!(index.line_utf16(text, crab_end), (1, 4));
        assert_eq!(index.line_range(text, 1), Some(3..10));
        assert_eq!(index.line_count(), 3);
    }

    #[test]
    fn columns_lead_back_to_offsets_and_never_out_of_the_text() {
        let text = "é\nab🦀c\r\n";
        let index = LineIndex::new(text);
        for (offset, _) in text.char_indices().filter(|(_, character)| !matches!(character, '\r' | '\n')) {
            let (line, column) = index.line_utf16(text, offset);
            assert_eq!(index.offset_of_utf16(text, line, column), offset);
            let (line, column) = index.line_utf8(text, offset);
            assert_eq!(index.offset_of_utf8(text, line, column), offset);
        }
        let line_end = text.len() - 2;
        assert_eq!((index.offset_of_utf16(text, 1, 99), index.offset_of_utf8(text, 1, 99)), (line_end, line_end));
        assert_eq!((index.offset_of_utf16(text, 9, 0), index.offset_of_utf8(text, 9, 0)), (text.len(), text.len()));
        let crab = text.find('🦀').expect("the text has a crab");
        assert_eq!((index.offset_of_utf16(text, 1, 3), index.offset_of_utf8(text, 1, 4)), (crab, crab));
    }
}
