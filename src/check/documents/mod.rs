//! Documents that define pipelines and are no `.pipe` files: what is wrong with their form, and with the resources beside the
//! pipelines as far as no statement of the language stands for them.

mod document_aliases;
mod document_artifacts;
mod document_event_rules;
mod document_policies;
mod document_projects;
mod document_shapes;
mod document_stack_roles;
mod document_stores;
mod document_structure;
mod document_trust;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    document_aliases::RULE,
    document_artifacts::RULE,
    document_event_rules::RULE,
    document_policies::RULE,
    document_projects::RULE,
    document_shapes::RULE,
    document_stack_roles::RULE,
    document_stores::RULE,
    document_structure::RULE,
    document_trust::RULE,
];
