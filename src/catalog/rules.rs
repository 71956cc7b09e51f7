//! The rules of stage conditions: one embedded file for each word in `rules/`, parsed on first use.

use std::sync::{Arc, OnceLock};

use serde::Deserialize;

use super::{Count, Grant, Slot};

/// One file in `rules/`: a rule that a stage condition can evaluate.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleType {
    /// The rule's name as AWS spells it.
    pub title: String,
    /// A one-sentence description.
    pub doc: String,
    /// The page the facts come from.
    pub link: String,
    /// The day the facts were compared with their source, `YYYY-MM-DD`.
    pub verified: String,
    /// The provider as the API spells it.
    pub provider: String,
    /// The version, a string in the API.
    #[serde(default = "version_one")]
    pub version: String,
    /// The attribute of the first argument, which needs no name.
    pub first: String,
    /// The number of input artifacts.
    pub inputs: Count,
    /// Whether a condition with it can skip the stage.
    #[serde(default)]
    pub skip: bool,
    /// Whether it runs code of the repository: each such rule gets its own role.
    #[serde(default)]
    pub own_role: bool,
    /// Its arguments.
    #[serde(default)]
    pub slot: Vec<Slot>,
    /// The permissions that the pipeline's role, or the rule's own, needs.
    #[serde(default)]
    pub grant: Vec<Grant>,
}

fn version_one() -> String {
    "1".to_owned()
}

impl RuleType {
    /// Returns the slot of an attribute.
    pub fn slot_of_attribute(&self, word: &str) -> Option<&Slot> {
        self.slot.iter().find(|slot| slot.attribute == word)
    }

    /// Returns the slot of a configuration key.
    pub fn slot_of_key(&self, key: &str) -> Option<&Slot> {
        self.slot.iter().find(|slot| slot.key.as_deref() == Some(key))
    }
}

/// A rule's word and its file.
struct Entry {
    word: &'static str,
    text: &'static str,
    parsed: &'static OnceLock<Option<Arc<RuleType>>>,
}

macro_rules! rules {
    ($($word:literal)*) => {
        /// Every rule, sorted.
        static ENTRIES: &[Entry] = &[$(
            Entry {
                word: $word,
                text: facts!("rules/", $word),
                parsed: {
                    static PARSED: OnceLock<Option<Arc<RuleType>>> = OnceLock::new();
                    &PARSED
                },
            },
        )*];
    };
}

rules! {
    "alarm"
    "codebuild"
    "lambda"
    "run"
    "variable"
    "window"
}

/// Returns the rule with a word.
pub fn rule_type(word: &str) -> Option<&'static Arc<RuleType>> {
    let entry = ENTRIES.iter().find(|entry| entry.word == word)?;
    entry.parsed.get_or_init(|| serde_json::from_str(entry.text).ok().map(Arc::new)).as_ref()
}

/// The rule that compares a run-time variable with a value. A condition can be written as the comparison itself.
pub const VARIABLE: &str = "variable";

/// The comparisons with an operator: `==` and `!=`.
const SIGNS: [&str; 2] = ["equals", "differs"];

fn comparisons() -> impl Iterator<Item = (&'static str, &'static str)> {
    let slot = rule_type(VARIABLE).and_then(|rule| rule.slot_of_attribute("operator"));
    let values = slot.into_iter().flat_map(|slot| &slot.values);
    values.map(|(word, in_aws)| (word.as_str(), in_aws.as_str()))
}

/// Returns the comparisons that a condition calls as functions, each with AWS's name.
pub fn called_comparisons() -> impl Iterator<Item = (&'static str, &'static str)> {
    comparisons().filter(|(word, _)| !SIGNS.contains(word))
}

/// Returns AWS's name for `==` or `!=`.
pub fn signed_comparison(is_equal: bool) -> Option<&'static str> {
    let wanted = if is_equal { SIGNS[0] } else { SIGNS[1] };
    comparisons().find(|(word, _)| *word == wanted).map(|(_, in_aws)| in_aws)
}

/// Returns the words of all rules, sorted. Parses no file.
pub fn rule_words() -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().map(|entry| entry.word)
}
