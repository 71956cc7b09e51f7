//! The statement that adds a missing permission, and its block.

use std::borrow::Cow;

use crate::catalog::faults::{self, Form, Match, Remedy};
use crate::catalog::{permissions, verbs};
use crate::compilation::Compilation;
use crate::hir::Entity;
use crate::plan::{Identity, TASK_ROLES};

use super::actors::{Actor, matches, pattern};

/// Returns the IAM action that is missing according to a message.
pub(super) fn permission(found: &Match) -> Option<String> {
    let said = found.name("permission").map(str::to_owned);
    // The wording itself may contain it.
    let fixed = || {
        let mut words = found.wording.split_whitespace().map(|word| word.trim_matches(['.', ',', ';', '"']));
        words.find(|word| permissions::iam_action(word).is_some()).map(str::to_owned)
    };
    said.or_else(fixed).or_else(|| faults::permission_of(found.name("operation")?))
}

/// Returns the resource in a message, as an ARN.
pub(super) fn resource(found: &Match) -> Option<Cow<'_, str>> {
    let is_arn = |name: &&'static str| faults::hole(name).is_some_and(|hole| hole.form == Form::Arn);
    let named = found.names.iter().filter(|(name, _)| is_arn(name) && *name != "principal");
    let object = || Some(format!("arn:aws:s3:::{}", found.name("url")?.strip_prefix("s3://")?));
    // Secrets Manager repeats the name in the call. The ARN ends with six more characters.
    let secret = || {
        let name = found.name("resource").filter(|name| !name.starts_with("arn:"))?;
        found.name("permission")?.starts_with("secretsmanager:").then(|| {
            format!("arn:${{AWS::Partition}}:secretsmanager:${{AWS::Region}}:${{AWS::AccountId}}:secret:{name}-??????")
        })
    };
    let named = named.map(|(_, value)| Cow::from(value)).next_back();
    // IAM writes the name of a role without its ARN; the principal contains the account.
    let role = || {
        let account = found.name("principal")?.split(':').nth(4)?;
        Some(format!("arn:aws:iam::{account}:role/{}", found.name("iam-role")?))
    };
    let named = named.or_else(|| role().map(Cow::from));
    named.or_else(|| object().map(Cow::from)).or_else(|| secret().map(Cow::from))
}

/// Returns the remedy: the statement, and the block to add it to. Returns `None` if the message does not contain the
/// missing permission.
pub(super) fn sentence(
    found: &Match,
    compilation: Option<&Compilation>,
    actor: Option<&Actor>,
    kind: Option<&str>,
) -> Option<String> {
    if found.fault.remedy != Some(Remedy::Allow) {
        return None;
    }
    let permission = permission(found)?;
    let resource = resource(found);
    if compilation.is_some_and(Compilation::is_document) {
        return Some(in_policy(&permission, resource.as_deref(), actor));
    }
    if let (None, Some(action)) = (actor, compilation.filter(|_| permission == "iam:PassRole").and_then(passes_roles)) {
        return Some(format!("add the role to `roles` of action `{action}`, if that action passes it"));
    }
    let line = line(&permission, resource.as_deref(), compilation);
    Some(match actor {
        // The role of a stack is derived from the template as it was when the pipeline was built.
        Some(Actor { block: Some(block), .. }) if block.starts_with("stack ") => format!(
            "if the template has changed since, build the template of the pipeline again and redeploy it; otherwise, add \
             `{line}` to {block}"
        ),
        Some(Actor { block: Some(block), .. }) => format!("add `{line}` to {block}"),
        Some(Actor { block: None, .. }) | None => {
            let block = match kind {
                Some("build") => "the `project` of the build",
                Some("stack") => "the `role` of the deployment",
                _ => "the `project` or `role` that lacks it",
            };
            format!("add `{line}` to {block}")
        }
    })
}

/// Returns the only action that lists the roles that it passes.
fn passes_roles(compilation: &Compilation) -> Option<&str> {
    let actions = compilation.hir().pipelines.iter().flat_map(|pipeline| &pipeline.actions);
    let mut passing = actions.filter(|action| action.action_type.slot_of_key(TASK_ROLES).is_some());
    let only = passing.next().filter(|_| passing.next().is_none())?;
    Some(only.name.as_str())
}

