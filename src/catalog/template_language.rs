//! The language of CloudFormation templates (`template_language.toml`), and its resource types.
//!
//! `data/rebuild.py` generates `resource-types.txt` and describes its format.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::forms::{ValueForm, form};
use super::table::{TypeTable, type_table};

static TYPES: TypeTable = type_table!("resource-types");

/// The type of parameters whose values Systems Manager stores, before the type of what is stored.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html> (2026-11-29)
pub const STORED_VALUE: &str = "AWS::SSM::Parameter::Value";

impl TemplateFunction {
    /// Returns its name as a tag, without the `!`.
    pub fn tag(&self) -> &str {
        self.name.strip_prefix("Fn::").unwrap_or(&self.name)
    }
}

/// An intrinsic function.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateFunction {
    /// Its long name.
    pub name: String,
    /// The minimum number of arguments in its list.
    #[serde(default)]
    pub least: Option<usize>,
    /// The maximum number of arguments in its list.
    #[serde(default)]
    pub most: Option<usize>,
    /// Whether it may take a string instead of a list.
    #[serde(default)]
    pub text: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    /// The day the facts were compared with their sources, `YYYY-MM-DD`.
    #[expect(dead_code, reason = "for those who read the file")]
    verified: String,
    pseudo_parameters: Vec<String>,
    parameter_types: Vec<String>,
    resource_parameter_types: Vec<String>,
    snapshots: Vec<String>,
    creation_policies: Vec<String>,
    update_policies: Vec<String>,
    parameter_keys: Vec<String>,
    parameter_forms: BTreeMap<String, String>,
    function: Vec<TemplateFunction>,
}

fn file() -> Option<&'static File> {
    static FILE: OnceLock<Option<File>> = OnceLock::new();
    FILE.get_or_init(|| serde_json::from_str(facts!("template_language")).ok()).as_ref()
}

/// Returns the names that `Ref` accepts besides those that a template declares.
pub fn pseudo_parameters() -> &'static [String] {
    file().map_or(&[], |file| &file.pseudo_parameters)
}

/// Returns the types of resources of which CloudFormation creates a snapshot.
pub fn snapshots() -> &'static [String] {
    file().map_or(&[], |file| &file.snapshots)
}

/// Returns the attributes of resources that only some types have, each with these types.
pub fn attributes_of_types() -> [(&'static str, &'static [String]); 2] {
    [
        ("CreationPolicy", file().map_or(&[], |file| &file.creation_policies)),
        ("UpdatePolicy", file().map_or(&[], |file| &file.update_policies)),
    ]
}

/// Returns the form of the values of a parameter's type, and whether its values are lists.
pub fn parameter_form(kind: &str) -> Option<(&'static ValueForm, bool)> {
    let item = kind.strip_prefix("List<").and_then(|rest| rest.strip_suffix('>'));
    let id = file()?.parameter_forms.get(item.unwrap_or(kind))?;
    Some((form(id)?, item.is_some()))
}

/// Returns the keys that a parameter may have.
pub fn parameter_keys() -> &'static [String] {
    file().map_or(&[], |file| &file.parameter_keys)
}

/// Returns the intrinsic functions.
pub fn functions() -> &'static [TemplateFunction] {
    file().map_or(&[], |file| &file.function)
}

/// Returns whether a parameter can have this type.
pub fn is_parameter_type(name: &str) -> bool {
    let Some(file) = file() else { return true };
    let has = |list: &[String], name: &str| list.iter().any(|known| known == name);
    let is_plain = |name: &str| has(&file.parameter_types, name) || has(&file.resource_parameter_types, name);
    let is_list = |name: &str| {
        let item = name.strip_prefix("List<").and_then(|rest| rest.strip_suffix('>'));
        item.is_some_and(|item| has(&file.resource_parameter_types, item))
    };
    let value = name.strip_prefix("AWS::SSM::Parameter::Value<").and_then(|rest| rest.strip_suffix('>'));
    let inner = value.unwrap_or(name);
    is_plain(inner) || is_list(inner)
}

/// Returns whether the value of a parameter of this type is a list.
pub fn is_list_type(name: &str) -> bool {
    let value = name.strip_prefix("AWS::SSM::Parameter::Value<").and_then(|rest| rest.strip_suffix('>'));
    let inner = value.unwrap_or(name);
    inner == "CommaDelimitedList" || inner.starts_with("List<")
}

/// Returns the types that a parameter can have, for suggestions.
pub fn parameter_types() -> impl Iterator<Item = &'static str> {
    let lists = file().into_iter().flat_map(|file| file.parameter_types.iter().chain(&file.resource_parameter_types));
    lists.map(String::as_str)
}

/// Returns whether an AWS resource type exists in CloudFormation.
pub fn is_resource_type(name: &str) -> bool {
    TYPES.line(name).is_some()
}

/// Returns the AWS resource types, sorted.
pub fn resource_types() -> impl Iterator<Item = &'static str> {
    TYPES.heads()
}

/// Returns the first words of the attributes that `Fn::GetAtt` accepts for a resource type; `None` if any is possible.
pub fn attributes(kind: &str) -> Option<Vec<&'static str>> {
    let words: Vec<&str> = TYPES.line(kind)?.split(' ').filter(|word| !word.is_empty()).collect();
    (!words.contains(&"*")).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_parameters_are_known() {
        for known in ["String", "List<AWS::EC2::VPC::Id>", "AWS::SSM::Parameter::Value<List<String>>"] {
            assert!(is_parameter_type(known), "{known}");
        }
        for unknown in ["string", "Strings", "List<AWS::EC2::Vpc::Id>", "Bool", ""] {
            assert!(!is_parameter_type(unknown), "{unknown}");
        }
        for list in ["CommaDelimitedList", "List<Number>", "AWS::SSM::Parameter::Value<List<String>>"] {
            assert!(is_list_type(list), "{list}");
        }
        assert!(!is_list_type("String") && !is_list_type("AWS::SSM::Parameter::Value<String>"));
        let lists = file().unwrap().parameter_forms.keys().map(|kind| parameter_form(&format!("List<{kind}>")));
        assert!(lists.into_iter().all(|found| found.is_some_and(|(_, is_list)| is_list)));
        assert!(functions().len() > 20 && pseudo_parameters().len() == 8);
    }

    #[test]
    fn types_of_resources_are_known() {
        assert!(is_resource_type("AWS::S3::Bucket") && !is_resource_type("AWS::S3::Buckets"));
        let with_attributes = attributes_of_types().into_iter().flat_map(|(_, types)| types);
        for kind in snapshots().iter().chain(with_attributes) {
            assert!(is_resource_type(kind), "{kind}");
        }
        assert!(attributes("AWS::S3::Bucket").is_some_and(|words| words.contains(&"Arn")));
        assert_eq!(attributes("AWS::CloudFormation::CustomResource"), None);
        assert!(resource_types().count() > 1500);
    }
}
