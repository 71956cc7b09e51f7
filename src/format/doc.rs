//! The document to be printed, before it is known where its lines break: text, positions where a line may end, groups
//! that stay on one line if they fit, and rows that are aligned. `layout.rs` prints it.

use std::borrow::Cow;

/// A document whose line breaks are still open.
#[derive(Debug, Clone)]
pub(super) struct Doc<'t> {
    pub(super) kind: DocKind<'t>,
    /// Its width on one line; `None` if it takes several.
    pub(super) flat: Option<usize>,
    /// Its width up to the first position where a line may end.
    pub(super) lead: usize,
    /// Whether a line may end in it.
    pub(super) breaks: bool,
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
    pub(super) fn is_single(&self, used: usize, most: usize) -> bool {
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
