//! What each kind of name allows (`names.toml`).

use std::ops::RangeInclusive;

use serde::Deserialize;

use super::rows::{Rows, rows};

/// The rules of one kind of name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Name {
    /// Its ID, for slots and callers, for example `stage`.
    pub kind: String,
    /// The kind with its article, for messages: "a stage name".
    pub of: String,
    set: CharacterSet,
    #[serde(default)]
    start: Option<CharacterSet>,
    #[serde(default)]
    end: Option<CharacterSet>,
    /// The allowed characters in words: "letters, digits, and `-`".
    pub words: String,
    /// The allowed first characters in words, if there are fewer.
    #[serde(default)]
    pub start_words: Option<String>,
    /// The allowed last characters in words, if there are fewer.
    #[serde(default)]
    pub end_words: Option<String>,
    /// The minimum number of characters.
    #[serde(default = "one")]
    pub min: usize,
    /// The maximum number of characters.
    pub max: usize,
    /// Names that AWS reserves.
    #[serde(default)]
    pub reserved: Vec<String>,
    /// Prefixes that AWS reserves.
    #[serde(default)]
    pub reserved_start: Vec<String>,
    /// Names with such a start that can be used.
    #[serde(default)]
    allowed: Vec<String>,
    /// Suffixes that AWS reserves.
    #[serde(default)]
    reserved_end: Vec<String>,
    /// Texts that it never contains.
    #[serde(default)]
    excluded: Vec<String>,
    /// Whether it must not be an IPv4 address.
    #[serde(default)]
    no_address: bool,
    /// The characters of generated names, if there are fewer.
    #[serde(default)]
    generated: Option<CharacterSet>,
    /// Whether a suggestion ends before the first character that is not allowed: `2` for `2.0`.
    #[serde(default)]
    cut: bool,
    /// Whether names have to be unique across all accounts and Regions.
    #[serde(default)]
    pub global: bool,
    /// The page that documents it.
    pub source: String,
}

fn one() -> usize {
    1
}

/// What is wrong with a name. Offsets are in bytes of the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameFault {
    /// More characters than allowed.
    TooLong {
        /// The number of characters.
        len: usize,
        /// The maximum.
        max: usize,
    },
    /// Fewer characters than needed.
    TooShort {
        /// The number of characters.
        len: usize,
        /// The minimum.
        min: usize,
    },
    /// A character that is not allowed anywhere.
    BadCharacter {
        /// The first such character.
        character: char,
        /// Its offset.
        offset: usize,
    },
    /// A first character that is only allowed elsewhere.
    BadStart {
        /// That character.
        character: char,
    },
    /// A last character that is only allowed elsewhere.
    BadEnd {
        /// That character.
        character: char,
        /// Its offset.
        offset: usize,
    },
    /// AWS reserves the name or its prefix.
    Reserved {
        /// The name or prefix.
        text: &'static str,
    },
    /// A text that it never contains.
    Excluded {
        /// That text.
        text: &'static str,
    },
    /// It is an IPv4 address.
    Address,
    /// AWS reserves its suffix.
    ReservedEnd {
        /// The suffix.
        text: &'static str,
    },
}

static NAMES: Rows<Name> = rows!("names", "name");

/// Returns the rules of every kind of name.
pub fn names() -> impl Iterator<Item = &'static Name> {
    NAMES.all()
}

/// Returns the rules of a kind of name.
pub fn rules(kind: &str) -> Option<&'static Name> {
    NAMES.get(kind)
}

/// Returns the first fault of a name; `None` if there is none, or if the kind is unknown.
pub fn check(kind: &str, text: &str) -> Option<NameFault> {
    rules(kind)?.check(text)
}

/// Returns whether a text consists only of characters of a kind of name, and is not empty.
pub fn is_made_of(kind: &str, text: &str) -> bool {
    !text.is_empty() && rules(kind).is_some_and(|name| text.chars().all(|character| name.set.contains(character)))
}

/// Returns the most similar allowed name; the text itself if it is allowed or the kind is unknown.
pub fn suggestion_for(kind: &str, text: &str) -> String {
    rules(kind).map_or_else(|| text.to_owned(), |name| name.suggestion_for(text))
}

