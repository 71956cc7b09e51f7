//! `AllowedPattern`: a Java regular expression that a whole value must match.

use regex_automata::nfa::thompson;
use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::util::syntax;

/// The largest compiled pattern, in bytes. Larger ones are not tested.
const LARGEST: usize = 1 << 20;

/// Constructs that Java reads differently: word boundaries, and differences of character classes.
const READ_OTHERWISE: [&str; 4] = ["\\<", "\\>", "--", "~~"];

/// Returns whether a pattern matches a value, or `None` if the pattern uses parts of Java's syntax that are not
/// supported.
pub fn matches(pattern: &str, value: &str) -> Option<bool> {
    let foreign = READ_OTHERWISE.iter().any(|part| pattern.contains(part));
    if foreign || !pattern.is_ascii() || !value.is_ascii() {
        return None;
    }
    // Without Unicode, classes such as `\w` are those of Java. Other quantifiers match everything that Java's
    // possessive ones match.
    let ascii = syntax::Config::new().unicode(false).utf8(false);
    let limits = thompson::Config::new().nfa_size_limit(Some(LARGEST)).utf8(false);
    let compile = |pattern: &str| PikeVM::builder().syntax(ascii).thompson(limits.clone()).build(pattern).ok();
    // The pattern must also compile alone: an unmatched bracket would close the group that anchors it.
    compile(pattern)?;
    let whole = compile(&format!("\\A(?:{pattern})\\z"))?;
    Some(whole.is_match(&mut whole.create_cache(), value))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn the_whole_value_counts() {
        assert_eq!(matches("[a-z]+", "abc"), Some(true));
        assert_eq!(matches("[a-z]+", "abc1"), Some(false));
        assert_eq!(matches("^(a|b)$", "b"), Some(true));
        assert_eq!(matches("a|b", "bc"), Some(false));
        assert_eq!(matches("\\d{2}", "12"), Some(true));
    }

    #[test]
    fn nothing_is_said_about_what_java_alone_knows() {
        for pattern in ["(?!x).*", "(a)\\1", "a)(b", "[a--b]", "\\<a", "[", "a{1000}{1000}{1000}", "é"] {
            assert_eq!(matches(pattern, "z"), None, "{pattern}");
        }
        assert_eq!(matches("[a-z]*", "é"), None);
    }
}
