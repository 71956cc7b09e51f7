//! IAM documents.

use std::borrow::Cow;

use super::super::{Condition, Data, Effect, Expr, Grant, RolePlan, Share, merged, of_statements};
use super::existence::{PolicyHost, under};
use super::map;
use crate::collections::IndexMap;

/// Creates a policy document with these statements.
pub fn document(statements: Vec<Data>) -> Data {
    map([("Version", "2012-10-17".into()), ("Statement", statements.into())])
}

/// Creates a policy document with these permissions, without duplicates: permissions that differ only in their
/// resources, or only in their actions, become one statement.
pub fn of_grants(host: &PolicyHost<'_>, grants: &[Grant]) -> Data {
    document(statements(host, &merged(grants)).collect())
}

/// Returns a policy document with these permissions, not combined, and further statements.
pub fn as_written(host: &PolicyHost<'_>, grants: &[Grant], further: &[Data]) -> Data {
    document(statements(host, &of_statements(grants)).chain(further.iter().cloned()).collect())
}

/// Returns the statements for permissions, each under the conditions under which its resources exist.
fn statements(host: &PolicyHost<'_>, grants: &[Grant]) -> impl Iterator<Item = Data> {
    let apart = grants.iter().flat_map(|grant| host.parts(grant));
    apart.map(|(conditions, grant)| under(&conditions, statement(&grant))).collect::<Vec<_>>().into_iter()
}

fn statement(grant: &Grant) -> Data {
    let effect = match grant.effect {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    };
    let mut statement = vec![
        ("Effect".to_owned(), effect.into()),
        ("Action".to_owned(), actions(&grant.actions)),
        ("Resource".to_owned(), one_or_many(grant.resources.iter().cloned())),
    ];
    if !grant.conditions.is_empty() {
        statement.push(("Condition".to_owned(), conditions(&grant.conditions)));
    }
    Data::Map(statement)
}

fn actions(actions: &[Cow<'static, str>]) -> Data {
    one_or_many(actions.iter().map(|action| Expr::text(&**action)))
}

/// Creates a `Condition` block.
fn conditions(conditions: &[Condition]) -> Data {
    let mut block: IndexMap<&str, IndexMap<&str, Vec<Expr>>> = IndexMap::default();
    for condition in conditions {
        let values = block.entry(&condition.operator).or_default().entry(&condition.key).or_default();
        for value in &condition.values {
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
    }
    let keys = |keys: IndexMap<&str, Vec<Expr>>| {
        Data::Map(keys.into_iter().map(|(key, values)| (key.to_owned(), one_or_many(values))).collect())
    };
    Data::Map(block.into_iter().map(|(operator, of)| (operator.to_owned(), keys(of))).collect())
}

fn one_or_many(items: impl IntoIterator<Item = Expr>) -> Data {
    let mut items: Vec<Data> = items.into_iter().map(Data::Text).collect();
    match items.pop() {
        Some(only) if items.is_empty() => only,
        Some(last) => {
            items.push(last);
            items.into()
        }
        None => items.into(),
    }
}

/// Returns the principal for everyone in an account to whom the account's own policies allow it.
pub fn root_of(account: Expr) -> Expr {
    Expr::fill("arn:${Partition}:iam::", &|_| None).then(account).then(":root")
}

/// Returns the statements of a bucket's or key's policy for roles of other accounts, one for each use. The accounts are
/// the principals, and a condition names the roles.
pub fn shares(shares: &[Share]) -> Vec<Data> {
    let mut joined: Vec<(&Share, Vec<Expr>, Vec<Expr>)> = Vec::new();
    for share in shares {
        let account = root_of(Expr::text(share.account.as_str()));
        let role = share.role.clone();
        let alike = |(other, ..): &&mut (&Share, Vec<Expr>, Vec<Expr>)| {
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
    let statement = |(share, accounts, roles): (&Share, Vec<Expr>, Vec<Expr>)| {
        map([
            ("Effect", "Allow".into()),
            ("Principal", map([("AWS", one_or_many(accounts))])),
            ("Action", actions(&share.actions)),
            ("Resource", one_or_many(share.resources.iter().cloned())),
            ("Condition", map([("ArnEquals", map([("aws:PrincipalArn", one_or_many(roles))]))])),
        ])
    };
    joined.into_iter().map(statement).collect()
}

/// Returns the trust policy of a role.
pub fn trust(role: &RolePlan) -> Data {
    let of_service = || match role.service.as_deref() {
        // An action role is assumed by the role of the pipeline.
        None | Some("pipeline") => {
            let account = role.trusted_account.clone().unwrap_or_else(|| Expr::pseudo("AccountId"));
            map([("AWS", root_of(account).into())])
        }
        Some(service) => map([("Service", format!("{service}.amazonaws.com").into())]),
    };
    let mut statement = vec![
        ("Effect".to_owned(), "Allow".into()),
        ("Principal".to_owned(), role.principals.clone().unwrap_or_else(of_service)),
        ("Action".to_owned(), "sts:AssumeRole".into()),
    ];
    if !role.trust.is_empty() {
        statement.push(("Condition".to_owned(), conditions(&role.trust)));
    }
    document(vec![Data::Map(statement)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_on_one_key_are_one_condition_with_all_values() {
        let terms = ["a", "b", "a"].map(|value| Condition::equals("aws:PrincipalTag/team", value));
        let block = |values: Data| map([("StringEquals", map([("aws:PrincipalTag/team", values)]))]);
        assert_eq!(conditions(&terms), block(vec!["a".into(), "b".into()].into()));
        assert_eq!(conditions(&terms[..1]), block("a".into()));
    }
}
