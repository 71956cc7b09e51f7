//! YAML. What looks like a number, a date or a boolean to any YAML reader stays the text it is.

use serde_json::Value as Json;
use serde_saphyr::SerializerOptions;

/// A JSON document as YAML; as JSON, which YAML reads too, should the writer refuse it.
pub fn yaml(document: &Json) -> String {
    let mut options = SerializerOptions::default();
    // Long texts stay on one line: a folded text is hard to compare and to search.
    options.min_fold_chars = usize::MAX;
    serde_saphyr::to_string_with_options(document, options).unwrap_or_else(|_| super::template::json_text(document))
}
