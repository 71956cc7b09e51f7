//! The lines of a file around labels, prepared for drawing.
//!
//! The text is a copy for the terminal: control characters are visible, long lines are truncated around the labels.
//! Only the displayed lines are read, through the file's line index.

use std::ops::Range;

use super::text;
use crate::diagnostic::Label;
use crate::source::{SourceFile, SourceMap};

/// The most lines of a label that are underlined. Only the first line of a longer label is.
const MAX_LABEL_LINES: usize = 5;
/// Labels at most this many lines apart share a snippet that includes the lines between them.
const MAX_GAP: usize = 2;
/// The number of characters kept before a label if the start of its line is cut off.
const LEAD: usize = 16;

/// A label clamped to the bounds of its file.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    /// Bytes of the file.
    range: Range<usize>,
    /// 0-based lines, inclusive.
    lines: (usize, usize),
    /// The text of the label, safe to print; may be empty.
    pub(super) text: String,
    /// Whether it is the primary label of the diagnostic.
    pub(super) primary: bool,
    /// Whether the source text is hidden.
    secret: bool,
    /// `line:column` of the label.
    place: String,
}

impl Mark {
    /// Clamps a label to its file's text.
    pub(super) fn new(file: &SourceFile, label: &Label, primary: bool) -> Self {
        let text = file.text();
        let start = (label.span.start as usize).min(text.len());
        let end = (label.span.end as usize).clamp(start, text.len());
        let at = file.lines().line_column(text, start);
        let range = if start == end { shown_point(file, start) } else { start..end };
        let first = file.lines().line_of(range.start);
        let last = file.lines().line_of(range.end.saturating_sub(1).max(range.start));
        let (range, last) = if last - first < MAX_LABEL_LINES {
            (range, last)
        } else {
            (range.start..line_range(file, first).end.max(range.start), first)
        };
        Self {
            range,
            lines: (first, last),
            text: text::line(&label.text),
            primary,
            secret: label.secret,
            place: format!("{}:{}", at.line, at.column),
        }
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.range.start < other.range.end && other.range.start < self.range.end || self.range == other.range
    }
}

/// Returns where an empty span is drawn: at the end of the file, this is on the last line with text.
fn shown_point(file: &SourceFile, offset: usize) -> Range<usize> {
    let rest_is_blank = file.text().get(offset..).is_none_or(|rest| rest.trim().is_empty());
    let line_is_blank =
        file.text().get(line_range(file, file.lines().line_of(offset))).is_none_or(|l| l.trim().is_empty());
    if !(rest_is_blank && line_is_blank) {
        return offset..offset;
    }
    let end = file.text().get(..offset).map_or(0, |before| before.trim_end().len());
    end..end
}

fn line_range(file: &SourceFile, line: usize) -> Range<usize> {
    file.lines().line_range(file.text(), line).unwrap_or(0..0)
}

/// Marks in one file that are drawn together.
#[derive(Debug, Clone)]
pub(super) struct Group<'a> {
    /// The file.
    pub(super) file: &'a SourceFile,
    /// The marks, by position.
    pub(super) marks: Vec<Mark>,
    lines: (usize, usize),
}

impl Group<'_> {
    /// Returns whether it contains the primary label.
    pub(super) fn is_primary(&self) -> bool {
        self.marks.iter().any(|mark| mark.primary)
    }

    fn takes(&self, mark: &Mark) -> bool {
        mark.lines.0 <= self.lines.1 + MAX_GAP + 1 && !self.marks.iter().any(|other| other.overlaps(mark))
    }

    /// Returns `path:line:column` of the primary label, or of the first one.
    pub(super) fn place(&self) -> String {
        let mark = self.marks.iter().find(|mark| mark.primary).or(self.marks.first());
        let position = mark.map_or("1:1", |mark| mark.place.as_str());
        format!("{}:{position}", text::line(self.file.path().as_str()))
    }

    /// Returns the width of the largest displayed line number.
    pub(super) fn number_width(&self) -> usize {
        (self.lines.1 + 1).to_string().len()
    }
}

