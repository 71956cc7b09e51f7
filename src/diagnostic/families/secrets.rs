//! E0155, E0707, E0901, W0906: secrets where others can read them.

use crate::diagnostic::wording::tick;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// A secret in a slot that AWS shows.
pub fn shown(attribute: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0707,
        format!("`{attribute}` would show the secret in plain text"),
        place,
        "visible to anyone who can view the pipeline",
    )
    .help("let the build or function read the secret itself: in `env`, write `NAME = secret(...)`")
}

/// A secret inside the string of an environment variable.
pub fn shown_in_variable(variable: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0707,
        format!("variable `{variable}` would show the secret in plain text"),
        place,
        "inside a longer string, so CodeBuild cannot resolve it",
    )
    .help("put the secret in a separate variable: `NAME = secret(...)`")
}

/// A secret whose name contains its key, stage or version. `selectors`: the parts after the colons.
pub fn key_in_name(shown: &str, name: &str, selectors: &[&str], place: Span) -> Diagnostic {
    let given = ["key", "stage", "version"].into_iter().zip(selectors).filter(|(_, value)| !value.is_empty());
    let given: String = given.flat_map(|(word, value)| [", ", word, " = \"", value, "\""]).collect();
    let message = format!("{} is not a secret name: names cannot contain a colon", tick(shown));
    let diagnostic = Diagnostic::new(Code::E0155, message, place, "the part after the colon is not part of the name");
    if selectors.len() > 3 || name.is_empty() {
        return diagnostic.help("write `secret(\"name\", key = \"json-key\")`");
    }
    let inside = format!("\"{name}\"{given}");
    diagnostic.help(format!("write `secret({inside})`")).edit(place, inside)
}

/// A literal of a well-known form.
pub fn credential(what: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0901,
        format!("this string looks like {what}"),
        place,
        "readable by anyone who has this file",
    )
    .concealed()
    .help("revoke it, keep its replacement in AWS Secrets Manager, and write `secret(\"name\")` here")
}

/// A literal, or what anybody can look up, where AWS keeps a secret.
pub fn in_plain_text(attribute: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0901,
        format!("`{attribute}` holds a secret in plain text"),
        place,
        "readable by anyone who has this file or can view the stack",
    )
    .help("keep it in AWS Secrets Manager and write `secret(\"name\", key = \"key\")`, or declare a `param` of type `secret`")
}

/// A variable named like a secret, in plain text.
pub fn plain_variable(variable: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0906,
        format!("variable `{variable}` is named like a secret but has a plain-text value"),
        place,
        "visible in the console and in the template",
    )
    .help("keep it in AWS Secrets Manager and write `secret(\"name\")`")
}

/// A variable of a buildspec that is named like a secret, in plain text.
pub fn plain_in_buildspec(variable: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0906,
        format!("variable `{variable}` is named like a secret but has a plain-text value"),
        place,
        "readable by anyone who has this file",
    )
    .help(format!("keep it in AWS Secrets Manager and write `{variable}: secret-id:json-key` under `secrets-manager`"))
}

/// A secret parameter in a place that AWS shows.
pub fn shown_parameter(parameter: &str, attribute: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0983,
        format!("`{attribute}` shows the secret parameter `{parameter}` in plain text"),
        place,
        "visible to anyone who can view the pipeline or the project",
    )
    .help("keep it in AWS Secrets Manager and write `secret(\"name\")` in `env`")
}

/// A parameter that a template hides, and whose value the pipeline shows.
pub fn hidden_parameter(parameter: &str, place: Span, declared: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0984,
        format!("parameter `{parameter}` of the template is `NoEcho`, but the pipeline shows its value"),
        place,
        "visible to anyone who can view the pipeline",
    )
    .label(declared, "declared here")
    .help("keep it in AWS Secrets Manager, and let the template read it: `{{resolve:secretsmanager:name}}`")
}

/// A default that is a secret, by the name of what has it.
pub fn plain_default(keyword: &str, name: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0906,
        format!("{keyword} `{name}` is named like a secret but has a plain-text default"),
        place,
        "readable by anyone who has this file",
    )
    .help("keep it in AWS Secrets Manager and write `secret(\"name\")` where it is used")
}
