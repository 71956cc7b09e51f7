//! The words of the language itself: types and functions.

use crate::catalog::template_language;

/// The type of strings that AWS does not show.
pub const SECRET: &str = "secret";

/// An amount of time, such as `30m`.
pub const DURATION: &str = "duration";

/// The types that the language has.
pub const TYPES: [&str; 15] = [
    "string",
    SECRET,
    "number",
    "bool",
    DURATION,
    "Artifact",
    "File",
    "Project",
    "Role",
    "Bucket",
    "Topic",
    "Connection",
    "Key",
    "Environment",
    "Repository",
];

/// Returns whether the language has a type, its own or one of templates.
pub fn is_type(name: &str) -> bool {
    TYPES.contains(&name) || types_of_templates().any(|known| known == name)
}

/// Returns the types of templates that a type can name.
pub fn types_of_templates() -> impl Iterator<Item = &'static str> {
    template_language::parameter_types()
        .filter(|name| name.starts_with("AWS::"))
        .chain([template_language::STORED_VALUE])
}

/// Every function and its signature.
pub const FUNCTIONS: [(&str, &str); 16] = [
    ("secret", "secret(\"name\", key = \"json-key\")"),
    ("ssm", "ssm(\"/parameter/name\")"),
    ("yaml", "yaml('''...''')"),
    ("cfn.ref", "cfn.ref(\"LogicalId\")"),
    ("cfn.att", "cfn.att(\"LogicalId\", \"Attribute\")"),
    ("cfn.import", "cfn.import(\"ExportName\")"),
    ("cfn.raw", "cfn.raw({ \"Fn::Select\" = [0, ...] })"),
    ("concat", "concat([...], [...])"),
    ("contains", "contains(list, element)"),
    ("join", "join(list, \", \")"),
    ("keys", "keys(map)"),
    ("length", "length(list)"),
    ("lower", "lower(text)"),
    ("replace", "replace(text, \"from\", \"to\")"),
    ("split", "split(text, \",\")"),
    ("upper", "upper(text)"),
];
