//! A role in words: who may take it, and every grant with the line that caused it.

use std::fmt::Write;

use crate::plan::{Condition, Effect, Expr, Piece, Plan, RoleOrigin, RolePlan};
use crate::source::{SourceMap, Span};

/// The role, every grant with its reason and its place.
pub fn explain_role(plan: &Plan, role: &RolePlan, sources: &SourceMap) -> String {
    let mut text = format!("role {} ({})\n", role.display, origin(&role.origin));
    let _ = writeln!(text, "  caused by {}", place(sources, role.identity.span));
    if let Some(service) = &role.service {
        let _ = writeln!(text, "  trusts {service}.amazonaws.com{}", conditions(plan, &role.trust));
    }
    for managed in &role.managed {
        let _ = writeln!(text, "  has managed policy {}", readable(plan, managed));
    }
    if let Some(unknown) = &role.unknown {
        let path = unknown.path.as_deref().unwrap_or("the template behind it");
        let _ =
            writeln!(text, "  what it needs is not known: {path} was not found ({})", place(sources, unknown.action));
    }
    for grant in &role.grants {
        let verb = match grant.effect {
            Effect::Allow => "allow",
            Effect::Deny => "deny",
        };
        let _ = writeln!(text, "\n{verb} {}", grant.actions.join(", "));
        for resource in &grant.resources {
            let _ = writeln!(text, "  on {}", readable(plan, resource));
        }
        if !grant.conditions.is_empty() {
            let _ = writeln!(text, " {}", conditions(plan, &grant.conditions));
        }
        let _ = writeln!(text, "  to {}", grant.reason);
        let _ = writeln!(text, "  because of {}", place(sources, grant.cause));
    }
    text
}

fn origin(origin: &RoleOrigin) -> &'static str {
    match origin {
        RoleOrigin::Derived(_) => "derived",
        RoleOrigin::Declared => "declared",
        RoleOrigin::Imported => "imported",
    }
}

fn conditions(plan: &Plan, conditions: &[Condition]) -> String {
    let condition = |it: &Condition| {
        let values: Vec<String> = it.values.iter().map(|value| readable(plan, value)).collect();
        format!("{} {} {}", it.key, it.operator, values.join(" or "))
    };
    let all: Vec<String> = conditions.iter().map(condition).collect();
    if all.is_empty() { String::new() } else { format!(" when {}", all.join(" and ")) }
}

fn place(sources: &SourceMap, span: Span) -> String {
    format!("{}:{}", sources.file(span.file).path(), sources.start(span).line)
}

/// An expression for a reader: `${AWS::Region}` for what CloudFormation knows, `${Packages.arn}` for what it makes.
fn readable(plan: &Plan, expr: &Expr) -> String {
    expr.pieces().iter().map(|piece| readable_piece(plan, piece)).collect()
}

fn readable_piece(plan: &Plan, piece: &Piece) -> String {
    let made = |node, member: &str| {
        let symbol = plan.identity(node).map(|identity| identity.symbol.as_str()).unwrap_or_default();
        format!("${{{symbol}.{member}}}")
    };
    match piece {
        Piece::Text(text) => text.clone(),
        Piece::Param(name) | Piece::Ref(name) => format!("${{{name}}}"),
        Piece::Pseudo(name) => format!("${{AWS::{name}}}"),
        Piece::Att(id, attribute) => format!("${{{id}.{attribute}}}"),
        Piece::Name(node) => plan.name(*node).map_or_else(|| made(*node, "name"), |name| readable(plan, &name)),
        Piece::Arn(node) => plan.arn(*node).map_or_else(|| made(*node, "arn"), |arn| readable(plan, &arn)),
        Piece::Import(export) => format!("${{import {}}}", readable(plan, export)),
        Piece::Select { index, separator, of } => format!("${{part {index} by {separator} of {}}}", readable(plan, of)),
        Piece::Raw(_) => "${...}".to_owned(),
    }
}
