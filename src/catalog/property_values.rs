//! Values that properties take and that no schema lists (`property_values.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PropertyValues {
    /// The page the facts come from, unless a line names another one.
    pub link: String,
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    pub verified: String,
    /// The properties.
    pub property: Vec<ListedProperty>,
}

/// A property of a resource type, and its values.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedProperty {
    /// The type of the resource.
    #[serde(rename = "type")]
    pub of: String,
    /// The keys that lead to the property. `*` is every element or key.
    pub path: Vec<String>,
    /// Its values.
    pub values: Vec<String>,
}

/// Returns the properties of all types; empty if the file does not parse, which a test rules out.
pub fn listed_properties() -> &'static [ListedProperty] {
    static FOUND: OnceLock<Option<PropertyValues>> = OnceLock::new();
    let found = FOUND.get_or_init(|| serde_json::from_str(facts!("property_values")).ok());
    found.as_ref().map_or(&[], |values| &values.property)
}

#[cfg(test)]
mod tests {
    use super::listed_properties;

    #[test]
    fn the_file_can_be_read() {
        assert!(listed_properties().iter().any(|it| it.of == "AWS::ECS::Service"));
        assert!(listed_properties().iter().all(|it| it.values.is_sorted()));
    }
}
