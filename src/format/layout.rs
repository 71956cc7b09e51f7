//! Prints documents: decides where their lines break.
//!
//! Based on Wadler, "A prettier printer" (<https://homepages.inf.ed.ac.uk/wadler/papers/prettier/prettier.pdf>), with
//! two additions. Rows align the `=` signs and the comments of neighbors. And a comment that extends to the end of its
//! line always ends the line, so that no comment can swallow anything.

use super::doc::{BlankLine, Doc, DocKind, Fit, Items, Row, width};

/// A piece to be printed.
#[derive(Debug, Clone, Copy)]
enum Piece<'d, 't> {
    Doc(&'d Doc<'t>),
    Text(&'d str),
    /// ` // ...` after a row, in the column of its neighbors' comments.
    Trailing(&'d str, usize),
    Blanks(usize),
    NewLine,
    BlankLine,
}

#[derive(Debug, Clone, Copy)]
struct Step<'d, 't> {
    indent: usize,
    flat: bool,
    piece: Piece<'d, 't>,
}

/// Prints a document in lines of at most `most` columns, where they can be broken, with `step` spaces per level.
pub(super) fn render(doc: &Doc<'_>, most: usize, step: usize) -> String {
    Layout::new(most, step).run(doc, false)
}

/// Prints a document on one line, if it can be flat.
pub(super) fn render_flat(doc: &Doc<'_>) -> String {
    Layout::new(0, 0).run(doc, true)
}

struct Layout<'d, 't> {
    out: String,
    column: usize,
    /// At the start of a line, the indentation for its text.
    pending: Option<usize>,
    /// Whether the last text was a comment that extends to the end of the line.
    ends_line: bool,
    /// Whether the last text was a space, which is removed if the line ends.
    blank_last: bool,
    most: usize,
    step: usize,
    steps: Vec<Step<'d, 't>>,
}

impl<'d, 't> Layout<'d, 't> {
    fn new(most: usize, step: usize) -> Self {
        let (out, steps) = (String::new(), Vec::new());
        Self { out, column: 0, pending: None, ends_line: false, blank_last: false, most, step, steps }
    }

    fn run(mut self, doc: &'d Doc<'t>, flat: bool) -> String {
        self.push(0, flat, Piece::Doc(doc));
        while let Some(next) = self.steps.pop() {
            self.take(next);
        }
        self.out
    }

    fn push(&mut self, indent: usize, flat: bool, piece: Piece<'d, 't>) {
        self.steps.push(Step { indent, flat, piece });
    }

    fn needs_no_line(&self, kind: &DocKind, flat: bool) -> bool {
        if matches!(kind, DocKind::SoftLine) { flat } else { self.pending.is_some() && !self.ends_line }
    }

    fn take(&mut self, Step { indent, flat, piece }: Step<'d, 't>) {
        let doc = match piece {
            Piece::Doc(doc) => doc,
            Piece::Text(text) => return self.text(indent, text),
            Piece::Trailing(comment, column) => {
                let blanks = column.saturating_sub(self.column).max(1);
                return self.comment(indent, comment, blanks);
            }
            Piece::Blanks(count) => return self.text(indent, &" ".repeat(count)),
            Piece::NewLine => return self.new_line(indent),
            Piece::BlankLine => return self.blank_line(indent),
        };
        match &doc.kind {
            DocKind::Text(text) | DocKind::Verbatim(text) => self.text(indent, text),
            DocKind::Comment(text) => self.comment_of_line(indent, text),
            DocKind::Line if flat => self.text(indent, " "),
            DocKind::FreshLine | DocKind::SoftLine if self.needs_no_line(&doc.kind, flat) => {}
            DocKind::FreshLine | DocKind::Line | DocKind::SoftLine | DocKind::HardLine => self.new_line(indent),
            DocKind::Concat(parts) => parts.iter().rev().for_each(|part| self.push(indent, flat, Piece::Doc(part))),
            DocKind::Indent(levels, inner) => self.push(indent + levels * self.step, flat, Piece::Doc(inner)),
            DocKind::Group(inner, fit) => {
                let flat = flat || self.fits(inner, *fit);
                self.push(indent, flat, Piece::Doc(inner));
            }
            DocKind::Flat(inner) => self.push(indent, true, Piece::Doc(inner)),
            DocKind::Items(items) if flat => self.flat_items(indent, items),
            DocKind::Items(items) => self.items(indent, items),
            DocKind::Lines(lines) => {
                for (blanks, line) in lines {
                    self.new_line(indent);
                    if *blanks > 0 || !line.is_empty() {
                        self.text(indent, &" ".repeat(*blanks));
                        self.text(indent, line);
                    }
                    // Spaces at the end of a string's line are part of it.
                    self.blank_last = false;
                }
            }
            DocKind::WholeLines(text) => {
                self.pending = self.pending.map(|_| 0);
                self.text(0, text);
            }
        }
    }

    fn text(&mut self, indent: usize, text: &str) {
        if self.ends_line {
            self.new_line(indent);
        }
        if text.is_empty() {
            return;
        }
        if let Some(indent) = self.pending.take() {
            self.out.extend(std::iter::repeat_n(' ', indent));
            self.column = indent;
        }
        self.out.push_str(text);
        self.blank_last = text == " ";
        match text.rsplit_once('\n') {
            Some((_, last)) => self.column = width(last),
            None => self.column += width(text),
        }
    }

    /// Prints a comment of any kind after what is on its line.
    fn comment(&mut self, indent: usize, comment: &str, blanks: usize) {
        if self.ends_line {
            self.new_line(indent);
        }
        if self.pending.is_none() && !self.out.is_empty() && !self.blank_last {
            self.text(indent, &" ".repeat(blanks));
        }
        self.text(indent, comment);
        self.ends_line = !comment.starts_with("/*");
    }

    /// Prints a comment on the line of what comes before, even if that line was just ended.
    fn comment_of_line(&mut self, indent: usize, comment: &str) {
        if self.pending.is_some() && self.out.ends_with('\n') {
            self.out.pop();
            self.pending = None;
            self.blank_last = false;
        }
        self.comment(indent, comment, 1);
    }

    fn new_line(&mut self, indent: usize) {
        if std::mem::take(&mut self.blank_last) && self.pending.is_none() {
            self.out.pop();
        }
        self.out.push('\n');
        self.column = 0;
        self.pending = Some(indent);
        self.ends_line = false;
    }

    fn blank_line(&mut self, indent: usize) {
        if self.out.is_empty() {
            return;
        }
        self.new_line(indent);
        self.new_line(indent);
    }

    /// Returns whether a group fits on the rest of the line.
    fn fits(&self, doc: &Doc<'_>, fit: Fit) -> bool {
        let Some(flat) = doc.flat else { return false };
        let column = self.pending.unwrap_or(self.column);
        let Some(mut left) = self.most.checked_sub(column + flat) else { return false };
        if fit == Fit::Alone {
            return true;
        }
        for step in self.steps.iter().rev() {
            let (wide, ends) = match step.piece {
                Piece::Doc(doc) if step.flat => (doc.flat.unwrap_or(doc.lead), doc.flat.is_none()),
                Piece::Doc(doc) => (doc.lead, doc.breaks),
                Piece::Text(text) => (width(text), false),
                Piece::Blanks(count) => (count, false),
                Piece::Trailing(..) | Piece::NewLine | Piece::BlankLine => (0, true),
            };
            if wide > left {
                return false;
            }
            if ends {
                return true;
            }
            left -= wide;
        }
        true
    }

    // ------------------------------------------------------------ rows

    fn flat_items(&mut self, indent: usize, items: &'d Items<'t>) {
        let Some(brackets) = items.brackets else { return };
        let mut pieces = vec![Piece::Text(brackets.open)];
        let pad = if brackets.spaced && !items.rows.is_empty() { " " } else { "" };
        pieces.push(Piece::Text(pad));
        for (index, row) in items.rows.iter().enumerate() {
            pieces.push(Piece::Text(if index > 0 { ", " } else { "" }));
            pieces.extend(row.above.iter().flat_map(|above| [Piece::Text(&above.text), Piece::Text(" ")]));
            pieces.extend(row.key.iter().flat_map(|key| [Piece::Text(key), Piece::Text(" = ")]));
            pieces.push(Piece::Doc(&row.body));
            pieces.extend(row.trailing.iter().flat_map(|comment| [Piece::Text(" "), Piece::Text(comment)]));
        }
        pieces.extend([Piece::Text(pad), Piece::Text(brackets.close)]);
        pieces.into_iter().rev().for_each(|piece| self.push(indent, true, piece));
    }

    fn items(&mut self, outer: usize, items: &'d Items<'t>) {
        let indent = if items.brackets.is_some() { outer + self.step } else { outer };
        let mut pieces: Vec<(usize, Piece<'d, 't>)> = Vec::with_capacity(6 * items.rows.len() + 4);
        let mut is_first = true;
        if let Some(brackets) = items.brackets {
            pieces.push((outer, Piece::Text(brackets.open)));
            pieces.extend(items.head.iter().map(|comment| (indent, Piece::Trailing(comment, 0))));
        }
        let mut start_line = |gap: bool, pieces: &mut Vec<(usize, Piece<'d, 't>)>| {
            let is_top = std::mem::take(&mut is_first);
            match (is_top, gap) {
                (true, _) if items.brackets.is_none() => {}
                (false, true) => pieces.push((indent, Piece::BlankLine)),
                _ => pieces.push((indent, Piece::NewLine)),
            }
        };
        let rows = columns(&items.rows, indent, self.most);
        let mut above_is_long = false;
        for (row, place) in items.rows.iter().zip(&rows) {
            let is_apart = row.gap == BlankLine::AroundLong && (above_is_long || !place.single);
            above_is_long = !place.single || !row.above.is_empty();
            let mut goes_on = false;
            for (index, above) in row.above.iter().enumerate() {
                if !goes_on {
                    start_line(above.gap == BlankLine::Yes || index == 0 && is_apart, &mut pieces);
                }
                goes_on = above.inline;
                pieces.push((indent, Piece::Text(&above.text)));
                pieces.extend(goes_on.then_some((indent, Piece::Text(" "))));
            }
            if !goes_on {
                start_line(row.gap == BlankLine::Yes || is_apart && row.above.is_empty(), &mut pieces);
            }
            if let Some(key) = &row.key {
                let pad = place.value.saturating_sub(width(key));
                pieces.extend([(indent, Piece::Text(key)), (indent, Piece::Blanks(pad)), (indent, Piece::Text(" = "))]);
            }
            pieces.push((indent, Piece::Doc(&row.body)));
            pieces.extend(row.trailing.iter().map(|comment| (indent, Piece::Trailing(comment, place.comment))));
        }
        for (index, above) in items.tail.iter().enumerate() {
            start_line(above.gap == BlankLine::Yes && (index > 0 || !items.rows.is_empty()), &mut pieces);
            pieces.push((indent, Piece::Text(&above.text)));
        }
        if let Some(brackets) = items.brackets {
            if !items.is_empty() {
                pieces.push((outer, Piece::NewLine));
            }
            pieces.push((outer, Piece::Text(brackets.close)));
        }
        pieces.into_iter().rev().for_each(|(indent, piece)| self.push(indent, false, piece));
    }
}

/// The columns of a row's parts.
#[derive(Debug, Clone, Copy, Default)]
struct Columns {
    /// The padded width of the key.
    value: usize,
    /// The column of the comment after it; 0 for directly after.
    comment: usize,
    /// Whether it takes one line.
    single: bool,
}

/// Aligns neighbors that take one line each: their `=` signs, and the comments after them.
fn columns(rows: &[Row<'_>], indent: usize, most: usize) -> Vec<Columns> {
    let mut places = vec![Columns::default(); rows.len()];
    let key_width = |row: &Row<'_>| row.key.as_deref().map(width);
    let starts = |row: &Row<'_>| row.gap == BlankLine::Yes || !row.above.is_empty();
    let mut from = 0;
    while from < rows.len() {
        // Rows without a blank line or comment between them. Whether a row fits is determined with the longest of their
        // keys, including those of rows with several lines, so that the result stays the same once they are broken.
        let more = rows.get(from + 1..).unwrap_or_default();
        let count = 1 + more.iter().take_while(|row| !starts(row) && row.key.is_some()).count();
        let count = if rows.get(from).is_some_and(|row| row.key.is_some()) { count } else { 1 };
        let section = rows.get(from..from + count).unwrap_or_default();
        let longest = section.iter().filter_map(key_width).max().map_or(0, |longest| longest + 3);
        for (row, place) in section.iter().zip(places.iter_mut().skip(from)) {
            place.single = row.body.is_single(indent + longest, most);
        }
        from += count;
    }
    let mut from = 0;
    while from < rows.len() {
        let fits = |index: usize| {
            places.get(index).is_some_and(|place| place.single) && rows.get(index).is_some_and(|row| row.key.is_some())
        };
        let joins = |index: usize| fits(index) && rows.get(index).is_some_and(|row| !starts(row));
        let count = if fits(from) { 1 + (from + 1..rows.len()).take_while(|index| joins(*index)).count() } else { 1 };
        let run = rows.get(from..from + count).unwrap_or_default();
        let longest = run.iter().filter_map(key_width).max().unwrap_or(0);
        places.iter_mut().skip(from).take(count).for_each(|place| place.value = if count > 1 { longest } else { 0 });
        from += count;
    }
    align_comments(rows, &mut places, indent);
    places
}

/// Aligns the comments after neighboring lines.
fn align_comments(rows: &[Row<'_>], places: &mut [Columns], indent: usize) {
    let end = |row: &Row<'_>, place: &Columns| {
        let key = row.key.as_ref().map_or(0, |key| place.value.max(width(key)) + 3);
        indent + key + row.body.flat.unwrap_or(0) + 1
    };
    let commented = |row: &Row<'_>, place: &Columns| place.single && !row.trailing.is_empty();
    let mut from = 0;
    while from < rows.len() {
        let pairs = || rows.iter().zip(places.iter()).skip(from);
        let first = pairs().next().is_some_and(|(row, place)| commented(row, place));
        let joins = |row: &Row<'_>| row.gap != BlankLine::Yes && row.above.is_empty();
        let more = pairs().skip(1).take_while(|(row, place)| joins(row) && commented(row, place)).count();
        let count = if first { 1 + more } else { 1 };
        let column = pairs().take(count).map(|(row, place)| end(row, place)).max().unwrap_or(0);
        if count > 1 {
            places.iter_mut().skip(from).take(count).for_each(|place| place.comment = column);
        }
        from += count;
    }
}
