//! W0811: managed policies that AWS does not have. W0813: actions that AWS does not have. W0884: resources to which
//! actions do not apply.

use crate::catalog::permissions;
use crate::check::support::documents::inner;
use crate::check::support::inside_templates::{InsideTemplate, each_template};
use crate::check::support::managed_policies::managed_policy_meant;
use crate::check::support::policy_resources::{WrongResource, arn_of_type, open, wrong_resources};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::policies::{self, Applicable};
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::source::{Span, Spanned};
use crate::workspace::document::{Entry, Node, PolicyStatement};

pub(super) const RULE: Rule =
    Rule { name: "template-policies", codes: &[Code::W0811, Code::W0813, Code::W0884], run: check };

/// The resources that have policies for roles.
const TYPES: [&str; 4] = ["AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    each_template(subject, findings, |inside, findings| {
        for Entry { value, .. } in inside.section("Resources") {
            let kind = value.get("Type").and_then(Node::literal).unwrap_or_default();
            let Some(properties) = value.get("Properties") else { continue };
            // Of the roles around a pipeline, the rules about roles report these.
            if TYPES.contains(&kind) && !inside.own {
                statements(properties).for_each(|statement| effect(inside, Some(properties), statement, findings));
            }
            if kind == BUCKET_POLICY {
                statements(properties).for_each(|statement| effect(inside, None, statement, findings));
            }
            attached(kind, properties, findings);
        }
    });
}

/// Returns the statements of a resource's policies.
fn statements(properties: &Node) -> impl Iterator<Item = PolicyStatement<'_>> {
    let inline = properties.get("Policies").map(Node::items).unwrap_or_default();
    let documents = inline.iter().filter_map(|policy| policy.get("PolicyDocument"));
    let trust = properties.get("AssumeRolePolicyDocument").into_iter();
    let documents = trust.chain(documents).chain(properties.get("PolicyDocument"));
    documents.flat_map(PolicyStatement::written)
}

/// The length of the start of an action that a misspelled one has, too: that of its verb.
const START: usize = 3;

/// Actions that programs need, each on buckets or on their objects only.
const OF_BUCKETS: [&str; 4] = ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"];

/// The policies of buckets. Amazon S3 rejects one with "Action does not apply to any resource(s) in statement", as
/// <http://www.kouhan.cn/en/article/00036223> (2026-11-30) describes.
const BUCKET_POLICY: &str = "AWS::S3::BucketPolicy";

/// Checks the actions of a statement, and whether they apply to its resources. `properties`: those of a role's policies,
/// which may contain actions without effect.
fn effect(inside: &InsideTemplate, properties: Option<&Node>, statement: PolicyStatement<'_>, findings: &mut Findings) {
    let mut known = Vec::new();
    let actions = statement.actions().unwrap_or_default();
    for node in actions {
        let Some(text) = node.literal().filter(|text| !text.contains(['*', '?'])) else { continue };
        known.extend(permissions::iam_action(text));
        let Some((service, verb)) = text.split_once(':') else { continue };
        if let Some(meant) = permissions::meant_service(service) {
            let action = Spanned::new(text.to_owned(), inner(node));
            findings.push(policies::unknown_action(&action, &format!("{meant}:{verb}")));
            continue;
        }
        // A service or an action that is not listed may be new. Only a misspelled name is certainly a typo.
        let starts_alike = |near: &&str| near.get(..START) == verb.get(..START);
        let near = suggest::similar(verb, permissions::actions_of(service)).filter(starts_alike);
        if permissions::iam_action(text).is_none()
            && let Some(near) = near.filter(|near| suggest::is_misspelling(verb, near))
        {
            let action = Spanned::new(text.to_owned(), inner(node));
            findings.push(policies::unknown_action(&action, &format!("{service}:{near}")));
        }
    }
    let Some(resources) = statement.resources() else { return };
    let globs: Option<Vec<String>> = resources.iter().map(|resource| pattern(inside, resource)).collect();
    let (Some(globs), Some(first)) = (globs, resources.first()) else { return };
    let effect = match (statement.allows(), statement.denies()) {
        (true, _) => "never allows",
        (_, true) => "never denies",
        _ => return,
    };
    let place = if first.intrinsic().is_some() { first.span } else { inner(first) };
    let mut wrong = wrong_resources(&known, &globs, None);
    // Many policies contain actions that nothing needs. Without them, a statement has no effect at all, or reading and
    // writing fails.
    if let Some(properties) = properties
        && wrong.iter().map(|wrong| wrong.actions.len()).sum::<usize>() < actions.len()
    {
        let elsewhere = |action: &str| {
            let others = statements(properties).filter(|other| other.node.span != statement.node.span);
            let named = others.filter_map(PolicyStatement::actions).flatten();
            named.filter_map(Node::literal).any(|name| name == action || name.contains('*'))
        };
        for wrong in &mut wrong {
            wrong.actions.retain(|it| OF_BUCKETS.contains(it) && !elsewhere(it));
        }
        wrong.retain(|wrong| !wrong.actions.is_empty());
    }
    let inside_of = |wrong: &WrongResource<'_>| {
        let id = first.referred()?;
        let objects: Vec<String> = globs.iter().map(|glob| format!("{glob}/*")).collect();
        let still_wrong = wrong_resources(&known, &objects, None);
        let reaches = wrong.actions.iter().all(|it| !still_wrong.iter().any(|other| other.actions.contains(it)));
        reaches.then_some(id)
    };
    findings.extend(wrong.iter().map(|wrong| {
        let applicable = Applicable { patterns: wrong.patterns, edit: None, all: "*" };
        let found = policies::wrong_resource(effect, &wrong.actions, place, applicable);
        match inside_of(wrong) {
            Some(id) => {
                found.help_in(|notation| format!("write `{}`", notation.substituted(&format!("${{{id}.Arn}}/*"))))
            }
            None => found,
        }
    }));
}

