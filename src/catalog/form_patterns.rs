//! The patterns of forms (`forms.toml`), which `build.rs` compiles.

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
}
