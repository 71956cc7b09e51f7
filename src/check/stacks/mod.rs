//! Stacks and their templates.

mod allowed_values;
mod change_sets;
mod code_expiry;
mod conditional_resources;
mod deletions;
mod deploy_races;
mod distribution_origins;
mod handlers;
mod inline_handlers;
mod lambda_answers;
mod nested_stacks;
mod nested_values;
mod passed_values;
mod policy_elements;
mod policy_lockouts;
mod property_pairs;
mod property_values;
mod queue_settings;
mod replaced_data;
mod sam_deployments;
mod sam_events;
mod sam_templates;
mod stack_conflicts;
mod stack_races;
mod stack_roles;
mod stack_set_targets;
mod stacks_of_builds;
mod table_keys;
mod template_arns;
mod template_capabilities;
mod template_configurations;
mod template_exports;
mod template_functions;
mod template_outputs;
mod template_parameters;
mod template_policies;
mod template_properties;
mod template_references;
mod template_schedules;
mod template_size;
mod template_types;
mod topic_publishers;
mod unpackaged_code;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    allowed_values::RULE,
    change_sets::RULE,
    code_expiry::RULE,
    conditional_resources::RULE,
    deletions::RULE,
    deploy_races::RULE,
    distribution_origins::RULE,
    handlers::RULE,
    inline_handlers::RULE,
    lambda_answers::RULE,
    nested_stacks::RULE,
    nested_values::RULE,
    passed_values::RULE,
    policy_elements::RULE,
    policy_lockouts::RULE,
    property_pairs::RULE,
    property_values::RULE,
    queue_settings::RULE,
    replaced_data::RULE,
    sam_deployments::RULE,
    sam_events::RULE,
    sam_templates::RULE,
    stack_conflicts::RULE,
    stack_races::RULE,
    stack_roles::RULE,
    stack_set_targets::RULE,
    stacks_of_builds::RULE,
    table_keys::RULE,
    template_arns::RULE,
    template_capabilities::RULE,
    template_configurations::RULE,
    template_exports::RULE,
    template_functions::RULE,
    template_outputs::RULE,
    template_parameters::RULE,
    template_policies::RULE,
    template_properties::RULE,
    template_references::RULE,
    template_schedules::RULE,
    template_size::RULE,
    template_types::RULE,
    topic_publishers::RULE,
    unpackaged_code::RULE,
];
