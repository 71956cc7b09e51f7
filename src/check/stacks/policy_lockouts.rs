//! E0887: policies of keys that nobody could change again, and of buckets that deny every request.

use crate::catalog::wildcard::wildcard;
use crate::check::support::inside_templates::with_merged;
use crate::check::support::policy_documents::{WrittenPolicy, policies_in};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::workspace::document::Node;

pub(super) const RULE: Rule = Rule { name: "policy-lockouts", codes: &[Code::E0887], run: check };

/// The action without which AWS KMS rejects a new policy, and the property that turns its check off.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html> (2026-11-30)
const CHANGE: &str = "kms:PutKeyPolicy";
const UNCHECKED: &str = "BypassPolicyLockoutSafetyCheck";

/// The condition key for requests over TLS: every request of AWS has the value `true`.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html> (2026-11-30)
const TLS: &str = "aws:SecureTransport";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for inside in with_merged(subject).filter(|inside| inside.template.declares_all_names()) {
        let mut found = Findings::default();
        for policy in policies_in(inside) {
            match policy.of {
                "AWS::KMS::Key" => found.extend(unchangeable(&policy)),
                "AWS::S3::BucketPolicy" => found.extend(policy.statements().filter_map(denied_over_tls)),
                _ => {}
            }
        }
        findings.append(found.labeled(inside.deployed_here()));
    }
}

/// Checks whether a statement of a key policy lets someone change it. In doubt, one does.
fn unchangeable(policy: &WrittenPolicy<'_>) -> Option<Diagnostic> {
    let properties = policy.owner.value.get("Properties")?;
    if properties.get(UNCHECKED).is_some() || policy.document.get("Statement")?.intrinsic().is_some() {
        return None;
    }
    let whole = policy.document.get("Statement")?.one_or_more().len() == policy.statements().count();
    let may_allow = |statement: &Node| {
        let denies = statement.get("Effect").and_then(Node::literal) == Some("Deny");
        !denies && statement.get("Action").is_none_or(|actions| actions.one_or_more().iter().any(may_change))
    };
    if !whole || policy.statements().any(may_allow) {
        return None;
    }
    let key = properties.entry("KeyPolicy")?.key.span;
    Some(locked_key(&policy.owner.key.node, key))
}

fn may_change(action: &Node) -> bool {
    let Some(text) = action.literal() else { return true };
    wildcard(text.to_ascii_lowercase().as_bytes(), CHANGE.to_ascii_lowercase().as_bytes())
}

/// Checks for a statement that denies everyone everything over TLS.
fn denied_over_tls(statement: &Node) -> Option<Diagnostic> {
    let is_everything = |node: &Node| matches!(node.literal(), Some("*" | "s3:*"));
    let everyone = statement.get("Principal")?;
    let is_everyone = everyone.literal() == Some("*") || everyone.get("AWS").and_then(Node::literal) == Some("*");
    let all = statement.get("Action")?.one_or_more().iter().any(is_everything);
    let conditions = statement.get("Condition")?;
    let [operator] = conditions.entries() else { return None };
    let [key] = operator.value.entries() else { return None };
    let is_tls = key.key.node.eq_ignore_ascii_case(TLS) && operator.key.node.eq_ignore_ascii_case("Bool");
    let secure = key.value.literal()?.eq_ignore_ascii_case("true");
    let denies = statement.get("Effect")?.literal()? == "Deny";
    (denies && is_everyone && all && is_tls && secure).then(|| only_without_tls(key.value.span))
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
