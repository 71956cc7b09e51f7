//! Formats values as text for people and as JSON for programs.

use std::fmt;

use serde_json::{Map, Value as Json, json};

use super::normal::{Fragment, NormalKind, NormalValue};

impl fmt::Display for NormalValue {
    /// Formats references like `Fn::Sub`, and the other functions as calls.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            NormalKind::Text(text) => match text.as_slice() {
                [Fragment::Call(name, argument)] => call(f, name, argument),
                [Fragment::Literal(literal)] if needs_quotes(literal) => write!(f, "{}", Json::from(literal.as_str())),
                [] => f.write_str("\"\""),
                fragments => fragments.iter().try_for_each(|fragment| write!(f, "{fragment}")),
            },
            NormalKind::Bare(bare) => f.write_str(bare),
            NormalKind::Json { value, .. } => write!(f, "{}", plain(value)),
            NormalKind::List(items) => {
                f.write_str("[")?;
                separated(f, items.iter())?;
                f.write_str("]")
            }
            NormalKind::Map(entries) => {
                f.write_str("{")?;
                for (index, (key, value)) in entries.iter().enumerate() {
                    write!(f, "{}{key}: {value}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
        }
    }
}

impl fmt::Display for Fragment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Text that only looks like a reference is escaped as in `Fn::Sub`.
            Self::Literal(text) => f.write_str(&text.replace("${", "${!")),
            Self::Ref(name) => write!(f, "${{{name}}}"),
            Self::Attribute(id, name) => write!(f, "${{{id}.{name}}}"),
            Self::Call(name, argument) => {
                f.write_str("${")?;
                call(f, name, argument)?;
                f.write_str("}")
            }
        }
    }
}

fn call(f: &mut fmt::Formatter<'_>, name: &str, argument: &NormalValue) -> fmt::Result {
    write!(f, "{}(", name.trim_start_matches("Fn::"))?;
    separated(f, argument.one_or_more().iter())?;
    f.write_str(")")
}

fn separated<'v>(f: &mut fmt::Formatter<'_>, values: impl Iterator<Item = &'v NormalValue>) -> fmt::Result {
    for (index, value) in values.enumerate() {
        write!(f, "{}{value}", if index == 0 { "" } else { ", " })?;
    }
    Ok(())
}

/// Returns whether a string needs quotes to show spaces at its ends or control characters.
fn needs_quotes(text: &str) -> bool {
    text.trim().len() != text.len() || text.contains(char::is_control)
}

/// Returns JSON in a string, with references as in other strings.
fn plain(value: &NormalValue) -> Json {
    match &value.kind {
        NormalKind::Text(text) => Json::from(text.iter().map(ToString::to_string).collect::<String>()),
        NormalKind::Bare(bare) => serde_json::from_str(bare).unwrap_or_default(),
        NormalKind::Json { value, .. } => plain(value),
        NormalKind::List(items) => items.iter().map(plain).collect(),
        NormalKind::Map(entries) => {
            Json::Object(entries.iter().map(|(key, value)| (key.clone(), plain(value))).collect())
        }
    }
}

impl NormalValue {
    /// Returns the value for programs: functions in their long form, and JSON in a string as JSON.
    pub fn to_json(&self) -> Json {
        match &self.kind {
            NormalKind::Text(text) => match text.as_slice() {
                [] => Json::from(""),
                [only] => fragment_json(only),
                fragments => json!({ "Fn::Join": ["", fragments.iter().map(fragment_json).collect::<Vec<_>>()] }),
            },
            NormalKind::Bare(bare) => serde_json::from_str(bare).unwrap_or_default(),
            NormalKind::Json { value, .. } => value.to_json(),
            NormalKind::List(items) => items.iter().map(Self::to_json).collect(),
            NormalKind::Map(entries) => {
                Json::Object(entries.iter().map(|(key, value)| (key.clone(), value.to_json())).collect())
            }
        }
    }
}

fn fragment_json(fragment: &Fragment) -> Json {
    match fragment {
        Fragment::Literal(text) => Json::from(text.as_str()),
        Fragment::Ref(name) => json!({ "Ref": name }),
        Fragment::Attribute(id, name) => json!({ "Fn::GetAtt": [id, name] }),
        Fragment::Call(name, argument) => Json::Object(Map::from_iter([(name.clone(), argument.to_json())])),
    }
}
