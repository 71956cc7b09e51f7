//! What a word without quotes means in a slot.

use super::{Kind, Slot, SlotType};

/// What a bare word means in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// A value by name.
    Value,
    /// A value by name, where a string is expected.
    Text,
    /// A value by name, where `true` or `false` is expected.
    Flag,
    /// A value of an enumeration, always.
    Enumeration,
    /// A declaration of this kind first, then a value by name.
    Target(Kind),
    /// A mode of the cache, else a bucket.
    Cache,
    /// An artifact.
    Artifact,
}

impl Words {
    /// Returns what a bare word means in this slot.
    pub fn of(slot: &Slot) -> Self {
        match slot.ty {
            SlotType::Enum | SlotType::EnumList => Self::Enumeration,
            SlotType::Cache => Self::Cache,
            SlotType::Artifact | SlotType::ArtifactMap => Self::Artifact,
            SlotType::Reference => slot.to.map_or(Self::Value, Self::Target),
            SlotType::Bool => Self::Flag,
            _ if slot.charset.as_deref() == Some("region") => Self::Enumeration,
            SlotType::String
            | SlotType::List
            | SlotType::Map
            | SlotType::Env
            | SlotType::Shorthand
            | SlotType::Record
            | SlotType::Buildspec
            | SlotType::Json
            | SlotType::Any => Self::Text,
            SlotType::Range
            | SlotType::Integer
            | SlotType::Number
            | SlotType::Percent
            | SlotType::Minutes
            | SlotType::Days
            | SlotType::Condition
            | SlotType::ArtifactFile => Self::Value,
        }
    }
}
