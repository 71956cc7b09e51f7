//! The attributes of everything that is declared: one file for each keyword, embedded, read when first asked for.

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
    "project"
    "property"
    "provider"
    "pull-request"
    "push"
    "repository"
    "resource"
    "role"
    "rule"
    "source"
    "stack"
    "stage"
    "topic"
    "update"
}

impl Entry {
    /// The file's content with the slots of what it includes behind its own.
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

/// The attributes of a declaration, by its keyword (`project`, `bucket`, ...).
///
/// Some words are no keywords: `action` holds what every action takes, `generic-action` what `action N {}` takes
/// besides, `source` what sources take besides, `stack` what statements about a stack take besides,
/// `property` what a property of a provider takes, `push`, `pull-request` and `event` what the `on` statements of these
/// names take, and `rule` what all rules of stage conditions take.
pub fn declaration(word: &str) -> Option<&'static Declaration> {
    let entry = entry(word)?;
    entry.parsed.get_or_init(|| entry.read()).as_ref()
}

/// Every word that [`declaration`] knows, sorted. Reads no file.
pub fn declaration_words() -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().map(|entry| entry.word)
}

impl Declaration {
    /// The slot of an attribute word.
    pub fn slot_of_attribute(&self, attribute: &str) -> Option<&Slot> {
        self.slot.iter().find(|slot| slot.attribute == attribute)
    }
}
