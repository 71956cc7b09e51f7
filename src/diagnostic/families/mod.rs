//! What each diagnostic says, one file per family of codes. Rules decide when to report; these functions decide the wording.

pub mod arns;
pub mod artifacts;
pub mod conditions;
pub mod configuration;
pub mod environments;
pub mod names;
pub mod nested;
pub mod notifications;
pub mod phases;
pub mod policies;
pub mod projects;
pub mod providers;
pub mod repository;
pub mod reuse;
pub mod roles;
pub mod secrets;
pub mod settings;
pub mod stacks;
pub mod starts;
pub mod statements;
pub mod structure;
pub mod suppression;
pub mod syntax;
pub mod templates;
pub mod triggers;
pub mod variables;
