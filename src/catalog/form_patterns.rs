//! The patterns of forms (`forms.toml`), which `build.rs` compiles.

use std::sync::OnceLock;

use regex_automata::dfa::Automaton;
use regex_automata::dfa::dense::DFA;
use regex_automata::util::wire::AlignAs;
use regex_automata::{Anchored, Input};

/// A pattern and its automaton.
struct Pattern {
    text: &'static str,
    /// An automaton consists of numbers of this size.
    bytes: &'static AlignAs<[u8], u32>,
    read: &'static OnceLock<Option<DFA<&'static [u32]>>>,
}

macro_rules! pattern {
    ($text:literal, $file:literal) => {
        Pattern {
            text: $text,
            bytes: &AlignAs { _align: [], bytes: *include_bytes!(concat!(env!("OUT_DIR"), $file)) },
            read: {
                static READ: OnceLock<Option<DFA<&'static [u32]>>> = OnceLock::new();
                &READ
            },
        }
    };
}

/// Every pattern, sorted.
static PATTERNS: &[Pattern] = include!(concat!(env!("OUT_DIR"), "/form_patterns.rs"));

fn automaton(pattern: &str) -> Option<&'static DFA<&'static [u32]>> {
    let index = PATTERNS.binary_search_by(|known| known.text.cmp(pattern)).ok()?;
    let known = PATTERNS.get(index)?;
    known.read.get_or_init(|| DFA::from_bytes(&known.bytes.bytes).ok().map(|(automaton, _)| automaton)).as_ref()
}

/// Returns whether a whole text matches the pattern or a refused pattern of a form.
pub fn matches(pattern: &str, text: &str) -> bool {
    let whole = Input::new(text).anchored(Anchored::Yes);
    automaton(pattern).is_some_and(|automaton| matches!(automaton.try_search_fwd(&whole), Ok(Some(_))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::forms::forms;

    #[test]
    fn every_pattern_has_an_automaton() {
        for form in forms() {
            for pattern in std::iter::once(&form.pattern).chain(&form.refused) {
                assert!(automaton(pattern).is_some(), "{}: {pattern}", form.id);
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
}
