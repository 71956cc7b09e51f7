//! E0808, E0811: ARNs.

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
