//! E0708, E0806, E0807, E0808, E0816: other accounts and regions.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// An account id that is none. `quoted`: it is text; `plain`: it stands in the file as it is.
pub fn bad_account(found: &str, quoted: bool, plain: bool, place: Span) -> Diagnostic {
    let label = if quoted { "an account id has 12 digits" } else { "a number, which drops leading zeros" };
    let message = if quoted {
        format!("account id `{found}` is not 12 digits")
    } else {
        format!("account id `{found}` must be text of 12 digits")
    };
    let diagnostic = Diagnostic::new(Code::E0808, message, place, label);
    let digits: String = found.chars().filter(char::is_ascii_digit).collect();
    let only_digits = found.chars().all(|c| c.is_ascii_digit() || c == '-');
    match digits.len() {
        9..=12 if only_digits => {
            let mended = format!("\"{digits:0>12}\"");
            let diagnostic = diagnostic.help(format!("write `{mended}`"));
            if plain { diagnostic.edit(place, mended) } else { diagnostic }
        }
        _ => diagnostic.help("write the id in full, in quotes, with its leading zeros"),
    }
}

/// `env.settings` of an environment without.
pub fn no_settings(environment: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0301,
        format!("environment `{environment}` has no settings"),
        place,
        "nothing to read here",
    )
    .help(format!("add `settings = {{ ... }}` to environment `{environment}`"))
}