impl Name {
    /// Returns the first fault of a name.
    pub fn check(&'static self, text: &str) -> Option<NameFault> {
        let len = text.chars().count();
        if let Some((offset, character)) = text.char_indices().find(|(_, character)| !self.set.contains(*character)) {
            return Some(NameFault::BadCharacter { character, offset });
        }
        if let Some(character) = text.chars().next().filter(|first| !self.may_start(*first)) {
            return Some(NameFault::BadStart { character });
        }
        if let Some((offset, character)) = text.char_indices().next_back().filter(|(_, last)| !self.may_end(*last)) {
            return Some(NameFault::BadEnd { character, offset });
        }
        if let Some(excluded) = self.excluded.iter().find(|excluded| text.contains(excluded.as_str())) {
            return Some(NameFault::Excluded { text: excluded });
        }
        if self.no_address && text.parse::<std::net::Ipv4Addr>().is_ok() {
            return Some(NameFault::Address);
        }
        let is_allowed = self.allowed.iter().any(|name| name == text);
        let starts = self.reserved_start.iter().find(|start| !is_allowed && text.starts_with(start.as_str()));
        if let Some(text) = self.reserved.iter().find(|name| *name == text).or(starts) {
            return Some(NameFault::Reserved { text });
        }
        if let Some(text) = self.reserved_end.iter().find(|end| text.ends_with(end.as_str())) {
            return Some(NameFault::ReservedEnd { text });
        }
        if len > self.max {
            return Some(NameFault::TooLong { len, max: self.max });
        }
        (len < self.min).then_some(NameFault::TooShort { len, min: self.min })
    }

    /// Returns whether a generated name can contain a character.
    pub fn generates(&self, character: char) -> bool {
        self.generated.as_ref().unwrap_or(&self.set).contains(character)
    }

    /// Returns whether such names have no uppercase letters.
    pub fn is_lowercase(&self) -> bool {
        !self.set.contains('A')
    }

    fn may_start(&self, character: char) -> bool {
        self.start.as_ref().is_none_or(|set| set.contains(character))
    }

    fn may_end(&self, character: char) -> bool {
        self.end.as_ref().is_none_or(|set| set.contains(character))
    }

    /// Returns the most similar allowed name: in lowercase if necessary, with `-`, `_`, or nothing instead of invalid
    /// characters, and truncated.
    fn suggestion_for(&'static self, text: &str) -> String {
        if self.check(text).is_none() {
            return text.to_owned();
        }
        let end = text.find(|character| self.cut && !self.set.contains(character)).unwrap_or(text.len());
        let text = text.get(..end).filter(|start| !start.is_empty()).unwrap_or(text);
        let is_address = self.no_address && text.parse::<std::net::Ipv4Addr>().is_ok();
        let text = &if is_address { text.replace('.', "-") } else { text.to_owned() };
        // Part of the text once is enough.
        let text = &self.excluded.iter().fold(text.to_owned(), |text, excluded| {
            let mut text = text;
            while text.contains(excluded.as_str()) {
                text = text.replace(excluded.as_str(), excluded.get(1..).unwrap_or_default());
            }
            text
        });
        let filler = ['-', '_'].into_iter().find(|filler| self.set.contains(*filler));
        let mut suggestion = String::new();
        let mut joined = false;
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            let (lower, upper) = (character.to_ascii_lowercase(), character.to_ascii_uppercase());
            // Words without a separator begin with an uppercase letter.
            let wanted = if joined && filler.is_none() { [upper, character] } else { [character, lower] };
            let allowed = wanted.into_iter().find(|character| self.set.contains(*character));
            joined = allowed.is_none() && !suggestion.is_empty();
            // In a text with spaces, a dash has a space on each side.
            let is_dash = allowed.is_none() && filler == Some('-') && self.set.contains(' ');
            if is_dash && characters.peek() == Some(&' ') && !suggestion.ends_with([' ', '-']) && !suggestion.is_empty()
            {
                suggestion.push(' ');
            }
            match allowed {
                Some(allowed) => suggestion.push(allowed),
                None => suggestion.extend(filler.filter(|filler| !suggestion.ends_with(*filler))),
            }
        }
        for start in &self.reserved_start {
            suggestion = suggestion.strip_prefix(start.as_str()).map(str::to_owned).unwrap_or(suggestion);
        }
        for end in &self.reserved_end {
            suggestion = suggestion.strip_suffix(end.as_str()).map(str::to_owned).unwrap_or(suggestion);
        }
        let mut suggestion: String =
            suggestion.chars().skip_while(|first| !self.may_start(*first)).take(self.max).collect();
        while suggestion.chars().next_back().is_some_and(|last| Some(last) == filler || !self.may_end(last)) {
            suggestion.pop();
        }
        suggestion
    }
}