/// Groups labels: first the group of the primary one, then the others in its file, then the others in the order in
/// which they were added.
pub(super) fn group<'a>(sources: &'a SourceMap, primary: &Label, secondary: &[Label]) -> Vec<Group<'a>> {
    let mut files = vec![primary.span.file];
    for label in secondary {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    let mut groups: Vec<Group<'a>> = Vec::new();
    for id in files {
        let file = sources.file(id);
        let all = std::iter::once((primary, true)).chain(secondary.iter().map(|label| (label, false)));
        let mut marks: Vec<Mark> = all
            .filter(|(label, _)| label.span.file == id)
            .map(|(label, is_primary)| Mark::new(file, label, is_primary))
            .collect();
        marks.sort_by_key(|mark| (mark.range.start, mark.range.end));
        let first_of_file = groups.len();
        for mark in marks {
            match groups.iter_mut().skip(first_of_file).find(|group| group.takes(&mark)) {
                Some(group) => {
                    group.lines.1 = group.lines.1.max(mark.lines.1);
                    group.marks.push(mark);
                }
                None => groups.push(Group { file, lines: mark.lines, marks: vec![mark] }),
            }
        }
    }
    groups.sort_by_key(|group| !group.is_primary());
    groups
}

/// Text for the terminal, and the positions of the marks in it.
#[derive(Debug)]
pub(super) struct Snippet {
    /// The lines, each terminated by `\n`.
    pub(super) text: String,
    /// 0-based number of the first line.
    pub(super) first_line: usize,
    /// The bytes of `text` that each mark of the group covers.
    pub(super) ranges: Vec<Range<usize>>,
}

impl Snippet {
    /// Copies the lines of a group. Lines longer than `width` characters are truncated, and `cut` marks what is
    /// omitted.
    pub(super) fn new(group: &Group<'_>, width: usize, cut: &str) -> Self {
        let mut snippet = Self { text: String::new(), first_line: group.lines.0, ranges: Vec::new() };
        // Corresponding offsets in the file and in the copy.
        let mut steps: Vec<(usize, usize)> = Vec::new();
        for line in group.lines.0..=group.lines.1 {
            let range = line_range(group.file, line);
            let kept = kept_characters(group, line, &range, width);
            snippet.push_line(group, range, &kept, cut, &mut steps);
        }
        let shown = |offset: usize| {
            let next = steps.partition_point(|(original, _)| *original <= offset);
            next.checked_sub(1).and_then(|index| steps.get(index)).map_or(0, |(_, copied)| *copied)
        };
        snippet.ranges = group.marks.iter().map(|mark| shown(mark.range.start)..shown(mark.range.end)).collect();
        snippet
    }

    fn push_line(
        &mut self,
        group: &Group<'_>,
        range: Range<usize>,
        kept: &Range<usize>,
        cut: &str,
        steps: &mut Vec<(usize, usize)>,
    ) {
        let line = group.file.text().get(range.clone()).unwrap_or_default();
        let is_secret = |offset: usize| group.marks.iter().any(|mark| mark.secret && mark.range.contains(&offset));
        for (index, (offset, character)) in line.char_indices().enumerate() {
            let cut_here = (index == 0 && kept.start > 0) || index == kept.end;
            steps.push((range.start + offset, self.text.len()));
            if cut_here {
                self.text.push_str(cut);
            } else if kept.contains(&index) {
                let hidden = is_secret(range.start + offset);
                self.text.push(if hidden { '*' } else { text::visible(character) });
            }
        }
        steps.push((range.end, self.text.len()));
        self.text.push('\n');
    }

    /// Returns the column (from 0, in characters) of a byte of `text`.
    pub(super) fn column(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or_default();
        before.rsplit('\n').next().map_or(0, |line| line.chars().count())
    }
}

/// Returns which characters of a line are displayed: all, or a window around its marks.
fn kept_characters(group: &Group<'_>, line: usize, range: &Range<usize>, width: usize) -> Range<usize> {
    let text = group.file.text().get(range.clone()).unwrap_or_default();
    let length = text.chars().count();
    if length <= width {
        return 0..length;
    }
    let column = |offset: usize| {
        let within = offset.clamp(range.start, range.end) - range.start;
        text.get(..within).map_or(0, |before| before.chars().count())
    };
    let touching = || group.marks.iter().filter(|mark| mark.lines.0 <= line && line <= mark.lines.1);
    let first = touching().map(|mark| column(mark.range.start)).min().unwrap_or(0);
    let last = touching().map(|mark| column(mark.range.end)).max().unwrap_or(0);
    // One character at each end is for the truncation mark.
    let window = width.saturating_sub(2).max(1);
    let start = if last < window { 0 } else { first.saturating_sub(LEAD).min(length - window) };
    start..start + window
}
