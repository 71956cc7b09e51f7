//! E0124, E0125: maps in which CloudFormation looks up values.

use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::source::Span;

/// A key that a map does not have, as a string.
pub fn unknown_key(shown: &str, key: &str, place: Span, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0301, format!("`{shown}` has no key `{key}`"), place, "");
    match suggest::similar(key, known.iter().copied()) {
        Some(near) => {
            let written = format!("\"{near}\"");
            diagnostic.did_you_mean(&written).edit(place, written)
        }
        None => diagnostic.help(format!("write {}", wording::or_list(known.iter().copied()))),
    }
}

/// A value of a parameter that a map has no entry for. `given`: where the value is written.
pub fn no_entry(shown: &str, (param, value): (&str, &str), place: Span, given: Span, known: &[&str]) -> Diagnostic {
    let message = format!("`{shown}` has no entry for the value `{value}` of `{param}`");
    let diagnostic = Diagnostic::new(Code::E0124, message, place, "the lookup would fail at deployment")
        .label(given, format!("`{param}` can be `{value}`"));
    match suggest::similar(value, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("add an entry for `{value}`, or rename the entry `{near}`")),
        None => diagnostic.help(format!("add an entry for `{value}` to the map")),
    }
}

/// A field that some entries of a map have, and others do not.
pub fn no_field(shown: &str, field: &str, key: &str, place: Span, entry: Span, known: &[&str]) -> Diagnostic {
    let message = format!("the entry `{key}` of `{shown}` has no field `{field}`");
    let diagnostic = Diagnostic::new(Code::E0124, message, place, "the lookup would fail at deployment")
        .label(entry, format!("without `{field}`"));
    match suggest::similar(field, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("add `{field}` to the entry `{key}`, or rename its field `{near}`")),
        None => diagnostic.help(format!("add `{field}` to the entry `{key}`")),
    }
}

/// A lookup that ends at a map.
pub fn no_value(shown: &str, field: &str, place: Span) -> Diagnostic {
    let message = format!("`{shown}` is a map, and only a value can be looked up at deployment");
    Diagnostic::new(Code::E0125, message, place, "the key is known only at deployment")
        .help(format!("select a field, such as `{shown}.{field}`"))
}

/// A key that CloudFormation does not accept. `allowed`: the characters that it accepts.
pub fn invalid_key(shown: &str, key: &str, allowed: &str, place: Span, lookup: Span) -> Diagnostic {
    let message = format!("CloudFormation does not accept the key `{key}` in a map");
    Diagnostic::new(Code::E0125, message, place, format!("only {allowed}"))
        .label(lookup, format!("a value of `{shown}` is looked up at deployment here"))
        .help("rename the key")
}

/// A value that a mapping cannot contain.
pub fn invalid_value(shown: &str, found: &str, place: Span, lookup: Span) -> Diagnostic {
    let message = format!("CloudFormation cannot look up values in `{shown}`, because it contains {found}");
    Diagnostic::new(Code::E0125, message, place, "must be a string or a list of strings that is known when dotpipe runs")
        .label(lookup, "looked up here")
        .help("use only strings, or only lists of strings, that are known when dotpipe runs, or let the keys depend on an `option`")
}

/// A map that is larger than CloudFormation accepts. `what`: the part that is too large, and its number.
pub fn too_large(shown: &str, what: &str, limit: usize, place: Span) -> Diagnostic {
    let message = format!("`{shown}` has {what}, and CloudFormation accepts at most {limit}");
    Diagnostic::new(Code::E0125, message, place, "looked up at deployment here")
        .help("split the map, or let the keys depend on an `option`")
}

/// More maps than CloudFormation accepts.
pub fn too_many(limit: usize, place: Span) -> Diagnostic {
    let message = format!("values are looked up at deployment in more than {limit} maps");
    Diagnostic::new(Code::E0125, message, place, "one map too many")
        .help("combine maps, or let the keys depend on an `option`")
}
