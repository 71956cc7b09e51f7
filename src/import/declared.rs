//! Adds the differences of a built resource from the imported one as `raw` of its declaration.

use std::collections::BTreeMap;

use crate::compare::{NormalValue, Pipelines};
use crate::decompile::{Additions, principals};
use crate::source::Spanned;
use crate::syntax::ast::{Entry as MapEntry, ExprKind, tree};
use crate::workspace::document::Node;

use super::ImportInput;
use super::patch::{Values, merge, null};

/// The properties with the statements of roles and policies.
const STATEMENTS: [&str; 2] = ["Policies", "PolicyDocument"];

/// The trust policy of a role.
const TRUST: &str = "AssumeRolePolicyDocument";

/// Adds the differences. Returns whether there are any. `round`: the number of this round.
pub(super) fn add(document: &ImportInput<'_>, built: &Node, round: usize, additions: &mut Additions) -> bool {
    let (wanted, emitted) =
        (Pipelines::read_all(document.root, document.kind), Pipelines::read_all(built, document.kind));
    let known = additions.clone();
    let values = Values::of_round(document, round, &known);
    let mut added = false;
    for (id, declared) in &mut additions.declared {
        let properties = |all: &Pipelines| all.resources.get(id).map(|resource| resource.properties.clone());
        let (Some(wanted), Some(emitted)) = (properties(&wanted), properties(&emitted)) else { continue };
        let node = document.root.at(&["Resources", id, "Properties"]);
        let Some(node) = node else { continue };
        let mut raw = changes(values, &emitted, &wanted, node);
        added |= !raw.is_empty();
        // Statements that `allow` and `deny` do not support are written in the notation of IAM instead of `raw`.
        let before = raw.len();
        raw.retain(|entry| !STATEMENTS.contains(&entry.key.node.as_str()));
        declared.is_verbatim |= raw.len() < before;
        if !declared.lists_principals && principals(node).is_some() && raw.iter().any(|it| it.key.node == TRUST) {
            raw.retain(|entry| entry.key.node != TRUST);
            declared.lists_principals = true;
        }
        merge(&mut declared.raw, raw);
    }
    added
}

/// Returns the keys in which two maps differ, with the wanted values.
fn changes(
    values: Values<'_>,
    emitted: &BTreeMap<String, NormalValue>,
    wanted: &BTreeMap<String, NormalValue>,
    node: &Node,
) -> Vec<MapEntry> {
    let in_order = node.entries().iter().map(|entry| &entry.key.node);
    let surplus = emitted.keys().filter(|key| node.get(key).is_none());
    let mut raw = Vec::new();
    for key in in_order.chain(surplus) {
        let (old, new) = (emitted.get(key), wanted.get(key));
        if old == new || node.get(key).is_some_and(|value| values.leaves_out(value)) {
            continue;
        }
        let place = node.entry(key).map_or(node.span, |entry| entry.key.span);
        let value = match (node.get(key), new) {
            (Some(inner), Some(new)) => match (old.and_then(NormalValue::as_map), new.as_map()) {
                (Some(old), Some(new)) => tree::expr(ExprKind::Map(changes(values, old, new, inner)), inner.span),
                _ => values.expression(inner),
            },
            _ => null(place),
        };
        raw.push(MapEntry { key: Spanned::new(key.clone(), place), value });
    }
    raw
}
