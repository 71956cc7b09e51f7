//! E0806: keys by names that are not found from another account. E0821: artifacts that an action of another account cannot
//! read, because the policy of the bucket or of its key does not allow that account.

use crate::catalog::accounts::is_account_id;
use crate::check::support::documents::{Document, inner, pipelines};
use crate::check::support::policy_statements::may_name;
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node, PolicyStatement};
use crate::workspace::pipeline_document::DocumentKind;

pub(super) const RULE: Rule = Rule { name: "document-accounts", codes: &[Code::E0806, Code::E0821], run: check };

const BUCKET: &str = "AWS::S3::Bucket";
const BUCKET_POLICY: &str = "AWS::S3::BucketPolicy";
const KEY: &str = "AWS::KMS::Key";

/// The calls with which an action reads its input artifacts.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html> (2026-11-30)
const READ: &str = "s3:GetObject";
const DECRYPT: &str = "kms:Decrypt";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(document) = Document::of(subject) else { return };
    for (_, pipeline) in pipelines(&document) {
        // With several stores, it depends on the Region which bucket an action reads.
        let Some(store) = document.get(pipeline, "ArtifactStore") else { continue };
        let foreign = foreign_roles(document, pipeline);
        let key = document.get(store, "EncryptionKey").and_then(|key| document.get(key, "Id"));
        if let (Some((role, _)), Some(key)) = (foreign.first(), key)
            && let Some(text) = key.literal().filter(|text| is_short(text))
        {
            findings.push(short_key(text, inner(key), role));
            continue;
        }
        if document.kind == DocumentKind::Definition {
            continue;
        }
        for (role, account) in foreign {
            findings.extend(bucket_policy(document, store, &role, &account));
            findings.extend(key_policy(document, store, &role, &account));
        }
    }
}

/// Checks the policies of the bucket, if the template has one.
fn bucket_policy(document: Document<'_>, store: &Node, role: &Spanned<String>, account: &str) -> Option<Diagnostic> {
    let id = document.get(store, "Location")?.referred()?;
    let bucket = document.resources(BUCKET).find(|entry| entry.key.node == id)?;
    let is_it = |entry: &&Entry| {
        let named = entry.value.at(&["Properties", "Bucket"]);
        named.is_some_and(|named| named.referred().is_none_or(|id| id == bucket.key.node))
    };
    let policies: Vec<&Entry> = document.resources(BUCKET_POLICY).filter(is_it).collect();
    let documents: Option<Vec<&Node>> =
        policies.iter().map(|entry| entry.value.at(&["Properties", "PolicyDocument"])).collect();
    let place = policies.first().filter(|_| documents.is_some_and(|all| !allow(&all, READ, account)))?.key.span;
    Some(unreadable(&format!("bucket `{}`", bucket.key.node), READ, place, role, account))
}

/// Checks the policy of the key.
fn key_policy(document: Document<'_>, store: &Node, role: &Spanned<String>, account: &str) -> Option<Diagnostic> {
    let id = document.get(document.get(store, "EncryptionKey")?, "Id")?.referred()?;
    let key = document.resources(KEY).find(|entry| entry.key.node == id)?;
    let policy = key.value.get("Properties")?.entry("KeyPolicy")?;
    let lacks = !allow(&[&policy.value], DECRYPT, account);
    lacks.then(|| unreadable(&format!("key `{}`", key.key.node), DECRYPT, policy.key.span, role, account))
}

/// Returns whether a key is written by its alias or its ID, which are looked up in the account of the action.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_EncryptionKey.html> (2026-11-30)
fn is_short(key: &str) -> bool {
    let is_id = key.starts_with("mrk-") || key.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    key.starts_with("alias/") || is_id
}

