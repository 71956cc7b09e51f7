//! YAML. What looks like a number, a date or a boolean to any YAML reader stays the text it is.

use serde_json::{Map, Value as Json};
use serde_saphyr::SerializerOptions;

/// A JSON document as YAML; as JSON, which YAML reads too, should the writer refuse it.
pub fn yaml(document: &Json) -> String {
    let json = super::template::json_text(document);
    // The writer puts keys such as `Fn::Sub` in quotes, which no reader needs, so it gets words without colons.
    let mut colon = "Colon".to_owned();
    while json.contains(&colon) {
        colon.push('n');
    }
    let mut options = SerializerOptions::default();
    // Long texts stay on one line: a folded text is hard to compare and to search.
    options.min_fold_chars = usize::MAX;
    let written = serde_saphyr::to_string_with_options(&without_colons(document, &colon), options);
    written.map_or(json, |text| text.replace(&colon, ":"))
}

/// The document with a word for the colons in keys that are plain text all the same.
fn without_colons(document: &Json, colon: &str) -> Json {
    match document {
        Json::Object(entries) => {
            let plain = |(key, value): (&String, &Json)| {
                let key = if is_plain(key) { key.replace(':', colon) } else { key.clone() };
                (key, without_colons(value, colon))
            };
            Json::Object(entries.iter().map(plain).collect::<Map<_, _>>())
        }
        Json::Array(items) => Json::Array(items.iter().map(|item| without_colons(item, colon)).collect()),
        other => other.clone(),
    }
}

/// Whether a key with a colon in it means the same without quotes.
fn is_plain(key: &str) -> bool {
    let word = |part: &str| part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.ends_with(|c: char| c.is_ascii_alphanumeric())
        && key.split(':').all(word)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::yaml;

    #[test]
    fn keys_have_no_quotes_where_none_are_needed() {
        let text = yaml(&json!({
            "Fn::Sub": "Colon ${A}", "aws:Colonn": { "a: b": "x: y", "12:30": 1, "a:": [{ "Fn::GetAtt": ["true"] }] }, "no": "yes"
        }));
        insta::assert_snapshot!(text, @r#"
        Fn::Sub: Colon ${A}
        aws:Colonn:
          "a: b": "x: y"
          "12:30": 1
          "a:":
          - Fn::GetAtt:
            - "true"
        "no": "yes"
        "#);
    }
}
