//! W0432: two actions that deploy to the same target at the same time.

use crate::check::support::catalog_conditions::Conditions;
use crate::check::support::rivals::{at_once, same_place};
use crate::check::{Findings, Place, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, DocumentText};
use crate::source::Spanned;

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
            findings.about(*later, deployed_at_once(&later.action.name, &first.action.name));
        }
    }
}

/// Returns whether an action changes its target as a whole.
fn works(subject: &Subject<'_>, place: Place<'_>) -> bool {
    let action_type = &place.action.action_type;
    if action_type.works_on.is_empty() || place.action.incomplete {
        return false;
    }
    action_type.works_on_when.is_empty()
        || Conditions::of(subject, place).is_some_and(|conditions| conditions.all_hold(&action_type.works_on_when))
}

/// Returns whether both name the same target completely.
fn same_target(first: &Place<'_>, second: &Place<'_>) -> bool {
    let (one, other) = (&first.action.action_type, &second.action.action_type);
    let same = |key: &String| match (first.action.value(key), second.action.value(key)) {
        (Some(a), Some(b)) => !a.is_poisoned() && a.same(b),
        _ => false,
    };
    one.provider == other.provider && one.categories == other.categories && one.works_on.iter().all(same)
}

/// Two actions of one step that deploy to the same target.
fn deployed_at_once(second: &Spanned<String>, first: &Spanned<String>) -> Diagnostic {
    let message = format!("actions `{}` and `{}` deploy to the same target at the same time", first.node, second.node);
    let diagnostic = if first.span == second.span {
        Diagnostic::new(Code::W0432, message, second.span, "repeated with the same target")
    } else {
        Diagnostic::new(Code::W0432, message, second.span, "second deployment").label(first.span, "first deployment")
    };
    diagnostic
        .note("one deployment is rejected or overwrites the other")
        .help("run them one after the other, outside `parallel`")
        .help_in_document(DocumentText::with_keys(|key| {
            format!("run them one after the other, by their {}", key("RunOrder"))
        }))
}
