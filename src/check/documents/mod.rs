//! Documents other than `.pipe` files that define pipelines: problems of their form, and of related resources for which
//! the language has no statement.

mod document_accounts;
mod document_acls;
mod document_aliases;
mod document_artifacts;
mod document_event_rules;
mod document_keys;
mod document_projects;
mod document_shapes;
mod document_stack_roles;
mod document_stores;
mod document_structure;
mod document_texts;
mod document_trust;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    document_accounts::RULE,
    document_acls::RULE,
    document_aliases::RULE,
    document_artifacts::RULE,
    document_event_rules::RULE,
    document_keys::RULE,
    document_projects::RULE,
    document_shapes::RULE,
    document_stack_roles::RULE,
    document_stores::RULE,
    document_structure::RULE,
    document_texts::RULE,
    document_trust::RULE,
];
