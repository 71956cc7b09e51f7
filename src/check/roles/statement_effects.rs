//! E0883, E0884, W0883, W0884, W0885: statements whose effect differs from their wording.

use std::net::IpAddr;
use std::sync::Arc;

use crate::catalog::conditions::{self, Compares};
use crate::catalog::numbers::number;
use crate::catalog::permissions::{self, Access, IamAction};
use crate::catalog::verbs;
use crate::check::support::policy_resources::{arn_of_type, open, wrong_resources};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::families::policies::{self, Applicable};
use crate::diagnostic::suggest::similar;
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Entity, Part, PartKind, Permission, Statement, Text, Value, ValueKind};
use crate::plan::{Expr, Piece, arn_of};
use crate::source::{Span, Spanned};

pub(super) const RULE: Rule = Rule {
    name: "statement-effects",
    codes: &[Code::E0883, Code::W0883, Code::E0884, Code::W0884, Code::W0885],
    run: check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (_, statement) in subject.hir.statements() {
        let actions = known_actions(statement);
        look_at_condition(statement, &actions, findings);
        if are_arns(statement, findings) {
            look_at_resources(subject, statement, &actions, findings);
        }
    }
}

/// Returns the actions of a statement that AWS's reference lists. For patterns such as `s3:Get*`, there are none.
fn known_actions(statement: &Statement) -> Vec<Arc<IamAction>> {
    match &statement.permission {
        Permission::Actions(actions) => {
            actions.iter().filter_map(|action| permissions::iam_action(&action.node)).collect()
        }
        Permission::Verb(verb) => {
            let kinds = statement.resources.iter().filter_map(|resource| match &resource.kind {
                ValueKind::Entity(entity) => Some(entity.word()),
                ValueKind::Text(text) => verbs::kind_of_arn(&glob(text)),
                _ => None,
            });
            let grants = kinds.filter_map(|kind| verbs::grants(&verb.node, kind)).flatten();
            let mut actions: Vec<Arc<IamAction>> =
                grants.flat_map(|grant| &grant.actions).filter_map(|action| permissions::iam_action(action)).collect();
            actions.sort_by(|one, other| one.name.cmp(other.name));
            actions.dedup();
            actions
        }
    }
}

fn look_at_condition(statement: &Statement, actions: &[Arc<IamAction>], findings: &mut Findings) {
    let Some(ValueKind::Map(operators)) = statement.condition.as_ref().map(|condition| &condition.kind) else {
        return;
    };
    for (written, keys) in operators {
        let Some(operator) = conditions::operator(&written.node) else {
            let known = conditions::operators_like(&written.node);
            let near = similar(&written.node, known.iter().map(String::as_str));
            findings.push(policies::unknown_operator(written, near));
            continue;
        };
        let ValueKind::Map(keys) = &keys.kind else { continue };
        for (key, value) in keys {
            look_at_values(&written.node, operator.compares, value, findings);
            let always = operator.without_key.or_else(|| holds_without(value));
            if let Some(always) = always {
                look_at_key(statement, key, always, actions, findings);
            }
        }
    }
}

/// Returns whether `Null` holds for a request without the key.
fn holds_without(value: &Value) -> Option<bool> {
    match &value.kind {
        ValueKind::Bool(absent) => Some(*absent),
        _ => value.as_str().and_then(|text| text.parse().ok()),
    }
}

fn look_at_key(
    statement: &Statement,
    key: &Spanned<String>,
    always: bool,
    actions: &[Arc<IamAction>],
    findings: &mut Findings,
) {
    let lacking: Vec<&str> =
        actions.iter().filter(|action| !conditions::can_have(action, &key.node)).map(|action| action.name).collect();
    let Some(first) = lacking.first() else { return };
    // With `...IfExists`, a statement limits the calls that have the key. Reading with the others is harmless; the AWS CDK
    // writes such statements for change sets:
    // <https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-codepipeline-actions/lib/cloudformation/private/singleton-policy.ts>
    // (2026-11-30).
    let reads = |name: &&'static str| {
        actions.iter().any(|it| it.name == *name && matches!(it.access, Access::List | Access::Read))
    };
    if always && !statement.deny && lacking.len() < actions.len() && lacking.iter().all(reads) {
        return;
    }
    let near = similar(&key.node, conditions::keys_of(first)).filter(|near| !near.eq_ignore_ascii_case(&key.node));
    let effect = Effect::of(statement.deny, always);
    findings.push(key_not_in_requests(key, effect, &lacking, lacking.len() == actions.len(), near));
}

