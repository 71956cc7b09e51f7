//! Documents that define pipelines and are no `.pipe` files: what is wrong with their form, and with the resources beside the
//! pipelines as far as no statement of the language stands for them.

mod artifact_lists;
mod event_rules;
mod policies;
mod projects;
mod shapes;
mod stack_roles;
mod store_regions;
mod structure;
mod trust;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    artifact_lists::RULE,
    event_rules::RULE,
    policies::RULE,
    projects::RULE,
    shapes::RULE,
    stack_roles::RULE,
    store_regions::RULE,
    structure::RULE,
    trust::RULE,
];
