//! E0011: `dotpipe.toml`, and files of option values.

use crate::diagnostic::wording::{and_list, tick};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// The text is not TOML; `reason` is the parser's own.
pub fn not_toml(span: Span, reason: &str) -> Diagnostic {
    Diagnostic::new(Code::E0011, "settings file is not valid TOML", span, reason)
}

/// A key that dotpipe does not know.
pub fn unknown_key(span: Span, name: &str, similar: Option<&str>, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0011, format!("unknown setting {}", tick(name)), span, "not a setting");
    closed_set(diagnostic, span, similar, "the settings are", known)
}

/// A value of another type than the setting or option takes.
pub fn wrong_type(span: Span, noun: &str, name: &str, wanted: &str, found: &str) -> Diagnostic {
    let message = format!("{noun} {} has a value of the wrong type", tick(name));
    Diagnostic::new(Code::E0011, message, span, format!("expected {wanted}, found {found}"))
}

/// `account = 111122223333`
pub fn account_is_number(span: Span, digits: &str) -> Diagnostic {
    Diagnostic::new(Code::E0011, "an account id is text, not a number", span, "leading zeros would be lost")
        .help(format!("write `account = \"{digits}\"`"))
        .edit(span, format!("\"{digits}\""))
}

/// An account id that is not 12 digits.
pub fn bad_account(span: Span, account: &str) -> Diagnostic {
    let message = format!("{} is not an account id", tick(account));
    Diagnostic::new(Code::E0011, message, span, "an account id has 12 digits")
}

/// A region that cannot be one.
pub fn bad_region(span: Span, region: &str) -> Diagnostic {
    let message = format!("{} is not the code of a region", tick(region));
    Diagnostic::new(Code::E0011, message, span, "region codes look like `eu-west-1`")
}

/// An entry file that is not below the root.
pub fn entry_outside(span: Span, path: &str) -> Diagnostic {
    let message = format!("entry file {} is not below this folder", tick(path));
    Diagnostic::new(Code::E0011, message, span, "nothing outside the folder of `dotpipe.toml` is read")
}

/// A level for a code that does not exist.
pub fn unknown_lint(span: Span, name: &str, similar: Option<&str>) -> Diagnostic {
    let message = format!("no diagnostic has the code {}", tick(name));
    Diagnostic::new(Code::E0011, message, span, "unknown code").suggest(span, similar)
}

/// A level for an error.
pub fn not_a_lint(span: Span, code: Code) -> Diagnostic {
    let message = format!("{} is an error and cannot be given a level", tick(code.as_str()));
    Diagnostic::new(Code::E0011, message, span, "only warnings and infos have levels")
        .help("remove the line and mend what it reports")
}

/// A level that does not exist.
pub fn unknown_level(span: Span, level: &str, similar: Option<&str>, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::E0011, format!("unknown level {}", tick(level)), span, "not a level");
    // The span covers the quotes.
    let quoted = similar.map(|name| format!("\"{name}\""));
    match (similar, quoted) {
        (Some(name), Some(quoted)) => diagnostic.help(format!("did you mean `{name}`?")).edit(span, quoted),
        _ => closed_set(diagnostic, span, None, "the levels are", known),
    }
}

/// A number over 64 bits.
pub fn number_too_large(span: Span, digits: &str) -> Diagnostic {
    let message = format!("number {} is too large", tick(digits));
    Diagnostic::new(Code::E0011, message, span, "over 64 bits")
}

/// The text of a values file is not of its format; `reason` is the parser's own.
pub fn values_syntax(format: &str, span: Span, reason: &str) -> Diagnostic {
    Diagnostic::new(Code::E0011, format!("values file is not valid {format}"), span, reason)
}

/// A values file that holds something else.
pub fn no_values(span: Span) -> Diagnostic {
    Diagnostic::new(Code::E0011, "values file holds no names", span, "expected a table of names and values")
}

/// A value that no option takes. `is_param`: a parameter has the name.
pub fn unknown_option(span: Span, name: &str, similar: Option<&str>, is_param: bool) -> Diagnostic {
    let message = format!("no option is named {}", tick(name));
    let diagnostic = Diagnostic::new(Code::E0011, message, span, "nothing takes this value");
    if is_param {
        return diagnostic.help(format!("it is a `param`: give it with `--param {name}=...`"));
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
