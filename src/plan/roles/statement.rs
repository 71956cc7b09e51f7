//! Converts `allow` and `deny` to permissions.

use std::borrow::Cow;

use crate::catalog::{permissions, verbs};
use crate::hir::{Entity, Permission, Statement, Value, ValueKind};

use super::super::grant::GrantValues;
use super::super::value::ValueScope;
use super::super::{Condition, Effect, Expr, Grant, Piece};

/// The reason for a permission whose IAM actions the file lists.
pub const BY_NAME: &str = "do what the file explicitly allows";

/// Returns the permissions of the statements of a role or project.
pub fn grants(scope: &ValueScope, statements: &[Statement]) -> Vec<Grant> {
    statements.iter().flat_map(|statement| one(scope, statement)).collect()
}

fn one(scope: &ValueScope, statement: &Statement) -> Vec<Grant> {
    let mut grants: Vec<Grant> = match &statement.permission {
        Permission::Verb(verb) => {
            statement.resources.iter().flat_map(|resource| of_verb(scope, &verb.node, resource, statement)).collect()
        }
        Permission::Actions(actions) => {
            let actions: Vec<Cow<'static, str>> = actions.iter().map(|action| spelt(&action.node)).collect();
            statement.resources.iter().flat_map(|resource| of_actions(scope, &actions, resource, statement)).collect()
        }
    };
    let conditions = statement.condition.as_ref().map(|condition| conditions(scope, condition)).unwrap_or_default();
    for grant in &mut grants {
        grant.effect = if statement.deny { Effect::Deny } else { Effect::Allow };
        grant.conditions.extend(conditions.iter().cloned());
    }
    grants
}

/// Returns an IAM action in AWS's spelling.
fn spelt(action: &str) -> Cow<'static, str> {
    permissions::iam_action(action).map_or_else(|| Cow::from(action.to_owned()), |known| known.name.into())
}

fn of_verb(scope: &ValueScope, verb: &str, resource: &Value, statement: &Statement) -> Vec<Grant> {
    let (kind, arn) = if let ValueKind::Entity(entity) = resource.kind {
        (Some(entity.word()), Expr::from(Piece::Arn(entity)))
    } else {
        let arn = scope.plain(resource);
        (verbs::kind_of_arn(&shape(&arn)), arn)
    };
    let mut values = GrantValues::new(statement.span);
    values.set("Arn", arn, statement.span);
    values.grants(kind.and_then(|kind| verbs::grants(verb, kind)).unwrap_or_default())
}

/// Returns an ARN with a placeholder for each unknown part, so that its kind can be determined.
fn shape(arn: &Expr) -> String {
    arn.pieces().iter().map(|piece| if let Piece::Text(text) = piece { text.as_str() } else { "x" }).collect()
}

fn of_actions(
    scope: &ValueScope,
    actions: &[Cow<'static, str>],
    resource: &Value,
    statement: &Statement,
) -> Vec<Grant> {
    let grant = |actions: Vec<Cow<'static, str>>, resource: Expr| Grant {
        effect: Effect::Allow,
        actions,
        resources: vec![resource],
        conditions: Vec::new(),
        reason: BY_NAME.into(),
        cause: statement.span,
    };
    let ValueKind::Entity(entity) = resource.kind else { return vec![grant(actions.to_vec(), scope.plain(resource))] };
    let arn = Expr::from(Piece::Arn(entity));
    if !matches!(entity, Entity::Bucket(_)) {
        return vec![grant(actions.to_vec(), arn)];
    }
    // The same word covers the bucket and its objects: each action gets the resource that it applies to.
    let (objects, bucket): (Vec<_>, Vec<_>) = actions.iter().cloned().partition(|action| on_objects(action));
    let both = [(bucket, arn.clone()), (objects, arn.then("/*"))];
    both.into_iter().filter(|(actions, _)| !actions.is_empty()).map(|(actions, arn)| grant(actions, arn)).collect()
}

fn on_objects(action: &str) -> bool {
    permissions::iam_action(action)
        .is_some_and(|action| action.resources.iter().any(|pattern| pattern.contains(":s3:::${BucketName}/")))
}

/// Converts `{ Operator = { key = value } }`.
fn conditions(scope: &ValueScope, condition: &Value) -> Vec<Condition> {
    let ValueKind::Map(operators) = &condition.kind else { return Vec::new() };
    let mut conditions = Vec::new();
    for (operator, keys) in operators {
        let ValueKind::Map(keys) = &keys.kind else { continue };
        for (key, value) in keys {
            let values = match &value.kind {
                ValueKind::List(items) => items.iter().map(|item| scope.plain(item)).collect(),
                _ => vec![scope.plain(value)],
            };
            conditions.push(Condition { operator: operator.node.clone(), key: key.node.clone(), values });
        }
    }
    conditions
}