/// Returns the roles of actions with input artifacts in other accounts, one for each account: the action with the span of
/// its role, and the account as the document writes it.
fn foreign_roles(document: Document<'_>, pipeline: &Node) -> Vec<(Spanned<String>, String)> {
    let own = document.get(pipeline, "RoleArn").and_then(account_in);
    let mut found: Vec<(Spanned<String>, String)> = Vec::new();
    for action in document.actions(pipeline) {
        let name = document.get(action, "Name").and_then(Node::literal).unwrap_or_default();
        let Some(role) = document.get(action, "RoleArn") else { continue };
        let Some(account) = account_in(role) else { continue };
        // An account ID may be that of the template.
        let is_other = own.as_ref().map_or(account.contains("${"), |own| *own != account && !own.contains("${"));
        let reads = !document.items(action, "InputArtifacts").is_empty();
        if reads && is_other && !found.iter().any(|(_, known)| *known == account) {
            found.push((Spanned::new(name.to_owned(), role.span), account));
        }
    }
    found
}

/// Returns the account in the ARN of a role, as the template writes it: an account ID or `${Parameter}`.
fn account_in(role: &Node) -> Option<String> {
    let text = match role.intrinsic() {
        Some(call) if call.name == "Fn::Sub" => call.argument.text()?,
        Some(_) => return None,
        None => role.literal()?,
    };
    let (_, rest) = text.split_once(":iam::")?;
    let (account, _) = rest.split_once(":role/")?;
    (account != "${AWS::AccountId}").then(|| account.to_owned())
}

/// Returns whether policies allow an account a call. In doubt, they do.
fn allow(policies: &[&Node], action: &str, account: &str) -> bool {
    policies.iter().any(|policy| {
        let may_allow = |statement: PolicyStatement<'_>| {
            let is_about = || may_name(statement, action) && names(statement.principal(), account);
            statement.is_computed() || !statement.denies() && is_about()
        };
        PolicyStatement::all(policy).is_none_or(|mut statements| statements.any(may_allow))
    })
}

/// Returns whether a principal may be in an account.
fn names(principal: Option<&Node>, account: &str) -> bool {
    let Some(principal) = principal.filter(|it| it.intrinsic().is_none()) else { return true };
    if principal.entries().is_empty() {
        return principal.literal() == Some("*");
    }
    let accounts = principal.get("AWS").map(Node::one_or_more).unwrap_or_default();
    let others = principal.entries().iter().any(|entry| !["AWS", "Service"].contains(&entry.key.as_str()));
    others || accounts.iter().any(|node| may_be_in(node, account))
}

fn may_be_in(principal: &Node, account: &str) -> bool {
    let text = match principal.intrinsic() {
        Some(call) if call.name == "Fn::Sub" => call.argument.text(),
        // A role of the template is in the account of the template.
        Some(call) if call.name == "Fn::GetAtt" => return false,
        Some(_) => None,
        None => principal.literal(),
    };
    let Some(text) = text else { return true };
    if text == "*" || text.contains(account) {
        return true;
    }
    // Only the account of the template is known to be another one.
    let rest = text.split_once(":iam::").map_or(text, |(_, rest)| rest);
    let of_account = rest.strip_suffix(":root").or_else(|| rest.split_once(":role/").map(|(account, _)| account));
    let of_account = of_account.unwrap_or(rest);
    !(of_account == "${AWS::AccountId}" || is_account_id(of_account) && is_account_id(account))
}

/// A key without its account.
fn short_key(key: &str, place: Span, action: &Spanned<String>) -> Diagnostic {
    let message = format!("key `{key}` is not found from another account");
    let what = if key.starts_with("alias/") { "an alias" } else { "the ID of a key" };
    Diagnostic::new(Code::E0806, message, place, format!("{what} is looked up in the account of the action"))
        .label(action.span, format!("action `{}` runs in another account", action.node))
        .help("write the ARN of the key: `arn:aws:kms:<region>:<account>:key/<key-id>`")
}

/// A policy that does not let an account read artifacts. `action`: an action that runs there, with the span of its role.
fn unreadable(owner: &str, call: &str, policy: Span, action: &Spanned<String>, account: &str) -> Diagnostic {
    let message = format!("action `{}` cannot read its artifacts in another account", action.node);
    Diagnostic::new(
        Code::E0821,
        message,
        policy,
        format!("the policy of {owner} does not allow the other account to call `{call}`"),
    )
    .label(action.span, "runs with a role of that account")
    .note("the action would fail with AccessDenied")
    .help(format!("in this policy, allow `arn:${{AWS::Partition}}:iam::{account}:root` to call `{call}`"))
}
