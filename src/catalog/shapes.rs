//! The form of documents that define pipelines, and of their other resources (`shapes.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

use crate::collections::IndexMap;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shapes {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    shape: Vec<DocumentShape>,
}

/// The form of one kind of map.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DocumentShape {
    /// Its name among the shapes.
    pub name: String,
    /// Its name in messages, with its article.
    pub called: String,
    /// The type of the resources whose properties have this form.
    #[serde(default, rename = "type")]
    pub resource: Option<String>,
    /// Keys of which exactly one is required.
    #[serde(default)]
    pub one_of: Vec<String>,
    /// The types of the keys, which have CloudFormation's spelling.
    key: IndexMap<String, String>,
    /// The allowed values of some keys.
    #[serde(default)]
    pub values: IndexMap<String, Vec<String>>,
    /// Keys of strings and lists that must not be empty.
    #[serde(default)]
    pub filled: Vec<String>,
    /// The minimum and maximum numbers.
    #[serde(default)]
    pub range: IndexMap<String, [u64; 2]>,
}

/// What a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShapeType<'s> {
    /// A string, or a value that CloudFormation converts to one.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// A map from names to strings.
    Map,
    /// Anything.
    Any,
    /// A map of another shape.
    Shape(&'s str),
}

/// A key of a shape.
#[derive(Debug, Clone, Copy)]
pub struct ShapeKey<'s> {
    /// Its name, as CloudFormation spells it.
    pub name: &'s str,
    /// What it takes.
    pub ty: ShapeType<'s>,
    /// Whether it takes a list of these.
    pub list: bool,
    /// Whether it is required.
    pub required: bool,
}

impl DocumentShape {
    /// Returns its keys.
    pub fn keys(&self) -> impl Iterator<Item = ShapeKey<'_>> {
        self.key.iter().map(|(name, written)| {
            let (written, required) = written.strip_suffix('!').map_or((written.as_str(), false), |rest| (rest, true));
            let inner = written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            let ty = match inner.unwrap_or(written) {
                "text" => ShapeType::Text,
                "flag" => ShapeType::Flag,
                "number" => ShapeType::Number,
                "map" => ShapeType::Map,
                "any" => ShapeType::Any,
                name => ShapeType::Shape(name),
            };
            ShapeKey { name, ty, list: inner.is_some(), required }
        })
    }
}

fn shapes() -> &'static [DocumentShape] {
    static SHAPES: OnceLock<Option<Shapes>> = OnceLock::new();
    let parsed = SHAPES.get_or_init(|| serde_json::from_str(facts!("shapes")).ok()).as_ref();
    parsed.map_or(&[], |file| &file.shape)
}

/// Returns the shape with a name.
pub fn shape(name: &str) -> Option<&'static DocumentShape> {
    shapes().iter().find(|shape| shape.name == name)
}

/// Returns the shape of the properties of a resource type.
pub fn shape_of_type(ty: &str) -> Option<&'static DocumentShape> {
    shapes().iter().find(|shape| shape.resource.as_deref() == Some(ty))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_that_a_key_takes_is_there() {
        assert!(!shapes().is_empty());
        for shape in shapes() {
            let keys: Vec<&str> = shape.keys().map(|key| key.name).collect();
            for key in shape.keys() {
                if let ShapeType::Shape(name) = key.ty {
                    assert!(super::shape(name).is_some(), "{}.{}: {name}", shape.name, key.name);
                }
            }
            let named = shape.one_of.iter().chain(shape.values.keys()).chain(shape.range.keys());
            named.for_each(|name| assert!(keys.contains(&name.as_str()), "{}: {name}", shape.name));
        }
    }
}
