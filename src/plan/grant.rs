//! Grants from the catalogue's patterns.

use crate::catalog::{self, When};
use crate::source::Span;

use super::{Condition, ConfigurationValue, Effect, Expr, Grant, Piece};
use indexmap::IndexMap;

/// Whether all conditions hold for a configuration.
pub fn holds(conditions: &[When], configuration: &IndexMap<String, ConfigurationValue>) -> bool {
    conditions.iter().all(|condition| {
        let value = configuration.get(&condition.key);
        let is = match (value, condition.is.is_empty()) {
            (Some(_), true) => true,
            (Some(value), false) => value.text.as_text().is_some_and(|text| condition.is.iter().any(|is| is == text)),
            (None, _) => false,
        };
        is != condition.not
    })
}

/// A catalogue grant with its placeholders filled.
pub fn filled(grant: &catalog::Grant, lookup: &dyn Fn(&str) -> Option<Expr>, cause: Span) -> Grant {
    let conditions = grant.condition.iter().flat_map(|(operator, keys)| {
        keys.iter().map(|(key, value)| Condition {
            operator: operator.clone(),
            key: key.clone(),
            values: vec![Expr::fill(value, lookup)],
        })
    });
    Grant {
        effect: Effect::Allow,
        actions: grant.actions.clone(),
        resources: grant.resources.iter().map(|pattern| resource(pattern, lookup)).collect(),
        conditions: conditions.collect(),
        reason: grant.reason.clone(),
        cause,
    }
}

/// A resource of a grant. The name of a planned project or bucket inside an ARN pattern is the ARN of that thing.
fn resource(pattern: &str, lookup: &dyn Fn(&str) -> Option<Expr>) -> Expr {
    let expr = open_runtime(&Expr::fill(pattern, lookup));
    let [head @ .., Piece::Name(node)] = expr.pieces() else { return expr };
    let mut text = Expr::default();
    head.iter().for_each(|piece| text.push(piece.clone()));
    let arn = super::arn_of(*node, Expr::from(Piece::Name(*node)));
    if arn.as_ref() == Some(&expr) { Expr::from(Piece::Arn(*node)) } else { expr }
}

/// A pipeline's run-time value is open in a policy: `#{...}` becomes `*`.
fn open_runtime(expr: &Expr) -> Expr {
    expr.map_text(&|text| {
        let mut open = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("#{") {
            let Some((_, after)) = behind.split_once('}') else { break };
            open.push_str(before);
            open.push('*');
            rest = after;
        }
        open.push_str(rest);
        open
    })
}
