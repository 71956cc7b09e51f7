//! E0808, E0811, E0820: ARNs.

use crate::diagnostic::{Code, Diagnostic, wording};
use crate::source::Span;

/// An account id that is none.
pub fn bad_account(account: &str, place: Span) -> Diagnostic {
    let found = if account.is_empty() { "is missing".to_owned() } else { format!("`{account}` is not 12 digits") };
    Diagnostic::new(Code::E0808, format!("the account id in this ARN {found}"), place, "an account id has 12 digits")
        .help("write the id in full, with its leading zeros")
}

/// An ARN of another service.
pub fn wrong_service(kind: &str, service: &str, services: &[String], place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0811,
        format!("this is not the ARN of {} {kind}", wording::article(kind)),
        place,
        format!("an ARN of `{service}`"),
    )
    .help(format!("write {}", shape(kind, services)))
}

/// An ARN with too few parts.
pub fn malformed(kind: &str, services: &[String], place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0811, "this ARN has too few parts", place, "an ARN has six parts between colons")
        .help(format!("write {}", shape(kind, services)))
}

/// A name where only an ARN does.
pub fn not_an_arn(kind: &str, text: &str, services: &[String], place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0811,
        format!("`{text}` is not the ARN of {} {kind}", wording::article(kind)),
        place,
        "AWS takes an ARN here",
    )
    .help(format!("write {}", shape(kind, services)))
}

/// Something of another account or region than the one it is used in.
#[derive(Debug)]
pub struct Misplaced<'a> {
    /// What it is: `role`, `key`, or the attribute in backticks.
    pub noun: &'a str,
    /// Whether the regions differ; else the accounts.
    pub is_region: bool,
    /// The account or region of the ARN.
    pub found: &'a str,
    /// That of the place of use.
    pub needed: &'a str,
    /// Where it is used.
    pub used: Span,
    /// Where its ARN stands, if elsewhere.
    pub written: Option<Span>,
    /// Where the account or region of the place of use is said.
    pub said: Option<Span>,
}

/// An ARN of another account or region than the one it is used in.
pub fn misplaced(it: &Misplaced<'_>) -> Diagnostic {
    let Misplaced { noun, found, needed, .. } = it;
    let what = if it.is_region { "region" } else { "account" };
    let message = format!("{noun} of {what} `{found}` cannot be used in {what} `{needed}`");
    let mut diagnostic = Diagnostic::new(Code::E0820, message, it.used, format!("another {what}"));
    if let Some(written) = it.written {
        diagnostic = diagnostic.label(written, format!("its ARN names {what} `{found}`"));
    }
    match it.said {
        Some(said) => diagnostic
            .label(said, format!("it is used in this {what}"))
            .help(format!("write an ARN of {what} `{needed}`, or correct the {what} there")),
        None => diagnostic.help(format!("write an ARN of {what} `{needed}`")),
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
