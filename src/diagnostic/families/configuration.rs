//! E0105, E0106, W0112, W0113, E0212, W0411, E0411: the configuration of actions.

use crate::catalog::{ActionType, Slot};
use crate::diagnostic::{Code, Diagnostic, wording};

use crate::source::{Span, Spanned};

/// A configuration value as it is written in a file: ``mode = create-update``.
pub fn shown_setting(action_type: &ActionType, key: &str, value: &str) -> String {
    let Some(slot) = action_type.slot_of_key(key) else { return format!("{key} = \"{value}\"") };
    let word = slot.values.iter().find(|(_, aws)| *aws == value).map_or(value, |(word, _)| word.as_str());
    if word.is_empty() { slot.attribute.clone() } else { format!("{} = {word}", slot.attribute) }
}

/// A key that other keys ask for. `cause`: the setting that does, and its place.
pub fn missing_key(owner: &str, slot: &Slot, place: Span, cause: Option<(String, Span)>) -> Diagnostic {
    let word = &slot.attribute;
    let because = cause.as_ref().map_or_else(String::new, |(shown, _)| format!(" with `{shown}`"));
    let diagnostic =
        Diagnostic::new(Code::E0105, format!("{owner} needs `{word}`{because}"), place, format!("`{word}` is missing"))
            .note(slot.doc.trim_end_matches('.').to_owned())
            .help(format!("add `{word} = {}`", super::names::example(slot)));
    match cause {
        Some((_, span)) => diagnostic.label(span, "asks for it"),
        None => diagnostic,
    }
}

/// A file that the header should name.
pub fn missing_file(owner: &str, slot: &Slot, place: Span) -> Diagnostic {
    let word = &slot.attribute;
    Diagnostic::new(
        Code::E0105,
        format!("{owner} needs a {word}"),
        place,
        format!("no {word} named"),
    )
    .note(slot.doc.trim_end_matches('.').to_owned())
    .help("name it behind the name: `from Artifact::file`")
}

/// Why a key has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ineffective<'a> {
    /// Because of another setting.
    With(&'a str),
    /// Because another setting is missing.
    Without(&'a str),
}

/// A key that AWS takes and ignores.
pub fn ineffective(word: &str, why: Ineffective<'_>, place: Span, other: Option<Span>) -> Diagnostic {
    let (message, help) = match why {
        Ineffective::With(setting) => {
            (format!("`{word}` has no effect with `{setting}`"), format!("remove `{word}`"))
        }
        Ineffective::Without(setting) => (
            format!("`{word}` has no effect without `{setting}`"),
            format!("add `{setting}`, or remove `{word}`"),
        ),
    };
    let diagnostic = Diagnostic::new(Code::W0112, message, place, "ignored by AWS").help(help);
    match other {
        Some(span) => diagnostic.label(span, "because of this"),
        None => diagnostic,
    }
}

/// A raw key that is nearly one of the action type's.
pub fn unknown_key(key: &Spanned<String>, provider: &str, near: &str) -> Diagnostic {
    Diagnostic::new(
        Code::W0113,
        format!("`{}` is not a known configuration key of {provider}", key.node),
        key.span,
        "unknown key",
    )
    .suggest(key.span, Some(near))
}

/// An artifact named in text that the action does not read.
pub fn not_an_input(key: &str, artifact: &str, action: &str, place: Span, inputs: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0212,
        format!("`{key}` names `{artifact}`, which is not an input of `{action}`"),
        place,
        "not an input artifact",
    );
    match inputs {
        [] => diagnostic.help(format!("write `from {artifact}` in the header of the action")),
        inputs => diagnostic.help(format!("its inputs are {}", wording::and_list(inputs.iter().copied()))),
    }
}

/// Text that names no file in an artifact.
pub fn no_artifact_file(key: &str, text: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0212, format!("`{key}` names no artifact"), place, "only a path")
        .help(format!("write `Artifact::{text}`"))
}

/// A value without a character.
pub fn empty(word: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("`{word}` must not be empty"), place, "no text")
        .note("AWS refuses a configuration value of length 0")
        .help(format!("give it a value, or remove `{word}`"))
}

/// A value over the length that AWS takes.
pub fn too_long(word: &str, length: usize, most: usize, place: Span, parts: &[(String, usize)]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0411,
        format!("`{word}` has {length} characters; AWS takes at most {most}"),
        place,
        "too long when written to AWS",
    );
    with_parts(diagnostic, parts)
}

/// A value between two published lengths.
pub fn perhaps_too_long(
    word: &str,
    length: usize,
    stricter: usize,
    looser: usize,
    place: Span,
    parts: &[(String, usize)],
) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::W0411,
        format!("`{word}` has {length} characters; AWS names two limits, {stricter} and {looser}"),
        place,
        format!("more than {stricter} when written to AWS"),
    )
    .note(format!("the user guide says {stricter}, the service's own messages say {looser}"));
    with_parts(diagnostic, parts)
}

/// Lists the longest entries of a map.
fn with_parts(diagnostic: Diagnostic, parts: &[(String, usize)]) -> Diagnostic {
    let longest: Vec<String> = parts.iter().take(3).map(|(name, length)| format!("`{name}` {length}")).collect();
    if longest.is_empty() {
        return diagnostic;
    }
    diagnostic
        .note(format!("the longest entries: {} characters", longest.join(", ")))
        .help("move long values to a file in the artifact, or to the project")
}
