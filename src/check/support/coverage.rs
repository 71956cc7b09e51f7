//! Whether the statements of a role allow an action on a resource. In doubt, they do.

use crate::catalog::permissions;
use crate::catalog::wildcard::wildcard;
use crate::check::support::globs;
use crate::diagnostic::suggest;
use crate::plan::{Effect, Entity, Expr, Grant, Piece, Plan, RolePlan, arn_of};

/// The resource of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Target<'a> {
    /// A declared resource, with its name if it is literal.
    Resource(Entity, Option<&'a str>),
    /// None: the action cannot be limited to a resource.
    Any,
}

/// Returns whether a role allows an IAM action on a target.
pub(in crate::check) fn allows(role: &RolePlan, action: &str, target: Target<'_>) -> bool {
    allowing(role, action).flat_map(|grant| &grant.resources).any(|resource| reaches(resource, action, target))
}

/// The statements of a role that allow an IAM action on something.
pub(in crate::check) fn allowing<'r>(role: &'r RolePlan, action: &'r str) -> impl Iterator<Item = &'r Grant> {
    role.all_grants().filter(move |grant| grant.effect == Effect::Allow && names(grant, action))
}

/// Returns whether a role allows an IAM action on any resource.
pub(in crate::check) fn names_anywhere(role: &RolePlan, action: &str) -> bool {
    allowing(role, action).next().is_some()
}

/// Returns the statement of a role that denies an IAM action on every resource whose ARN matches a pattern, without a
/// condition.
pub(in crate::check) fn denying<'r>(plan: &Plan, role: &'r RolePlan, action: &str, target: &str) -> Option<&'r Grant> {
    let mut denying = role
        .all_grants()
        .filter(|grant| grant.effect == Effect::Deny && grant.conditions.is_empty() && names(grant, action));
    let covers = |resource: &Expr| known_pattern(plan, resource).is_some_and(|pattern| arn_covers(&pattern, target));
    denying.find(|grant| grant.resources.iter().any(covers))
}

/// Returns an ARN as a pattern, or `None` if a part is unknown.
fn known_pattern(plan: &Plan, expr: &Expr) -> Option<String> {
    let is_known = |piece: &Piece| match piece {
        Piece::Text(text) => !text.contains("${"),
        Piece::Pseudo(name) if name == "Region" => plan.home.region.is_some(),
        Piece::Pseudo(name) if name == "AccountId" => plan.home.account.is_some(),
        Piece::Pseudo(_) | Piece::Name(_) | Piece::Arn(_) => true,
        _ => false,
    };
    expr.pieces().iter().all(is_known).then(|| pattern(plan, expr))
}

/// Returns whether every ARN that matches `target` matches `pattern`. There is only one partition.
fn arn_covers(pattern: &str, target: &str) -> bool {
    let parts = |arn: &str| arn.splitn(6, ':').skip(2).map(str::to_owned).collect::<Vec<_>>();
    let (outer, inner) = (parts(pattern), parts(target));
    pattern == "*"
        || outer.len() == 4
            && inner.len() == 4
            && outer.iter().zip(&inner).all(|(outer, inner)| wildcard(outer.as_bytes(), inner.as_bytes()))
}

/// Returns whether any statement of a role applies to a resource.
pub(in crate::check) fn mentions(role: &RolePlan, resource: Entity) -> bool {
    let is = |piece: &Piece| matches!(piece, Piece::Arn(node) | Piece::Name(node) if *node == resource);
    role.all_grants().flat_map(|grant| &grant.resources).any(|resource| resource.pieces().iter().any(is))
}

/// Represents a name that CloudFormation generates, which never equals a literal name.
const CHOSEN: char = '\u{1}';

/// Returns whether a role allows an IAM action on some resource whose ARN matches a pattern.
pub(in crate::check) fn allows_arn(plan: &Plan, role: &RolePlan, action: &str, target: &str) -> bool {
    let has_account = |pattern: &&str| pattern.contains("${Account}");
    let of_accounts = permissions::iam_action(action).is_some_and(|known| known.resources.iter().all(has_account));
    allowing(role, action).flat_map(|grant| &grant.resources).any(|resource| {
        let granted = pattern(plan, resource);
        !(of_accounts && lacks_account(&granted, target)) && arns_fit(&granted, target)
    })
}

