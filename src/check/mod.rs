//! The rules: what is wrong although every word is understood. One rule a file, one line a rule in its table.
//!
//! A rule reads the resolved file, the plan and the user's repository, and says when something is wrong; what it says
//! stands in [`crate::diagnostic::families`]. Some rules use helpers of others, none their results, and one that needs a part which could not
//! be read stays silent.

mod action_fields;
mod action_names;
mod action_roles;
mod action_types;
mod arn_places;
mod arns;
mod artifact_counts;
mod artifact_files;
mod artifact_functions;
mod artifact_order;
mod artifact_readers;
mod artifact_stores;
mod artifact_unused;
mod boundaries;
mod bucket_events;
mod bucket_regions;
mod build_machine;
mod build_permissions;
mod build_roles;
mod buildspec_form;
mod buildspec_outputs;
mod cache_paths;
mod canned_acl;
mod change_sets;
mod code_expiry;
mod code_region;
mod command_values;
mod commands;
mod condition;
mod condition_rules;
mod conditions;
mod coverage;
mod credentials;
mod dashboards;
mod deletions;
mod deploy_races;
mod deploy_roles;
mod deploys;
mod docker;
mod double_starts;
mod empty_stage;
mod environment;
mod environment_places;
mod exclusive_keys;
mod first_stage;
mod foreign_values;
mod full_clone;
mod given_stores;
mod globs;
mod home_regions;
mod ineffective_keys;
mod input_files;
mod json_texts;
mod json_values;
mod lambda_answers;
mod logical_ids;
mod missing_keys;
mod namespaces;
mod nested_stacks;
mod notified;
mod outdated_sources;
mod pipeline_roles;
mod placeholders;
mod planned_names;
mod policy_size;
mod polled_sources;
mod raw_environment;
mod raw_keys;
mod raw_properties;
mod raw_refused;
mod refused_values;
mod regions;
mod regular_expressions;
mod replaced_data;
mod repository_files;
mod repository_ids;
mod resource_files;
mod rival_sources;
mod role_lacks;
mod role_trust;
mod rollbacks;
mod runtime_text;
mod schedules;
mod secret_parameters;
mod shared_projects;
mod shown_secrets;
mod size_limits;
mod stack_conflicts;
mod stack_races;
mod stack_roles;
mod stack_set_targets;
mod stage_count;
mod starts;
mod statement_effects;
mod statement_places;
mod statements;
mod task_roles;
mod template_capabilities;
mod template_outputs;
mod template_parameters;
mod template_size;
mod test_timeouts;
mod triggers;
mod unconfirmed_permissions;
mod uneven_parallel;
mod unpackaged_code;
mod unused;
mod value_lengths;
mod variable_contents;
mod variable_names;
mod variable_order;
mod version_one;
mod window;

pub use regions::unlisted as unlisted_region;

use std::collections::BTreeSet;

use crate::diagnostic::families::reuse;
use crate::diagnostic::wording::tick;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::hir::{Action, ActionId, Hir, Origin, Pipeline, PipelineId, Rule as ConditionRule, StageCondition, UseId};
use crate::plan::{Behind, ConditionRulePlan, PipelinePlan, Plan};
use crate::source::Span;
use crate::workspace::Workspace;

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The resolved file.
    pub hir: &'a Hir,
    /// What AWS needs for it.
    pub plan: &'a Plan,
    /// The user's repository.
    pub workspace: &'a Workspace,
    /// What it holds behind the actions.
    pub behind: &'a Behind<'a>,
}

/// An action and the pipeline it stands in.
#[derive(Debug, Clone, Copy)]
struct Place<'a> {
    pipeline_id: PipelineId,
    pipeline: &'a Pipeline,
    id: ActionId,
    action: &'a Action,
}

/// A rule of a condition, and where it stands.
#[derive(Debug, Clone, Copy)]
struct RulePlace<'a> {
    pipeline_id: PipelineId,
    pipeline: &'a Pipeline,
    /// Index of the stage.
    stage: usize,
    condition: &'a StageCondition,
    rule: &'a ConditionRule,
    planned: Option<&'a ConditionRulePlan>,
}

impl Place<'_> {
    /// The action as messages name it: by the stack where it comes from a statement about one.
    fn owner(self) -> String {
        match self.action.origin {
            Origin::Written => format!("action `{}`", self.action.name.node),
            _ => format!("stack `{}`", self.action.symbol),
        }
    }
}

impl<'a> Subject<'a> {
    /// The pipelines with their ids.
    fn pipelines(self) -> impl Iterator<Item = (PipelineId, &'a Pipeline)> {
        self.hir.pipelines.entries()
    }

    /// Every action of every pipeline, in the order written.
    fn actions(self) -> impl Iterator<Item = Place<'a>> {
        self.pipelines().flat_map(|(pipeline_id, pipeline)| {
            pipeline.actions().map(move |(id, action)| Place { pipeline_id, pipeline, id, action })
        })
    }
}

