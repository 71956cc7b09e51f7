//! E0106, E0118, E0130, W0130, E0812, W0902: action types that a file declares, and outdated ones.

use crate::diagnostic::wording::tick;
use crate::diagnostic::{Code, Diagnostic, suggest, wording};
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

/// A property of a different type than AWS has.
pub fn property_type(place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0106,
        "a property must be a string, a number, or a boolean",
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
    .help("remove it; actions set the job with `project-name`")
}

fn refused(message: String, place: Span, label: String) -> Diagnostic {
    Diagnostic::new(Code::E0118, message, place, label)
}

/// More properties than an action type can have.
pub fn too_many_properties(provider: &str, found: usize, most: usize, place: Span) -> Diagnostic {
    refused(
        format!("provider `{provider}` has {found} properties; CodePipeline allows at most {most}"),
        place,
        "exceeds the limit".to_owned(),
    )
}

/// Two declarations of one action type.
pub fn created_twice(provider: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0812,
        format!("action type `{provider}` is created twice"),
        place,
        "the category, provider, and version are the same",
    )
    .label(first, "first created here")
    .help("change the `version` of one of them")
}

/// A property with the name of an attribute that every action has.
pub fn attribute_of_actions(property: &Spanned<String>) -> Diagnostic {
    refused(
        format!("`{}` is an attribute of every action", property.node),
        property.span,
        "actions could not set this property".to_owned(),
    )
    .help("remove it; actions set it in `configuration = { ... }`")
}

/// A second property that workers could filter by.
pub fn second_queryable(property: &str, place: Span, first: Span) -> Diagnostic {
    refused(
        format!("property `{property}` is the second `queryable` property"),
        place,
        "CodePipeline allows at most one".to_owned(),
    )
    .label(first, "first `queryable` property")
    .help("remove `queryable` from one of them")
}

/// A property that workers filter by and that is optional or secret.
pub fn unfit_queryable(property: &str, secret: bool, place: Span) -> Diagnostic {
    let (message, help) = if secret {
        (format!("`queryable` property `{property}` must not be `secret`"), "remove `queryable` or `secret`")
    } else {
        (format!("`queryable` property `{property}` must also be `required`"), "add `required = true`")
    };
    refused(message, place, "workers filter jobs by this property".to_owned()).help(help)
}

/// A value that workers cannot filter by.
pub fn queryable_value(property: &str, text: &str, most: usize, place: Span, declared: Span) -> Diagnostic {
    let long = text.chars().count();
    let label = if long > most { format!("has {long} characters") } else { "has other characters".to_owned() };
    refused(format!("`{property}` takes at most {most} letters, digits, `-`, and `_`"), place, label)
        .label(declared, "declared as `queryable` here")
}

/// A URL with a placeholder that is never filled in.
pub fn unknown_placeholder(attribute: &str, name: &str, place: Span, fitting: &[&str]) -> Diagnostic {
    let diagnostic = refused(
        format!("`{attribute}` refers to `{name}`, which is not a required property"),
        place,
        "must be required, and not secret".to_owned(),
    );
    match (suggest::similar(name, fitting.iter().copied()), fitting) {
        (Some(near), _) => diagnostic.help(format!("did you mean `{{Config:{near}}}`?")),
        (None, []) => diagnostic,
        (None, fitting) => {
            let all: Vec<String> = fitting.iter().map(|name| format!("{{Config:{name}}}")).collect();
            diagnostic.help(format!("write {}", wording::or_list(all.iter().map(String::as_str))))
        }
    }
}

/// `create` for an action type that only a partner can create.
pub fn not_to_create(place: Span, kind: Option<Span>) -> Diagnostic {
    let diagnostic = refused(
        "a partner's action type cannot be created".to_owned(),
        place,
        "only action types of owner `Custom` can be created".to_owned(),
    )
    .help("remove `create`, or write `kind = custom`");
    match kind {
        Some(kind) => diagnostic.label(kind, "owned by a partner"),
        None => diagnostic,
    }
}