/// Returns whether a role allows a call of a command on a resource, or on what the command may mean by it: the alias of a
/// function, the index of a table, a repository of another account, a parameter or document of AWS.
pub(in crate::check) fn allows_call(plan: &Plan, role: &RolePlan, action: &str, target: &str) -> bool {
    let meant: &[&dyn Fn(&str) -> String] = match action.split(':').next().unwrap_or_default() {
        "lambda" => &[&|arn| format!("{arn}:*")],
        "dynamodb" => &[&|arn| format!("{arn}/*")],
        "ecr" => &[&|arn| with_account(arn, "*")],
        "ssm" if may_be_of_aws(target) => &[&|arn| with_account(arn, "")],
        _ => &[],
    };
    // The call needs a document and instances, and the command names at most one of them.
    let names_both = action == "ssm:SendCommand" && names_anywhere(role, action);
    names_both
        || allows_arn(plan, role, action, target)
        || meant.iter().any(|meant| allows_arn(plan, role, action, &meant(target)))
}

/// Returns whether the ARN of a Systems Manager resource may be that of one that AWS owns: parameters of AWS are below `/aws/`.
/// <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html> (2026-11-30)
fn may_be_of_aws(arn: &str) -> bool {
    let name = arn.split_once(":parameter/").map(|(_, name)| name);
    name.is_none_or(|name| name.starts_with("aws/") || name.starts_with('*'))
}

/// Returns an ARN with another account.
fn with_account(arn: &str, account: &str) -> String {
    let fields = arn.splitn(6, ':').enumerate();
    fields.map(|(index, field)| if index == 4 { account } else { field }).collect::<Vec<_>>().join(":")
}

/// Returns whether some ARN matches both patterns. A name that CloudFormation generates may match a pattern with `*` at
/// its position.
pub(in crate::check) fn arns_fit(granted: &str, target: &str) -> bool {
    globs::arns_meet(granted, target)
        || granted.contains(CHOSEN) != target.contains(CHOSEN)
            && globs::arns_meet(&opened(granted, target), &opened(target, granted))
}

/// Returns whether a pattern has no account where the target has one, even if it is not known which.
fn lacks_account(granted: &str, target: &str) -> bool {
    let account = |arn: &str| arn.split(':').nth(4).map(str::to_owned);
    account(granted).is_some_and(|it| it.is_empty()) && account(target).is_some_and(|it| !it.is_empty())
}

/// Returns a pattern with `*` for each generated name that is opposite a `*` in the other.
fn opened(pattern: &str, other: &str) -> String {
    let segments: Vec<&str> = other.split(['/', ':']).collect();
    let open = |index: usize, segment: &str| {
        let facing = segments.get(index).or(segments.last());
        segment.contains(CHOSEN) && facing.is_some_and(|facing| facing.contains('*'))
    };
    let mut result = String::new();
    for (index, piece) in pattern.split_inclusive(['/', ':']).enumerate() {
        let segment = piece.trim_end_matches(['/', ':']);
        result.push_str(if open(index, segment) { "*" } else { segment });
        result.push_str(&piece[segment.len()..]);
    }
    result
}

/// Returns an ARN as a pattern, with `*` for unknown parts.
pub(in crate::check) fn pattern(plan: &Plan, expr: &Expr) -> String {
    expr.pieces().iter().map(|piece| piece_pattern(plan, piece)).collect()
}

fn piece_pattern(plan: &Plan, piece: &Piece) -> String {
    let known = |value: Option<&String>| value.cloned().unwrap_or_else(|| "*".to_owned());
    match piece {
        // A policy variable such as `${aws:username}` can be any string.
        // A dynamic reference is resolved at deployment.
        Piece::Text(text) if text.contains("${") || text.contains("{{resolve:") => "*".to_owned(),
        Piece::Text(text) => text.clone(),
        Piece::Pseudo(name) if name == "Region" => known(plan.home.region.as_ref()),
        Piece::Pseudo(name) if name == "AccountId" => known(plan.home.account.as_ref()),
        Piece::Name(node) => name_pattern(plan, *node),
        Piece::Arn(node) => arn_pattern(plan, *node),
        _ => "*".to_owned(),
    }
}

