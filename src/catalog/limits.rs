//! Quotas (`limits.toml`).

use serde::Deserialize;

use super::rows::{Rows, rows};

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

static LIMITS: Rows<Limit> = rows!("limits", "limit");

/// Returns a quota by its ID.
pub fn limit(id: &str) -> Option<&'static Limit> {
    LIMITS.get(id)
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
        for limit in LIMITS.every() {
            assert!(limit.looser() >= limit.value, "{}", limit.id);
            assert!(limit.source.starts_with("https://docs.aws.amazon.com/"), "{}", limit.id);
            assert_eq!(LIMITS.all().filter(|other| other.id == limit.id).count(), 1, "{}", limit.id);
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
