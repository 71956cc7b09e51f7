//! Text tables whose lines are sorted by their first word. They are searched in place: the largest have half a
//! megabyte.

use std::cmp::Ordering;

/// A table. Each line is its head, a tab, and the rest.
pub(super) struct Table {
    text: &'static str,
    /// Where each line starts, in bytes.
    starts: &'static [u32],
}

/// Includes the table in a file of `data/`, given without its extension; `build.rs` finds where its lines start.
macro_rules! table {
    ($name:literal) => {
        Table::new(
            include_str!(concat!("data/", $name, ".txt")),
            include!(concat!(env!("OUT_DIR"), "/tables/", $name, ".rs")),
        )
    };
}
pub(super) use table;

impl Table {
    pub(super) const fn new(text: &'static str, starts: &'static [u32]) -> Self {
        Self { text, starts }
    }

    /// Returns what follows the tab in the line with this head.
    pub(super) fn line(&self, head: &str) -> Option<&'static str> {
        self.rest(self.starts.binary_search_by(|start| self.order(*start, head)).ok()?)
    }

    /// Returns the line with a number, if the heads are the numbers of the lines.
    pub(super) fn numbered(&self, number: &str) -> Option<&'static str> {
        self.rest(number.parse().ok()?)
    }

    fn rest(&self, index: usize) -> Option<&'static str> {
        let start = *self.starts.get(index)? as usize;
        let end = self.starts.get(index + 1).map_or(self.text.len(), |end| *end as usize);
        let line = self.text.get(start..end)?.trim_end_matches('\n');
        line.split_once('\t').map(|(_, rest)| rest)
    }

    /// Returns the heads, in order.
    pub(super) fn heads(&self) -> impl Iterator<Item = &'static str> {
        self.starts.iter().map(|start| self.head(*start))
    }

    /// Compares the head of the line at an offset with another. The tab after it sorts before all characters of heads.
    fn order(&self, start: u32, head: &str) -> Ordering {
        let line = self.text.as_bytes().get(start as usize..).unwrap_or_default();
        let (start, after) = line.split_at(head.len().min(line.len()));
        start
            .cmp(head.as_bytes())
            .then_with(|| if after.first() == Some(&b'\t') { Ordering::Equal } else { Ordering::Greater })
    }

    fn head(&self, start: u32) -> &'static str {
        self.text.get(start as usize..).and_then(|from| from.split('\t').next()).unwrap_or_default()
    }
}

#[cfg(test)]
impl Table {
    /// Returns the whole text.
    pub(super) fn text(&self) -> &'static str {
        self.text
    }
}
