//! Problems in regular expressions that are also problems in Java's syntax, which CodePipeline uses.
//! <https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-VariableCheck.html> (2026-11-23)

use regex_syntax::ast::ErrorKind;
use regex_syntax::ast::parse::Parser;

/// Returns the error in a pattern, if there certainly is one.
pub(in crate::check) fn fault(pattern: &str) -> Option<&'static str> {
    let error = Parser::new().parse(pattern).err()?;
    match error.kind() {
        ErrorKind::GroupUnclosed => Some("unclosed `(`"),
        ErrorKind::GroupUnopened => Some("unmatched `)`"),
        ErrorKind::ClassUnclosed => Some("unclosed `[`"),
        ErrorKind::RepetitionCountUnclosed => Some("unclosed `{`"),
        ErrorKind::RepetitionMissing => Some("nothing to repeat"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn only_what_java_does_not_read_is_wrong() {
        for pattern in ["(unclosed", "a)", "[a-z", "*.txt", "(a|b))", "a{1", "[0-9]{1,3\\.0"] {
            assert!(fault(pattern).is_some(), "{pattern}");
        }
        for pattern in
            ["main|release", "(?!x).*", "(a)\\1", "\\Q(\\E", "[a--b]", "a{1,}", "(?<name>a)\\k<name>", "[a&&[^b]]", ""]
        {
            assert_eq!(fault(pattern), None, "{pattern}");
        }
    }
}
