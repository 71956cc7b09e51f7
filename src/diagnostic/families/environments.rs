//! E0301, E0808: other accounts and Regions.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// An account ID that is not valid. `quoted` is whether it is a string; `plain` is whether the file contains it
/// literally.
pub fn bad_account(found: &str, quoted: bool, plain: bool, place: Span) -> Diagnostic {
    let label = if quoted { "" } else { "a number loses its leading zeros" };
    let message = if quoted {
        format!("account ID `{found}` is not 12 digits")
    } else {
        format!("account ID `{found}` must be a string of 12 digits")
    };
    let diagnostic = Diagnostic::new(Code::E0808, message, place, label);
    let digits: String = found.chars().filter(char::is_ascii_digit).collect();
    let only_digits = found.chars().all(|c| c.is_ascii_digit() || c == '-');
    match digits.len() {
        12 if only_digits => {
            let suggestion = format!("\"{digits}\"");
            let diagnostic = diagnostic.help(format!("write `{suggestion}`"));
            if plain { diagnostic.edit(place, suggestion) } else { diagnostic }
        }
        // The zeros are a guess, and a wrong account is worse than none, so there is no edit.
        9..=11 if only_digits => diagnostic.help(format!(
            "if a leading zero was dropped, write `\"{digits:0>12}\"`; otherwise, write the account ID in full"
        )),
        _ if quoted => diagnostic.help("write the account ID in full, including leading zeros"),
        _ => diagnostic.help("write the account ID in full and in quotes, including leading zeros"),
    }
}

/// `env.settings` of an environment without settings.
pub fn no_settings(environment: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0301, format!("environment `{environment}` has no settings"), place, "")
        .help(format!("add `settings = {{ ... }}` to environment `{environment}`"))
}

/// The reason that an action cannot run in an environment.
#[derive(Debug, Clone, Copy)]
pub enum Unfit<'a> {
    /// A source in another Region.
    Source,
    /// An approval.
    Approval,
    /// An action type that is not AWS's, or is not available in other Regions.
    Type(&'a str),
    /// Its project is created in the pipeline's account and Region.
    Project {
        /// The project.
        project: &'a str,
        /// The difference: `accounts`, `Regions`, or both.
        differ: &'static str,
    },
    /// It produces artifacts, which builds in other accounts cannot return.
    Outputs,
    /// It reads an artifact with this name that is produced in an account other than the pipeline's and its own.
    Artifact(&'a str),
    /// It also sets a Region.
    Region,
}
