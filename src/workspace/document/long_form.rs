//! Conversion of documents to JSON.

use serde_json::{Map, Number, Value as Json};

use super::{Node, NodeKind, Scalar, Style, boolean};

/// Converts a node to JSON, with functions in their long form.
pub fn long_form(node: &Node) -> Json {
    let Some(tag) = &node.tag else { return untagged(node) };
    let name = match tag.node.as_str() {
        "Ref" | "Condition" => tag.node.clone(),
        short => format!("Fn::{short}"),
    };
    let argument = match (name.as_str(), node.text().and_then(|text| text.split_once('.'))) {
        ("Fn::GetAtt", Some((id, attribute))) => Json::from(vec![id, attribute]),
        ("Ref" | "Condition" | "Fn::Sub" | "Fn::GetAtt" | "Fn::ImportValue", _) if node.text().is_some() => {
            Json::from(node.text().unwrap_or_default())
        }
        _ => untagged(node),
    };
    Json::Object(Map::from_iter([(name, argument)]))
}

fn untagged(node: &Node) -> Json {
    match &node.kind {
        NodeKind::Scalar(scalar) => self::scalar(scalar),
        NodeKind::Sequence(items) => items.iter().map(long_form).collect(),
        NodeKind::Mapping(entries) => {
            entries.iter().map(|entry| (entry.key.node.clone(), long_form(&entry.value))).collect()
        }
    }
}

/// Converts a scalar. Without quotes, it may be null, a boolean, or a number of YAML 1.1, which CloudFormation reads.
fn scalar(scalar: &Scalar) -> Json {
    let text = scalar.text.as_str();
    match (scalar.style, text) {
        (Style::Plain, "" | "~" | "null" | "Null" | "NULL") => Json::Null,
        (Style::Plain, _) => match boolean(text) {
            Some(boolean) => Json::Bool(boolean),
            None => number(text).map_or_else(|| Json::from(text), Json::Number),
        },
        _ => Json::from(text),
    }
}

/// Returns a number that is written back with the same digits: an account ID with a leading zero stays a string.
fn number(text: &str) -> Option<Number> {
    let number: Number = serde_json::from_str(text).ok()?;
    (number.to_string() == text).then_some(number)
}
