//! The wording of diagnostics that no single rule reports, with one file per family of codes. The callers of these
//! functions decide when to report.

pub mod artifacts;
pub mod attributes;
pub mod build_lacks;
pub mod conditions;
pub mod configuration;
pub mod environments;
pub mod mappings;
pub mod names;
pub mod notifications;
pub mod phases;
pub mod policies;
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
pub mod values;
pub mod variables;
