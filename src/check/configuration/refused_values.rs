//! E0107: values that AWS rejects because of the other keys of the action.

use crate::check::support::catalog_conditions::{Conditions, shown_setting};
use crate::check::{Findings, Rule, Subject};
use crate::diagnostic::{Code, Diagnostic, Phrase, phrase, wording};
use crate::source::Span;

pub(super) const RULE: Rule = Rule { name: "refused-values", codes: &[Code::E0107], run: check };

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for place in subject.actions().filter(|place| !place.action.incomplete) {
        let Some(conditions) = Conditions::of(subject, place) else { continue };
        let action_type = &place.action.action_type;
        for slot in &action_type.slot {
            let Some((key, setting)) =
                slot.key.as_deref().and_then(|key| Some((key, place.action.configuration.get(key)?)))
            else {
                continue;
            };
            let given = conditions.text(key);
            let meets = |it: &&crate::catalog::Refused| given == Some(&it.value) && conditions.all_hold(&it.when);
            let Some(refused) = slot.refused.iter().find(meets) else { continue };
            let Some(when) = refused.when.first() else { continue };
            let cause = shown_setting(action_type, &when.key, conditions.text(&when.key).unwrap_or_default());
            let other = place.action.configuration.get(&when.key).map(|it| it.value.span);
            let others = slot.values.iter().filter(|(_, aws)| **aws != refused.value).map(|(word, _)| word.as_str());
            let word = shown_setting(action_type, key, &refused.value);
            findings.push(value_refused(&word, &cause, setting.value.span, other, &others.collect::<Vec<_>>()));
        }
    }
}

/// A value that cannot be combined with another key. `others` are the values that can.
fn value_refused(setting: &Phrase, cause: &Phrase, place: Span, other: Option<Span>, others: &[&str]) -> Diagnostic {
    let message = phrase![setting, " cannot be combined with ", cause];
    let diagnostic = Diagnostic::new(Code::E0107, message, place, "rejected when the action runs")
        .help(format!("write {}", wording::or_list(others.iter().copied())));
    match other {
        Some(span) => diagnostic.label(span, "conflicts with this"),
        None => diagnostic,
    }
}
