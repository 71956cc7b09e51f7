//! The rules of `check`, which report problems beyond syntax and names. There is one rule per file, in the folder of
//! its family.
//!
//! A rule reads the resolved file, the plan, and the user's repository, and detects errors; the functions at the end of
//! its file build the diagnostics. Rules do not depend on each other: code used by several is in `support`. A rule does
//! not report anything that depends on a part that could not be read.

mod action_types;
mod arns;
mod artifacts;
mod conditions;
mod configuration;
mod deployments;
mod documents;
mod environments;
mod findings;
mod monitoring;
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
mod templates;
mod variables;

pub use rule::Rule;
pub use subject::{PipelineDocument, Shared, Subject};
pub use support::regions::unlisted as unlisted_region;

use crate::diagnostic::Diagnostics;
use crate::workspace::{file_system, pipeline_document};

use findings::Findings;
use subject::{Place, RulePlace};

/// The rules of every family. Their order does not matter, because diagnostics are sorted by position.
const FAMILIES: &[&[Rule]] = &[
    action_types::RULES,
    arns::RULES,
    monitoring::RULES,
    artifacts::RULES,
    conditions::RULES,
    configuration::RULES,
    // A web page does without the rules about the contents of these files, so that visitors need not download them.
    if file_system::IS_PAGE { &[] } else { deployments::RULES },
    if pipeline_document::ARE_COMPILED { documents::RULES } else { &[] },
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
    if file_system::IS_PAGE { &[] } else { templates::RULES },
    variables::RULES,
];

/// Returns every rule.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().copied().flatten()
}

/// Returns whether a rule is for documents other than `.pipe` files.
pub fn is_about_documents(rule: Option<&str>) -> bool {
    documents::RULES.iter().any(|known| Some(known.name) == rule)
}

/// Runs every rule.
pub fn check(subject: &Subject<'_>) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    rules().for_each(|rule| run(rule, subject, &mut diagnostics));
    diagnostics
}

/// Runs every rule on several subjects, each rule on all of them before the next.
pub fn check_all(subjects: &[Subject<'_>]) -> Vec<Diagnostics> {
    let mut all: Vec<Diagnostics> = subjects.iter().map(|_| Diagnostics::new()).collect();
    for rule in rules() {
        subjects.iter().zip(&mut all).for_each(|(subject, diagnostics)| run(rule, subject, diagnostics));
    }
    all
}

fn run(rule: &Rule, subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut findings = Findings::default();
    (rule.run)(subject, &mut findings);
    findings.into_diagnostics(rule, subject, diagnostics);
}
