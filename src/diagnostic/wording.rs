//! Helpers for consistent messages: lists, counts, backticks.

/// Returns `` `name` ``.
pub fn tick(name: &str) -> String {
    format!("`{name}`")
}

/// Returns `` `a`, `b` ``.
pub fn ticks<T: AsRef<str>>(names: &[T]) -> String {
    names.iter().map(|name| tick(name.as_ref())).collect::<Vec<_>>().join(", ")
}

/// Returns "1 stage" or "1,000 stages". The plural is formed with `s`.
pub fn count(amount: usize, noun: &str) -> String {
    if amount == 1 { format!("1 {noun}") } else { format!("{} {noun}s", number(amount)) }
}

/// The maximum length of a text in backticks that is quoted completely, in characters, and the length of the quoted
/// part of a longer one.
const QUOTE_LIMIT: usize = 400;
const QUOTE_SHOWN: usize = 60;

/// Shortens long quotations in a text for people: a file may contain a name of a million letters.
pub fn bounded(text: String) -> String {
    if text.len() <= QUOTE_LIMIT {
        return text;
    }
    let shortened = text.split('`').map(|part| match part.chars().count() {
        0..=QUOTE_LIMIT => part.to_owned(),
        _ => part.chars().take(QUOTE_SHOWN).chain("...".chars()).collect(),
    });
    shortened.collect::<Vec<String>>().join("`")
}

/// Converts the pieces of a text that are in backticks. `convert` returns a piece with its backticks, if it keeps them.
pub fn each_quotation(text: &str, convert: impl Fn(&str) -> String) -> String {
    let mut result = String::new();
    for (index, piece) in text.split('`').enumerate() {
        let piece = if index % 2 == 0 { piece.to_owned() } else { convert(piece) };
        result.push_str(&piece);
    }
    result
}

/// Converts a text to one line: quoted names may contain line breaks, which a message or a label may not.
pub fn line(text: String) -> String {
    let text = bounded(text);
    if text.contains(['\n', '\r']) { text.replace('\r', "\\r").replace('\n', "\\n") } else { text }
}

/// Returns a number such as "1,000".
pub fn number(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Returns `` `a`, `b`, or `c` ``.
pub fn or_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    join(names, "or")
}

/// Returns `` `a`, `b`, and `c` ``.
pub fn and_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    join(names, "and")
}

fn join<'a>(names: impl IntoIterator<Item = &'a str>, word: &str) -> String {
    let ticked: Vec<String> = names.into_iter().map(tick).collect();
    joined(&ticked, word)
}

/// Returns "a, b, and c".
pub fn listed(items: &[String]) -> String {
    joined(items, "and")
}

fn joined(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first, second] => format!("{first} {word} {second}"),
        [head @ .., last] => format!("{}, {word} {last}", head.join(", ")),
    }
}

/// Returns "a" or "an", by the first letter.
pub fn article(noun: &str) -> &'static str {
    let vowel = noun.chars().next().is_some_and(|c| "aeiouAEIOU".contains(c));
    if vowel { "an" } else { "a" }
}

/// Returns an ARN pattern of IAM's reference as an example to complete: `arn:aws:s3:::<bucket-name>/<object-name>` for
/// `arn:${Partition}:s3:::${BucketName}/${ObjectName}`.
pub fn arn_example(pattern: &str) -> String {
    let pattern = pattern.replace("${Partition}", "aws");
    let mut result = String::new();
    let mut inside = false;
    let mut after_lowercase = false;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '$' if chars.peek() == Some(&'{') => {
                chars.next();
                inside = true;
                after_lowercase = false;
                result.push('<');
            }
            '}' if inside => {
                inside = false;
                result.push('>');
            }
            _ if inside => {
                if c.is_ascii_uppercase() && after_lowercase {
                    result.push('-');
                }
                after_lowercase = !c.is_ascii_uppercase();
                result.push(c.to_ascii_lowercase());
            }
            _ => result.push(c),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::{bounded, count, line};

    #[test]
    fn quotations_end() {
        assert_eq!(
            bounded(format!("no stage named `{}`", "x".repeat(1_000_000))).len(),
            "no stage named ``".len() + 63
        );
        let whole = format!("add `{}`", "x".repeat(400));
        assert_eq!(bounded(whole.clone()), whole);
        assert_eq!(line("`a\r\nb` cannot be imported".to_owned()), "`a\\r\\nb` cannot be imported");
    }

    #[test]
    fn counts_have_their_noun() {
        assert_eq!(
            [count(1, "stage"), count(2, "stage"), count(1000, "action")],
            ["1 stage", "2 stages", "1,000 actions"]
        );
    }
}
