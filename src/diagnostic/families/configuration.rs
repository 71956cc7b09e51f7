//! E0105, E0106, E0411: the configuration of actions.

use crate::catalog::ExampleValue;
use crate::diagnostic::wording::number;
use crate::diagnostic::{Code, Diagnostic, PipeCode, phrase, wording};

use crate::source::Span;

/// The details of a missing attribute.
#[derive(Debug, Clone, Copy)]
pub struct Missing<'a> {
    /// The action or stack that needs it.
    pub owner: &'a str,
    /// The attribute's name.
    pub word: &'a str,
    /// The span of the owner's name.
    pub place: Span,
}

/// A key without an attribute, because the action has another one with that name.
pub fn missing_raw_key(missing: &Missing<'_>, example: &ExampleValue) -> Diagnostic {
    let Missing { owner, word, place } = *missing;
    Diagnostic::new(Code::E0105, format!("{owner} needs configuration key `{word}`"), place, "").help(phrase![
        "add ",
        PipeCode::set(word, example),
        " to `configuration`"
    ])
}

/// An empty value.
pub fn empty(word: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("`{word}` must not be empty"), place, "")
        .note("AWS rejects empty configuration values")
        .help(format!("give it a value, or remove `{word}`"))
}

/// A value shorter than AWS accepts.
pub fn too_short(word: &str, length: usize, least: usize, place: Span) -> Diagnostic {
    let characters = wording::count(length, "character");
    let message = match length {
        0 => format!("`{word}` must not be empty"),
        _ => format!("`{word}` has {characters}; AWS requires at least {}", number(least)),
    };
    Diagnostic::new(Code::E0106, message, place, "")
}

/// The label for a value that AWS receives in another form.
pub const ENCODED: &str = "counted in the form that AWS receives";

/// A value longer than AWS accepts. `parts` are the entries of a map, which AWS receives encoded.
pub fn too_long(word: &str, length: usize, most: usize, place: Span, parts: &[(String, usize)]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0411,
        format!("`{word}` has {} characters; AWS allows at most {}", number(length), number(most)),
        place,
        if parts.is_empty() { "" } else { ENCODED },
    );
    with_parts(diagnostic, parts, most)
}

/// Adds how to shorten a value to `most` characters, and lists the longest entries of a map.
pub fn with_parts(diagnostic: Diagnostic, parts: &[(String, usize)], most: usize) -> Diagnostic {
    let longest: Vec<String> =
        parts.iter().take(3).map(|(name, length)| format!("`{name}` {}", number(*length))).collect();
    if longest.is_empty() {
        return diagnostic.help(format!("shorten the value to at most {} characters", number(most)));
    }
    diagnostic
        .note(format!("longest entries: {} characters", longest.join(", ")))
        .help("move long values to a file in the artifact, or to `env` of the project")
}

/// The value of a StackSet parameter with a separator of AWS's shorthand.
pub fn separators_in_value(parameter: &str, place: Span) -> Diagnostic {
    let message = format!("the value of parameter `{parameter}` cannot contain spaces or commas");
    Diagnostic::new(Code::E0106, message, place, "")
        .note("CodePipeline passes the parameters of a StackSet as one string, separated by spaces and commas")
        .help("remove the spaces and commas, or set the parameter's default in the template")
}

/// A string that is empty, or longer than AWS allows. `what` is a name in backticks, or a noun.
pub fn bad_length(what: &str, text: &str, most: usize, place: Span) -> Option<Diagnostic> {
    let count = text.chars().count();
    let (any, this) = if what.starts_with('`') { ("", "") } else { ("a ", "this ") };
    let message = match count {
        0 => format!("{any}{what} must not be empty"),
        _ if count > most => {
            format!("{this}{what} has {} characters; AWS allows at most {}", number(count), number(most))
        }
        _ => return None,
    };
    Some(Diagnostic::new(Code::E0106, message, place, ""))
}

/// A command that is empty, too long, or has several lines.
pub fn bad_command(command: &str, most: usize, place: Span) -> Option<Diagnostic> {
    if command.contains(['\n', '\r']) {
        return Some(
            Diagnostic::new(Code::E0106, "a command must be a single line", place, "")
                .help("write each line as a separate command"),
        );
    }
    bad_length("command", command, most, place)
}

/// A list or map that is too long. `parts` is "elements" or "entries".
pub fn too_many(word: &str, (count, parts): (usize, &str), most: u64, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0106,
        format!("`{word}` has {} {parts}; AWS allows at most {most}", number(count)),
        place,
        "exceeds the limit",
    )
}

/// The value of a tag that is too long.
pub fn long_tag(key: &str, length: usize, most: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0106,
        format!("the value of tag `{key}` has {}; AWS allows at most {most}", wording::count(length, "character")),
        place,
        "exceeds the limit",
    )
}
