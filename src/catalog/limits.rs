//! Quotas (`limits.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// A quota.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// How code refers to it, for example `actions-per-stage`.
    pub id: String,
    /// The figure; the stricter one where sources disagree.
    pub value: usize,
    /// The looser figure where sources disagree.
    #[serde(default)]
    looser: Option<usize>,
    /// What is counted, for messages: "actions in a stage".
    pub of: String,
    /// The page that says so.
    pub source: String,
}

/// How a count stands to a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Within the stricter figure.
    Within,
    /// Between the two figures.
    Disputed,
    /// Past the looser figure.
    Past,
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// The quotas.
    pub limit: Vec<Limit>,
}

static TEXT: &str = facts!("limits");

/// The whole file; `None` if it does not parse, which a test rules out.
pub fn limits() -> Option<&'static Limits> {
    static LIMITS: OnceLock<Option<Limits>> = OnceLock::new();
    LIMITS.get_or_init(|| serde_json::from_str(TEXT).ok()).as_ref()
}

/// A quota by its id.
pub fn limit(id: &str) -> Option<&'static Limit> {
    limits()?.limit.iter().find(|limit| limit.id == id)
}

/// The figure of a quota past which AWS certainly refuses.
pub fn most(id: &str) -> usize {
    limit(id).map(Limit::looser).unwrap_or_default()
}

impl Limit {
    /// The figure past which AWS certainly refuses.
    pub fn looser(&self) -> usize {
        self.looser.unwrap_or(self.value)
    }

    /// How a count stands to it.
    pub fn verdict(&self, count: usize) -> Verdict {
        if count <= self.value {
            Verdict::Within
        } else if count <= self.looser() {
            Verdict::Disputed
        } else {
            Verdict::Past
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_parses_and_is_consistent() {
        let limits: Limits = serde_json::from_str(TEXT).unwrap();
        assert_eq!(limits.verified.len(), 10);
        for limit in &limits.limit {
            assert!(limit.looser() >= limit.value, "{}", limit.id);
            assert!(limit.source.starts_with("https://docs.aws.amazon.com/"), "{}", limit.id);
            assert_eq!(limits.limit.iter().filter(|other| other.id == limit.id).count(), 1, "{}", limit.id);
        }
    }

    #[test]
    fn a_count_between_two_figures_is_disputed() {
        let limit = limit("actions-per-stage").unwrap();
        assert_eq!(
            [50, 51, 100, 101].map(|count| limit.verdict(count)),
            [Verdict::Within, Verdict::Disputed, Verdict::Disputed, Verdict::Past]
        );
        assert!(super::limit("moons").is_none());
    }
}
