//! The rules: what is wrong although every word is understood. One rule a file, in the folder of its family.
//!
//! A rule reads the resolved file, the plan and the user's repository, and says when something is wrong. Rules do not depend
//! on each other: what several need is in `support`. One that needs a part which could not be read stays silent.

mod action_types;
mod arns;
mod around;
mod artifacts;
mod conditions;
mod configuration;
mod environments;
mod names;
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
pub use subject::Subject;
pub use support::regions::unlisted as unlisted_region;

use std::collections::BTreeSet;

use crate::diagnostic::families::reuse;
use crate::diagnostic::wording::tick;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::hir::UseId;
use crate::source::Span;

use subject::{Place, RulePlace};

/// The rules of every family; the order does not matter, diagnostics are sorted by place.
const FAMILIES: &[&[Rule]] = &[
    action_types::RULES,
    arns::RULES,
    around::RULES,
    artifacts::RULES,
    conditions::RULES,
    configuration::RULES,
    environments::RULES,
    names::RULES,
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

/// Runs every rule.
pub fn check(subject: &Subject<'_>) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for rule in rules() {
        let before = diagnostics.len();
        (rule.run)(subject, &mut diagnostics);
        diagnostics.each_from(before, |diagnostic| {
            debug_assert!(rule.codes.contains(&diagnostic.code), "`{}` reports {}", rule.name, diagnostic.code);
            diagnostic.rule = Some(rule.name);
            trace(subject, diagnostic);
        });
    }
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