/// Returns the name of a declared resource as a pattern.
pub(in crate::check) fn name_pattern(plan: &Plan, node: Entity) -> String {
    plan.name(node).map_or_else(|| chosen(node), |name| pattern(plan, &name))
}

/// Returns the ARN of a declared resource as a pattern.
pub(in crate::check) fn arn_pattern(plan: &Plan, node: Entity) -> String {
    match plan.arn(node) {
        _ if matches!(node, Entity::Key(_)) => "arn:*:kms:*:*:*".to_owned(),
        Some(arn) => pattern(plan, &arn),
        None => arn_of(node, Expr::text(chosen(node))).map_or_else(|| "*".to_owned(), |arn| pattern(plan, &arn)),
    }
}

fn chosen(node: Entity) -> String {
    format!("{CHOSEN}{node:?}{CHOSEN}").replace(['/', ':'], "-")
}

/// Returns whether a statement names an IAM action. A misspelled one is reported as such.
fn names(grant: &Grant, action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    let is_it = |pattern: &str| wildcard(pattern.to_ascii_lowercase().as_bytes(), action.as_bytes());
    let is_meant = |pattern: &str| meant_action(pattern).is_some_and(|meant| is_it(&meant));
    grant.actions.iter().any(|pattern| is_it(pattern) || grant.effect == Effect::Allow && is_meant(pattern))
}

/// Returns the IAM action that a name without wildcards misspells. A service or an action that is not listed may be new;
/// only a similar name is certainly a typo.
pub(in crate::check) fn meant_action(name: &str) -> Option<String> {
    let (service, verb) = name.split_once(':').filter(|_| !name.contains(['*', '?']))?;
    if permissions::iam_action(name).is_some() {
        return None;
    }
    if let Some(meant) = permissions::meant_service(service) {
        return Some(format!("{meant}:{verb}"));
    }
    // The action of another service with nearly the same prefix: `ecs` and `ec2`.
    let of_service = |other: &&str| permissions::iam_action(&format!("{other}:{verb}")).is_some();
    let mut others =
        permissions::services().filter(|other| suggest::is_misspelling(&letters(service), &letters(other)));
    if let Some(other) = others.find(of_service) {
        return Some(format!("{other}:{verb}"));
    }
    let near = suggest::nearest(verb, permissions::actions_of(service))?;
    Some(format!("{service}:{near}"))
}

/// Returns the prefix of a service without digits, which tell versions apart elsewhere.
fn letters(service: &str) -> String {
    service.chars().filter(|c| !c.is_ascii_digit()).collect()
}

fn reaches(resource: &Expr, action: &str, target: Target<'_>) -> bool {
    let Target::Resource(wanted, name) = target else { return resource.as_text() == Some("*") };
    let named = resource.pieces().iter().find_map(|piece| match piece {
        Piece::Arn(node) | Piece::Name(node) => Some(*node),
        _ => None,
    });
    if let Some(node) = named {
        return node == wanted && (!matches!(node, Entity::Bucket(_)) || fits_objects(resource, action));
    }
    let open = |piece: &Piece| if let Piece::Text(text) = piece { text.clone() } else { "*".to_owned() };
    let pattern: String = resource.pieces().iter().map(open).collect();
    if !pattern.starts_with("arn:") {
        return pattern.contains('*');
    }
    match (wanted, name) {
        (Entity::Bucket(_), Some(name)) if on_objects(action) => {
            let (bucket, key) = pattern.split_once('/').map_or((pattern.as_str(), None), |(b, key)| (b, Some(key)));
            wildcard(bucket.as_bytes(), format!("arn:aws:s3:::{name}").as_bytes())
                && (key.is_some() || bucket.ends_with('*'))
        }
        (Entity::Bucket(_), Some(name)) => wildcard(pattern.as_bytes(), format!("arn:aws:s3:::{name}").as_bytes()),
        // A pattern can match a name that CloudFormation generates, but a complete name cannot.
        (Entity::Bucket(_), None) => is_of(&pattern, "s3") && pattern.trim_end_matches("/*").contains('*'),
        (Entity::Topic(_), Some(arn)) => wildcard(pattern.as_bytes(), arn.as_bytes()),
        (Entity::Topic(_), None) => is_of(&pattern, "sns") && pattern.contains('*'),
        _ => true,
    }
}

