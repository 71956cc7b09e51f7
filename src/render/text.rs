//! Text that is safe to print, and text that fits.

/// A character as it may reach a terminal: control characters as their pictures (`␛`), what reorders text as `�`.
pub(super) fn visible(character: char) -> char {
    match character {
        '\t' => '\t',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        other => other,
    }
}

/// One line of text with nothing in it that moves the cursor.
pub fn line(text: &str) -> String {
    text.chars().map(|character| if matches!(character, '\t' | '\n') { ' ' } else { visible(character) }).collect()
}

/// Text whose line ends are kept, with nothing else in it that moves the cursor.
pub(super) fn paragraph(text: &str) -> String {
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Breaks every line at blanks so that it has at most `width` characters. Words are never broken: they may be
/// code that somebody copies. A line that fits keeps its blanks.
pub(super) fn wrap(text: &str, width: usize) -> String {
    let mut out: Vec<String> = Vec::new();
    for line in text.split('\n') {
        if line.chars().count() <= width {
            out.push(line.to_owned());
            continue;
        }
        let mut current = String::new();
        let mut length = 0;
        for word in line.split_whitespace() {
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
    }
}
