//! Actions on stacks, and what they give to templates.

mod change_sets;
mod code_expiry;
mod deletions;
mod deploy_races;
mod nested_stacks;
mod passed_kinds;
mod passed_values;
mod replaced_data;
mod stack_conflicts;
mod stack_policies;
mod stack_races;
mod stack_roles;
mod stack_set_targets;
mod stacks_of_builds;
mod template_capabilities;
mod template_configurations;
mod template_outputs;
mod template_parameters;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    change_sets::RULE,
    code_expiry::RULE,
    deletions::RULE,
    deploy_races::RULE,
    nested_stacks::RULE,
    passed_kinds::RULE,
    passed_values::RULE,
    replaced_data::RULE,
    stack_conflicts::RULE,
    stack_policies::RULE,
    stack_races::RULE,
    stack_roles::RULE,
    stack_set_targets::RULE,
    stacks_of_builds::RULE,
    template_capabilities::RULE,
    template_configurations::RULE,
    template_outputs::RULE,
    template_parameters::RULE,
];
