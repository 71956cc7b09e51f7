//! The output of the AWS CLI about executions, builds, and stacks, and where it says what failed (`answers.toml`).

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
    /// The statuses of failed entries.
    pub failed: Vec<String>,
    /// The status of an entry that a failed one of the same action has when it was retried.
    #[serde(default)]
    pub succeeded: Option<String>,
    /// The path of what the entries of one attempt share; only the attempt listed first counts.
    #[serde(default)]
    pub newest: Option<String>,
    /// Whether the newest entries come first and the earliest failure is the cause of the others.
    #[serde(default)]
    pub earliest: bool,
    /// The mark of the entry with which an attempt begins; the entries after it belong to earlier attempts.
    #[serde(default)]
    pub begins: Option<Mark>,
    /// The summary of an entry, a sentence with `{name}`.
    pub headline: String,
    /// The paths of its messages about the failure.
    pub messages: Vec<String>,
    /// What to do if the messages say too little, with `{name}`.
    pub next: String,
    /// The paths of names, by what they name.
    pub names: BTreeMap<String, String>,
    /// Where the output is documented.
    pub source: String,
}

/// A path and a value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The path.
    pub path: String,
    /// Its value.
    pub value: String,
}

/// The command that shows more about an action of a provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Detail {
    provider: String,
    next: String,
}

/// What a status means, if the output does not say why.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Status {
    status: String,
    means: String,
    /// Where it is documented.
    #[expect(dead_code, reason = "for those who read the file")]
    source: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    #[expect(dead_code, reason = "for those who read the file")]
    verified: String,
    answer: Vec<Answer>,
    detail: Vec<Detail>,
    meaning: Vec<Status>,
}

fn file() -> Option<&'static File> {
    static FILE: OnceLock<Option<File>> = OnceLock::new();
    FILE.get_or_init(|| serde_json::from_str(facts!("answers")).ok()).as_ref()
}

/// Returns every known output.
pub fn answers() -> &'static [Answer] {
    file().map_or(&[], |file| &file.answer)
}

/// Returns the command that shows more about an action of a provider, with `{name}`.
pub fn detail(provider: &str) -> Option<&'static str> {
    let details = &file()?.detail;
    details.iter().find(|detail| detail.provider == provider).map(|detail| detail.next.as_str())
}

/// Returns what a status means.
pub fn meaning(status: &str) -> Option<&'static str> {
    let known = &file()?.meaning;
    known.iter().find(|known| known.status == status).map(|known| known.means.as_str())
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
