//! E0808, E0811, E0820: ARNs.

use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Span;

/// An account ID that is not valid.
pub fn bad_account(account: &str, place: Span) -> Diagnostic {
    let found = if account.is_empty() { "is missing".to_owned() } else { format!("is not 12 digits: `{account}`") };
    Diagnostic::new(Code::E0808, format!("the account ID in this ARN {found}"), place, "expected 12 digits")
        .help("write the account ID in full, including leading zeros")
}

/// An ARN of another service.
pub fn wrong_service(kind: &str, service: &str, services: &[String], place: Span) -> Diagnostic {
    let another = if services.iter().any(|known| known == service) { "another" } else { "an" };
    Diagnostic::new(
        Code::E0811,
        format!("expected the ARN of {} {kind}, found {another} ARN of service `{service}`", wording::article(kind)),
        place,
        "",
    )
    .help(format!("use the form {}", shape(kind, services)))
}

/// An ARN with too few parts.
pub fn malformed(kind: &str, services: &[String], place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0811, "this ARN has fewer than six parts", place, "parts are separated by colons")
        .help(format!("use the form {}", shape(kind, services)))
}

/// A name where an ARN is required.
pub fn not_an_arn(kind: &str, text: &str, services: &[String], place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0811,
        format!("`{text}` is not the ARN of {} {kind}", wording::article(kind)),
        place,
        "AWS requires an ARN here",
    )
    .help(format!("use the form {}", shape(kind, services)))
}

/// A resource in a different account or Region from the one it is used in.
#[derive(Debug)]
pub struct Misplaced<'a> {
    /// What it is: `role`, `key`, or the attribute in backticks.
    pub noun: &'a str,
    /// Whether the Regions differ; else the accounts.
    pub is_region: bool,
    /// The account or Region of the ARN.
    pub found: &'a str,
    /// That of the place of use.
    pub needed: &'a str,
    /// Where it is used.
    pub used: Span,
    /// Where its ARN is written, if not there.
    pub written: Option<Span>,
    /// Where the account or Region of the place of use is set.
    pub said: Option<Span>,
}

/// An ARN of a different account or Region from the one it is used in.
pub fn misplaced(it: &Misplaced<'_>) -> Diagnostic {
    let Misplaced { noun, found, needed, .. } = it;
    let what = if it.is_region { "Region" } else { "account" };
    let message = format!("{noun} in {what} `{found}` cannot be used in {what} `{needed}`");
    let used = if it.written.is_some() { "used here" } else { "" };
    let mut diagnostic = Diagnostic::new(Code::E0820, message, it.used, used);
    if let Some(written) = it.written {
        diagnostic = diagnostic.label(written, format!("its ARN names {what} `{found}`"));
    }
    match it.said {
        Some(said) => diagnostic
            .label(said, format!("the {what} it is used in"))
            .help(format!("write an ARN in {what} `{needed}`, or change the {what} it is used in to `{found}`")),
        None => diagnostic.help(format!("write an ARN in {what} `{needed}`")),
    }
}

/// What the ARN of a kind looks like.
fn shape(kind: &str, services: &[String]) -> String {
    let service = services.first().map_or("", String::as_str);
    match kind {
        "role" => "`arn:aws:iam::<account>:role/<name>`".to_owned(),
        "bucket" => "`arn:aws:s3:::<name>`".to_owned(),
        "topic" => format!("`arn:aws:{service}:<region>:<account>:<name>`"),
        _ => format!("`arn:aws:{service}:<region>:<account>:{kind}/<name>`"),
    }
}
