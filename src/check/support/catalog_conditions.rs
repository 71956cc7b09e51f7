//! Conditions of the catalog on the configuration of an action. Whether they hold can be unknown.

use crate::catalog::{ActionType, When};
use crate::check::{Place, Subject};
use crate::hir::Value;
use crate::plan::ActionPlan;
use crate::slots::{self, Known, Lookup, Truth};

/// What conditions are evaluated for.
pub(in crate::check) struct Conditions<'a> {
    place: Place<'a>,
    planned: &'a ActionPlan,
}

impl<'a> Conditions<'a> {
    /// The conditions of an action; `None` for one that was not planned.
    pub(in crate::check) fn of(subject: &Subject<'a>, place: Place<'a>) -> Option<Self> {
        Some(Self { place, planned: subject.plan.action(place.pipeline_id, place.id)? })
    }

    /// Whether one condition holds.
    pub(in crate::check) fn holds(&self, when: &When) -> Truth {
        slots::holds(when, self)
    }

    /// The value of a key as it goes to AWS, if it is known.
    pub(in crate::check) fn text(&self, key: &str) -> Option<&'a str> {
        self.planned.configuration.get(key)?.text.as_text()
    }

    /// Whether all conditions are known to hold; never for an empty list.
    pub(in crate::check) fn all_hold(&self, conditions: &[When]) -> bool {
        !conditions.is_empty() && slots::all_hold(conditions, self).is_yes()
    }
}

impl Lookup for Conditions<'_> {
    fn known(&self, key: &str) -> Known<'_> {
        if self.place.action.value(key).is_some_and(Value::is_poisoned) {
            return Known::Unreadable;
        }
        match self.planned.configuration.get(key) {
            Some(value) => Known::Values(vec![value.text.as_text()]),
            None => Known::Absent,
        }
    }

    fn assumed(&self, key: &str) -> Option<&str> {
        self.place.action.action_type.slot_of_key(key)?.default_in_aws()
    }
}

/// A configuration value as it is written in a file: ``mode = create-update``.
pub(in crate::check) fn shown_setting(action_type: &ActionType, key: &str, value: &str) -> String {
    let Some(slot) = action_type.slot_of_key(key) else { return format!("{key} = \"{value}\"") };
    let word = slot.values.iter().find(|(_, aws)| *aws == value).map_or(value, |(word, _)| word.as_str());
    if word.is_empty() { slot.attribute.clone() } else { format!("{} = {word}", slot.attribute) }
}
