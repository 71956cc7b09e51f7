//! What AWS accepts, as data. Independent of the language.

/// Includes the text of a TOML file in this folder, given without its extension, as JSON, to which `build.rs` converts
/// it.
macro_rules! facts {
    ($($part:expr),+) => { include_str!(concat!(env!("OUT_DIR"), "/catalog/", $($part,)+ ".json")) };
}

pub mod accounts;
pub mod answers;
pub mod appspec;
pub mod arn_targets;
pub mod arns;
mod bare_words;
pub mod beanstalk_options;
pub mod boundaries;
pub mod build_variables;
pub mod commands;
pub mod conditions;
pub mod create_only;
pub mod credentials;
pub mod decisions;
mod declarations;
pub mod event_patterns;
mod example_value;
pub mod fargate;
pub mod faults;
pub mod form_patterns;
pub mod forms;
mod grants;
pub mod images;
mod kept;
mod kinds;
pub mod kubernetes;
pub mod lambda_runtimes;
pub mod limits;
pub mod names;
pub mod nested_properties;
pub mod networks;
pub mod numbers;
pub mod optional;
pub mod passed_roles;
mod path;
pub mod permissions;
pub mod program_arguments;
pub mod program_files;
pub mod program_words;
pub mod programs;
pub mod property_values;
mod providers;
pub mod questions;
pub mod ref_values;
pub mod reference_kinds;
pub mod regions;
pub mod resource_names;
pub mod resource_properties;
mod rows;
mod rules;
pub mod sam;
mod schema;
pub mod self_update;
pub mod shapes;
pub mod spellings;
pub mod strong;
mod table;
pub mod task_parts;
pub mod template_language;
pub mod type_actions;
pub mod verbs;
pub mod wildcard;

#[cfg(test)]
mod tests;
pub mod written_calls;

/// The namespace and name of the only variable that every execution has.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html> (2026-11-23)
pub const RUN_VARIABLE: (&str, &str) = ("codepipeline", "PipelineExecutionId");

pub use bare_words::Words;
pub use declarations::*;
pub use example_value::ExampleValue;
pub use grants::*;
pub use kinds::*;
pub use path::PropertyPath;
pub use providers::*;
pub use rules::*;
pub use schema::*;
