//! E0120, W0707: comparisons that are never true, and references in strings that are not replaced.

use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Span;

/// A comparison of values with different types. `plain` is the value that the string on the right spells.
pub fn different_types(shown: &str, found: &str, compared: &str, place: Span, plain: Option<&str>) -> Diagnostic {
    let message = format!("`{shown}` never equals {compared}");
    let diagnostic = Diagnostic::new(Code::E0120, message, place, format!("`{shown}` is {found}"));
    match plain {
        Some(flag @ "true") => diagnostic.help(format!("write `{shown}`, or `{shown} == {flag}`")),
        Some(flag @ "false") => diagnostic.help(format!("write `!{shown}`, or `{shown} == {flag}`")),
        Some(number) => diagnostic.help(format!("write `{number}`, without quotes")),
        None => diagnostic.help("compare two values of the same type"),
    }
}

/// A string that a value cannot be, according to its type.
pub fn no_such_value(shown: &str, text: &str, place: Span, allowed: &[String], near: Option<&str>) -> Diagnostic {
    let message = format!("`{shown}` is never `{text}`");
    let label = format!("its values are {}", wording::and_list(allowed.iter().map(String::as_str)));
    let diagnostic = Diagnostic::new(Code::E0120, message, place, label);
    match near {
        Some(near) => diagnostic.did_you_mean(&format!("\"{near}\"")),
        None => diagnostic.help(format!("add `\"{text}\"` to the type of `{shown}`, or remove the comparison")),
    }
}

/// `${...}` in single quotes. `edit` is the string in double quotes, and its span with the quotes.
pub fn not_replaced(reference: &str, place: Span, edit: Option<(Span, String)>) -> Diagnostic {
    let message = format!("`{reference}` is not replaced in single quotes");
    let diagnostic =
        Diagnostic::new(Code::W0707, message, place, "taken literally").help("write the string in double quotes");
    match edit {
        Some((whole, text)) => diagnostic.edit(whole, text),
        None => diagnostic,
    }
}

/// A name in a string in a syntax other than `${...}`.
pub fn another_syntax(found: &str, name: &str, place: Span, raw: bool) -> Diagnostic {
    let meant = format!("${{{name}}}");
    let message = format!("`{found}` is not a reference");
    let diagnostic = Diagnostic::new(Code::W0707, message, place, "taken literally");
    if raw {
        return diagnostic.help(format!("write `{meant}`, and the string in double quotes"));
    }
    diagnostic.help(format!("write `{meant}`")).edit(place, meant)
}
