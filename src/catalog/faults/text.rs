//! Cleans the text of a message of what terminals, logs, and JSON add to it, and splits it into words.

use std::ops::Range;

use super::tables;

/// Words without meaning for recognizing a message: they may be missing or added.
const SMALL: [&str; 19] = [
    "a", "an", "the", "is", "are", "was", "were", "be", "been", "has", "have", "of", "this", "that", "your", "please",
    "its", "it", "message",
];

/// A word of a text, in lowercase.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) range: Range<usize>,
    /// Whether it has no meaning for recognizing a message.
    pub(super) small: bool,
}

/// The command of Bash that `sh` does not have, the only word without letters.
const TEST: &str = "[[";

/// Returns whether a text starts with this command.
fn is_test(text: &str) -> bool {
    text.strip_prefix(TEST).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', ' ']))
}

/// Splits a text into words. `cannot`, `can't`, and `can not` are the same two words.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if start.is_none() && is_test(text.get(at..).unwrap_or_default()) {
            words.push(Word { text: TEST.to_owned(), range: at..at + TEST.len(), small: false });
        }
        match (c.is_alphanumeric() || c == '_', start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                push(&mut words, text, from..at);
                start = None;
            }
            _ => {}
        }
    }
    words
}

fn push(words: &mut Vec<Word>, text: &str, range: Range<usize>) {
    let lower = text.get(range.clone()).unwrap_or_default().to_lowercase();
    let before = text.get(..range.start).unwrap_or_default();
    let contracted = lower == "t" && before.ends_with(['\'', '\u{2019}']);
    if contracted && let Some(last) = words.last_mut().filter(|last| last.range.end + 4 > range.start) {
        // In `doesn't`, the word before the apostrophe is `doesn`.
        if last.text == "can" || last.text.ends_with('n') && last.text.pop().is_some() {
            words.push(Word { text: "not".to_owned(), range, small: false });
            return;
        }
    }
    if lower == "cannot" {
        let middle = range.start + 3;
        words.push(Word { text: "can".to_owned(), range: range.start..middle, small: false });
        words.push(Word { text: "not".to_owned(), range: middle..range.end, small: false });
        return;
    }
    words.push(Word { small: SMALL.contains(&lower.as_str()), text: lower, range });
}

/// Returns a text as its author wrote it: without colors, JSON and HTML escapes, and the prefixes of log lines.
pub fn cleaned(text: &str) -> String {
    let plain = without_colors(text);
    let plain = tables::unfolded(&unescaped(&plain));
    let lines: Vec<&str> = plain.lines().map(|line| without_stamps(line.trim_end())).collect();
    lines.join("\n")
}

/// Removes the control sequences of terminals (ECMA-48): `ESC [ ... letter` and `ESC ] ... BEL`.
fn without_colors(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let introducer = if c == '\u{1b}' { characters.next() } else { None };
        match (c, introducer) {
            ('\u{9b}', _) | ('\u{1b}', Some('[')) => {
                while characters.next().is_some_and(|next| !next.is_ascii_alphabetic()) {}
            }
            ('\u{1b}', Some(']')) => while characters.next().is_some_and(|next| next != '\u{7}' && next != '\\') {},
            // Consoles insert the last two into long lines.
            ('\u{1b}' | '\r' | '\u{200b}' | '\u{feff}', _) => {}
            ('\u{a0}', _) => plain.push(' '),
            ('\u{2018}' | '\u{2019}', _) => plain.push('\''),
            ('\u{201c}' | '\u{201d}', _) => plain.push('"'),
            (c, _) => plain.push(c),
        }
    }
    plain
}

