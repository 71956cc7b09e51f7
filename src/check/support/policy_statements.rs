//! What statements of policies in templates may apply to.

use crate::catalog::wildcard::wildcard;
use crate::workspace::document::{Node, PolicyStatement};

/// Returns whether a statement may name an action. One that a function computes may be any, and a statement without
/// `Action` has `NotAction`.
pub(in crate::check) fn may_name(statement: PolicyStatement<'_>, action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    let is_it = |pattern: &str| wildcard(pattern.to_ascii_lowercase().as_bytes(), action.as_bytes());
    statement.actions().is_none_or(|actions| actions.iter().any(|node| node.literal().is_none_or(is_it)))
}

/// Returns the principal of a statement that is everyone.
pub(in crate::check) fn everyone(statement: PolicyStatement<'_>) -> Option<&Node> {
    let is_star = |node: &&Node| node.literal() == Some("*");
    statement.principal().filter(is_star).or_else(|| statement.principals("AWS").iter().find(is_star))
}
