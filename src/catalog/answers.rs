//! What the AWS CLI prints about executions, builds, and stacks, and where it says what failed (`answers.toml`).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// The output of one command.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The command.
    pub command: String,
    /// The keys of the lists, from the outside in.
    pub lists: Vec<String>,
    /// The path of the status of an entry.
    pub status: String,
    /// The statuses of what failed.
    pub failed: Vec<String>,
    /// The path of what entries of one attempt share; only the first attempt that is listed counts.
    #[serde(default)]
    pub newest: Option<String>,
    /// Whether the newest entries come first, and the earliest failure is the cause of the others.
    #[serde(default)]
    pub earliest: bool,
    /// What marks the entry with which an attempt begins; the entries after it are of earlier ones.
    #[serde(default)]
    pub begins: Option<Mark>,
    /// What an entry says, in a sentence with `{name}`.
    pub headline: String,
    /// The paths of what it says of the failure.
    pub messages: Vec<String>,
    /// What to do if that says too little, with `{name}`.
    pub next: String,
    /// The paths of names, by what they are names of.
    pub names: BTreeMap<String, String>,
    /// Where the form is documented.
    pub source: String,
}

/// A value of a path.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The path.
    pub path: String,
    /// Its value.
    pub value: String,
}

/// The command that says more about an action of a provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Detail {
    provider: String,
    next: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    #[expect(dead_code, reason = "for those who read the file")]
    verified: String,
    answer: Vec<Answer>,
    detail: Vec<Detail>,
}

fn file() -> Option<&'static File> {
    static FILE: OnceLock<Option<File>> = OnceLock::new();
    FILE.get_or_init(|| serde_json::from_str(facts!("answers")).ok()).as_ref()
}

/// Every output that is known.
pub fn answers() -> &'static [Answer] {
    file().map_or(&[], |file| &file.answer)
}

/// The command that says more about an action of a provider, with `{name}`.
pub fn detail(provider: &str) -> Option<&'static str> {
    let details = &file()?.detail;
    details.iter().find(|detail| detail.provider == provider).map(|detail| detail.next.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read() {
        let read: Result<File, _> = serde_json::from_str(facts!("answers"));
        assert!(read.is_ok(), "{}", read.unwrap_err());
        for answer in answers() {
            assert!(!answer.lists.is_empty() && !answer.failed.is_empty(), "{}", answer.command);
        }
    }
}
