//! The rules: what is wrong although every word is understood. One rule a file, one line a rule in its table.
//!
//! A rule reads the resolved file, the plan and the user's repository, and says when something is wrong; what it says
//! stands in [`crate::diagnostic::families`]. Rules do not depend on each other, and one that needs a part which could not
//! be read stays silent.

mod artifact_files;
mod build_permissions;
mod buildspec_form;
mod buildspec_outputs;
mod code_expiry;
mod coverage;
mod deploy_roles;
mod deploys;
mod environment;
mod planned_names;
mod policy_size;
mod repository_files;
mod role_trust;
mod statements;
mod template_capabilities;
mod template_outputs;
mod template_parameters;

use crate::diagnostic::Diagnostics;
use crate::hir::Hir;
use crate::plan::Plan;
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
}

/// Looks for one kind of fault.
type Rule = fn(&Subject<'_>, &mut Diagnostics);

/// Every rule; the order does not matter, diagnostics are sorted by place.
#[rustfmt::skip]
const RULES: &[Rule] = &[
    artifact_files::check,
    build_permissions::check,
    buildspec_form::check,
    buildspec_outputs::check,
    code_expiry::check,
    deploy_roles::check,
    planned_names::check,
    policy_size::check,
    repository_files::check,
    role_trust::check,
    statements::check,
    template_capabilities::check,
    template_outputs::check,
    template_parameters::check,
];

/// Runs every rule.
pub fn check(subject: &Subject<'_>) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for rule in RULES {
        rule(subject, &mut diagnostics);
    }
    diagnostics
}