impl<'a> Subject<'a> {
    /// Every rule of every condition, in the order written.
    fn rules(self) -> impl Iterator<Item = RulePlace<'a>> {
        self.pipelines().flat_map(move |(pipeline_id, pipeline)| {
            let planned = self.plan.pipelines.get(pipeline_id).into_iter().flat_map(PipelinePlan::rules);
            let rules = pipeline.stages.iter().enumerate().flat_map(|(stage, it)| {
                let of = move |condition: &'a StageCondition| condition.rules.iter().map(move |rule| (condition, rule));
                it.conditions.iter().flat_map(of).map(move |(condition, rule)| (stage, condition, rule))
            });
            let mut planned = planned.map(Some).chain(std::iter::repeat(None));
            rules.map(move |(stage, condition, rule)| {
                let planned = planned.next().flatten();
                RulePlace { pipeline_id, pipeline, stage, condition, rule, planned }
            })
        })
    }
}

/// Looks for one kind of fault.
type Rule = fn(&Subject<'_>, &mut Diagnostics);

/// Every rule; the order does not matter, diagnostics are sorted by place.
const RULES: &[Rule] = &[
    action_fields::check,
    action_names::check,
    action_roles::check,
    action_types::check,
    arn_places::check,
    arns::check,
    artifact_counts::check,
    artifact_files::check,
    artifact_functions::check,
    artifact_order::check,
    artifact_readers::check,
    artifact_stores::check,
    artifact_unused::check,
    boundaries::check,
    bucket_events::check,
    bucket_regions::check,
    build_machine::check,
    build_permissions::check,
    build_roles::check,
    buildspec_form::check,
    buildspec_outputs::check,
    cache_paths::check,
    canned_acl::check,
    change_sets::check,
    code_expiry::check,
    code_region::check,
    command_values::check,
    commands::check,
    condition_rules::check,
    conditions::check,
    credentials::check,
    dashboards::check,
    deletions::check,
    deploy_races::check,
    deploy_roles::check,
    docker::check,
    double_starts::check,
    empty_stage::check,
    environment_places::check,
    exclusive_keys::check,
    first_stage::check,
    foreign_values::check,
    full_clone::check,
    given_stores::check,
    home_regions::check,
    ineffective_keys::check,
    input_files::check,
    json_texts::check,
    json_values::check,
    lambda_answers::check,
    logical_ids::check,
    missing_keys::check,
    namespaces::check,
    nested_stacks::check,
    notified::check,
    outdated_sources::check,
    pipeline_roles::check,
    placeholders::check,
    planned_names::check,
    policy_size::check,
    polled_sources::check,
    raw_environment::check,
    raw_keys::check,
    raw_properties::check,
    raw_refused::check,
    refused_values::check,
    regions::check,
    replaced_data::check,
    repository_files::check,
    repository_ids::check,
    resource_files::check,
    rival_sources::check,
    role_trust::check,
    rollbacks::check,
    runtime_text::check,
    schedules::check,
    shared_projects::check,
    secret_parameters::check,
    shown_secrets::check,
    size_limits::check,
    stack_conflicts::check,
    stack_races::check,
    stack_roles::check,
    stack_set_targets::check,
    stage_count::check,
    starts::check,
    statement_effects::check,
    statement_places::check,
    statements::check,
    task_roles::check,
    template_capabilities::check,
    template_outputs::check,
    template_parameters::check,
    template_size::check,
    test_timeouts::check,
    triggers::check,
    unconfirmed_permissions::check,
    uneven_parallel::check,
    unpackaged_code::check,
    unused::check,
    value_lengths::check,
    variable_names::check,
    variable_order::check,
    version_one::check,
];

/// Runs every rule.
pub fn check(subject: &Subject<'_>) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for rule in RULES {
        rule(subject, &mut diagnostics);
    }
    diagnostics.each_from(0, |diagnostic| trace(subject, diagnostic));
    diagnostics
}

/// Says which `use` led to a mistake inside a component, where that can be told: it is the only one, or the message names an
/// action that it led to.
fn trace(subject: &Subject<'_>, diagnostic: &mut Diagnostic) {
    let place = diagnostic.primary.span;
    let inside = |body: Span| body.file == place.file && body.start <= place.start && place.end <= body.end;
    let led = subject.hir.uses.entries().filter(|(_, used)| inside(used.body)).map(|(id, _)| id);
    let led: Vec<UseId> = led.collect();
    let used = match led.as_slice() {
        [] => return,
        [only] => Some(*only),
        several => {
            let led_here = |place: &Place<'_>| place.action.used.filter(|used| several.contains(used));
            let is_named = |place: &Place<'_>| diagnostic.message.contains(&tick(&place.action.name.node));
            let named: BTreeSet<UseId> =
                subject.actions().filter(is_named).filter_map(|place| led_here(&place)).collect();
            // Actions that two instances call the same tell nothing.
            named.first().copied().filter(|_| named.len() == 1)
        }
    };
    if let Some(used) = used {
        reuse::trace(diagnostic, subject.hir.uses[used].span);
    }
}