/// The escapes of characters in JSON and HTML.
const ESCAPES: [(&str, &str); 12] = [
    ("\\\"", "\""),
    ("\\'", "'"),
    ("\\/", "/"),
    ("\\n", "\n"),
    ("\\t", " "),
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&#39;", "'"),
    ("&apos;", "'"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&amp;", "&"),
];

/// Replaces JSON escapes (also of JSON in JSON) and HTML escapes.
fn unescaped(text: &str) -> String {
    let mut text = text.to_owned();
    while text.contains("\\\\") {
        text = text.replace("\\\\", "\\");
    }
    for (escape, character) in ESCAPES {
        if text.contains(escape) {
            text = text.replace(escape, character);
        }
    }
    text = without_returns(&text);
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, tail)) = rest.split_once("\\u") {
        plain.push_str(before);
        let code = tail.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
        if let Some(c) = code {
            plain.push(c);
            rest = tail.get(4..).unwrap_or_default();
        } else {
            plain.push_str("\\u");
            rest = tail;
        }
    }
    plain.push_str(rest);
    plain
}

/// Removes escaped carriage returns, except at the end of a quoted name: `'bash\r'` is how a shell shows one.
fn without_returns(text: &str) -> String {
    let mut pieces = text.split("\\r");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        if piece.starts_with('\'') {
            plain.push_str("\\r");
        }
        plain.push_str(piece);
    }
    plain
}

/// Removes the prefixes of a log line: names in brackets, dates, times, and levels.
fn without_stamps(line: &str) -> &str {
    let mut rest = line;
    let is_level =
        |word: &str| ["ERROR", "WARN", "WARNING", "INFO", "DEBUG"].contains(&word.trim_matches(['[', ']', ':']));
    loop {
        let trimmed = rest.trim_start();
        let (first, tail) = trimmed.split_once(char::is_whitespace).unwrap_or((trimmed, ""));
        let is_number = first.len() < 6 && first.bytes().all(|byte| byte.is_ascii_digit());
        let is_numbered = is_number && tail.trim_start().starts_with('|');
        let is_marked = is_stamp(first) || is_numbered || rest.len() < line.len() && is_level(first);
        if tail.is_empty() || !is_marked {
            return rest;
        }
        rest = tail;
    }
}

fn is_stamp(word: &str) -> bool {
    let bare = word.trim_matches(['[', ']', ':', ',', '|']);
    let digits = bare.chars().filter(char::is_ascii_digit).count();
    let is_time = digits >= 4
        && bare.starts_with(|c: char| c.is_ascii_digit())
        && bare.contains(['-', '/', ':'])
        && bare.chars().all(|c| c.is_ascii_digit() || "-/:.,+TZ".contains(c));
    let is_origin = word.starts_with('[') && word.ends_with(']') && word.len() < 20 && digits == 0;
    let is_mark = matches!(word, ">" | "|" | "#" | ">>" | "*" | "-" | "at");
    is_time || is_origin || is_mark || word.starts_with("##[")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn contractions_are_two_words() {
        assert_eq!(list("can't"), ["can", "not"]);
        assert_eq!(list("cannot"), ["can", "not"]);
        assert_eq!(list("can not"), ["can", "not"]);
        assert_eq!(list("doesn't exist"), ["does", "not", "exist"]);
        assert_eq!(list("'X't"), ["x", "t"]);
    }

    #[test]
    fn what_was_added_is_removed() {
        assert_eq!(cleaned("\u{1b}[31mError:\u{1b}[0m a"), "Error: a");
        assert_eq!(cleaned("[Container] 2026/11/29 08:00:01.123 Phase b"), "Phase b");
        assert_eq!(cleaned("2026-11-29T08:00:01Z a\n> b"), "a\nb");
        assert_eq!(cleaned(r#"Stage name \"A\" \\\"B\\\" \u0027C\u0027"#), "Stage name \"A\" \"B\" 'C'");
        assert_eq!(cleaned(r"env: 'bash\r': No such file\r\nb"), "env: 'bash\\r': No such file\nb");
        assert_eq!(cleaned("Parameters: [A] must have values"), "Parameters: [A] must have values");
    }
}
