//! Estimates the width of text without knowing the font.

use unicode_width::UnicodeWidthChar;

/// Advances of the characters from the space to `~` in `DejaVu Sans Bold`, in thousandths of the font size. It is the
/// widest of the fonts that browsers commonly use for `sans-serif`, so any other font leaves space.
/// <https://dejavu-fonts.github.io> (version 2.37, 2026-11-28)
const ADVANCES: [i32; 95] = [
    349, 457, 521, 838, 696, 1002, 873, 307, 458, 458, 523, 838, 380, 416, 380, 366, 696, 696, 696, 696, 696, 696, 696,
    696, 696, 696, 400, 400, 838, 838, 838, 581, 1000, 774, 763, 734, 831, 684, 684, 821, 837, 373, 373, 775, 638, 996,
    837, 851, 733, 851, 771, 721, 683, 813, 774, 1104, 771, 725, 726, 458, 366, 458, 838, 500, 500, 675, 716, 593, 716,
    679, 436, 716, 712, 343, 343, 666, 343, 1042, 712, 688, 716, 716, 494, 596, 479, 712, 652, 924, 646, 652, 583, 712,
    366, 712, 838,
];

/// The maximum advance of a character of any other script for each terminal column.
const OTHER: i32 = 1110;

/// The properties of a font that affect the width of text.
#[derive(Debug, Clone, Copy)]
pub struct Font {
    /// The size in pixels.
    pub size: i32,
    /// The maximum width of its characters, in thousandths of those in [`ADVANCES`].
    pub breadth: i32,
}

impl Font {
    pub const fn bold(size: i32) -> Self {
        Self { size, breadth: 1000 }
    }

    /// Creates a regular font. No ASCII character of `DejaVu Sans` is wider than this relative to the bold one.
    pub const fn regular(size: i32) -> Self {
        Self { size, breadth: 955 }
    }
}

/// Returns the width of a text in pixels, rounded up.
pub fn width(text: &str, font: Font) -> i32 {
    let thousandths = text.chars().map(advance).sum::<i32>() * font.size / 1000 * font.breadth;
    thousandths / 1000 + i32::from(!text.is_empty())
}

fn advance(character: char) -> i32 {
    // Separates the category from the provider.
    if character == '·' {
        return 380;
    }
    let ascii = u32::from(character).checked_sub(32).and_then(|index| ADVANCES.get(usize::try_from(index).ok()?));
    let columns = || i32::try_from(character.width().unwrap_or(1)).unwrap_or(1);
    ascii.copied().unwrap_or_else(|| OTHER * columns())
}

/// Breaks text into lines of at most `room` pixels: at spaces; a word that is too long, after a separator, else
/// anywhere.
pub fn wrapped(text: &str, font: Font, room: i32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let fits = |line: &str, more: &str| width(&format!("{line}{more}"), font) <= room;
    let mut end = |line: &mut String| lines.push(std::mem::take(line).trim_end().to_owned());
    for word in text.split_inclusive(' ') {
        if !line.is_empty() && !fits(&line, word.trim_end()) {
            end(&mut line);
        }
        for part in word.split_inclusive(['-', '.', '_', '/', ':', '@']) {
            if !line.is_empty() && !fits(&line, part.trim_end()) {
                end(&mut line);
            }
            for character in part.chars() {
                if character != ' ' && !line.is_empty() && !fits(&line, character.encode_utf8(&mut [0; 4])) {
                    end(&mut line);
                }
                line.push(character);
            }
        }
    }
    end(&mut line);
    lines.retain(|line| !line.is_empty());
    lines
}

/// Escapes text for XML, and replaces what XML 1.0 does not allow.
/// <https://www.w3.org/TR/xml/#charsets>
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(' '),
            other if other.is_control() || is_hidden(other) => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Returns whether XML does not allow a character, or the character changes the order in which text is displayed.
fn is_hidden(character: char) -> bool {
    matches!(character, '\u{fffe}' | '\u{ffff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const FONT: Font = Font::bold(13);

    #[test]
    fn lines_keep_to_their_room_and_lose_nothing_but_spaces() {
        for text in ["my-app-stack.GenerateChangeSet", "a b", "", "x", "wwwwwwwwwwwwwwwwwwwwwwww", "日本語日本語日本語"]
        {
            let lines = wrapped(text, FONT, 120);
            assert!(lines.iter().all(|line| width(line, FONT) <= 120), "{lines:?}");
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        }
        assert_eq!(wrapped("my-app-stack.GenerateChangeSet", FONT, 190), ["my-app-stack.", "GenerateChangeSet"]);
        assert_eq!(wrapped("to us-east-1", FONT, 80), ["to", "us-east-1"]);
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(width("i", Font::bold(10)), 4);
        assert_eq!(width("漢", Font::bold(10)), 23);
    }

    #[test]
    fn markup_and_control_characters_are_harmless() {
        assert_eq!(escaped("<a href=\"&\">\u{1b}\u{202e}\n"), "&lt;a href=&quot;&amp;&quot;&gt;\u{fffd}\u{fffd} ");
    }
}
