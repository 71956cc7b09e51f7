//! E0808, E0811, E0819: ARNs that are malformed, or that belong to another kind of resource than expected. W0811:
//! managed policies that AWS does not have.

use crate::catalog::accounts::is_account_id;
use crate::catalog::forms::{ArnForm, arn_form, form, managed_policy_path};
use crate::catalog::{self, Existing, Kind, Slot};
use crate::check::support::forms::{Formed, HOLE, each_formed};
use crate::check::support::managed_policies::managed_policy_meant;
use crate::check::support::regions::unlisted;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, Intent, wording};
use crate::hir::{Value, ValueOwner};
use crate::source::Span;

pub(super) const RULE: Rule =
    Rule { name: "arn-forms", codes: &[Code::E0808, Code::E0811, Code::W0811, Code::E0819], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    subject.hir.each_value(&mut |place| match place.owner {
        ValueOwner::Declared(entity) if place.is_import() && entity.kind().existing() != Existing::Never => {
            of_kind(entity.kind(), entity.kind().existing() == Existing::Arn, place.value, findings);
        }
        _ if place.is_configured() => in_slot(place.slot, place.value, findings),
        _ => {}
    });
    each_formed(subject, &mut |formed| {
        if let Some(form) = arn_form(formed.form) {
            of_form(form, &formed, findings);
        }
    });
}

fn in_slot(slot: Option<&Slot>, value: &Value, findings: &mut Findings) {
    let Some(slot) = slot else { return };
    // AWS also accepts the IDs and aliases of keys, and the names of pipelines and environments. If the form of a name
    // excludes ARNs, that is reported separately.
    let form = slot.form.as_deref().and_then(form).is_none_or(|form| form.pattern.contains(START));
    if let Some(kind) = slot.to.filter(|kind| *kind != Kind::Key && form && has_arns(*kind)) {
        of_kind(kind, slot.member.as_deref() == Some("arn"), value, findings);
    }
}

/// Returns whether the catalog knows the services in the ARNs of such resources.
fn has_arns(kind: Kind) -> bool {
    catalog::declaration(kind.word()).is_some_and(|entry| !entry.arn_services.is_empty())
}

/// The expected resource of an ARN.
struct Expected<'a> {
    /// The kind of resource, with its article.
    noun: String,
    /// The allowed services.
    services: &'a [String],
    /// The prefix of its last part.
    start: &'a str,
    /// Whether its account may be missing, or be a word of AWS.
    foreign: bool,
    /// Its form.
    shape: String,
}

/// Checks a value that refers to a resource of a kind. With `only_arn`, a name is not accepted.
fn of_kind(kind: Kind, only_arn: bool, value: &Value, findings: &mut Findings) {
    let Some(text) = value.as_str() else { return };
    let word = kind.word();
    let Some(entry) = catalog::declaration(word) else { return };
    if text.starts_with("{{resolve:") || !(only_arn || text.starts_with("arn:")) {
        return;
    }
    let expected = Expected {
        noun: format!("{} {word}", wording::article(word)),
        services: &entry.arn_services,
        start: &entry.arn_resource,
        foreign: kind == Kind::Bucket,
        shape: shape(word, &entry.arn_services),
    };
    findings.extend(fault(&expected, text, value.span));
}

fn of_form(form: &ArnForm, formed: &Formed<'_>, findings: &mut Findings) {
    let policy = form.id == POLICY;
    let text = formed.text.as_str();
    if let Some(path) = managed_policy_path(text).filter(|_| policy) {
        findings.push(policy_by_name(text, path, formed.span));
        return;
    }
    let (known, _) = text.split_once(HOLE).unwrap_or((text, ""));
    let may_be_arn = known.starts_with(START) || START.starts_with(known);
    // Values that are known later may contain the missing parts.
    if known.is_empty() || formed.wide && may_be_arn && text.matches(':').count() < PARTS - 1 {
        return;
    }
    let expected = Expected {
        noun: form.of.clone(),
        services: &form.services,
        start: &form.resource,
        foreign: form.foreign,
        shape: format!("`{}`", form.example),
    };
    match fault(&expected, text, formed.span) {
        Some(found) => findings.push(found),
        None if policy => findings.extend(unknown_policy(text, formed.span)),
        None => {}
    }
}

/// The name of the form for ARNs of policies.
const POLICY: &str = "policy-arn";

/// The prefix of ARNs.
const START: &str = "arn:";
const PARTS: usize = 6;

