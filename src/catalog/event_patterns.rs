//! The operators of event patterns, and the events of AWS services (`event_patterns.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// What an operator takes as its value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Takes {
    /// A value, or a list or map of them.
    #[default]
    Any,
    /// `true` or `false`.
    Flag,
    /// Alternating comparison signs and numbers.
    Range,
}

/// An operator besides equality.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// Its key in a pattern.
    pub word: String,
    /// What it takes.
    #[serde(default)]
    pub takes: Takes,
}

/// A service of AWS that sends events.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// Its name in the field `source`.
    pub name: String,
    /// The detail types of its events.
    pub kinds: Vec<String>,
    /// The page that lists them.
    pub source: String,
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventPatterns {
    /// The page the facts come from.
    pub source: String,
    /// The day the facts were compared with their source, `YYYY-MM-DD`.
    pub verified: String,
    /// The comparison signs before numbers.
    signs: Vec<String>,
    /// The operators, sorted.
    operator: Vec<Operator>,
    /// The services whose events are known.
    sender: Vec<Sender>,
}

/// Returns the service with a name in the field `source`, if all of its events are known.
pub fn sender(name: &str) -> Option<&'static Sender> {
    event_patterns()?.sender.iter().find(|sender| sender.name == name)
}

/// Returns the whole file; `None` if it does not parse, which a test rules out.
pub fn event_patterns() -> Option<&'static EventPatterns> {
    static PARSED: OnceLock<Option<EventPatterns>> = OnceLock::new();
    PARSED.get_or_init(|| serde_json::from_str(facts!("event_patterns")).ok()).as_ref()
}

/// Returns every operator.
pub fn operators() -> &'static [Operator] {
    event_patterns().map_or(&[], |file| &file.operator)
}

/// Returns whether a text is a comparison sign.
pub fn is_sign(text: &str) -> bool {
    event_patterns().is_some_and(|file| file.signs.iter().any(|sign| sign == text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_sorted_and_have_a_source() {
        let file = event_patterns().expect("the file parses");
        assert!(file.source.starts_with("https://docs.aws.amazon.com/"));
        assert!(operators().is_sorted_by(|one, next| one.word < next.word));
        let taking = |takes| operators().iter().find(|it| it.takes == takes).map(|it| it.word.as_str());
        assert_eq!((taking(Takes::Flag), taking(Takes::Range)), (Some("exists"), Some("numeric")));
        assert!(file.sender.iter().all(|sender| sender.source.starts_with("https://docs.aws.amazon.com/")));
        assert!(sender("aws.ecr").is_some_and(|sender| sender.kinds.is_sorted()));
        assert!(is_sign("<=") && !is_sign("=="));
    }
}
