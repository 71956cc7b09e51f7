//! Arrays of the catalog's files whose elements are asked for by one of their fields: each is parsed on first use.

use std::sync::OnceLock;

use serde::Deserialize;

/// The elements of an array, in the order of the file.
pub(super) struct Rows<T: 'static> {
    /// The head of each, which no other has, and its JSON text.
    texts: &'static [(&'static str, &'static str)],
    parsed: OnceLock<Box<[Parsed<T>]>>,
}

type Parsed<T> = OnceLock<Option<Box<T>>>;

/// Includes an array, which `build.rs` lists with the field that is its head.
macro_rules! rows {
    ($file:literal, $array:literal) => {
        Rows::new(include!(concat!(env!("OUT_DIR"), "/rows/", $file, "-", $array, ".rs")))
    };
}
pub(super) use rows;

impl<T: Deserialize<'static>> Rows<T> {
    pub(super) const fn new(texts: &'static [(&'static str, &'static str)]) -> Self {
        Self { texts, parsed: OnceLock::new() }
    }

    /// Returns the element with a head.
    pub(super) fn get(&'static self, head: &str) -> Option<&'static T> {
        self.find(|other| other == head)
    }

    /// Returns the element with the first head for which `is` is true.
    pub(super) fn find(&'static self, is: impl Fn(&str) -> bool) -> Option<&'static T> {
        self.at(self.texts.iter().position(|(head, _)| is(head))?)
    }

    /// Returns all elements, in the order of the file.
    pub(super) fn all(&'static self) -> impl DoubleEndedIterator<Item = &'static T> + Clone {
        (0..self.texts.len()).filter_map(|index| self.at(index))
    }

    /// Returns an element; `None` if it does not parse, which a test of its file rules out.
    fn at(&'static self, index: usize) -> Option<&'static T> {
        let parsed = self.parsed.get_or_init(|| self.texts.iter().map(|_| OnceLock::new()).collect());
        let (_, text) = self.texts.get(index)?;
        parsed.get(index)?.get_or_init(|| serde_json::from_str(text).ok()).as_deref()
    }
}

#[cfg(test)]
impl<T: Deserialize<'static>> Rows<T> {
    /// Returns all elements, and panics if one does not parse.
    pub(super) fn every(&'static self) -> impl Iterator<Item = &'static T> {
        let one = |(index, (head, _)): (usize, &(&str, &str))| self.at(index).unwrap_or_else(|| panic!("{head}"));
        self.texts.iter().enumerate().map(one)
    }
}
