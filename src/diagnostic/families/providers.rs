//! E0106, E0118, E0130, W0130: action types that a file declares, and outdated ones.

use crate::catalog::ExampleValue;
use crate::diagnostic::{Code, Diagnostic, Intent, Phrase, PipeCode, phrase};
use crate::source::{Span, Spanned};

/// `provider Name = "..."`
pub fn not_described(name: &Spanned<String>, value: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0106,
        format!("provider `{}` must be declared with a block", name.node),
        value,
        "actions cannot refer to an action type by ARN",
    )
    .help(format!(
        "write `provider {} {{ kind = ..., categories = [...] }}`; without `create`, no action type is created",
        name.node
    ))
}

/// A property of a type that AWS does not support.
pub fn property_type(place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0106,
        "a property of an action type must be a string, a number, or a boolean",
        place,
        "CodePipeline does not support this type",
    )
    .help("write `string`, `number`, `bool`, or strings such as `\"a\" | \"b\"`")
}

/// A property of a Jenkins provider.
pub fn jenkins_property(property: Span) -> Diagnostic {
    refused(
        "a Jenkins provider has only the property `ProjectName`".to_owned(),
        property,
        "the Jenkins plugin ignores this".to_owned(),
    )
    .help("remove the property; actions set the job with `project-name`")
}

/// An action type that CodePipeline rejects.
pub fn refused(message: String, place: Span, label: String) -> Diagnostic {
    Diagnostic::new(Code::E0118, message, place, label)
}

/// The reason that an action type in `action` does not exist.
#[derive(Debug, Clone, Copy)]
pub enum Unlisted<'a> {
    /// A provider with this name has another owner, which has this keyword.
    Owner(&'a str),
    /// It has this version.
    Version(&'a str),
    /// It has actions of these categories, which have these keywords.
    Category(&'a [&'a str]),
    /// A provider has nearly this name.
    Name(&'a str),
    /// The language has a source with this keyword, which is another action type in CodePipeline.
    Statement(&'a str),
    /// No provider of AWS has a similar name.
    Nothing,
}

/// An action type that CodePipeline does not have. `word` is the wrong part, as written.
pub fn unlisted(provider: &str, word: &str, why: Unlisted<'_>, place: Span) -> Diagnostic {
    // A provider may gain versions and categories, but its owner and the case of its name do not change.
    let certain = match why {
        Unlisted::Owner(_) | Unlisted::Statement(_) => true,
        Unlisted::Name(near) => provider.eq_ignore_ascii_case(near),
        Unlisted::Version(_) | Unlisted::Category(_) | Unlisted::Nothing => false,
    };
    let code = if certain { Code::E0130 } else { Code::W0130 };
    let new = |message: String, label: &str| Diagnostic::new(code, message, place, label);
    match why {
        Unlisted::Owner(owner) => new(format!("the owner of provider `{provider}` is not `{word}`"), "")
            .help(phrase!["write ", PipeCode::set("owner", owner)]),
        Unlisted::Version(version) => new(format!("provider `{provider}` has no version `{word}`"), "")
            .help(phrase!["write ", PipeCode::set("version", ExampleValue::text(version))]),
        Unlisted::Category(categories) => {
            let other = categories.iter().map(|word| PipeCode::set("category", word));
            new(format!("provider `{provider}` has no `{word}` actions"), "")
                .help(phrase!["write ", Phrase::joined(other, "or")])
        }
        Unlisted::Name(near) => new(format!("no provider named `{provider}`"), "")
            .did_you_mean(&format!("\"{near}\""))
            .intend(Intent::SetString { place, text: near.to_owned() }),
        Unlisted::Statement(source) => {
            new(format!("CodePipeline has no `{word}` actions of provider `{provider}`"), "")
                .help(format!("write `source {source} Name -> Artifact {{ ... }}`, with a connection"))
        }
        Unlisted::Nothing => new(format!("AWS has no provider `{provider}` for `{word}` actions"), "")
            .help("fix the name, unless the provider is newer than this version of dotpipe"),
    }
}
