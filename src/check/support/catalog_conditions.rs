//! Conditions of the catalog for the configuration of an action. Whether they hold can be unknown.

use crate::catalog::{ActionType, ExampleValue, When};
use crate::check::{Place, Subject};
use crate::diagnostic::wording::tick;
use crate::diagnostic::{Phrase, PipeCode};
use crate::hir::Value;
use crate::plan::ActionPlan;
use crate::slots::{self, KnownValue, Lookup, Truth};

/// The action that conditions are evaluated for.
pub(in crate::check) struct Conditions<'a> {
    place: Place<'a>,
    planned: &'a ActionPlan,
}

impl<'a> Conditions<'a> {
    /// Returns the conditions of an action, or `None` if it was not planned.
    pub(in crate::check) fn of(subject: &Subject<'a>, place: Place<'a>) -> Option<Self> {
        Some(Self { place, planned: subject.plan.action(place.pipeline_id, place.id)? })
    }

    /// Returns whether one condition holds.
    pub(in crate::check) fn holds(&self, when: &When) -> Truth {
        slots::holds(when, self)
    }

    /// Returns the value of a key in AWS's form, if it is known.
    pub(in crate::check) fn text(&self, key: &str) -> Option<&'a str> {
        self.planned.configuration.get(key)?.text.as_text()
    }

    /// Returns whether all conditions certainly hold. An empty list never does.
    pub(in crate::check) fn all_hold(&self, conditions: &[When]) -> bool {
        !conditions.is_empty() && slots::all_hold(conditions, self).is_yes()
    }
}

impl Lookup for Conditions<'_> {
    fn known(&self, key: &str) -> KnownValue<'_> {
        if self.place.action.value(key).is_some_and(Value::is_poisoned) {
            return KnownValue::Unreadable;
        }
        match self.planned.configuration.get(key) {
            Some(value) => KnownValue::Values(vec![value.text.as_text()]),
            None => KnownValue::Absent,
        }
    }

    fn assumed(&self, key: &str) -> Option<&str> {
        self.place.action.action_type.slot_of_key(key)?.default_in_aws()
    }
}

/// Returns a configuration value as it is written in a file: ``mode = create-update``.
pub(in crate::check) fn shown_setting(action_type: &ActionType, key: &str, value: &str) -> Phrase {
    let Some(slot) = action_type.slot_of_key(key) else {
        return PipeCode::set(key, ExampleValue::text(value)).into();
    };
    let word = slot.values.iter().find(|(_, aws)| *aws == value).map_or(value, |(word, _)| word.as_str());
    if word.is_empty() { tick(&slot.attribute).into() } else { PipeCode::set(&slot.attribute, word).into() }
}
