//! Where values are written that names refer to.

use crate::source::Span;

/// The most names through which a value is followed to where it is written.
const MOST_NAMES: usize = 8;

/// A text that is right in every name.
const OTHER: &str = "x";

/// Where a value, or a part of one, is written that is used through a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueOrigin {
    /// The span of the value.
    pub place: Span,
    /// Its text.
    pub text: String,
    /// Whether it is the whole value.
    pub whole: bool,
}

impl ValueOrigin {
    /// Returns a label for the span.
    pub fn label(&self) -> &'static str {
        if self.whole { "the value is written here" } else { "this part of it is written here" }
    }
}

/// The spans at which literal values are used through a name, each with the span at which the value is written, or at which
/// another name for it is used.
#[derive(Debug, Clone, Default)]
pub struct ValueOrigins {
    list: Vec<(Span, Span)>,
}

impl ValueOrigins {
    /// Adds a use of a value.
    pub fn add(&mut self, used: Span, written: Span) {
        if used != written && self.list.last() != Some(&(used, written)) {
            self.list.push((used, written));
        }
    }

    /// Returns where a value is written that a name at a span, or in a string there, refers to. `value` is the whole value
    /// there, `shown` returns the text of a span, and `fits` whether the value would be right with another text for a part
    /// of it. Returns `None` if the place is not known, or right.
    pub fn of(
        &self,
        place: Span,
        value: &str,
        shown: impl Fn(Span) -> String,
        fits: impl Fn(&str) -> bool,
    ) -> Option<ValueOrigin> {
        let inside = |used: Span| used.file == place.file && place.start <= used.start && used.end <= place.end;
        let written = |used: Span| self.list.iter().find(|(other, _)| *other == used).map(|(_, origin)| *origin);
        let mut found: Vec<ValueOrigin> = Vec::new();
        for (_, origin) in self.list.iter().filter(|(used, _)| inside(*used)) {
            let last = std::iter::successors(Some(*origin), |used| written(*used)).take(MOST_NAMES).last();
            let Some(origin) = last.filter(|origin| !inside(*origin)) else { continue };
            let text = shown(origin);
            let text = text.trim_matches(['"', '\'']);
            let is_cause = || value.contains(text) && fits(&value.replace(text, OTHER));
            let known = ValueOrigin { place: origin, text: text.to_owned(), whole: text == value };
            if !text.is_empty() && (known.whole || is_cause()) && !found.contains(&known) {
                found.push(known);
            }
        }
        let is_exact = found.iter().any(|origin| origin.whole);
        found.retain(|origin| origin.whole || !is_exact);
        found.pop().filter(|_| found.is_empty())
    }
}
