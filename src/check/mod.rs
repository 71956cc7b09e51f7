//! The rules: what is wrong although every word is understood. One rule a file, in the folder of its family.
//!
//! A rule reads the resolved file, the plan and the user's repository, and says when something is wrong; at the end of its
//! file are the functions that say what. Rules do not depend on each other: what several need is in `support`. One that needs
//! a part which could not be read stays silent.

mod action_types;
mod arns;
mod around;
mod artifacts;
mod conditions;
mod configuration;
mod deployments;
mod documents;
mod environments;
mod findings;
mod names;
mod order;
mod parameters;
mod phases;
mod projects;
mod providers;
mod repository;
mod roles;
mod rule;
mod secrets;
mod stacks;
mod starts;
mod structure;
mod subject;
mod support;
mod variables;

pub use rule::Rule;
pub use subject::{PipelineDocument, Shared, Subject};
pub use support::regions::unlisted as unlisted_region;

use crate::diagnostic::Diagnostics;

use findings::Findings;
use subject::{Place, RulePlace};

/// The rules of every family; the order does not matter, diagnostics are sorted by place.
const FAMILIES: &[&[Rule]] = &[
    action_types::RULES,
    arns::RULES,
    around::RULES,
    artifacts::RULES,
    conditions::RULES,
    configuration::RULES,
    deployments::RULES,
    documents::RULES,
    environments::RULES,
    names::RULES,
    order::RULES,
    parameters::RULES,
    phases::RULES,
    projects::RULES,
    providers::RULES,
    repository::RULES,
    roles::RULES,
    secrets::RULES,
    stacks::RULES,
    starts::RULES,
    structure::RULES,
    variables::RULES,
];

/// Every rule.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().copied().flatten()
}

/// Whether a rule is about documents that are no `.pipe` files.
pub fn is_about_documents(rule: Option<&str>) -> bool {
    documents::RULES.iter().any(|known| Some(known.name) == rule)
}

/// Runs every rule.
pub fn check(subject: &Subject<'_>) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for rule in rules() {
        let mut findings = Findings::default();
        (rule.run)(subject, &mut findings);
        findings.into_diagnostics(rule, subject, &mut diagnostics);
    }
    diagnostics
}
