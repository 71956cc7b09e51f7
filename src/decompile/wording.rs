//! Messages in the words of the document: the language's words for attributes and enumerations, replaced by AWS's.

use crate::catalog::{self, ActionType, Slot};
use crate::diagnostic::{Code, Diagnostic, Edit, Severity};
use crate::source::{SourceMap, Span};

/// A part of the document, and what the words of messages about it are called there.
#[derive(Debug, Clone)]
pub struct Region {
    span: Span,
    words: Vec<(String, String)>,
}

impl Region {
    /// An action.
    pub(super) fn of_action(span: Span, action_type: Option<&ActionType>) -> Self {
        let own = action_type.map(|known| known.slot.as_slice()).unwrap_or_default();
        let mut region = Self::listed(span, "action");
        region.words.extend(Self::listed(span, "generic-action").words);
        region.words.splice(0..0, own.iter().flat_map(words_of));
        region
    }

    /// What the catalog lists under a word.
    pub(super) fn listed(span: Span, word: &str) -> Self {
        let slots = catalog::declaration(word).map(|entry| entry.slot.as_slice()).unwrap_or_default();
        Self { span, words: slots.iter().flat_map(words_of).collect() }
    }

    fn aws(&self, word: &str) -> Option<&str> {
        self.words.iter().find(|(known, _)| known == word).map(|(_, aws)| aws.as_str())
    }
}

fn words_of(slot: &Slot) -> Vec<(String, String)> {
    let Some(key) = &slot.key else { return Vec::new() };
    let mut words = vec![(slot.attribute.clone(), key.clone())];
    words.extend(slot.values.iter().map(|(word, aws)| (word.clone(), aws.clone())));
    words.extend(slot.field.iter().flat_map(words_of));
    words
}

/// What is said about the text of `.pipe` files, and about what dotpipe generates: it does not hold for other documents.
const ABOUT_PIPE: [Code; 6] = [
    Code::E0301,
    Code::E0415,
    Code::E0708,
    Code::E0807,
    Code::W0304,
    Code::W0706,
];

/// The regions of a document, and how it writes a value.
#[derive(Debug, Clone, Default)]
pub struct Wording {
    /// The innermost last.
    pub regions: Vec<Region>,
    /// Whether the document is JSON.
    pub json: bool,
}

impl Wording {
    /// Whether a diagnostic says something about a document.
    pub fn is_about(&self, found: &Diagnostic) -> bool {
        found.severity != Severity::Info && !ABOUT_PIPE.contains(&found.code)
    }

    /// A diagnostic in the words of the document.
    pub fn apply(&self, found: &mut Diagnostic, sources: &SourceMap) {
        found.intents.clear();
        found.edits.retain(|edit| is_plain(edit, sources));
        let place = found.primary.span;
        let covering = self.regions.iter().filter(|region| region.span.covers(place));
        let Some(region) = covering.min_by_key(|region| region.span.len()) else { return };
        let said = |text: &mut String| *text = self.said(region, text);
        said(&mut found.message);
        said(&mut found.primary.text);
        found.secondary.iter_mut().for_each(|label| said(&mut label.text));
        found.notes.iter_mut().for_each(said);
        found.help.iter_mut().for_each(said);
    }

    /// A text with AWS's words in backticks.
    fn said(&self, region: &Region, text: &str) -> String {
        let mut result = String::new();
        for (index, piece) in text.split('`').enumerate() {
            if index > 0 {
                result.push('`');
            }
            if index % 2 == 0 {
                result.push_str(piece);
                continue;
            }
            result.push_str(&match (region.aws(piece), piece.split_once(" = ")) {
                (Some(aws), _) => aws.to_owned(),
                (None, Some((word, value))) => match region.aws(word) {
                    Some(aws) => self.assignment(region, aws, value),
                    None => piece.to_owned(),
                },
                (None, None) => piece.to_owned(),
            });
        }
        result
    }

    fn assignment(&self, region: &Region, key: &str, value: &str) -> String {
        let value = region.aws(value).unwrap_or(value);
        let quoted = value.starts_with('"');
        match (self.json, quoted) {
            (true, true) => format!("\"{key}\": {value}"),
            (true, false) => format!("\"{key}\": \"{value}\""),
            (false, true) => format!("{key}: {}", value.trim_matches('"')),
            (false, false) => format!("{key}: {value}"),
        }
    }
}

/// Whether an edit replaces a name by another, which every notation spells alike.
fn is_plain(edit: &Edit, sources: &SourceMap) -> bool {
    let plain = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c))
    };
    plain(&edit.replacement) && plain(sources.slice(edit.span))
}