/// Returns the error in an ARN, whose later parts may have placeholders.
fn fault(expected: &Expected<'_>, text: &str, place: Span) -> Option<Diagnostic> {
    if !text.starts_with(START) {
        return Some(not_an_arn(expected, &text.replace(HOLE, "..."), place));
    }
    let fields: Vec<&str> = text.splitn(PARTS, ':').collect();
    let [_, _, service, region, account, resource] = fields.as_slice() else {
        return Some(malformed(expected, place));
    };
    if service.contains(HOLE) {
        return None;
    }
    let (known, _) = resource.split_once(HOLE).unwrap_or((resource, ""));
    let is_start = known.starts_with(expected.start) || resource.contains(HOLE) && expected.start.starts_with(known);
    // A name without a kind before it is the whole part.
    let is_whole = !expected.start.is_empty() || !known.contains(':');
    if !(expected.services.iter().any(|it| it == service) && is_start && is_whole) {
        return Some(wrong_service(expected, (service, known), place));
    }
    if service == &IAM && !region.is_empty() && !region.contains(HOLE) {
        return Some(with_region(region, place));
    }
    let of_aws = expected.foreign && matches!(*account, "" | "aws");
    let is_account = of_aws || account.contains(HOLE) || is_account_id(account);
    if !is_account {
        return Some(bad_account(account, place));
    }
    // A literal ARN is compared with the Region of the action.
    let open = text.contains(HOLE) && !region.is_empty() && !region.contains(HOLE);
    unlisted(region, place, None).filter(|found| open && found.code == Code::E0819)
}

/// Checks whether AWS has a managed policy, by its ARN.
fn unknown_policy(text: &str, place: Span) -> Option<Diagnostic> {
    let meant = managed_policy_meant(&text.replace(HOLE, "aws"))?;
    Some(no_such_policy(text, place, &meant))
}

/// The service whose resources are not in a Region.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html> (2026-11-30)
const IAM: &str = "iam";

/// An ARN of IAM with a Region.
fn with_region(region: &str, place: Span) -> Diagnostic {
    let message = format!("an ARN of IAM has no Region, found `{region}`");
    Diagnostic::new(Code::E0811, message, place, "AWS finds no such resource")
        .help("leave the Region empty: `arn:aws:iam::<account>:...`")
}

/// An account ID that is not valid.
fn bad_account(account: &str, place: Span) -> Diagnostic {
    if account.is_empty() {
        return Diagnostic::new(Code::E0808, "the account ID in this ARN is missing", place, "empty after the Region")
            .help("add the account ID, 12 digits, after the Region");
    }
    let digits = account.chars().filter(char::is_ascii_digit).count();
    let label =
        if digits == account.len() { format!("has {digits} digits") } else { "has other characters".to_owned() };
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
fn wrong_service(expected: &Expected<'_>, (service, resource): (&str, &str), place: Span) -> Diagnostic {
    let kind = resource.split(['/', ':']).next().unwrap_or_default();
    let is_word = !kind.is_empty() && kind.chars().all(|c| c.is_ascii_alphabetic()) && kind.len() < resource.len();
    let found = match kind {
        _ if !expected.services.iter().any(|known| known == service) => format!("an ARN of service `{service}`"),
        _ if expected.start.is_empty() && service == "sns" => "the ARN of a subscription".to_owned(),
        "user" | "group" | "policy" | "role" if service == "iam" => format!("the ARN of an IAM {kind}"),
        _ if service == "iam" => "the ARN of a different kind of IAM resource".to_owned(),
        _ if is_word => format!("an ARN with `{kind}`"),
        _ => "the ARN of a different kind of resource".to_owned(),
    };
    let message = format!("expected the ARN of {}, found {found}", expected.noun);
    Diagnostic::new(Code::E0811, message, place, "").help(format!("use the form {}", expected.shape))
}

/// An ARN with too few parts.
fn malformed(expected: &Expected<'_>, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0811, "this ARN has fewer than six parts", place, "parts are separated by colons")
        .help(format!("use the form {}", expected.shape))
}

/// A name where an ARN is required.
fn not_an_arn(expected: &Expected<'_>, text: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0811,
        format!("`{text}` is not the ARN of {}", expected.noun),
        place,
        "AWS requires an ARN here",
    )
    .help(format!("use the form {}", expected.shape))
}

/// The name of a managed policy of AWS, where its ARN is required.
fn policy_by_name(name: &str, path: &str, place: Span) -> Diagnostic {
    let arn = format!("arn:aws:iam::aws:policy/{path}{name}");
    Diagnostic::new(
        Code::E0811,
        format!("`{name}` is not the ARN of a policy"),
        place,
        "the name of an AWS managed policy",
    )
    .help(format!("write `\"{arn}\"`"))
    .intend(Intent::SetString { place, text: arn })
}

/// The ARN of a managed policy that AWS does not have.
fn no_such_policy(text: &str, place: Span, meant: &str) -> Diagnostic {
    let name = text.rsplit('/').next().unwrap_or(text);
    let message = format!("AWS has no managed policy `{name}` with this ARN");
    let diagnostic = Diagnostic::new(Code::W0811, message, place, "").did_you_mean(&format!("\"{meant}\""));
    if text.contains(HOLE) {
        diagnostic
    } else {
        diagnostic.intend(Intent::SetString { place, text: meant.to_owned() })
    }
}

/// Returns the form of the ARN of a kind.
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