/// Returns the remedy for a template, whose policies are written out.
fn in_policy(permission: &str, resource: Option<&str>, actor: Option<&Actor>) -> String {
    let role = match actor {
        Some(Actor { words, .. }) if words.starts_with("role ") => words.clone(),
        Some(Actor { words, .. }) => format!("the role of {words}"),
        None => "the role that lacks it".to_owned(),
    };
    let is_limited = permissions::iam_action(permission).is_none_or(|action| !action.resources.is_empty());
    let on = match resource.filter(|_| is_limited) {
        Some(arn) => format!("`Resource: {arn}`"),
        None if is_limited => "the ARN as `Resource`".to_owned(),
        None => "`Resource: '*'`".to_owned(),
    };
    format!("add a statement to the policy of {role}, with `Effect: Allow`, `Action: {permission}`, and {on}")
}

/// Returns a statement such as `allow write on Packages`.
fn line(permission: &str, resource: Option<&str>, compilation: Option<&Compilation>) -> String {
    let listed = format!("[\"{permission}\"]");
    let is_limited = permissions::iam_action(permission).is_none_or(|action| !action.resources.is_empty());
    let Some(arn) = resource.filter(|_| is_limited) else {
        return format!("allow {listed} on \"{}\"", if is_limited { "ARN" } else { "*" });
    };
    let whole = container(arn);
    if let Some((entity, symbol)) = compilation.and_then(|compilation| declared(compilation, whole)) {
        let verb = verbs::smallest(entity.word(), &[permission]);
        if let Some(verb) = verb {
            return format!("allow {verb} on {symbol}");
        }
        let end = if whole == arn { "" } else { "/*" };
        return format!("allow {listed} on \"${{{symbol}.arn}}{end}\"");
    }
    match verbs::kind_of_arn(whole).and_then(|kind| verbs::smallest(kind, &[permission])) {
        Some(verb) => format!("allow {verb} on \"{whole}\""),
        None if whole == arn => format!("allow {listed} on \"{arn}\""),
        None => format!("allow {listed} on \"{whole}/*\""),
    }
}

/// Returns the ARN of an object's bucket, or any other ARN unchanged.
fn container(arn: &str) -> &str {
    let is_object = arn.split(':').nth(2) == Some("s3");
    match arn.split_once('/') {
        Some((bucket, _)) if is_object => bucket,
        _ => arn,
    }
}

/// Returns the declared resource that an ARN refers to, by its name or by the logical ID in a name that CloudFormation
/// generated.
pub(super) fn declared<'a>(compilation: &'a Compilation, arn: &str) -> Option<(Entity, &'a str)> {
    let resource = arn.splitn(6, ':').nth(5)?;
    let name = resource.rsplit(['/', ':']).next()?;
    // The name of a repository may contain slashes.
    let below = resource.split_once('/').map_or(name, |(_, below)| below);
    let service = arn.split(':').nth(2)?;
    let plan = compilation.plan();
    let is_it = |entity: &Entity| {
        let Some(identity) = plan.identity(*entity) else { return false };
        let of_service = entity.kind().arn().is_some_and(|form| form.contains(&format!(":{service}:")));
        if !of_service {
            return false;
        }
        match plan.name(*entity) {
            Some(own) => [name, below, arn].iter().any(|text| matches(&pattern(&own), text)),
            None => is_made_of(identity, name),
        }
    };
    let entity = compilation.hir().entities().find(is_it)?;
    Some((entity, compilation.hir().symbol(entity).as_str()))
}

/// Returns the declared resource of a kind, by its name in AWS. The kind is that of a placeholder: `repository`.
pub(super) fn named(compilation: &Compilation, kind: &str, name: &str) -> Option<Entity> {
    let plan = compilation.plan();
    let is_it = |entity: &Entity| {
        let own = plan.name(*entity);
        entity.word() == kind && own.is_some_and(|own| matches(&pattern(&own), name))
    };
    compilation.hir().entities().find(is_it)
}

/// Returns whether CloudFormation may have generated a name from a logical ID: `stack-logicalid-random`, in lowercase
/// for buckets.
fn is_made_of(identity: &Identity, name: &str) -> bool {
    let id = identity.logical_id.to_lowercase();
    !id.is_empty() && name.to_lowercase().split('-').any(|part| part == id || part.len() >= 8 && id.starts_with(part))
}
