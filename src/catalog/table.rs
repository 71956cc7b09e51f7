//! Text tables whose lines are sorted by their first word. They are searched in place: the largest have half a
//! megabyte.

use std::cmp::Ordering;

/// A table. Each line is its head, a tab, and the rest.
pub(super) struct Table {
    text: &'static str,
    /// Where every eighth line starts, in bytes: the offsets of all lines would take a tenth of what the tables do.
    starts: &'static [u32],
}

/// The number of lines from one start to the next, as in `build.rs`.
const STEP: usize = 8;

/// Includes the table in a file of `data/`, given without its extension; `build.rs` finds where lines start.
macro_rules! table {
    ($name:literal) => {
        Table::new(
            include_str!(concat!(env!("OUT_DIR"), "/tables/", $name, ".txt")),
            include!(concat!(env!("OUT_DIR"), "/tables/", $name, ".rs")),
        )
    };
}
pub(super) use table;

/// All tables whose heads are resource types: each is a field of its lines.
static OF_TYPES: Table = table!("of-types");

/// A table whose heads are resource types.
pub(super) struct TypeTable {
    /// The number of its field in [`OF_TYPES`].
    field: usize,
}

/// Like [`table`], for a table whose heads are resource types.
macro_rules! type_table {
    ($name:literal) => {
        TypeTable::new(include!(concat!(env!("OUT_DIR"), "/tables/", $name, ".rs")))
    };
}
pub(super) use type_table;

/// The field of a type that is not in a table, as in `build.rs`.
const ABSENT: &str = "-";

impl TypeTable {
    pub(super) const fn new(field: usize) -> Self {
        Self { field }
    }

    /// Returns the facts about a type.
    pub(super) fn line(&self, head: &str) -> Option<&'static str> {
        self.field_of(OF_TYPES.line(head)?)
    }

    /// Returns the types, in order.
    pub(super) fn heads(&self) -> impl Iterator<Item = &'static str> {
        let types = lines(OF_TYPES.text).filter_map(|line| line.split_once('\t'));
        types.filter(|(_, fields)| self.field_of(fields).is_some()).map(|(head, _)| head)
    }

    fn field_of(&self, fields: &'static str) -> Option<&'static str> {
        pieces(fields, b'\t').nth(self.field).filter(|field| *field != ABSENT)
    }
}

impl Table {
    pub(super) const fn new(text: &'static str, starts: &'static [u32]) -> Self {
        Self { text, starts }
    }

    /// Returns what follows the tab in the line with this head.
    pub(super) fn line(&self, head: &str) -> Option<&'static str> {
        let after = self.starts.partition_point(|start| order(self.from(*start), head).is_le());
        let mut lines = lines(self.from(*self.starts.get(after.checked_sub(1)?)?)).take(STEP);
        rest(lines.find(|line| order(line, head).is_eq())?)
    }

    /// Returns the line with a number, if the heads are the numbers of the lines.
    pub(super) fn numbered(&self, number: &str) -> Option<&'static str> {
        let number: usize = number.parse().ok()?;
        rest(lines(self.from(*self.starts.get(number / STEP)?)).nth(number % STEP)?)
    }

    /// Returns the heads, in order.
    pub(super) fn heads(&self) -> impl Iterator<Item = &'static str> {
        lines(self.text).filter_map(|line| line.split('\t').next())
    }

    /// Returns the text from the start of a line.
    fn from(&self, start: u32) -> &'static str {
        self.text.get(start as usize..).unwrap_or_default()
    }
}

/// Splits a text at an ASCII character, faster than `str::split` if the pieces are long.
pub(super) fn pieces(text: &'static str, separator: u8) -> impl Iterator<Item = &'static str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = memchr::memchr(separator, text.as_bytes());
        rest = end.and_then(|end| text.get(end + 1..));
        text.get(..end.unwrap_or(text.len()))
    })
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    pieces(text.strip_suffix('\n').unwrap_or(text), b'\n')
}

fn rest(line: &'static str) -> Option<&'static str> {
    let tab = memchr::memchr(b'\t', line.as_bytes())?;
    line.get(tab + 1..)
}

/// Compares the head of the line at the start of a text with another. The tab after it sorts before all characters of
/// heads.
fn order(text: &str, head: &str) -> Ordering {
    let text = text.as_bytes();
    let (start, after) = text.split_at(head.len().min(text.len()));
    start
        .cmp(head.as_bytes())
        .then_with(|| if after.first() == Some(&b'\t') { Ordering::Equal } else { Ordering::Greater })
}

#[cfg(test)]
impl Table {
    /// Returns the whole text.
    pub(super) fn text(&self) -> &'static str {
        self.text
    }
}
