//! W0432: two actions that deploy to the same target at the same time.

use crate::check::support::catalog_conditions::Conditions;
use crate::check::support::rivals::at_once;
use crate::check::support::rivals::same_place;
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::Code;
use crate::diagnostic::families::stacks;

pub(super) const RULE: Rule = Rule { name: "deploy-races", codes: &[Code::W0432], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let deploying: Vec<Place<'_>> = subject.actions().filter(|place| works(subject, *place)).collect();
    for (index, later) in deploying.iter().enumerate() {
        let rival = deploying.iter().take(index).find(|first| {
            first.pipeline_id == later.pipeline_id
                && at_once(subject, later.pipeline_id, first.id, later.id)
                && same_target(first, later)
                && same_place(subject.plan, first.action, later.action)
        });
        if let Some(first) = rival {
            findings.about(*later, stacks::deployed_at_once(&later.action.name, &first.action.name));
        }
    }
}

/// Whether an action changes a thing as a whole.
fn works(subject: &Subject<'_>, place: Place<'_>) -> bool {
    let action_type = &place.action.action_type;
    if action_type.works_on.is_empty() || place.action.incomplete {
        return false;
    }
    action_type.works_on_when.is_empty()
        || Conditions::of(subject, place).is_some_and(|conditions| conditions.all_hold(&action_type.works_on_when))
}

/// Whether both name the same thing, and name it fully.
fn same_target(first: &Place<'_>, second: &Place<'_>) -> bool {
    let (one, other) = (&first.action.action_type, &second.action.action_type);
    let same = |key: &String| match (first.action.value(key), second.action.value(key)) {
        (Some(a), Some(b)) => !a.is_poisoned() && a.same(b),
        _ => false,
    };
    one.provider == other.provider && one.categories == other.categories && one.works_on.iter().all(same)
}
