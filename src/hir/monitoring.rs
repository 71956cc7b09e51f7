//! Triggers, notifications, and the dashboard of a pipeline.

use crate::collections::IndexMap;
use crate::source::{Span, Spanned};

use super::{Attribute, ConditionId, TopicId, Value, ValueKind};

/// `on schedule "..." { ... }`
#[derive(Debug, Clone)]
pub struct Schedule {
    /// The EventBridge expression.
    pub expression: Spanned<String>,
    /// The attributes of the rule.
    pub rule: StartEvent,
}

/// `on event { ... }`
#[derive(Debug, Clone)]
pub struct StartEvent {
    /// Its attributes, by attribute word.
    pub attributes: IndexMap<String, Attribute>,
    /// The condition under which the template creates its rule.
    pub condition: Option<Spanned<ConditionId>>,
    /// From `on` to the event.
    pub span: Span,
}

impl StartEvent {
    /// The attributes of the pattern; the others are attributes of the rule.
    pub const PATTERN: [&str; 6] = ["source", "detail-type", "account", "region", "resources", "detail"];

    /// Returns the attributes of its pattern.
    pub fn pattern(&self) -> impl Iterator<Item = (&String, &Attribute)> {
        self.attributes.iter().filter(|(word, _)| Self::PATTERN.contains(&word.as_str()))
    }

    /// Returns the attributes of its pattern, and the bus.
    pub fn waits_for(&self) -> impl Iterator<Item = (&String, &Attribute)> {
        self.attributes.iter().filter(|(word, _)| *word == "bus" || Self::PATTERN.contains(&word.as_str()))
    }

    /// Returns the value of an attribute.
    pub fn value(&self, word: &str) -> Option<&Value> {
        self.attributes.get(word).map(|attribute| &attribute.value)
    }
}

/// `notify Topic on [events]`
#[derive(Debug, Clone)]
pub struct Notification {
    /// The topic to which events are published.
    pub topic: Spanned<TopicId>,
    /// The events, as the API spells their types.
    pub events: Vec<String>,
    /// Its other attributes, by attribute word.
    pub attributes: IndexMap<String, Attribute>,
    /// The condition under which the template creates it.
    pub condition: Option<Spanned<ConditionId>>,
    /// From the keyword to the topic.
    pub span: Span,
}

/// `dashboard { ... }`
#[derive(Debug, Clone)]
pub struct Dashboard {
    /// Its attributes, by attribute word.
    pub attributes: IndexMap<String, Attribute>,
    /// The condition under which the template creates it.
    pub condition: Option<Spanned<ConditionId>>,
    /// The keyword.
    pub span: Span,
}

impl Dashboard {
    /// Returns whether it shows something that it shows by default.
    pub fn shows(&self, word: &str) -> bool {
        !matches!(self.attributes.get(word).map(|attribute| &attribute.value.kind), Some(ValueKind::Bool(false)))
    }
}
