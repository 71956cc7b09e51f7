//! E0155, E0901: secrets that others can read.

use crate::diagnostic::wording::tick;
use crate::diagnostic::{Code, Diagnostic, DocumentText};
use crate::source::Span;

/// A secret whose name contains its key, stage, or version. `selectors` are the parts after the colons.
pub fn key_in_name(shown: &str, name: &str, selectors: &[&str], place: Span) -> Diagnostic {
    let given = ["key", "stage", "version"].into_iter().zip(selectors).filter(|(_, value)| !value.is_empty());
    let given: String = given.flat_map(|(word, value)| [", ", word, " = \"", value, "\""]).collect();
    let (message, label) = if name.starts_with("arn:") {
        (format!("{} is not the ARN of a secret", tick(shown)), "what follows the name is not part of the ARN")
    } else {
        (
            format!("{} is not a secret name: names cannot contain a colon", tick(shown)),
            "the part after the colon is not part of the name",
        )
    };
    let diagnostic = Diagnostic::new(Code::E0155, message, place, label);
    if selectors.len() > 3 || name.is_empty() {
        return diagnostic.help("write `secret(\"name\", key = \"json-key\")`");
    }
    let inside = format!("\"{name}\"{given}");
    diagnostic.help(format!("write `secret({inside})`")).edit(place, inside)
}

/// What to do in a document about a secret in plain text. Only CloudFormation resolves references to secrets.
pub fn in_document() -> DocumentText {
    DocumentText {
        template: "keep it in AWS Secrets Manager and write `{{resolve:secretsmanager:NAME:SecretString:KEY}}`".into(),
        definition: "use a connection, or let the build read the secret from AWS Secrets Manager".into(),
    }
}