/// Returns whether a statement on a bucket names the resource of an action: the bucket, or its objects.
fn fits_objects(resource: &Expr, action: &str) -> bool {
    let tail = resource.pieces().iter().skip_while(|piece| matches!(piece, Piece::Text(_))).skip(1);
    let rest: String = tail.map(|piece| if let Piece::Text(text) = piece { text.as_str() } else { "*" }).collect();
    if on_objects(action) { rest.contains(['/', '*']) } else { !rest.starts_with('/') }
}

fn is_of(arn: &str, service: &str) -> bool {
    arn.split(':').nth(2).is_some_and(|own| own == service || own.contains('*'))
}

/// Returns whether an action applies to the objects of a bucket.
fn on_objects(action: &str) -> bool {
    let known = permissions::iam_action(action);
    known.is_some_and(|action| action.resources.iter().any(|pattern| pattern.contains(":s3:::${BucketName}/")))
}

#[cfg(test)]
mod tests {
    use super::{arn_covers, arns_fit, lacks_account, wildcard};

    #[test]
    fn a_denied_pattern_covers_a_target_only_as_a_whole() {
        assert!(arn_covers("*", "arn:*:sqs:*:*:*") && arn_covers("arn:aws:sqs:*:*:*", "arn:*:sqs:eu-west-1:1:q"));
        assert!(arn_covers("arn:aws:sqs:eu-west-1:1:orders-*", "arn:*:sqs:eu-west-1:1:orders-in"));
        assert!(!arn_covers("arn:aws:sqs:eu-west-1:1:orders-*", "arn:*:sqs:*:1:orders-in"));
        assert!(!arn_covers("arn:aws:sqs:eu-west-1:1:orders-*", "arn:*:sqs:eu-west-1:1:*"));
        assert!(!arn_covers("arn:aws:sns:*:*:*", "arn:*:sqs:*:*:*"));
    }

    #[test]
    fn a_pattern_without_an_account_fits_no_resource_that_has_one() {
        assert!(lacks_account("arn:*:ssm:::parameter/app/*", "arn:*:ssm:*:*:parameter/app/key"));
        assert!(!lacks_account("arn:*:ssm:*:*:parameter/app/*", "arn:*:ssm:*::parameter/app/key"));
        assert!(!lacks_account("arn:*:ssm:*::document/AWS-*", "arn:*:ssm:*::document/AWS-RunShellScript"));
        assert!(!lacks_account("*", "arn:*:sqs:*:*:queue"));
    }

    #[test]
    fn a_chosen_name_fits_only_itself_and_patterns() {
        let bucket = "arn:*:s3:::\u{1}Bucket(0)\u{1}/*";
        assert!(arns_fit(bucket, bucket) && arns_fit("arn:aws:s3:::app-*/*", bucket) && arns_fit("*", bucket));
        assert!(!arns_fit("arn:aws:s3:::app/*", bucket) && !arns_fit(bucket, "arn:*:s3:::other/*"));
        assert!(arns_fit(bucket, "arn:*:s3:::*-site/*") && !arns_fit(bucket, "arn:*:s3:::\u{1}Bucket(1)\u{1}/*"));
    }

    #[test]
    fn patterns_fit_as_in_iam() {
        let fits = |pattern: &str, text: &str| wildcard(pattern.as_bytes(), text.as_bytes());
        assert!(fits("s3:*", "s3:putobject") && fits("*", "") && fits("a*c*e", "abcde") && fits("a?c", "abc"));
        assert!(fits("*ab", "aaab") && fits("a*b*b", "abab"));
        assert!(!fits("s3:Get*", "s3:putobject") && !fits("a?c", "ac") && !fits("", "a") && !fits("a*b", "abc"));
    }
}
