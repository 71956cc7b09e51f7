//! Writes YAML. Strings that look like a number, date, or boolean to any YAML reader remain strings.

use serde_json::{Map, Value as Json};
use serde_saphyr::SerializerOptions;

/// Returns a JSON document as YAML. If the writer fails, returns JSON, which is valid YAML too.
pub fn yaml(document: &Json) -> String {
    let json = super::template::json_text(document);
    // The writer quotes keys such as `Fn::Sub`, which no reader needs, so it gets a word instead of colons.
    let mut colon = "Colon".to_owned();
    while json.contains(&colon) {
        colon.push('n');
    }
    let mut options = SerializerOptions::default();
    // Long strings stay on one line: a folded string is hard to compare and to search.
    options.min_fold_chars = usize::MAX;
    let written = serde_saphyr::to_string_with_options(&without_colons(document, &colon), options);
    written.map_or(json, |text| text.replace(&colon, ":"))
}

/// Returns the document with a word instead of colons, in keys that are plain text with colons.
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

/// Returns whether a key with a colon has the same meaning without quotes.
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
