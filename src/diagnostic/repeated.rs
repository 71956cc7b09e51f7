//! Merges diagnostics with the same cause: one undeclared name, or one missing file, that is used in several places.

use super::{Code, Diagnostic, Label};
use crate::collections::HashMap;

/// The most other uses with a label. The number of further ones is mentioned.
const SHOWN: usize = 3;

/// The label at a use of what is wrong elsewhere.
const USED: &str = "used here";

/// Whether a diagnostic is about a value, of which a loop or a component makes several at one place.
pub(super) fn is_of_value(diagnostic: &Diagnostic) -> bool {
    [Code::E0102, Code::E0136, Code::W0136, Code::E0443].contains(&diagnostic.code)
}

/// Whether the fault is elsewhere than its uses, which have labels.
pub(super) fn has_uses(diagnostic: &Diagnostic) -> bool {
    let of_uses = [Code::E0207, Code::E0703].contains(&diagnostic.code);
    of_uses && diagnostic.secondary.first().is_some_and(|label| label.text == USED)
}

/// Adds the use of a repeated diagnostic to the first one.
pub(super) fn add_uses(first: &mut Diagnostic, repeated: &Diagnostic) {
    for label in repeated.secondary.iter().filter(|label| label.text == USED) {
        let known = first.secondary.iter().filter(|known| known.text == USED);
        if known.clone().count() <= SHOWN && known.clone().all(|known| known.span != label.span) {
            first.secondary.push(label.clone());
        }
    }
}

/// The identity of a cause: the same name in the same file, with the same help.
#[derive(PartialEq, Eq, Hash)]
struct Cause {
    code: Code,
    file: crate::source::FileId,
    message: String,
    help: Option<String>,
    /// Whether each of them has an edit.
    suggestion: bool,
}

impl Cause {
    fn of(diagnostic: &Diagnostic) -> Option<Self> {
        let gathered =
            [Code::E0201, Code::E0207, Code::E0301, Code::E0409, Code::E0612, Code::E0703, Code::E0705, Code::E0801];
        gathered.contains(&diagnostic.code).then(|| Self {
            code: diagnostic.code,
            file: diagnostic.primary.span.file,
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
            suggestion: !diagnostic.edits.is_empty(),
        })
    }
}

/// Merges the uses of an unknown name into the diagnostic of the first one, with the edits of all.
pub(super) fn gather(sorted: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut gathered: Vec<Diagnostic> = Vec::with_capacity(sorted.len());
    let mut first: HashMap<Cause, (usize, Vec<Label>)> = HashMap::default();
    for diagnostic in sorted {
        let Some(cause) = Cause::of(&diagnostic) else {
            gathered.push(diagnostic);
            continue;
        };
        if let Some((index, places)) = first.get_mut(&cause)
            && let Some(known) = gathered.get_mut(*index)
        {
            places.push(Label { text: "and here".to_owned(), ..diagnostic.primary.clone() });
            for edit in diagnostic.edits {
                if !known.edits.contains(&edit) {
                    known.edits.push(edit);
                }
            }
        } else {
            first.insert(cause, (gathered.len(), Vec::new()));
            gathered.push(diagnostic);
        }
    }
    for (index, places) in first.into_values() {
        if let Some(diagnostic) = gathered.get_mut(index) {
            let more = places.len().saturating_sub(SHOWN);
            diagnostic.secondary.extend(places.into_iter().take(SHOWN));
            if more > 0 {
                diagnostic.notes.push(format!("also used in {}", super::wording::count(more, "more place")));
            }
        }
    }
    gathered
}
