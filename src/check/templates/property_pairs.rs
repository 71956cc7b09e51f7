//! E0462: values of properties that do not fit other properties: endpoints and protocols of subscriptions, algorithms and
//! keys of encryption.

use crate::catalog::form_patterns::matches;
use crate::catalog::forms::form;
use crate::catalog::ref_values::ref_without_arn;
use crate::check::support::documents::inner;
use crate::check::support::inside_templates::{InsideTemplate, each_template};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::workspace::document::{Entry, Node};

pub(super) const RULE: Rule = Rule { name: "property-pairs", codes: &[Code::E0462], run: check };

/// The protocols of subscriptions whose endpoints are ARNs.
/// <https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html> (2026-11-30)
const BY_ARN: [&str; 4] = ["application", "firehose", "lambda", "sqs"];

/// The algorithm that has no key.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html> (2026-11-30)
const WITHOUT_KEY: &str = "AES256";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        for Entry { value, .. } in inside.section("Resources") {
            let Some(properties) = value.get("Properties") else { continue };
            match value.get("Type").and_then(Node::literal) {
                Some("AWS::SNS::Subscription") => subscription(inside, properties, findings),
                Some("AWS::SNS::Topic") => {
                    let listed = properties.get("Subscription").map(Node::items).unwrap_or_default();
                    for item in listed {
                        subscription(inside, item, findings);
                    }
                }
                Some("AWS::S3::Bucket") => encryption(properties, findings),
                _ => {}
            }
        }
    });
}

fn subscription(inside: &InsideTemplate, node: &Node, findings: &mut Findings) {
    let (Some(protocol), Some(endpoint)) = (node.get("Protocol").and_then(Node::literal), node.get("Endpoint")) else {
        return;
    };
    if BY_ARN.contains(&protocol) {
        let is_ref = endpoint.intrinsic().is_some_and(|call| call.name == "Ref");
        if let Some(id) = endpoint.referred().filter(|_| is_ref) {
            let resource = inside.section("Resources").find(|entry| entry.key.node == id);
            let kind = resource.and_then(|entry| entry.value.get("Type")).and_then(Node::literal);
            findings.extend(kind.and_then(ref_without_arn).map(|returned| no_arn(&id, returned, endpoint.span)));
            return;
        }
    }
    // Another rule reports placeholders, such as `<mail>`.
    let is_open = |text: &str| text.contains("{{resolve:") || text.contains('<');
    let Some(text) = endpoint.literal().filter(|text| !is_open(text)) else { return };
    let is_email = || form("email").is_none_or(|form| matches(&form.pattern, text));
    let wanted = match protocol {
        "email" | "email-json" if !is_email() => "an email address, such as `team@example.com`".to_owned(),
        "http" | "https" if !text.starts_with(&format!("{protocol}://")) => {
            format!("a URL that starts with `{protocol}://`")
        }
        _ if BY_ARN.contains(&protocol) && !text.starts_with("arn:") => "an ARN".to_owned(),
        _ => return,
    };
    findings.push(other_endpoint(protocol, text, &wanted, inner(endpoint)));
}

fn encryption(properties: &Node, findings: &mut Findings) {
    let rules = properties.at(&["BucketEncryption", "ServerSideEncryptionConfiguration"]);
    for rule in rules.map(Node::items).unwrap_or_default() {
        let Some(default) = rule.get("ServerSideEncryptionByDefault") else { continue };
        let algorithm = default.get("SSEAlgorithm").filter(|it| it.literal() == Some(WITHOUT_KEY));
        let key = default.entry("KMSMasterKeyID").filter(|key| key.value.referred().as_deref() != Some("AWS::NoValue"));
        if let (Some(algorithm), Some(key)) = (algorithm, key) {
            findings.push(key_without_kms(inner(algorithm), key.key.span));
        }
    }
}

/// An endpoint of another form than its protocol needs.
fn other_endpoint(protocol: &str, endpoint: &str, wanted: &str, place: Span) -> Diagnostic {
    let message = format!("`{endpoint}` is not an endpoint for `Protocol: {protocol}`");
    Diagnostic::new(Code::E0462, message, place, format!("this protocol needs {wanted}"))
}

/// A reference that does not return the ARN that a protocol needs.
fn no_arn(id: &str, returned: &str, place: Span) -> Diagnostic {
    let message = format!("`Ref` returns the {returned} of `{id}`, but `Endpoint` takes an ARN");
    Diagnostic::new(Code::E0462, message, place, "")
        .help_in(|notation| format!("write `{}`", notation.attribute(id, "Arn")))
}

/// A KMS key for an algorithm without one.
fn key_without_kms(algorithm: Span, key: Span) -> Diagnostic {
    let message = format!("`SSEAlgorithm: {WITHOUT_KEY}` cannot be combined with `KMSMasterKeyID`");
    Diagnostic::new(Code::E0462, message, algorithm, "")
        .label(key, "only for encryption with AWS KMS")
        .help("write `aws:kms`, or remove `KMSMasterKeyID`")
}
