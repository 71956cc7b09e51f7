//! Makes any text readable for the grammar: balances delimiters, and records where every byte came from.

use std::ops::Range;

use super::scan::{Repair, Scan};

/// The text that the grammar reads, with the mapping back to the offsets of the file.
#[derive(Debug)]
pub(super) struct Repaired {
    pub(super) text: String,
    inserted: Vec<Inserted>,
}

/// A place where the grammar reads something other than the file contains.
#[derive(Debug)]
enum Change<'a> {
    Repair(&'a Repair),
    /// A comment: even one of several lines does not end a statement.
    Blank(&'a Range<usize>),
}

impl Change<'_> {
    fn at(&self) -> usize {
        match self {
            Self::Repair(repair) => repair.at(),
            Self::Blank(range) => range.start,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Inserted {
    /// Offset in the repaired text.
    working: usize,
    /// Offset in the file.
    source: usize,
    length: usize,
}

impl Repaired {
    /// Applies the repairs of a scan.
    pub(super) fn new(source: &str, scan: &Scan) -> Self {
        let comments = scan.comments.iter().filter(|comment| !comment.doc).map(|comment| Change::Blank(&comment.range));
        let mut changes: Vec<Change> = scan.repairs.iter().map(Change::Repair).chain(comments).collect();
        changes.sort_by_key(Change::at);
        let mut repaired = Self { text: String::with_capacity(source.len() + changes.len()), inserted: Vec::new() };
        let mut done = 0;
        for change in changes {
            let at = change.at().max(done);
            repaired.text.push_str(source.get(done..at).unwrap_or_default());
            done = at;
            match change {
                Change::Repair(Repair::Insert { text, .. }) => repaired.insert(at, text),
                Change::Repair(Repair::Replace { text, .. }) => {
                    repaired.text.push_str(text);
                    done = at + text.len();
                }
                Change::Repair(Repair::Erase(range)) => {
                    let end = range.end.max(at);
                    repaired.erase(source.get(at..end).unwrap_or_default());
                    done = end;
                }
                Change::Blank(range) => {
                    let end = range.end.max(at);
                    repaired.text.extend(std::iter::repeat_n(' ', end - at));
                    done = end;
                }
            }
        }
        repaired.text.push_str(source.get(done..).unwrap_or_default());
        repaired
    }

    fn insert(&mut self, source: usize, text: &str) {
        self.inserted.push(Inserted { working: self.text.len(), source, length: text.len() });
        self.text.push_str(text);
    }

    fn erase(&mut self, erased: &str) {
        self.text.extend(erased.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
    }

    /// Returns whether an offset in the repaired text is in something that the file lacks.
    pub(super) fn is_inserted(&self, working: usize) -> bool {
        let before = self.inserted.partition_point(|inserted| inserted.working <= working);
        let last = before.checked_sub(1).and_then(|index| self.inserted.get(index));
        last.is_some_and(|last| working < last.working + last.length)
    }

    /// Maps an offset in the repaired text to one in the file.
    pub(super) fn source(&self, working: usize) -> usize {
        let before = self.inserted.partition_point(|inserted| inserted.working < working);
        match before.checked_sub(1).and_then(|index| self.inserted.get(index)) {
            None => working,
            Some(last) => last.source + working.saturating_sub(last.working + last.length),
        }
    }
}

/// Returns every identifier of a text once, in order.
pub(super) fn identifiers(text: &str) -> Vec<String> {
    let mut seen = crate::collections::HashSet::default();
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    text.split(|c| !is_word(c))
        .map(|word| word.trim_matches('-'))
        .filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && seen.insert(*word))
        .map(str::to_owned)
        .collect()
}

/// Returns what is at an offset, for "found ...": its range and its name in messages.
pub(super) fn found(text: &str, offset: usize) -> (Range<usize>, String) {
    let rest = text.get(offset..).unwrap_or_default();
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
    let start = offset + blanks;
    let rest = text.get(start..).unwrap_or_default();
    if rest.is_empty() || rest.starts_with('\n') {
        let end = text.get(..start).unwrap_or_default().trim_end_matches([' ', '\t', '\r']).len();
        return (end..end, if rest.is_empty() { "end of file" } else { "end of line" }.to_owned());
    }
    let length = token_length(rest);
    let token = rest.get(..length).unwrap_or_default();
    let shown = if token.chars().count() > 40 {
        format!("`{}...`", token.chars().take(37).collect::<String>())
    } else {
        format!("`{token}`")
    };
    (start..start + length, shown)
}

fn token_length(rest: &str) -> usize {
    let first = rest.chars().next().unwrap_or(' ');
    if first == '"' || first == '\'' {
        let line = rest.split('\n').next().unwrap_or_default().trim_end();
        let close = line.get(1..).and_then(|inner| inner.find(first));
        return close.map_or(line.len(), |offset| offset + 2);
    }
    if first.is_alphanumeric() || first == '_' {
        let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let length = rest.find(|c| !word(c)).unwrap_or(rest.len());
        return rest.get(..length).unwrap_or_default().trim_end_matches('-').len();
    }
    let pairs = ["->", "=>", "::", "==", "!=", "&&", "||", "${", "#{", "///"];
    pairs.iter().find(|pair| rest.starts_with(**pair)).map_or(first.len_utf8(), |pair| pair.len())
}
