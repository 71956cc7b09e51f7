//! Text that is safe to print, and wrapping.

use std::fmt::Write;

use crate::diagnostic::Diagnostic;

/// Returns a character in a form that is safe for a terminal: control characters as their symbols (`␛`), and characters
/// that reorder text as `�`.
pub(super) fn visible(character: char) -> char {
    match character {
        '\t' => '\t',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        other => other,
    }
}

/// Returns text as one line without characters that move the cursor.
pub fn line(text: &str) -> String {
    text.chars().map(|character| if matches!(character, '\t' | '\n') { ' ' } else { visible(character) }).collect()
}

/// Returns text without characters that move the cursor, except for line breaks.
pub(super) fn paragraph(text: &str) -> String {
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Returns the message, with labels, notes, and help on lines of their own.
pub(super) fn whole(diagnostic: &Diagnostic) -> String {
    let mut whole = line(&diagnostic.message);
    if !diagnostic.primary.text.is_empty() {
        let _ = write!(whole, ": {}", line(&diagnostic.primary.text));
    }
    for note in &diagnostic.notes {
        let _ = write!(whole, "\nnote: {}", paragraph(note));
    }
    if let Some(help) = &diagnostic.help {
        let _ = write!(whole, "\nhelp: {}", paragraph(help));
    }
    whole
}

/// Breaks every line at spaces so that it has at most `width` characters. Words are never broken, and neither is a text
/// in backticks that fits on a line: it may be code that somebody copies. A line that fits keeps its spaces.
pub(super) fn wrap(text: &str, width: usize) -> String {
    let mut out: Vec<String> = Vec::new();
    for line in text.split('\n') {
        if line.chars().count() <= width {
            out.push(line.to_owned());
            continue;
        }
        let mut current = String::new();
        let mut length = 0;
        for word in words(line, width) {
            let word_length = word.chars().count();
            if length > 0 && length + 1 + word_length > width {
                out.push(std::mem::take(&mut current));
                length = 0;
            }
            if length > 0 {
                current.push(' ');
                length += 1;
            }
            current.push_str(word);
            length += word_length;
        }
        out.push(current);
    }
    out.join("\n")
}

/// Returns the words of a line. A text in backticks is one word if it has at most `width` characters.
fn words(line: &str, width: usize) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let (word, tail) = rest.split_at(end_of_word(rest, width));
        words.push(word);
        rest = tail.trim_start();
    }
    words
}

fn end_of_word(text: &str, width: usize) -> usize {
    let mut end = 0;
    while let Some(character) = text.get(end..).and_then(|rest| rest.chars().next()) {
        if character.is_whitespace() {
            break;
        }
        let tail = text.get(end + 1..).filter(|_| character == '`').unwrap_or_default();
        let code = tail.split_once('`').map(|(code, _)| code).filter(|code| code.chars().count() + 2 <= width);
        end += code.map_or(character.len_utf8(), |code| code.len() + 2);
    }
    end
}

#[cfg(test)]
mod tests {
    use super::{line, paragraph, wrap};

    #[test]
    fn shows_control_characters_instead_of_sending_them() {
        assert_eq!(line("a\u{1b}[31mb\tc\nd\u{202e}\u{7f}\u{9b}"), "a␛[31mb c d\u{fffd}␡\u{fffd}");
        assert_eq!(paragraph("a\r\nb"), "a␍\nb");
    }

    #[test]
    fn wraps_at_blanks_only() {
        assert_eq!(wrap("one two three", 7), "one two\nthree");
        assert_eq!(wrap("a-very-long-word b", 4), "a-very-long-word\nb");
        assert_eq!(wrap("  kept", 10), "  kept");
        assert_eq!(wrap("write `a = b` or `c`", 10), "write\n`a = b` or\n`c`");
        assert_eq!(wrap("write `a very long code`", 10), "write `a\nvery long\ncode`");
        assert_eq!(wrap("an unpaired ` here", 10), "an\nunpaired `\nhere");
    }
}