/// A set of characters, parsed from a text such as `A-Za-z0-9._-`, or `any`.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "String")]
struct CharacterSet {
    /// One bit for each ASCII character, because nearly all names consist of them.
    ascii: u128,
    /// The ranges of other characters.
    ranges: Vec<RangeInclusive<char>>,
}

impl CharacterSet {
    fn contains(&self, character: char) -> bool {
        if character.is_ascii() {
            return self.ascii & (1 << u32::from(character)) != 0;
        }
        self.ranges.iter().any(|range| range.contains(&character))
    }
}

impl From<String> for CharacterSet {
    fn from(text: String) -> Self {
        let ranges = if text == "any" { vec!['\0'..=char::MAX] } else { character_ranges(&text) };
        let ascii = ranges.iter().fold(0, |bits, range| bits | ascii_bits(range));
        Self { ascii, ranges }
    }
}

/// Returns one bit for each ASCII character in a range.
fn ascii_bits(range: &RangeInclusive<char>) -> u128 {
    let [first, last] = [range.start(), range.end()].map(|end| u32::from(*end));
    if first >= u128::BITS {
        return 0;
    }
    (u128::MAX << first) & (u128::MAX >> (u128::BITS - 1).saturating_sub(last))
}

/// Parses the ranges of a set: `a-z`, or a single character.
fn character_ranges(set: &str) -> Vec<RangeInclusive<char>> {
    let mut ranges = Vec::new();
    let mut rest = set.chars();
    while let Some(first) = rest.next() {
        let mut ahead = rest.clone();
        if let (Some('-'), Some(last)) = (ahead.next(), ahead.next()) {
            ranges.push(first..=last);
            rest = ahead;
        } else {
            ranges.push(first..=first);
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_parses_and_is_consistent() {
        for name in NAMES.every() {
            assert!(name.min >= 1 && name.min <= name.max, "{}", name.kind);
            assert!(name.source.starts_with("https://docs.aws.amazon.com/"), "{}", name.kind);
            assert_eq!(name.start.is_some(), name.start_words.is_some(), "{}", name.kind);
            assert_eq!(name.end.is_some(), name.end_words.is_some(), "{}", name.kind);
            assert_eq!(names().filter(|other| other.kind == name.kind).count(), 1, "{}", name.kind);
        }
    }

    #[test]
    fn faults_are_found_in_order() {
        assert_eq!(check("stage", "Build.v2@x_y-z"), None);
        assert_eq!(check("artifact", "My.App"), Some(NameFault::BadCharacter { character: '.', offset: 2 }));
        assert_eq!(check("stage", "Büro"), Some(NameFault::BadCharacter { character: 'ü', offset: 1 }));
        assert_eq!(check("bucket", "vault-s3alias"), Some(NameFault::ReservedEnd { text: "-s3alias" }));
        assert_eq!(suggestion_for("bucket", "vault-s3alias"), "vault");
        assert_eq!(check("stack", "9lives"), Some(NameFault::BadStart { character: '9' }));
        assert_eq!(check("stack", &"a".repeat(129)), Some(NameFault::TooLong { len: 129, max: 128 }));
        assert_eq!(check("project", "a"), Some(NameFault::TooShort { len: 1, min: 2 }));
        assert_eq!(check("pipeline", ""), Some(NameFault::TooShort { len: 0, min: 1 }));
        assert_eq!(check("bucket", "a-b-"), Some(NameFault::BadEnd { character: '-', offset: 3 }));
        assert_eq!(check("namespace", "variables"), Some(NameFault::Reserved { text: "variables" }));
        assert_eq!(check("environment-variable", "CODEBUILD_X"), Some(NameFault::Reserved { text: "CODEBUILD_" }));
        assert_eq!(check("connection", "anything: at all"), None);
        assert_eq!(check("moon", "?"), None);
    }

    #[test]
    fn names_are_mended() {
        assert_eq!(suggestion_for("artifact", "My.App"), "My-App");
        assert_eq!(suggestion_for("secondary-artifact", "My-App"), "My_App");
        assert_eq!(suggestion_for("bucket", "My Bucket!"), "my-bucket");
        assert_eq!(suggestion_for("stack", "9 lives"), "lives");
        assert_eq!(suggestion_for("disabled-reason", "frozen: ask ops"), "frozen - ask ops");
        assert_eq!(suggestion_for("stage", "Fine"), "Fine");
        assert_eq!(suggestion_for("version", "0123456789"), "012345678");
        assert_eq!(suggestion_for("logical-id", "My-App"), "MyApp");
        assert_eq!(suggestion_for("parameter", "account_type"), "accountType");
        assert_eq!(suggestion_for("parameter", "_x"), "x");
    }
}
