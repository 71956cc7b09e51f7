//! The contents of templates.

mod allowed_values;
mod arn_targets;
mod bucket_acls;
mod conditional_resources;
mod declaration_values;
mod distribution_origins;
mod duplicate_tags;
mod function_arguments;
mod function_packages;
mod handlers;
mod inline_handlers;
mod lambda_answers;
mod nested_values;
mod networks;
mod plain_references;
mod policy_elements;
mod policy_lockouts;
mod property_pairs;
mod property_values;
mod queue_settings;
mod reference_kinds;
mod rejected_values;
mod retired_runtimes;
mod sam_deployments;
mod sam_events;
mod sam_names;
mod sam_templates;
mod table_keys;
mod template_arns;
mod template_exports;
mod template_functions;
mod template_policies;
mod template_properties;
mod template_references;
mod template_schedules;
mod template_size;
mod template_types;
mod topic_publishers;
mod unpackaged_code;
mod without_effect;

use super::Rule;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    allowed_values::RULE,
    arn_targets::RULE,
    bucket_acls::RULE,
    conditional_resources::RULE,
    declaration_values::RULE,
    distribution_origins::RULE,
    duplicate_tags::RULE,
    function_arguments::RULE,
    function_packages::RULE,
    handlers::RULE,
    inline_handlers::RULE,
    lambda_answers::RULE,
    nested_values::RULE,
    networks::RULE,
    plain_references::RULE,
    policy_elements::RULE,
    policy_lockouts::RULE,
    property_pairs::RULE,
    property_values::RULE,
    reference_kinds::RULE,
    rejected_values::RULE,
    queue_settings::RULE,
    retired_runtimes::RULE,
    sam_deployments::RULE,
    sam_events::RULE,
    sam_names::RULE,
    sam_templates::RULE,
    table_keys::RULE,
    template_arns::RULE,
    template_exports::RULE,
    template_functions::RULE,
    template_policies::RULE,
    template_properties::RULE,
    template_references::RULE,
    template_schedules::RULE,
    template_size::RULE,
    template_types::RULE,
    topic_publishers::RULE,
    unpackaged_code::RULE,
    without_effect::RULE,
];