/// Returns the pattern of a resource of a statement, or `None` if it is unknown.
fn pattern(inside: &InsideTemplate, resource: &Node) -> Option<String> {
    let arn_of = |id: &str| {
        let declared = inside.section("Resources").find(|entry| entry.key.node == id)?;
        arn_of_type(declared.value.get("Type")?.literal()?)
    };
    // A dynamic reference is known only at deployment.
    let is_known = |text: &&str| *text == "*" || text.starts_with("arn:") && !text.contains("{{");
    let Some(call) = resource.intrinsic() else { return resource.literal().filter(is_known).map(open) };
    match (call.name.as_ref(), call.argument.text()) {
        ("Fn::GetAtt", _) => {
            let is_arn = match call.argument.items() {
                [_, attribute] => attribute.literal() == Some("Arn"),
                _ => call.argument.text().is_some_and(|text| text.ends_with(".Arn")),
            };
            arn_of(&resource.referred()?).filter(|_| is_arn)
        }
        ("Fn::Sub", Some(text)) => match text.strip_prefix("${").and_then(|rest| rest.split_once(".Arn}")) {
            Some((id, rest)) => Some(arn_of(id)? + &open(rest)),
            None => is_known(&text).then(|| open(text)),
        },
        _ => None,
    }
}

/// Checks the managed policies of AWS that a role or function has.
fn attached(kind: &str, properties: &Node, findings: &mut Findings) {
    let key = if kind.starts_with("AWS::Serverless::") { "Policies" } else { "ManagedPolicyArns" };
    for policy in properties.get(key).map(Node::one_or_more).unwrap_or_default() {
        let text = match policy.intrinsic() {
            Some(call) if call.name == "Fn::Sub" => call.argument.scalar(),
            Some(_) => None,
            None => policy.scalar(),
        };
        let Some(text) = text.filter(|text| text.text.contains(":iam::aws:policy/")) else { continue };
        if let Some(meant) = managed_policy_meant(&text.text) {
            findings.push(no_such_policy(&text.text, inner(policy), &meant));
        }
    }
}

/// The ARN of a managed policy that AWS does not have.
fn no_such_policy(text: &str, place: Span, meant: &str) -> Diagnostic {
    let name = text.rsplit('/').next().unwrap_or(text);
    Diagnostic::new(Code::W0811, format!("AWS has no managed policy `{name}` with this ARN"), place, "")
        .note("the deployment would fail with \"Policy ... does not exist or is not attachable\"")
        .suggest(place, Some(meant))
}
