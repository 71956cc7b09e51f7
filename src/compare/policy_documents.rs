//! Policies, in which a list with one element means the same as the element.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html> (2026-11-29)

use std::collections::BTreeMap;

use super::normal::{NormalKind, NormalValue};

/// The properties of resources that are policies.
const DOCUMENTS: [&str; 3] = ["AssumeRolePolicyDocument", "KeyPolicy", "PolicyDocument"];

/// The list of the policies in a role.
const POLICIES: &str = "Policies";

/// The elements of a statement that are one text or several.
const TEXTS: [&str; 4] = ["Action", "NotAction", "NotResource", "Resource"];

/// The elements of a statement that are maps to one text or several.
const MAPS: [&str; 2] = ["NotPrincipal", "Principal"];

/// The element of a statement that maps operators to such maps.
const CONDITION: &str = "Condition";

/// Writes the policies among properties in one form.
pub(super) fn normalize(properties: &mut BTreeMap<String, NormalValue>) {
    for (key, value) in properties {
        if DOCUMENTS.contains(&key.as_str()) {
            document(value);
        } else if let (POLICIES, NormalKind::List(policies)) = (key.as_str(), &mut value.kind) {
            let documents = policies.iter_mut().filter_map(|policy| match &mut policy.kind {
                NormalKind::Map(entries) => entries.get_mut("PolicyDocument"),
                _ => None,
            });
            documents.for_each(document);
        }
    }
}

fn document(value: &mut NormalValue) {
    let NormalKind::Map(entries) = &mut value.kind else { return };
    let Some(statements) = entries.get_mut("Statement") else { return };
    if let NormalKind::Map(_) = statements.kind {
        let only = statements.clone();
        statements.kind = NormalKind::List(vec![only]);
    }
    if let NormalKind::List(items) = &mut statements.kind {
        items.iter_mut().for_each(statement);
    }
}

fn statement(value: &mut NormalValue) {
    let NormalKind::Map(entries) = &mut value.kind else { return };
    for (key, value) in entries {
        match (key.as_str(), &mut value.kind) {
            (word, _) if TEXTS.contains(&word) => single(value),
            (word, NormalKind::Map(entries)) if MAPS.contains(&word) => entries.values_mut().for_each(single),
            (CONDITION, NormalKind::Map(operators)) => operators.values_mut().for_each(|keys| {
                if let NormalKind::Map(keys) = &mut keys.kind {
                    keys.values_mut().for_each(single);
                }
            }),
            _ => {}
        }
    }
}

/// The only element instead of its list.
fn single(value: &mut NormalValue) {
    if let NormalKind::List(items) = &mut value.kind
        && let [only] = items.as_slice()
    {
        value.kind = only.kind.clone();
    }
}
