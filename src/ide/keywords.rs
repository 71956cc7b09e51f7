//! The meanings of the keywords: the list in the documentation, which a test compares with the language.

/// The page that lists them.
const PAGE: &str = include_str!("../../docs/reference/keywords.md");

/// Returns the meaning of a keyword, in a few words.
pub(super) fn meaning_of(word: &str) -> Option<&'static str> {
    let row = |line: &'static str| {
        let (keyword, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
        // Types and functions have two columns.
        let (meaning, _) = rest.split_once(" | ")?;
        (keyword == word).then_some(meaning)
    };
    PAGE.lines().find_map(row)
}

#[cfg(test)]
mod tests {
    use super::meaning_of;

    #[test]
    fn keywords_have_meanings() {
        assert_eq!(meaning_of("let"), Some("a name for a value"));
        assert_eq!(meaning_of("stack-instances"), Some("instances of a StackSet"));
        assert_eq!(meaning_of("upper"), None);
        assert_eq!(meaning_of("Keyword"), None);
    }
}
