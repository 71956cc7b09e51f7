//! The lines of a file around some labels, ready to be drawn.
//!
//! The text is a copy made for the terminal: control characters are visible, long lines are cut around the
//! labels. Only the lines shown are looked at, by way of the file's line index.

use std::ops::Range;

use super::text;
use crate::diagnostic::Label;
use crate::source::{SourceFile, SourceMap};

/// A label over more lines than this underlines its first line only.
const MAX_LABEL_LINES: usize = 5;
/// Labels at most this many lines apart share a snippet, the lines between them shown.
const MAX_GAP: usize = 2;
/// Characters kept in front of a label when the head of its line is cut off.
const LEAD: usize = 16;

/// A label brought into the bounds of its file.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    /// Bytes of the file.
    range: Range<usize>,
    /// 0-based lines, the last included.
    lines: (usize, usize),
    /// What is said, safe to print; may be empty.
    pub(super) text: String,
    /// Whether it is the diagnostic's primary place.
    pub(super) primary: bool,
    /// Whether its text is not shown.
    secret: bool,
    /// `line:column` of the place reported.
    place: String,
}

impl Mark {
    /// Fits a label into its file's text.
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

/// Where an empty span is drawn: on the last line that has text, if it follows it at the end of the file.
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

/// Marks of one file that are drawn together.
#[derive(Debug, Clone)]
pub(super) struct Group<'a> {
    /// The file.
    pub(super) file: &'a SourceFile,
    /// The marks, in order of their places.
    pub(super) marks: Vec<Mark>,
    lines: (usize, usize),
}

impl Group<'_> {
    /// Whether the diagnostic's primary place is in it.
    pub(super) fn is_primary(&self) -> bool {
        self.marks.iter().any(|mark| mark.primary)
    }

    fn takes(&self, mark: &Mark) -> bool {
        mark.lines.0 <= self.lines.1 + MAX_GAP + 1 && !self.marks.iter().any(|other| other.overlaps(mark))
    }

    /// `path:line:column` of the primary place, or of the first.
    pub(super) fn place(&self) -> String {
        let mark = self.marks.iter().find(|mark| mark.primary).or(self.marks.first());
        let position = mark.map_or("1:1", |mark| mark.place.as_str());
        format!("{}:{position}", text::line(self.file.path().as_str()))
    }

    /// Width of the largest line number shown.
    pub(super) fn number_width(&self) -> usize {
        (self.lines.1 + 1).to_string().len()
    }
}

/// Sorts labels into groups: the primary one's group first, its file next, then the others as they were added.
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

/// Text for the terminal and where the marks are in it.
#[derive(Debug)]
pub(super) struct Snippet {
    /// The lines, each ended by `\n`.
    pub(super) text: String,
    /// 0-based number of the first line.
    pub(super) first_line: usize,
    /// Bytes of `text` that each mark of the group covers.
    pub(super) ranges: Vec<Range<usize>>,
}

impl Snippet {
    /// Copies the lines of a group. Lines longer than `width` characters are cut, `cut` standing for what is left out.
    pub(super) fn new(group: &Group<'_>, width: usize, cut: &str) -> Self {
        let mut snippet = Self { text: String::new(), first_line: group.lines.0, ranges: Vec::new() };
        // Offsets in the file and in the copy, in step.
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

    /// The column (from 0, in characters) of a byte of `text`.
    pub(super) fn column(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or_default();
        before.rsplit('\n').next().map_or(0, |line| line.chars().count())
    }
}

/// Which characters of a line are shown: all, or a window around the marks that touch it.
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
    // One character at either end goes to the sign of the cut.
    let window = width.saturating_sub(2).max(1);
    let start = if last < window { 0 } else { first.saturating_sub(LEAD).min(length - window) };
    start..start + window
}
