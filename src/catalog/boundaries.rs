//! The calls that a required permissions boundary for new roles and users limits.

/// The calls for users that AWS's example of a delegation allows only with the boundary, and their equivalents for
/// roles.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html> (2026-11-28)
pub const BOUND: [&str; 12] = [
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateRole",
    "iam:CreateUser",
    "iam:DeleteRolePolicy",
    "iam:DeleteUserPolicy",
    "iam:DetachRolePolicy",
    "iam:DetachUserPolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:PutUserPermissionsBoundary",
    "iam:PutUserPolicy",
];
/// The calls that the same page denies.
pub const REFUSED: [&str; 2] = ["iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary"];
/// The condition key of the boundary.
pub const KEY: &str = "iam:PermissionsBoundary";

#[cfg(test)]
mod tests {
    use super::{BOUND, KEY};
    use crate::catalog::permissions::iam_action;

    #[test]
    fn every_call_has_the_key() {
        for action in BOUND {
            assert!(iam_action(action).is_some_and(|action| action.condition_keys().contains(&KEY)), "{action}");
        }
    }
}
