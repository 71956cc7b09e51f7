//! IAM documents.

use serde_json::{Map, Value as Json, json};

use crate::plan::{Condition, Effect, Expr, Grant, Plan, RolePlan, Share};

use super::intrinsic::value;

/// A policy document that holds these grants, each once, alike ones together.
pub fn document(plan: &Plan, grants: &[Grant]) -> Json {
    json!({ "Version": "2012-10-17", "Statement": statements(plan, grants) })
}

/// Statements: grants that differ in their resources only, or in their actions only, are one.
fn statements(plan: &Plan, grants: &[Grant]) -> Vec<Json> {
    crate::plan::merged(grants).iter().map(|grant| statement(plan, grant)).collect()
}

fn statement(plan: &Plan, grant: &Grant) -> Json {
    let effect = match grant.effect {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    };
    let resources = grant.resources.iter().map(|resource| value(plan, resource)).collect();
    let mut statement = Map::new();
    statement.insert("Effect".to_owned(), effect.into());
    statement
        .insert("Action".to_owned(), one_or_many(grant.actions.iter().map(|it| Json::from(it.as_str())).collect()));
    statement.insert("Resource".to_owned(), one_or_many(resources));
    if !grant.conditions.is_empty() {
        statement.insert("Condition".to_owned(), conditions(plan, &grant.conditions));
    }
    Json::Object(statement)
}

/// A `Condition` block.
pub fn conditions(plan: &Plan, conditions: &[Condition]) -> Json {
    let mut block: Map<String, Json> = Map::new();
    for condition in conditions {
        let operator = block.entry(condition.operator.clone()).or_insert_with(|| Json::Object(Map::new()));
        if let Json::Object(keys) = operator {
            let values = keys.entry(condition.key.clone()).or_insert_with(|| Json::Array(Vec::new()));
            if let Json::Array(values) = values {
                for one in &condition.values {
                    let one = value(plan, one);
                    if !values.contains(&one) {
                        values.push(one);
                    }
                }
            }
        }
    }
    for keys in block.values_mut().filter_map(Json::as_object_mut).flat_map(Map::values_mut) {
        if let Json::Array(values) = keys.take() {
            *keys = one_or_many(values);
        }
    }
    Json::Object(block)
}

fn one_or_many(mut items: Vec<Json>) -> Json {
    if items.len() == 1 { items.pop().unwrap_or_default() } else { Json::Array(items) }
}

/// Everybody in an account whom that account lets.
pub fn root_of(account: Expr) -> Expr {
    Expr::fill("arn:${Partition}:iam::", &|_| None).then(account).then(":root")
}

/// The statements of a bucket's or key's policy for roles of other accounts, one for each use: the accounts are its
/// principals, and a condition names the roles.
pub fn shares(plan: &Plan, shares: &[Share]) -> Vec<Json> {
    let mut joined: Vec<(&Share, Vec<Json>, Vec<Json>)> = Vec::new();
    for share in shares {
        let account = value(plan, &root_of(Expr::text(share.account.as_str())));
        let role = value(plan, &share.role);
        let alike = |(other, ..): &&mut (&Share, Vec<Json>, Vec<Json>)| {
            (&other.actions, &other.resources) == (&share.actions, &share.resources)
        };
        match joined.iter_mut().find(alike) {
            Some((_, accounts, roles)) => {
                accounts.extend(Some(account).filter(|account| !accounts.contains(account)));
                roles.extend(Some(role).filter(|role| !roles.contains(role)));
            }
            None => joined.push((share, vec![account], vec![role])),
        }
    }
    let statement = |(share, accounts, roles): (&Share, Vec<Json>, Vec<Json>)| {
        let resources = share.resources.iter().map(|resource| value(plan, resource)).collect();
        json!({
            "Effect": "Allow",
            "Principal": { "AWS": one_or_many(accounts) },
            "Action": one_or_many(share.actions.iter().map(|action| Json::from(action.as_str())).collect()),
            "Resource": one_or_many(resources),
            "Condition": { "ArnEquals": { "aws:PrincipalArn": one_or_many(roles) } },
        })
    };
    joined.into_iter().map(statement).collect()
}

/// Who may assume a role.
pub fn trust(plan: &Plan, role: &RolePlan) -> Json {
    let mut statement = Map::new();
    statement.insert("Effect".to_owned(), "Allow".into());
    statement.insert(
        "Principal".to_owned(),
        match role.service.as_deref() {
            // An action role is assumed by the pipeline's role.
            None | Some("pipeline") => {
                let account = role.trusted_account.clone().unwrap_or_else(|| Expr::pseudo("AccountId"));
                json!({ "AWS": value(plan, &root_of(account)) })
            }
            Some(service) => json!({ "Service": format!("{service}.amazonaws.com") }),
        },
    );
    statement.insert("Action".to_owned(), "sts:AssumeRole".into());
    if !role.trust.is_empty() {
        statement.insert("Condition".to_owned(), conditions(plan, &role.trust));
    }
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}
