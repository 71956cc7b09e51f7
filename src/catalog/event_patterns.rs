//! The operators of event patterns, and the kinds of events (`event_patterns.toml`).

use std::collections::BTreeMap;
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

/// A service that sends events.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// The value of `source`.
    pub source: String,
    /// Values of `detail-type`.
    pub kinds: Vec<String>,
    /// Names that no event has, and the kind that is meant.
    #[serde(default)]
    pub never: BTreeMap<String, String>,
    /// The page that documents them.
    pub page: String,
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
    /// The services, sorted.
    sender: Vec<Sender>,
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

/// Returns the service with this value of `source`.
pub fn sender(source: &str) -> Option<&'static Sender> {
    event_patterns()?.sender.iter().find(|sender| sender.source == source)
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
        let senders = &file.sender;
        assert!(senders.is_sorted_by(|one, next| one.source < next.source));
        assert!(senders.iter().all(|sender| sender.page.starts_with("https://docs.aws.amazon.com/")));
        assert!(senders.iter().all(|sender| sender.never.values().all(|kind| sender.kinds.contains(kind))));
        assert!(operators().is_sorted_by(|one, next| one.word < next.word));
        let taking = |takes| operators().iter().find(|it| it.takes == takes).map(|it| it.word.as_str());
        assert_eq!((taking(Takes::Flag), taking(Takes::Range)), (Some("exists"), Some("numeric")));
        assert!(is_sign("<=") && !is_sign("=="));
    }
}
