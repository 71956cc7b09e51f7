//! E0011: `dotpipe.toml`, and files of option values.

use crate::diagnostic::wording::{and_list, tick};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// A settings file that is not TOML. `reason` is the parser's.
pub fn not_toml(span: Span, reason: &str) -> Diagnostic {
    Diagnostic::new(Code::E0011, "settings file is not valid TOML", span, reason)
}

/// An unknown key.
pub fn unknown_key(span: Span, name: &str, similar: Option<&str>, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0011, format!("unknown setting {}", tick(name)), span, "");
    closed_set(diagnostic, span, similar, "settings are", known)
}

/// A value of a type that the setting or option does not accept.
pub fn wrong_type(span: Span, noun: &str, name: &str, wanted: &str, found: &str) -> Diagnostic {
    let message = format!("{noun} {} has a value of the wrong type", tick(name));
    Diagnostic::new(Code::E0011, message, span, format!("expected {wanted}, found {found}"))
}

/// `account = 111122223333`
pub fn account_is_number(span: Span, digits: &str) -> Diagnostic {
    Diagnostic::new(Code::E0011, "an account ID is a string, not a number", span, "leading zeros would be lost")
        .help(format!("write `account = \"{digits}\"`"))
        .edit(span, format!("\"{digits}\""))
}

/// An account ID that is not 12 digits.
pub fn bad_account(span: Span, account: &str) -> Diagnostic {
    let message = format!("{} is not an account ID", tick(account));
    Diagnostic::new(Code::E0011, message, span, "an account ID has 12 digits")
}

/// A string that is not a Region code.
pub fn bad_region(span: Span, region: &str) -> Diagnostic {
    let message = format!("{} is not a Region code", tick(region));
    Diagnostic::new(Code::E0011, message, span, "Region codes look like `eu-west-1`")
}

/// An entry file that is not inside the root.
pub fn entry_outside(span: Span, path: &str) -> Diagnostic {
    let message = format!("entry file {} is outside the root folder", tick(path));
    Diagnostic::new(Code::E0011, message, span, "files must be in the folder of `dotpipe.toml` or below it")
}

/// A level for a code that does not exist. The code with the nearest number is unrelated, so there is no suggestion.
pub fn unknown_lint(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::E0011, format!("unknown diagnostic code {}", tick(name)), span, "")
        .help("correct the code, or remove the line")
}

/// A level for an error.
pub fn not_a_lint(span: Span, code: Code) -> Diagnostic {
    let message = format!("{} is an error, so its level cannot be changed", tick(code.as_str()));
    Diagnostic::new(Code::E0011, message, span, "only warnings and infos have a lint level")
        .help("remove this line, and fix the error")
}

/// A level that does not exist.
pub fn unknown_level(span: Span, level: &str, similar: Option<&str>, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0011, format!("unknown lint level {}", tick(level)), span, "");
    // The span covers the quotes.
    let quoted = similar.map(|name| format!("\"{name}\""));
    match (similar, quoted) {
        (Some(name), Some(quoted)) => diagnostic.did_you_mean(name).edit(span, quoted),
        _ => closed_set(diagnostic, span, None, "levels are", known),
    }
}

/// A number that does not fit in 64 bits.
pub fn number_too_large(span: Span, digits: &str) -> Diagnostic {
    let message = format!("number {} is too large", tick(digits));
    Diagnostic::new(Code::E0011, message, span, "does not fit in 64 bits")
}

/// A values file that is not valid in its format. `reason` is the parser's.
pub fn values_syntax(format: &str, span: Span, reason: &str) -> Diagnostic {
    Diagnostic::new(Code::E0011, format!("values file is not valid {format}"), span, reason)
}

/// A values file that is not a table.
pub fn no_values(span: Span) -> Diagnostic {
    Diagnostic::new(Code::E0011, "values file has no named values", span, "expected a table of names and values")
}

/// A value without an option with its name. `is_param` is whether a parameter has the name.
pub fn unknown_option(span: Span, name: &str, similar: Option<&str>, is_param: bool) -> Diagnostic {
    let message = format!("no option named {}", tick(name));
    let diagnostic = Diagnostic::new(Code::E0011, message, span, "this value is unused");
    if is_param {
        return diagnostic.help(format!("`{name}` is a `param`: pass it with `--param {name}=...`"));
    }
    diagnostic.suggest(span, similar)
}

fn closed_set(
    diagnostic: Diagnostic,
    span: Span,
    similar: Option<&str>,
    introduction: &str,
    known: &[&str],
) -> Diagnostic {
    match similar {
        Some(_) => diagnostic.suggest(span, similar),
        None => diagnostic.help(format!("{introduction} {}", and_list(known.iter().copied()))),
    }
}
