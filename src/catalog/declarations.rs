//! The attributes of everything that is declared: one embedded file for each keyword, parsed on first use.

use std::sync::OnceLock;

use super::{Declaration, Slot};

/// A word and its file.
struct Entry {
    word: &'static str,
    text: &'static str,
    parsed: &'static OnceLock<Option<Declaration>>,
}

macro_rules! declarations {
    ($($word:literal)*) => {
        /// Every entry, sorted.
        static ENTRIES: &[Entry] = &[$(
            Entry {
                word: $word,
                text: facts!("declarations/", $word),
                parsed: {
                    static PARSED: OnceLock<Option<Declaration>> = OnceLock::new();
                    &PARSED
                },
            },
        )*];
    };
}

declarations! {
    "action"
    "artifacts"
    "bucket"
    "connection"
    "dashboard"
    "environment"
    "event"
    "generic-action"
    "key"
    "notify"
    "param"
    "pipeline"
    "policy"
    "project"
    "property"
    "provider"
    "pull-request"
    "push"
    "repository"
    "resource"
    "role"
    "rule"
    "schedule"
    "source"
    "stack"
    "stage"
    "topic"
    "update"
}

impl Entry {
    /// Parses the file, and appends the slots of the files that it includes.
    fn read(&self) -> Option<Declaration> {
        let mut declaration: Declaration = serde_json::from_str(self.text).ok()?;
        for word in &declaration.includes {
            let included: Declaration = serde_json::from_str(entry(word)?.text).ok()?;
            declaration.slot.extend(included.slot);
        }
        Some(declaration)
    }
}

fn entry(word: &str) -> Option<&'static Entry> {
    ENTRIES.binary_search_by(|entry| entry.word.cmp(word)).ok().and_then(|index| ENTRIES.get(index))
}

/// Returns the attributes of a declaration, by its keyword (`project`, `bucket`, ...).
///
/// Some words are not keywords: `action` has the attributes of every action, `generic-action` those that only `action N
/// {}` takes, `source` those that only sources take, `stack` those that only statements about a stack take, `property`
/// those of a provider's property, `push`, `pull-request`, and `event` those of the `on` statements with these names,
/// and `rule` those of all rules of stage conditions.
pub fn declaration(word: &str) -> Option<&'static Declaration> {
    let entry = entry(word)?;
    entry.parsed.get_or_init(|| entry.read()).as_ref()
}

/// Returns every word that [`declaration`] accepts, sorted. Parses no file.
pub fn declaration_words() -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().map(|entry| entry.word)
}

impl Declaration {
    /// Returns the slot of an attribute.
    pub fn slot_of_attribute(&self, attribute: &str) -> Option<&Slot> {
        self.slot.iter().find(|slot| slot.attribute == attribute)
    }
}
