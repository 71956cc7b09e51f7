//! The words of the language itself: types and functions.

/// The type of strings that AWS does not show.
pub const SECRET: &str = "secret";

/// The types that the language has.
pub const TYPES: [&str; 14] = [
    "string",
    SECRET,
    "number",
    "bool",
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
