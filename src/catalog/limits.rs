//! Quotas (`limits.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// A quota.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Its ID, for example `actions-per-stage`.
    pub id: String,
    /// The value; the stricter one if sources disagree.
    pub value: usize,
    /// The looser value if sources disagree.
    #[serde(default)]
    looser: Option<usize>,
    /// What is counted, for messages: "actions in a stage".
    pub of: String,
    /// The page that documents it.
    pub source: String,
}

/// The result of comparing a count with a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Within the stricter value.
    Within,
    /// Between the two values.
    Disputed,
    /// Above the looser value.
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

/// Returns the whole file; `None` if it does not parse, which a test rules out.
pub fn limits() -> Option<&'static Limits> {
    static LIMITS: OnceLock<Option<Limits>> = OnceLock::new();
    LIMITS.get_or_init(|| serde_json::from_str(TEXT).ok()).as_ref()
}

/// Returns a quota by its ID.
pub fn limit(id: &str) -> Option<&'static Limit> {
    limits()?.limit.iter().find(|limit| limit.id == id)
}

/// Returns the value of a quota above which AWS certainly rejects.
pub fn most(id: &str) -> usize {
    limit(id).map(Limit::looser).unwrap_or_default()
}

impl Limit {
    /// Returns the value above which AWS certainly rejects.
    pub fn looser(&self) -> usize {
        self.looser.unwrap_or(self.value)
    }

    /// Compares a count with it.
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