fn look_at_values(operator: &str, compares: Compares, value: &Value, findings: &mut Findings) {
    let items = if let ValueKind::List(items) = &value.kind { items.as_slice() } else { std::slice::from_ref(value) };
    for item in items {
        let (Some(wanted), Some(text)) = (wanted(compares), item.as_str()) else { continue };
        // IAM replaces `${aws:...}`.
        if !text.contains("${") && !fits(compares, text) {
            findings.push(unfit_value(operator, text, wanted, item.span));
        }
    }
}

fn wanted(compares: Compares) -> Option<&'static str> {
    Some(match compares {
        Compares::Text | Compares::Binary => return None,
        Compares::Number => "a number",
        Compares::Date => "a date such as `2026-01-31T00:00:00Z`",
        Compares::Bool => "`true` or `false`",
        Compares::Address => "an IP address or a range such as `203.0.113.0/24`",
        Compares::Arn => "an ARN",
    })
}

fn fits(compares: Compares, text: &str) -> bool {
    match compares {
        Compares::Text | Compares::Binary => true,
        Compares::Number => number(text).is_some(),
        Compares::Bool => text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false"),
        Compares::Date => {
            let allowed = |c: char| c.is_ascii_digit() || "-:+.TZ".contains(c);
            text.len() >= 4 && text.chars().take(4).all(|c| c.is_ascii_digit()) && text.chars().all(allowed)
        }
        Compares::Address => {
            let (address, length) = text.split_once('/').map_or((text, None), |(it, length)| (it, Some(length)));
            let Ok(address) = address.parse::<IpAddr>() else { return false };
            let most = if address.is_ipv4() { 32 } else { 128 };
            length.is_none_or(|length| length.parse::<u32>().is_ok_and(|length| length <= most))
        }
        Compares::Arn => text.contains(['*', '?']) || text.starts_with("arn:") && text.matches(':').count() >= 5,
    }
}

/// Returns whether every resource can be in a policy, and reports the others.
fn are_arns(statement: &Statement, findings: &mut Findings) -> bool {
    let mut all = true;
    let spelt_out = matches!(statement.permission, Permission::Actions(_));
    for resource in statement.resources.iter().filter(|_| spelt_out) {
        let Some(text) = resource.as_str() else { continue };
        if !text.starts_with("arn:") && !text.starts_with('*') {
            findings.push(
                policies::not_an_arn(text, resource.span)
                    .note("the deployment would fail with \"MalformedPolicyDocument\"")
                    .help("write the ARN, or the name of a declaration in this file"),
            );
            all = false;
        }
    }
    all
}

fn look_at_resources(
    subject: &Subject<'_>,
    statement: &Statement,
    actions: &[Arc<IamAction>],
    findings: &mut Findings,
) {
    let globs: Option<Vec<String>> = statement.resources.iter().map(|it| of_resource(subject, it)).collect();
    let (Some(globs), Some(first)) = (globs, statement.resources.first()) else { return };
    let effect = Effect::of(statement.deny, false);
    // A verb applies each action to the parts of a resource that it supports.
    let is_verb = matches!(statement.permission, Permission::Verb(_));
    let wrong = if is_verb { Vec::new() } else { wrong_resources(actions, &globs, first.as_str()) };
    findings.extend(wrong.iter().map(|wrong| {
        let applicable = Applicable { patterns: wrong.patterns, edit: wrong.edit.as_deref(), all: "on \"*\"" };
        policies::wrong_resource(effect.words(), &wrong.actions, first.span, applicable)
    }));
    let is_wrong = |action: &IamAction| wrong.iter().any(|wrong| wrong.actions.contains(&action.name));
    for action in actions.iter().filter(|action| !is_wrong(action)) {
        let secrets: Option<Vec<&str>> = globs.iter().map(|glob| half_secret(glob)).collect();
        if let Some(secret) =
            secrets.and_then(|secrets| secrets.first().copied()).filter(|_| !action.resources.is_empty())
        {
            let edit = format!("{secret}-??????");
            findings.push(part_of_secret(effect, action.name, first.span, &edit));
            break;
        }
    }
}

/// Returns the ARN of a secret that ends with its name. Secrets Manager adds a hyphen and six random characters:
/// <https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html> (2026-11-28)
fn half_secret(arn: &str) -> Option<&str> {
    let id = arn.splitn(7, ':').nth(6).filter(|_| arn.split(':').nth(2) == Some("secretsmanager"))?;
    let ending = id.rsplit_once('-').map(|(_, ending)| ending);
    let whole = ending.is_some_and(|ending| ending.len() == 6 && ending.chars().all(|c| c.is_ascii_alphanumeric()));
    (!whole && !id.contains(['*', '?'])).then_some(arn)
}

