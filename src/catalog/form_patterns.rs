//! The patterns of forms (`forms.toml`), which `build.rs` compiles.

use std::collections::BTreeSet;

/// A pattern and its automaton.
struct Pattern {
    text: &'static str,
    /// The class of each byte, from 1: bytes of the same class lead to the same states.
    classes: &'static [u8; 256],
    /// The number of columns in `next`.
    width: usize,
    /// A row for each state: whether the text may end in it, and the next state for each class.
    next: &'static [u16],
}

/// Every pattern, sorted.
static PATTERNS: &[Pattern] = include!(concat!(env!("OUT_DIR"), "/form_patterns.rs"));

/// The state from which no text matches.
const DEAD: u16 = 0;
const START: u16 = 1;

/// The column of whether the text may end.
const END: u8 = 0;

impl Pattern {
    fn column(&self, state: u16, column: u8) -> u16 {
        self.next.get(usize::from(state) * self.width + usize::from(column)).copied().unwrap_or(DEAD)
    }

    /// Returns these states and those in which any text leaves them.
    fn reachable(&self, states: BTreeSet<u16>) -> BTreeSet<u16> {
        let mut open: Vec<u16> = states.iter().copied().collect();
        let mut all = states;
        while let Some(state) = open.pop() {
            let start = usize::from(state) * self.width + 1;
            let next = self.next.get(start..start + self.width - 1).unwrap_or_default();
            open.extend(next.iter().copied().filter(|next| *next != DEAD && all.insert(*next)));
        }
        all
    }
}

fn known(pattern: &str) -> Option<&'static Pattern> {
    let index = PATTERNS.binary_search_by(|known| known.text.cmp(pattern)).ok()?;
    PATTERNS.get(index)
}

/// Returns whether a whole text matches the pattern or a refused pattern of a form.
pub fn matches(pattern: &str, text: &str) -> bool {
    let Some(pattern) = known(pattern) else { return false };
    let mut state = START;
    for byte in text.bytes() {
        state = pattern.column(state, pattern.classes[usize::from(byte)]);
        if state == DEAD {
            return false;
        }
    }
    pattern.column(state, END) != DEAD
}

/// Returns whether a text matches the pattern for some value of its holes, each of which stands for any text.
pub fn may_match(pattern: &str, text: &str, hole: char) -> bool {
    let Some(pattern) = known(pattern) else { return false };
    let mut states = BTreeSet::from([START]);
    for (index, piece) in text.split(hole).enumerate() {
        if index > 0 {
            states = pattern.reachable(states);
        }
        for byte in piece.bytes() {
            let class = pattern.classes[usize::from(byte)];
            states = states.iter().map(|state| pattern.column(*state, class)).filter(|next| *next != DEAD).collect();
        }
    }
    states.iter().any(|state| pattern.column(*state, END) != DEAD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::forms::forms;

    #[test]
    fn every_pattern_has_an_automaton() {
        for form in forms() {
            for pattern in std::iter::once(&form.pattern).chain(&form.refused) {
                assert!(known(pattern).is_some(), "{}: {pattern}", form.id);
            }
        }
    }

    #[test]
    fn a_pattern_matches_the_whole_text() {
        let branch = crate::catalog::forms::form("branch").unwrap();
        assert!(matches(&branch.pattern, "main"));
        assert!(!matches(&branch.pattern, "main branch"));
        assert!(!matches(&branch.pattern, ""));
        assert!(!matches("unknown", "unknown"));
    }

    #[test]
    fn the_known_parts_of_a_text_must_fit() {
        let bucket = &crate::catalog::forms::form("bucket").unwrap().pattern;
        for (text, may) in
            [("a-*-b", true), ("*", true), ("A-*", false), ("*_b", false), ("*-", false), ("a*b*c", true)]
        {
            assert_eq!(may_match(bucket, text, '*'), may, "{text}");
        }
        let zone = &crate::catalog::forms::form("vpc").unwrap().pattern;
        assert!(may_match(zone, "vpc-*", '*') && may_match(zone, "*c-0a1b2c3d", '*') && !may_match(zone, "vpn-*", '*'));
    }
}
