//! Descriptions of slots and values.

use crate::catalog::{Slot, SlotType};
use crate::hir::ValueKind;

/// Returns what a value is, in words.
pub fn describe(kind: &ValueKind) -> &'static str {
    match kind {
        ValueKind::Null => "`null`",
        ValueKind::Bool(_) => "a boolean",
        ValueKind::Number(_) => "a number",
        ValueKind::Duration(_) => "a duration",
        ValueKind::Percent(_) => "a percentage",
        ValueKind::Range(..) => "a range",
        ValueKind::Text(_) => "a string",
        ValueKind::Word(_) => "a bare word",
        ValueKind::List(_) => "a list",
        ValueKind::LateList(_) => "a list that is known at deployment",
        ValueKind::Map(_) => "a map",
        ValueKind::Entity(entity) => entity.kind().a_word(),
        ValueKind::Artifact(_) => "an artifact",
        ValueKind::ArtifactFile(_) => "a file in an artifact",
        ValueKind::Secret(_) => "a secret",
        ValueKind::Parameter(_) => "an SSM parameter",
        ValueKind::InlineYaml(_) => "inline YAML",
        ValueKind::Raw(_) => "a CloudFormation intrinsic",
        ValueKind::Test(_) => "a condition that is known at deployment",
        ValueKind::Choice(_) => "a value that is chosen at deployment",
        ValueKind::Poisoned => "an invalid value",
    }
}

/// Returns what a slot takes, in words.
pub(super) fn expected(slot: &Slot) -> String {
    match slot.ty {
        SlotType::String => "a string".to_owned(),
        SlotType::Bool => "`true` or `false`".to_owned(),
        SlotType::Integer => "a whole number".to_owned(),
        SlotType::Number => "a number".to_owned(),
        SlotType::Percent => "a percentage such as `10%`".to_owned(),
        SlotType::Range => "a range such as `0..5`".to_owned(),
        SlotType::Minutes => "a duration such as `30m`".to_owned(),
        SlotType::Days => "a duration such as `90d`".to_owned(),
        SlotType::Enum => format!("a word such as `{}`", slot.example()),
        SlotType::EnumList => format!("a list such as `{}`", slot.example()),
        SlotType::List => "a list".to_owned(),
        SlotType::ArtifactMap => "a map such as `{ NAME = Artifact }`".to_owned(),
        SlotType::Map | SlotType::Env | SlotType::Record | SlotType::Shorthand => {
            "a map such as `{ key = value }`".to_owned()
        }
        SlotType::Artifact => "an artifact".to_owned(),
        SlotType::ArtifactFile => "a file such as `Artifact::file.json`".to_owned(),
        SlotType::Reference => slot.to.map_or_else(|| "a name".to_owned(), |to| to.a_word().to_owned()),
        SlotType::Buildspec => "a path or `yaml('''...''')`".to_owned(),
        SlotType::Cache => "a bucket, or a list such as `[source, custom]`".to_owned(),
        SlotType::Condition => "a condition such as `Stage == \"prod\"`".to_owned(),
        SlotType::Json | SlotType::Any => "a value".to_owned(),
    }
}
