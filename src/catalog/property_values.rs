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
    /// The elements.
    pub element: Vec<ListedElement>,
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
    /// Its values; empty for a property with other numbers.
    #[serde(default)]
    pub values: Vec<String>,
    /// The largest number.
    pub most: Option<u32>,
    /// The numbers of which every value is a multiple, besides `values`.
    pub multiple: Option<u32>,
}

impl ListedProperty {
    /// Returns whether the property takes a value.
    pub fn takes(&self, text: &str) -> bool {
        let number = || text.trim().parse::<u32>().ok();
        self.values.iter().any(|value| value == text)
            || self.most.is_some_and(|most| number().is_none_or(|number| number <= most))
            || self.multiple.is_some_and(|multiple| number().is_none_or(|number| number > 0 && number % multiple == 0))
    }
}

/// Elements of a list, or an object, and the keys that each needs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedElement {
    /// The type of the resource.
    #[serde(rename = "type")]
    pub of: String,
    /// The keys that lead to the element. `*` is every element or key.
    pub path: Vec<String>,
    /// The keys that it needs.
    pub required: Vec<String>,
}

/// Returns the whole file; `None` if it does not parse, which a test rules out.
fn all() -> Option<&'static PropertyValues> {
    static FOUND: OnceLock<Option<PropertyValues>> = OnceLock::new();
    FOUND.get_or_init(|| serde_json::from_str(facts!("property_values")).ok()).as_ref()
}

/// Returns the properties of all types.
pub fn listed_properties() -> &'static [ListedProperty] {
    all().map_or(&[], |values| &values.property)
}

/// Returns the elements of all types.
pub fn listed_elements() -> &'static [ListedElement] {
    all().map_or(&[], |values| &values.element)
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