/// Returns the pattern of a resource of a statement, or `None` if it is unknown.
fn of_resource(subject: &Subject<'_>, resource: &Value) -> Option<String> {
    match &resource.kind {
        ValueKind::Entity(entity) => of_entity(*entity),
        ValueKind::Text(text) => match text.parts.as_slice() {
            [Part { kind: PartKind::Att(id, attribute), .. }] if attribute == "Arn" => {
                Some(of_template(subject, id).unwrap_or_else(|| "*".to_owned()))
            }
            _ => Some(glob(text)),
        },
        _ => None,
    }
}

/// Returns the ARN of a resource of the template that defines the pipelines.
fn of_template(subject: &Subject<'_>, id: &str) -> Option<String> {
    arn_of_type(subject.document?.root.at(&["Resources", id, "Type"])?.literal()?)
}

fn of_entity(entity: Entity) -> Option<String> {
    match entity {
        // The name refers to the bucket and to its objects.
        Entity::Bucket(_) => Some("arn:*:s3:::*".to_owned()),
        Entity::Key(_) => Some("arn:*:kms:*".to_owned()),
        _ => arn_of(entity, Expr::text("*")).map(|arn| {
            let open = |piece: &Piece| if let Piece::Text(text) = piece { text.clone() } else { "*".to_owned() };
            arn.pieces().iter().map(open).collect()
        }),
    }
}

/// Returns a string with `*` for its unknown parts.
fn glob(text: &Text) -> String {
    let shown = |part: &Part| match &part.kind {
        PartKind::Literal(text) => open(text),
        PartKind::Member(entity, member) if member == "arn" => of_entity(*entity).unwrap_or_else(|| "*".to_owned()),
        _ => "*".to_owned(),
    };
    text.parts.iter().map(shown).collect()
}

/// The actual effect of a statement that seems to have another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// An `allow` whose condition never holds.
    NeverAllows,
    /// An `allow` whose condition always holds.
    AlwaysAllows,
    /// A `deny` whose condition never holds.
    NeverDenies,
    /// A `deny` whose condition always holds.
    AlwaysDenies,
}

impl Effect {
    /// Returns the effect of a statement whose condition always or never holds.
    fn of(deny: bool, always: bool) -> Self {
        match (deny, always) {
            (false, false) => Self::NeverAllows,
            (false, true) => Self::AlwaysAllows,
            (true, false) => Self::NeverDenies,
            (true, true) => Self::AlwaysDenies,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::NeverAllows => "never allows",
            Self::AlwaysAllows => "always allows",
            Self::NeverDenies => "never denies",
            Self::AlwaysDenies => "always denies",
        }
    }
}

/// A condition key that requests for some of the actions do not have.
fn key_not_in_requests(
    key: &Spanned<String>,
    effect: Effect,
    actions: &[&str],
    all: bool,
    near: Option<&str>,
) -> Diagnostic {
    let message = format!(
        "this statement {} {}, whose requests have no `{}`",
        effect.words(),
        policies::listed(actions),
        key.node
    );
    let label = match effect {
        Effect::NeverAllows | Effect::NeverDenies => "a condition on a missing key is not met",
        Effect::AlwaysAllows | Effect::AlwaysDenies => "this operator matches requests without the key",
    };
    let diagnostic = Diagnostic::new(Code::W0883, message, key.span, label);
    match near {
        Some(near) => diagnostic.did_you_mean(near),
        None if all => diagnostic.help("remove this condition, or use a condition key of the action"),
        None => diagnostic.help(format!("move {} into a separate statement", policies::listed(actions))),
    }
}

/// The ARN of a secret without the suffix that Secrets Manager adds.
fn part_of_secret(effect: Effect, action: &str, resource: Span, edit: &str) -> Diagnostic {
    let message = format!("this statement {} `{action}`: the ARN of the secret lacks its suffix", effect.words());
    Diagnostic::new(Code::W0884, message, resource, "Secrets Manager adds a hyphen and six characters")
        .help(format!("write `\"{edit}\"`"))
}

/// A value of a type that an operator does not compare.
fn unfit_value(operator: &str, value: &str, wanted: &str, place: Span) -> Diagnostic {
    let message = format!("`{operator}` takes {wanted}, not `{value}`");
    Diagnostic::new(Code::W0885, message, place, "never matches a request")
}
