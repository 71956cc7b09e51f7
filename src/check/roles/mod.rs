//! Roles and their permissions.

mod action_roles;
mod boundaries;
mod build_permissions;
mod build_roles;
mod deploy_roles;
mod pipeline_roles;
mod policy_size;
mod role_trust;
mod service_principals;
mod statement_effects;
mod statement_places;
mod statements;
mod task_roles;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    action_roles::RULE,
    boundaries::RULE,
    build_permissions::RULE,
    build_roles::RULE,
    deploy_roles::RULE,
    pipeline_roles::RULE,
    policy_size::RULE,
    role_trust::RULE,
    service_principals::RULE,
    statement_effects::RULE,
    statement_places::RULE,
    statements::RULE,
    task_roles::RULE,
];
