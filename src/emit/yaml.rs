//! YAML. What looks like a number, a date or a boolean stays the text it is.

use serde_json::Value as Json;

/// A JSON document as YAML; as JSON, which YAML reads too, should the writer refuse it.
pub fn yaml(document: &Json) -> String {
    serde_saphyr::to_string(document).unwrap_or_else(|_| super::template::json_text(document))
}