/// An attribute without effect for this kind of provider, or without `create`.
pub fn idle_attribute(attribute: &str, wanted: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0112,
        format!("{} has no effect without `{wanted}`", tick(attribute)),
        place,
        "ignored".to_owned(),
    )
    .help(format!("add `{wanted}`, or remove {}", tick(attribute)))
}

/// The attributes of a source that changes to a connection.
#[derive(Debug)]
pub struct Move {
    /// `owner = "..."`
    pub owner: Span,
    /// `token = secret(...)`
    pub token: Span,
    /// The repository's name.
    pub repository: Span,
    /// `owner/name`
    pub full_name: String,
}

/// An action type with a better successor. `connection`: one that the file declares.
pub fn outdated(source: &Spanned<String>, token: Span, connection: Option<&str>, fix: Option<&Move>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::W0902,
        format!("source `{}` uses a personal access token for GitHub", source.node),
        token,
        "gives more access than CodePipeline needs",
    )
    .note("AWS recommends a connection, which needs no personal token");
    let help = |name: &str| {
        let repository = fix.map_or("owner/name", |it| it.full_name.as_str());
        format!("write `connection = {name}` and `repository = \"{repository}\"` instead of `token` and `owner`")
    };
    match (connection, fix) {
        (Some(name), Some(fix)) => diagnostic
            .help(help(name))
            .edit(fix.owner, format!("connection = {name}"))
            .edit(fix.repository, format!("\"{}\"", fix.full_name))
            .edit(fix.token, ""),
        (Some(name), None) => diagnostic.help(help(name)),
        (None, _) => {
            diagnostic.help(format!("declare `connection GitHub {{ provider = github }}`, then {}", help("GitHub")))
        }
    }
}

/// Why an action type that `action` names does not exist.
#[derive(Debug, Clone, Copy)]
pub enum Unlisted<'a> {
    /// A provider of this name has another owner: its word.
    Owner(&'a str),
    /// It has this version.
    Version(&'a str),
    /// It has actions of these categories: their words.
    Category(&'a [&'a str]),
    /// A provider has nearly this name.
    Name(&'a str),
    /// No provider of AWS has a similar name.
    Nothing,
}

/// An action type that CodePipeline does not have. `word`: the wrong part, as written.
pub fn unlisted(provider: &str, word: &str, why: Unlisted<'_>, place: Span) -> Diagnostic {
    // A newer version of a provider may have more versions and categories; its owner and the case of its name stay.
    let certain = match why {
        Unlisted::Owner(_) => true,
        Unlisted::Name(near) => provider.eq_ignore_ascii_case(near),
        Unlisted::Version(_) | Unlisted::Category(_) | Unlisted::Nothing => false,
    };
    let code = if certain { Code::E0130 } else { Code::W0130 };
    let new = |message: String, label: &str| Diagnostic::new(code, message, place, label);
    match why {
        Unlisted::Owner(owner) => new(format!("the owner of provider `{provider}` is not `{word}`"), "")
            .help(format!("write `owner = {owner}`")),
        Unlisted::Version(version) => new(format!("provider `{provider}` has no version `{word}`"), "")
            .help(format!("write `version = \"{version}\"`")),
        Unlisted::Category(categories) => {
            let other = categories.iter().map(|word| format!("category = {word}")).collect::<Vec<_>>();
            new(format!("provider `{provider}` has no `{word}` actions"), "")
                .help(format!("write {}", wording::or_list(other.iter().map(String::as_str))))
        }
        Unlisted::Name(near) => new(format!("no provider named `{provider}`"), "")
            .help(format!("did you mean `\"{near}\"`?"))
            .edit(place, format!("\"{near}\"")),
        Unlisted::Nothing => new(format!("AWS has no provider `{provider}` for `{word}` actions"), "")
            .help("fix the name, unless AWS added the provider after this version of dotpipe"),
    }
}
