//! Files, byte spans, and the line index: positions for every stage.

mod line_index;
pub mod paths;
#[cfg(test)]
pub(crate) mod sampling;
mod written;

pub use line_index::{LineColumn, LineIndex};
pub use written::Written;

use std::sync::{Arc, OnceLock};

use camino::{Utf8Path, Utf8PathBuf};

use crate::collections::IndexMap;

/// Identifies a file by its path: the ID is the same in every compilation of a project, whatever was read before. The
/// order of two IDs means nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

impl FileId {
    /// Returns the ID of a path, unless another file has it.
    pub fn of_path(path: &Utf8Path) -> Self {
        let hash = fnv1a(path.as_str().as_bytes());
        Self(u32::try_from((hash >> 32) ^ (hash & 0xffff_ffff)).unwrap_or_default())
    }

    /// Returns the ID to try next if another file has this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }
}

/// Returns the FNV-1a hash, 64 bits: the same on every machine and in every version, which the standard library's
/// hasher does not promise.
/// <https://www.rfc-editor.org/rfc/rfc9923>
pub fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A half-open range of bytes in one file. Offsets always fall on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file the offsets count in.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// Creates a span over `start..end` of `file`. Files over 4 GiB are refused before they get a [`FileId`].
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { file, start: narrow(start), end: narrow(end) }
    }

    /// Returns the smallest span that covers both, or `self` if they are in different files.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Returns the empty span at the start of this one.
    #[must_use]
    pub fn before(self) -> Self {
        Self { end: self.start, ..self }
    }

    /// Returns the empty span at the end of this one.
    #[must_use]
    pub fn after(self) -> Self {
        Self { start: self.end, ..self }
    }

    /// Returns the number of bytes covered.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Returns whether no byte is covered.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Returns whether all of another span is inside.
    pub fn covers(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// Returns the covered bytes as a range, for slicing the file's text.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value and its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Spanned<T> {
    /// The value.
    pub node: T,
    /// Its position.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Joins a value and its position.
    pub fn new(node: T, span: Span) -> Self {
        Self { node, span }
    }
}

impl Spanned<String> {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.node
    }
}

/// One file: its path as shown to the user, its text, and the index of its lines.
#[derive(Debug)]
pub struct SourceFile {
    id: FileId,
    path: Utf8PathBuf,
    text: Arc<str>,
    /// Found on first use: most files have nothing to report.
    lines: OnceLock<LineIndex>,
}

impl SourceFile {
    /// Creates a file with an ID that no other file has. `text` must be shorter than 4 GiB.
    pub fn new(id: FileId, path: Utf8PathBuf, text: impl Into<Arc<str>>) -> Self {
        Self { id, path, text: text.into(), lines: OnceLock::new() }
    }

    /// Returns the ID.
    pub fn id(&self) -> FileId {
        self.id
    }

    /// Returns the path as the user would write it (relative to the working folder where possible).
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// Returns the whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns a shared handle on the text.
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// Returns the line index.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }
}

/// All files that a compilation has read.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    files: IndexMap<FileId, Arc<SourceFile>>,
}

impl SourceMap {
    /// Adds a text that is not a file of the project. `text` must be shorter than 4 GiB.
    pub fn add(&mut self, path: Utf8PathBuf, text: impl Into<Arc<str>>) -> FileId {
        let text = text.into();
        let mut id = FileId::of_path(&path);
        while let Some(other) = self.files.get(&id) {
            if other.path == path && other.text == text {
                return id;
            }
            id = id.next();
        }
        self.files.insert(id, Arc::new(SourceFile::new(id, path, text)));
        id
    }

    /// Adds a file of the project. Returns whether its ID now refers to it: another text may have that ID already.
    pub fn insert(&mut self, file: &Arc<SourceFile>) -> bool {
        let known = self.files.entry(file.id).or_insert_with(|| Arc::clone(file));
        known.path == file.path && known.text == file.text
    }

    /// Returns the file with an ID of this map.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[&id]
    }

    /// Returns all files, in the order they were added.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().map(|(id, file)| (*id, &**file))
    }

    /// Returns a key that sorts spans in reading order: by when their files were added, then by start and end.
    pub fn reading_order(&self, span: Span) -> (usize, u32, u32) {
        (self.files.get_index_of(&span.file).unwrap_or(self.files.len()), span.start, span.end)
    }

    /// Returns the text that a span covers, or nothing if its file is not in this map.
    pub fn slice(&self, span: Span) -> &str {
        self.files.get(&span.file).and_then(|file| file.text.get(span.range())).unwrap_or_default()
    }

    /// Returns a span with the blanks before it, if nothing else is before it in its line.
    pub fn with_indentation(&self, span: Span) -> Span {
        let before =
            self.files.get(&span.file).and_then(|file| file.text.get(..span.start as usize)).unwrap_or_default();
        let start = before.trim_end_matches([' ', '\t']).len();
        let is_alone = before.get(..start).is_some_and(|text| text.is_empty() || text.ends_with('\n'));
        if is_alone { Span::new(span.file, start, span.end as usize) } else { span }
    }

    /// Returns the source text of a span.
    pub fn written(&self, span: Span) -> Written {
        Written::new(self.slice(span), span)
    }

    /// Returns the line and column (1-based, in characters) of a span's start.
    pub fn start(&self, span: Span) -> LineColumn {
        let file = self.file(span.file);
        file.lines().line_column(&file.text, span.start as usize)
    }

    /// Returns the line and column (1-based, in characters) after a span's end.
    pub fn end(&self, span: Span) -> LineColumn {
        let file = self.file(span.file);
        file.lines().line_column(&file.text, span.end as usize)
    }
}
