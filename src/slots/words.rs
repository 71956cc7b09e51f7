//! Descriptions of slots and values.

use crate::catalog::{Slot, SlotType};
use crate::diagnostic::{Diagnostic, DocumentHelp};
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

/// Says in a document what a slot takes, if AWS takes another type. `suggestion`: the value to write in the language.
pub(super) fn in_document(found: Diagnostic, slot: &Slot, suggestion: Option<&str>) -> Diagnostic {
    let takes = match (slot.ty, &slot.switch) {
        (SlotType::Minutes, _) if slot.in_seconds => "a number of seconds".to_owned(),
        (SlotType::Minutes, _) => "a number of minutes".to_owned(),
        (SlotType::Days, _) => "a number of days".to_owned(),
        (SlotType::Bool, Some([on, off])) => format!("`{on}` or `{off}`"),
        (SlotType::Bool, None) => "`true` or `false`".to_owned(),
        _ => return found,
    };
    let found = found.message_in_document(format!("`{}` takes {takes}", slot.attribute));
    let help = match &slot.switch {
        Some([on, off]) => Some(format!("write `{on}` or `{off}`")),
        None => suggestion.and_then(|text| number_in_unit(slot, text)),
    };
    match help {
        Some(help) => found.help_in_document(DocumentHelp::from(help)),
        None => found,
    }
}

/// Returns the help to write a duration as the number that AWS takes: "write `5`" for `5m`.
fn number_in_unit(slot: &Slot, text: &str) -> Option<String> {
    let unit = match slot.ty {
        SlotType::Minutes if slot.in_seconds => 1,
        SlotType::Minutes => 60,
        SlotType::Days => 86_400,
        _ => return None,
    };
    let (number, suffix) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let of_suffix = match suffix {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    let seconds = number.parse::<u64>().ok()?.checked_mul(of_suffix)?;
    seconds.is_multiple_of(unit).then(|| match seconds / unit {
        0 => "write at least `1`".to_owned(),
        number => format!("write `{number}`"),
    })
}
