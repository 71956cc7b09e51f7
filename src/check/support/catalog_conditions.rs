//! Conditions of the catalog on the configuration of an action, where it may not be known whether they hold.

use crate::catalog::{ActionType, Slot, When};
use crate::check::{Place, Subject};
use crate::plan::ActionPlan;

/// What conditions are asked of.
pub(in crate::check) struct Conditions<'a> {
    place: Place<'a>,
    planned: &'a ActionPlan,
}

impl<'a> Conditions<'a> {
    /// The conditions of an action; `None` for one that was not planned.
    pub(in crate::check) fn of(subject: &Subject<'a>, place: Place<'a>) -> Option<Self> {
        Some(Self { place, planned: subject.plan.action(place.pipeline_id, place.id)? })
    }

    /// Whether one condition holds; `None` when the value is known later, or could not be read.
    pub(in crate::check) fn holds(&self, when: &When) -> Option<bool> {
        if self.place.action.value(&when.key).is_some_and(crate::hir::Value::is_poisoned) {
            return None;
        }
        let value = self.planned.configuration.get(&when.key).map(|value| value.text.as_text());
        let slot = self.place.action.action_type.slot_of_key(&when.key);
        when.holds(value.into_iter(), slot.and_then(Slot::default_in_aws))
    }

    /// The value of a key as it goes to AWS, where it is known.
    pub(in crate::check) fn text(&self, key: &str) -> Option<&'a str> {
        self.planned.configuration.get(key)?.text.as_text()
    }

    /// Whether all conditions are known to hold; never for an empty list.
    pub(in crate::check) fn all_hold(&self, conditions: &[When]) -> bool {
        !conditions.is_empty() && conditions.iter().all(|when| self.holds(when) == Some(true))
    }
}

/// A configuration value as it is written in a file: ``mode = create-update``.
pub(in crate::check) fn shown_setting(action_type: &ActionType, key: &str, value: &str) -> String {
    let Some(slot) = action_type.slot_of_key(key) else { return format!("{key} = \"{value}\"") };
    let word = slot.values.iter().find(|(_, aws)| *aws == value).map_or(value, |(word, _)| word.as_str());
    if word.is_empty() { slot.attribute.clone() } else { format!("{} = {word}", slot.attribute) }
}
