//! Shortens long values to what differs.

use super::super::normal::NormalValue;

/// The replacement for characters that are left out.
const CUT: &str = "...";

/// The minimum number of characters to keep before a difference.
const KEPT: usize = 12;

/// Shortens a value to at most `room` characters.
pub(super) fn single(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    text.chars().take(room.saturating_sub(CUT.len())).chain(CUT.chars()).collect()
}

/// Returns a text on one line.
pub(super) fn one_line(text: &str) -> String {
    text.replace("\r\n", "\\n").replace(['\n', '\r'], "\\n")
}

/// Shortens two values that differ to at most `room` characters each, and returns them with their label. If they have
/// several lines, it shortens the first lines that differ.
pub(super) fn pair(
    label: String,
    (before, after): (Option<&NormalValue>, Option<&NormalValue>),
    room: usize,
) -> (String, String, String) {
    let literal = |value: Option<&NormalValue>| value.and_then(NormalValue::as_literal).map(str::to_owned);
    let (mut label, texts) = (label, (literal(before), literal(after)));
    let shown = |value: Option<&NormalValue>| value.map_or_else(String::new, ToString::to_string);
    let (mut one, mut other) = (shown(before), shown(after));
    if let (Some(old), Some(new)) = texts
        && (old.trim_end().contains('\n') || new.trim_end().contains('\n'))
    {
        let line = |text: &str, index: usize| text.lines().nth(index).unwrap_or_default().to_owned();
        let most = old.lines().count().max(new.lines().count());
        if let Some(index) = (0..most).find(|index| line(&old, *index) != line(&new, *index)) {
            label = format!("{label}, line {}", index + 1);
            (one, other) = (quoted(&line(&old, index)), quoted(&line(&new, index)));
        }
    }
    if one.chars().count() <= room && other.chars().count() <= room {
        return (label, one, other);
    }
    let common = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    let start = if common > KEPT + CUT.len() { common - KEPT } else { 0 };
    let part = |text: &str| {
        let rest: String = text.chars().skip(start).collect();
        format!("{}{}", if start > 0 { CUT } else { "" }, single(&rest, room.saturating_sub(CUT.len())))
    };
    (label, part(&one), part(&other))
}

fn quoted(line: &str) -> String {
    if line.trim().is_empty() { "\"\"".to_owned() } else { line.trim_end().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn shortened(before: &str, after: &str) -> (String, String, String) {
        let span = Span::new(FileId::of_path("x".into()), 0, 0);
        let [before, after] = [before, after].map(|text| NormalValue::literal(text, span));
        pair("key".to_owned(), (Some(&before), Some(&after)), 30)
    }

    #[test]
    fn what_differs_is_shown() {
        let texts = |one: &str, other: &str| ("key".to_owned(), one.to_owned(), other.to_owned());
        assert_eq!(shortened("a", "b"), texts("a", "b"));
        let long = "arn:aws:iam::111122223333:role/service-role/pipelines/";
        let wanted = texts("...e/pipelines/one", "...e/pipelines/two");
        assert_eq!(shortened(&format!("{long}one"), &format!("{long}two")), wanted);
        let (_, one, _) = shortened(&"x".repeat(500), "y");
        assert!(one.len() <= 30 && one.ends_with("..."), "{one}");
    }

    #[test]
    fn of_several_lines_the_first_that_differs_is_shown() {
        let (label, one, other) = shortened("a\nb\nc\n", "a\nx\ny\n");
        assert_eq!((label.as_str(), one.as_str(), other.as_str()), ("key, line 2", "b", "x"));
    }
}
