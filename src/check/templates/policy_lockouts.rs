//! E0887: policies of keys that nobody could change again, and of buckets that deny every request.

use crate::check::support::inside_templates::each_template;
use crate::check::support::policy_documents::{WrittenPolicy, policies_in};
use crate::check::support::policy_statements::{everyone, may_name};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::workspace::document::{Node, PolicyStatement};

pub(super) const RULE: Rule = Rule { name: "policy-lockouts", codes: &[Code::E0887], run: check };

/// The action without which AWS KMS rejects a new policy, and the property that turns its check off.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html> (2026-11-30)
const CHANGE: &str = "kms:PutKeyPolicy";
const UNCHECKED: &str = "BypassPolicyLockoutSafetyCheck";

/// The condition key for requests over TLS: every request of AWS has the value `true`.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html> (2026-11-30)
const TLS: &str = "aws:SecureTransport";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        for policy in policies_in(inside) {
            match policy.of {
                "AWS::KMS::Key" => findings.extend(unchangeable(&policy)),
                "AWS::S3::BucketPolicy" => findings.extend(policy.statements().filter_map(denied_over_tls)),
                _ => {}
            }
        }
    });
}

/// Checks whether a statement of a key policy lets someone change it. In doubt, one does.
fn unchangeable(policy: &WrittenPolicy<'_>) -> Option<Diagnostic> {
    let properties = policy.owner.value.get("Properties")?;
    let may_allow = |statement: PolicyStatement<'_>| !statement.denies() && may_name(statement, CHANGE);
    if properties.get(UNCHECKED).is_some() || policy.is_open() || policy.statements().any(may_allow) {
        return None;
    }
    let key = properties.entry("KeyPolicy")?.key.span;
    Some(locked_key(&policy.owner.key.node, key))
}

/// Checks for a statement that denies everyone everything over TLS.
fn denied_over_tls(statement: PolicyStatement<'_>) -> Option<Diagnostic> {
    let is_everything = |node: &Node| matches!(node.literal(), Some("*" | "s3:*"));
    let all = statement.actions()?.iter().any(is_everything);
    let [operator] = statement.condition()?.entries() else { return None };
    let [key] = operator.value.entries() else { return None };
    let is_tls = key.key.node.eq_ignore_ascii_case(TLS) && operator.key.node.eq_ignore_ascii_case("Bool");
    let secure = key.value.literal()?.eq_ignore_ascii_case("true");
    (statement.denies() && everyone(statement).is_some() && all && is_tls && secure)
        .then(|| only_without_tls(key.value.span))
}

/// A key policy that nobody could change again.
fn locked_key(key: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0887, format!("nobody could change the policy of key `{key}` again"), place, "")
        .note("AWS: \"The new key policy will not allow you to update the key policy in the future.\"")
        .help("allow the account, `arn:aws:iam::<account>:root`, to call `kms:*` on `*`")
}

/// A bucket policy that denies all requests that AWS accepts.
fn only_without_tls(place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0887,
        "this statement denies every request over TLS",
        place,
        "clients of AWS use TLS for all requests",
    )
    .help("write `false`, which denies only requests without TLS")
}
