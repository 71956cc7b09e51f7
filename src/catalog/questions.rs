//! Commands that ask a question (`questions.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// Commands that ask a question.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The commands: a program and its first word.
    pub command: Vec<String>,
    /// Options with which they do not ask.
    pub unless: Vec<String>,
    /// The letter of such an option in a group of short options.
    pub letter: Option<char>,
    /// Keys of the program's settings file with which they do not ask.
    #[serde(default)]
    pub settings: Vec<String>,
    /// Whether they always ask.
    #[serde(default)]
    pub certain: bool,
    /// What they say, or what the question is about.
    pub says: String,
    /// The help.
    pub help: String,
    /// The page that says so.
    pub source: String,
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    /// When the facts were verified.
    pub verified: String,
    /// The questions.
    pub question: Vec<Question>,
}

fn file() -> Option<&'static Questions> {
    static PARSED: OnceLock<Option<Questions>> = OnceLock::new();
    PARSED.get_or_init(|| serde_json::from_str(facts!("questions")).ok()).as_ref()
}

/// Returns the question that a command asks.
pub fn question(command: &str) -> Option<&'static Question> {
    file()?.question.iter().find(|question| question.command.iter().any(|known| known == command))
}

#[cfg(test)]
mod tests {
    use super::{file, question};

    #[test]
    fn every_question_is_sourced_and_can_be_answered() {
        let file = file().unwrap();
        assert_eq!(file.verified.len(), 10);
        for question in &file.question {
            assert!(question.source.starts_with("https://") && !question.help.is_empty() && !question.says.is_empty());
            assert!(question.unless.iter().all(|option| option.starts_with('-')), "{question:?}");
        }
        assert!(question("cdk deploy").is_some_and(|question| !question.certain));
        assert!(question("cdk synth").is_none());
    }
}
