//! E0808, E0811: ARNs that are malformed, or of a different kind of resource than expected.

use crate::catalog::accounts::is_account_id;
use crate::catalog::{self, Existing, Kind, Slot};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, wording};
use crate::hir::{Value, ValueOwner};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "arn-forms", codes: &[Code::E0808, Code::E0811], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    subject.hir.each_value(&mut |place| match place.owner {
        ValueOwner::Declared(entity) if place.is_import() && entity.kind().existing() != Existing::Never => {
            one(entity.kind(), entity.kind().existing() == Existing::Arn, place.value, findings);
        }
        _ if place.is_configured() => in_slot(place.slot, place.value, findings),
        _ => {}
    });
}

fn in_slot(slot: Option<&Slot>, value: &Value, findings: &mut Findings) {
    let Some(slot) = slot else { return };
    // AWS takes the ids and aliases of keys as well, and the names of pipelines and environments.
    if let Some(kind) = slot.to.filter(|kind| *kind != Kind::Key && has_arns(*kind)) {
        one(kind, slot.member.as_deref() == Some("arn"), value, findings);
    }
}

/// Whether the catalog knows the services whose ARNs name such resources.
fn has_arns(kind: Kind) -> bool {
    catalog::declaration(kind.word()).is_some_and(|entry| !entry.arn_services.is_empty())
}

/// `only_arn`: a name would not do.
fn one(kind: Kind, only_arn: bool, value: &Value, findings: &mut Findings) {
    let Some(text) = value.as_str() else { return };
    let word = kind.word();
    let Some(entry) = catalog::declaration(word) else { return };
    let services = entry.arn_services.as_slice();
    if text.starts_with("{{resolve:") {
        return;
    }
    if !text.starts_with("arn:") {
        if only_arn {
            findings.push(not_an_arn(word, text, services, value.span));
        }
        return;
    }
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let [_, _, service, _, account, resource] = fields.as_slice() else {
        findings.push(malformed(word, services, value.span));
        return;
    };
    let of_kind =
        services.iter().any(|known| known == service) && (kind != Kind::Role || resource.starts_with("role/"));
    if !of_kind {
        findings.push(wrong_service(word, (service, resource), services, value.span));
    } else if !(is_account_id(account) || (account.is_empty() && kind == Kind::Bucket)) {
        findings.push(bad_account(account, value.span));
    }
}

/// An account ID that is not valid.
fn bad_account(account: &str, place: Span) -> Diagnostic {
    if account.is_empty() {
        return Diagnostic::new(Code::E0808, "the account ID in this ARN is missing", place, "empty after the Region")
            .help("add the account ID, 12 digits, after the Region");
    }
    let digits = account.chars().filter(char::is_ascii_digit).count();
    let label = if digits == account.len() { format!("has {digits} digits") } else { "has other characters".to_owned() };
    let message = format!("the account ID in this ARN is not 12 digits: `{account}`");
    let found = Diagnostic::new(Code::E0808, message, place, label);
    if digits == account.len() && (9..12).contains(&digits) {
        return found.help(format!(
            "if a leading zero was dropped, write `{account:0>12}`; otherwise, write the account ID in full"
        ));
    }
    found.help("write the account ID in full, including leading zeros")
}

/// An ARN of another service, or of another kind of resource of the same one.
fn wrong_service(kind: &str, (service, resource): (&str, &str), services: &[String], place: Span) -> Diagnostic {
    let found = match resource.split('/').next() {
        _ if !services.iter().any(|known| known == service) => format!("an ARN of service `{service}`"),
        Some(other @ ("user" | "group" | "policy")) => format!("the ARN of an IAM {other}"),
        _ => "the ARN of a different kind of IAM resource".to_owned(),
    };
    let message = format!("expected the ARN of {} {kind}, found {found}", wording::article(kind));
    Diagnostic::new(Code::E0811, message, place, "").help(format!("use the form {}", shape(kind, services)))
}

/// An ARN with too few parts.
fn malformed(kind: &str, services: &[String], place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0811, "this ARN has fewer than six parts", place, "parts are separated by colons")
        .help(format!("use the form {}", shape(kind, services)))
}

/// A name where an ARN is required.
fn not_an_arn(kind: &str, text: &str, services: &[String], place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0811,
        format!("`{text}` is not the ARN of {} {kind}", wording::article(kind)),
        place,
        "AWS requires an ARN here",
    )
    .help(format!("use the form {}", shape(kind, services)))
}

/// What the ARN of a kind looks like.
fn shape(kind: &str, services: &[String]) -> String {
    let service = services.first().map_or("", String::as_str);
    match kind {
        "role" => "`arn:aws:iam::<account>:role/<name>`".to_owned(),
        "bucket" => "`arn:aws:s3:::<name>`".to_owned(),
        "topic" => format!("`arn:aws:{service}:<region>:<account>:<name>`"),
        "connection" => format!("`arn:aws:{service}:<region>:<account>:connection/<id>`"),
        _ => format!("`arn:aws:{service}:<region>:<account>:{kind}/<name>`"),
    }
}
