//! Converts the difference between a text and its formatted form to small edits.

use std::ops::Range;

/// Returns the edits that convert one text to another: only what is between the words changes, such as spaces, line
/// endings, and commas. Each is a range of `before` and its replacement, in order. If anything else differs, one edit
/// replaces all of it.
pub fn edits(before: &str, after: &str) -> Vec<(Range<usize>, String)> {
    gap_edits(before, after).unwrap_or_else(|| whole_edit(before, after))
}

fn is_gap(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',')
}

fn gap_edits(before: &str, after: &str) -> Option<Vec<(Range<usize>, String)>> {
    let (old, new) = (before.as_bytes(), after.as_bytes());
    let gap = |text: &[u8], from: usize| from + text.iter().skip(from).take_while(|byte| is_gap(**byte)).count();
    let mut edits = Vec::new();
    let (mut at, mut there) = (0, 0);
    loop {
        let (tail, there_tail) = (gap(old, at), gap(new, there));
        if old.get(at..tail) != new.get(there..there_tail) {
            edits.push((at..tail, after.get(there..there_tail)?.to_owned()));
        }
        (at, there) = (tail, there_tail);
        match (old.get(at), new.get(there)) {
            (None, None) => return Some(edits),
            (Some(one), Some(other)) if one == other => {
                at += 1;
                there += 1;
            }
            _ => return None,
        }
    }
}

/// Returns one edit for all lines that differ.
fn whole_edit(before: &str, after: &str) -> Vec<(Range<usize>, String)> {
    let lines = |text: &str| text.split_inclusive('\n').map(str::len).collect::<Vec<_>>();
    let shared = before.split_inclusive('\n').zip(after.split_inclusive('\n')).take_while(|(a, b)| a == b);
    let start: usize = shared.map(|(line, _)| line.len()).sum();
    let rest = |text: &str| text.get(start..).unwrap_or_default().to_owned();
    let (old, new) = (rest(before), rest(after));
    let (old_lines, new_lines) = (lines(&old), lines(&new));
    let (mut old_end, mut new_end) = (old.len(), new.len());
    for (one, other) in old_lines.iter().rev().zip(new_lines.iter().rev()) {
        if old.get(old_end - one..old_end) != new.get(new_end - other..new_end) {
            break;
        }
        old_end -= one;
        new_end -= other;
    }
    vec![(start..start + old_end, new.get(..new_end).unwrap_or_default().to_owned())]
}

#[cfg(test)]
mod tests {
    use super::edits;

    fn applied(before: &str, after: &str) -> String {
        let mut text = before.to_owned();
        for (range, replacement) in edits(before, after).into_iter().rev() {
            text.replace_range(range, &replacement);
        }
        text
    }

    #[test]
    fn only_gaps_change() {
        let (before, after) = ("a{b=1,c  =é}\n\n\nd", "a {\n  b = 1\n  c = é\n}\n\nd\n");
        assert_eq!(applied(before, after), after);
        assert!(
            edits(before, after)
                .iter()
                .all(|(range, _)| before[range.clone()].trim_matches([' ', ',', '\n']).is_empty())
        );
        assert!(edits(after, after).is_empty());
    }

    #[test]
    fn other_differences_are_one_edit() {
        let (before, after) = ("a\nlet x = ((a))\nb\n", "a\nlet x = (a)\nb\n");
        assert_eq!(edits(before, after), [(2..16, "let x = (a)\n".to_owned())]);
        assert_eq!(applied(before, after), after);
        assert_eq!(applied("a\n", "b"), "b");
    }
}
