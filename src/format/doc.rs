//! The document to be printed, before it is known where its lines break: text, positions where a line may end, groups
//! that stay on one line if they fit, and rows that are aligned.
//!
//! Based on Wadler, "A prettier printer" (<https://homepages.inf.ed.ac.uk/wadler/papers/prettier/prettier.pdf>), with
//! two additions. Rows align the `=` signs and the comments of neighbors. And a comment that extends to the end of its
//! line always ends the line, so that no comment can swallow anything.

use std::borrow::Cow;

/// A document whose line breaks are still open.
#[derive(Debug, Clone)]
pub(super) struct Doc<'t> {
    pub(super) kind: DocKind<'t>,
    /// Its width on one line; `None` if it takes several.
    flat: Option<usize>,
    /// Its width up to the first position where a line may end.
    lead: usize,
    /// Whether a line may end in it.
    breaks: bool,
}

/// The kinds of documents.
#[derive(Debug, Clone)]
pub(super) enum DocKind<'t> {
    /// Text without line endings.
    Text(Cow<'t, str>),
    /// `// ...` after other text on its line; ends the line.
    Comment(Cow<'t, str>),
    /// The start of a line: a line break, unless the line is still empty.
    FreshLine,
    /// A space or a line break.
    Line,
    /// Nothing or a line break.
    SoftLine,
    /// A line break.
    HardLine,
    /// Documents one after another.
    Concat(Vec<Doc<'t>>),
    /// A document whose lines are indented further.
    Indent(usize, Box<Doc<'t>>),
    /// A document that is on one line if it fits.
    Group(Box<Doc<'t>>, Fit),
    /// A document on one line, even if it does not fit.
    Flat(Box<Doc<'t>>),
    /// A list in brackets or a block: on one line, or with one row per line. Its group decides.
    Items(Box<Items<'t>>),
    /// Further lines of a string, each with its own spaces after the indentation.
    Lines(Vec<(usize, Cow<'t, str>)>),
    /// Text with its own line endings and indentation.
    Verbatim(Cow<'t, str>),
    /// The same, including the indentation of its first line.
    WholeLines(Cow<'t, str>),
}

/// What has to fit for a group to stay on one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// The group and what follows it on the line.
    Rest,
    /// Only the group.
    Alone,
}

/// Rows in brackets, or those of a file.
#[derive(Debug, Clone, Default)]
pub(super) struct Items<'t> {
    pub(super) brackets: Option<Brackets>,
    /// Comments after the opening bracket on its line.
    pub(super) head: Vec<Cow<'t, str>>,
    pub(super) rows: Vec<Row<'t>>,
    /// Comments before the closing bracket.
    pub(super) tail: Vec<Above<'t>>,
    /// Whether every row takes its own line, even if all fit on one.
    pub(super) open: bool,
}

/// The brackets around rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Brackets {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    /// Whether there are spaces inside them on one line: `{ a }`, `[a]`.
    pub(super) spaced: bool,
}

/// One statement, entry, or element, with its comments.
#[derive(Debug, Clone)]
pub(super) struct Row<'t> {
    pub(super) gap: BlankLine,
    pub(super) above: Vec<Above<'t>>,
    /// The key of `key = value`.
    pub(super) key: Option<Cow<'t, str>>,
    pub(super) body: Doc<'t>,
    /// Comments after it on its line.
    pub(super) trailing: Vec<Cow<'t, str>>,
}

/// A comment above a row.
#[derive(Debug, Clone)]
pub(super) struct Above<'t> {
    pub(super) gap: BlankLine,
    pub(super) text: Cow<'t, str>,
    /// Whether the row follows on the same line.
    pub(super) inline: bool,
}

/// Whether there is a blank line before something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum BlankLine {
    /// There is none.
    #[default]
    No,
    /// There is one.
    Yes,
    /// There is one if this row or the one before takes several lines.
    AroundLong,
}

impl Row<'_> {
    /// Returns whether a blank line comes before the row and its comments.
    pub(super) fn top(&mut self) -> &mut BlankLine {
        match self.above.first_mut() {
            Some(first) => &mut first.gap,
            None => &mut self.gap,
        }
    }
}

impl<'t> Doc<'t> {
    pub(super) fn text(text: impl Into<Cow<'t, str>>) -> Self {
        let text = text.into();
        let width = width(&text);
        Self { kind: DocKind::Text(text), flat: Some(width), lead: width, breaks: false }
    }

    pub(super) fn nothing() -> Self {
        Self::concat(Vec::new())
    }

    /// Creates `// ...`.
    pub(super) fn comment(text: impl Into<Cow<'t, str>>) -> Self {
        let text = text.into();
        Self { lead: width(&text), kind: DocKind::Comment(text), flat: None, breaks: true }
    }

    pub(super) fn line() -> Self {
        Self { kind: DocKind::Line, flat: Some(1), lead: 0, breaks: true }
    }

    pub(super) fn soft_line() -> Self {
        Self { kind: DocKind::SoftLine, flat: Some(0), lead: 0, breaks: true }
    }

    pub(super) fn fresh_line() -> Self {
        Self { kind: DocKind::FreshLine, ..Self::hard_line() }
    }

    pub(super) fn hard_line() -> Self {
        Self { kind: DocKind::HardLine, flat: None, lead: 0, breaks: true }
    }

    pub(super) fn concat(parts: Vec<Self>) -> Self {
        let flat = parts.iter().try_fold(0_usize, |sum, part| Some(sum + part.flat?));
        let first = parts.iter().position(|part| part.breaks);
        let before = parts.get(..first.unwrap_or(parts.len())).unwrap_or_default();
        let lead = before.iter().map(|part| part.lead).sum::<usize>();
        let lead = lead + first.and_then(|first| parts.get(first)).map_or(0, |part| part.lead);
        Self { kind: DocKind::Concat(parts), flat, lead, breaks: first.is_some() }
    }

    pub(super) fn indent(levels: usize, inner: Self) -> Self {
        Self {
            flat: inner.flat,
            lead: inner.lead,
            breaks: inner.breaks,
            kind: DocKind::Indent(levels, Box::new(inner)),
        }
    }

    pub(super) fn group(inner: Self) -> Self {
        Self::fitting(inner, Fit::Rest)
    }

    pub(super) fn fitting(inner: Self, fit: Fit) -> Self {
        Self { flat: inner.flat, lead: inner.lead, breaks: inner.breaks, kind: DocKind::Group(Box::new(inner), fit) }
    }

    /// Puts a document on one line if possible, even if it does not fit.
    pub(super) fn flat(inner: Self) -> Self {
        match inner.flat {
            Some(width) => Self { flat: inner.flat, lead: width, breaks: false, kind: DocKind::Flat(Box::new(inner)) },
            None => inner,
        }
    }

    pub(super) fn items(items: Items<'t>) -> Self {
        let (flat, lead) = (items.flat(), items.brackets.map_or(0, |brackets| brackets.open.len()));
        let is_empty = items.is_empty();
        let lead = if is_empty { flat.unwrap_or(0) } else { lead };
        Self { kind: DocKind::Items(Box::new(items)), flat, lead, breaks: !is_empty }
    }

    pub(super) fn lines(lines: Vec<(usize, Cow<'t, str>)>) -> Self {
        Self { kind: DocKind::Lines(lines), flat: None, lead: 0, breaks: true }
    }

    pub(super) fn verbatim(text: impl Into<Cow<'t, str>>) -> Self {
        let text = text.into();
        let several = text.contains('\n');
        let lead = width(text.split('\n').next().unwrap_or_default());
        Self { kind: DocKind::Verbatim(text), flat: (!several).then_some(lead), lead, breaks: several }
    }

    pub(super) fn whole_lines(text: impl Into<Cow<'t, str>>) -> Self {
        Self { kind: DocKind::WholeLines(text.into()), flat: None, lead: 0, breaks: true }
    }

    /// Joins parts with spaces.
    pub(super) fn words(parts: Vec<Self>) -> Self {
        let mut all = Vec::with_capacity(2 * parts.len());
        for part in parts {
            if !all.is_empty() {
                all.push(Self::text(" "));
            }
            all.push(part);
        }
        Self::concat(all)
    }

    /// Returns whether it can be on one line at all.
    pub(super) fn can_be_flat(&self) -> bool {
        self.flat.is_some()
    }

    /// Returns whether it takes one line with `used` columns before it.
    fn is_single(&self, used: usize, most: usize) -> bool {
        self.flat.is_some_and(|flat| used + flat <= most || !self.breaks)
    }
}

impl Items<'_> {
    /// Returns whether it is empty.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.head.is_empty() && self.tail.is_empty()
    }

    fn flat(&self) -> Option<usize> {
        let brackets = self.brackets?;
        if self.open || !self.head.is_empty() || !self.tail.is_empty() {
            return None;
        }
        let mut sum = brackets.open.len() + brackets.close.len();
        if self.rows.is_empty() {
            return Some(sum);
        }
        sum += 2 * usize::from(brackets.spaced) + 2 * (self.rows.len() - 1);
        for row in &self.rows {
            let is_flat = row.above.iter().all(|above| above.inline && above.gap == BlankLine::No)
                && row.trailing.iter().all(|comment| !ends_line(comment));
            if !is_flat {
                return None;
            }
            sum += row.above.iter().map(|above| width(&above.text) + 1).sum::<usize>();
            sum += row.key.as_ref().map_or(0, |key| width(key) + 3) + row.body.flat?;
            sum += row.trailing.iter().map(|comment| width(comment) + 1).sum::<usize>();
        }
        Some(sum)
    }
}

/// Returns whether a comment extends to the end of its line or over several lines.
pub(super) fn ends_line(comment: &str) -> bool {
    !comment.starts_with("/*") || comment.contains('\n')
}

pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

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
