//! Values that properties take and that no schema lists (`property_values.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

use super::permissions::iam_action;

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
    /// The names.
    pub name: Vec<ListedName>,
}

/// A property of a resource type, and its values.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ListedProperty {
    /// The type of the resource.
    #[serde(rename = "type")]
    pub of: String,
    /// The keys that lead to the property. `*` is every element or key.
    pub path: Vec<String>,
    /// Its values; empty for a property with other numbers.
    #[serde(default)]
    pub values: Vec<String>,
    /// The smallest number, beside the largest.
    pub least: Option<u32>,
    /// The largest number.
    pub most: Option<u32>,
    /// Values of the API that CloudFormation does not accept. Others are not compared with `values`.
    #[serde(default)]
    pub refused: Vec<String>,
    /// How every value starts.
    pub start: Option<String>,
    /// What every value contains.
    pub part: Option<String>,
    /// The property of the resource with which there are other values.
    pub unless: Option<String>,
    /// The service each action of which is a value.
    pub actions: Option<String>,
    /// Whether the values can be written in uppercase.
    #[serde(default)]
    pub any_case: bool,
    /// The numbers of which every value is a multiple, besides `values`.
    pub multiple: Option<u32>,
}

impl ListedProperty {
    /// Returns whether the property takes a value.
    pub fn takes(&self, text: &str) -> bool {
        let number = || text.trim().parse::<u32>().ok();
        if !self.refused.is_empty() {
            return !self.refused.iter().any(|value| value == text);
        }
        let is_same = |value: &String| value == text || self.any_case && value.eq_ignore_ascii_case(text);
        let is_action = |service: &String| text.split(':').next() == Some(service) && iam_action(text).is_some();
        self.values.iter().any(is_same)
            || self.actions.as_ref().is_some_and(is_action)
            || self.start.as_ref().is_some_and(|start| {
                text.starts_with(start.as_str()) && self.part.as_ref().is_none_or(|part| text.contains(part.as_str()))
            })
            || self
                .most
                .is_some_and(|most| number().is_none_or(|number| number <= most && number >= self.least.unwrap_or(0)))
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

/// A property with the name of a resource.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedName {
    /// The type of the resource.
    #[serde(rename = "type")]
    pub of: String,
    /// The property.
    pub property: String,
    /// Whether it starts with `/` if it has one.
    #[serde(default)]
    pub whole: bool,
    /// The characters of the name besides lowercase letters and digits. `A` stands for all uppercase letters.
    pub characters: String,
    /// The maximum number of characters.
    pub longest: Option<usize>,
}

impl ListedName {
    /// Returns the first character of a text that the name cannot contain.
    pub fn refused(&self, text: &str) -> Option<char> {
        let with_capitals = self.characters.contains('A');
        let fits = |c: char| {
            c.is_ascii_lowercase()
                || c.is_ascii_digit()
                || c.is_ascii_uppercase() && with_capitals
                || !c.is_ascii_alphanumeric() && self.characters.contains(c)
        };
        text.chars().find(|c| !fits(*c))
    }
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

/// Returns the names of all types.
pub fn listed_names() -> &'static [ListedName] {
    all().map_or(&[], |values| &values.name)
}

#[cfg(test)]
mod tests {
    use super::{listed_names, listed_properties};

    #[test]
    fn the_file_can_be_read() {
        let actions = listed_properties().iter().find(|it| it.of == "AWS::Lambda::Permission");
        assert!(actions.is_some_and(|it| it.takes("lambda:GetFunctionUrlConfig") && !it.takes("lambda:Invoke")));
        let ages = listed_properties().iter().find(|it| it.least.is_some() && it.path.len() > 1);
        assert!(ages.is_some_and(|it| !it.takes("0") && it.takes("600")));
        assert!(listed_properties().iter().all(|it| it.values.is_sorted()));
        let bucket = listed_names().iter().find(|it| it.of == "AWS::S3::Bucket");
        assert_eq!(bucket.map(|it| (it.refused("site-1.x"), it.refused("Site"))), Some((None, Some('S'))));
    }
}
