//! E0106, E0118, W0130, E0812, W0902: action types that a file declares, and those that are better left alone.

use crate::diagnostic::wording::tick;
use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::source::{Span, Spanned};

/// `provider Name = "..."`
pub fn not_described(name: &Spanned<String>, value: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0106,
        format!("provider `{}` is described in a block, not imported", name.node),
        value,
        "actions name no action type by ARN",
    )
    .help(format!(
        "write `provider {} {{ kind = ..., categories = [...] }}`; without `create` nothing is made",
        name.node
    ))
}

/// A property of another type than AWS has.
pub fn property_type(place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0106,
        "a property is text, a number, or true or false",
        place,
        "CodePipeline has no such properties",
    )
    .help("write `string`, `number`, `bool`, or texts such as `\"a\" | \"b\"`")
}

/// A property of a Jenkins provider.
pub fn jenkins_property(property: Span) -> Diagnostic {
    refused(
        "a Jenkins provider has no property but `ProjectName`".to_owned(),
        property,
        "the plug-in reads no other".to_owned(),
    )
    .help("remove it; actions give the job as `project-name`")
}

fn refused(message: String, place: Span, label: String) -> Diagnostic {
    Diagnostic::new(Code::E0118, message, place, label)
}

/// More properties than an action type has room for.
pub fn too_many_properties(provider: &str, found: usize, most: usize, place: Span) -> Diagnostic {
    refused(
        format!("provider `{provider}` has {found} properties; an action type has at most {most}"),
        place,
        "one too many".to_owned(),
    )
}

/// Two declarations of one action type.
pub fn made_twice(provider: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0812,
        format!("action type `{provider}` is created twice"),
        place,
        "the same category, provider and version",
    )
    .label(first, "created here, too")
    .help("give one of them another `version`")
}

/// A property with the name of an attribute that every action has.
pub fn word_of_actions(property: &Spanned<String>) -> Diagnostic {
    refused(
        format!("`{}` is an attribute of every action", property.node),
        property.span,
        "actions could not give the property".to_owned(),
    )
    .help("leave it out here; actions give it in `configuration = { ... }`")
}

/// A second property that workers could ask by.
pub fn second_queryable(property: &str, place: Span, first: Span) -> Diagnostic {
    refused(
        format!("property `{property}` is the second that is `queryable`"),
        place,
        "an action type has at most one".to_owned(),
    )
    .label(first, "the first")
    .help("remove one of them")
}

/// A property that workers ask by and that need not be there, or that they may not see.
pub fn unfit_queryable(property: &str, secret: bool, place: Span) -> Diagnostic {
    let (message, help) = if secret {
        (format!("property `{property}` is `queryable` and `secret`"), "make it one of the two")
    } else {
        (format!("property `{property}` is `queryable` and not `required`"), "add `required = true`")
    };
    refused(message, place, "must be required, and no secret".to_owned()).help(help)
}

/// A value that workers cannot ask by.
pub fn queryable_value(property: &str, text: &str, most: usize, place: Span, declared: Span) -> Diagnostic {
    let long = text.chars().count();
    let label = if long > most { format!("{long} characters") } else { "has other characters".to_owned() };
    refused(format!("`{property}` takes at most {most} letters, digits, `-` and `_`"), place, label)
        .label(declared, "workers ask by its value")
}

/// An address with a placeholder that nothing fills.
pub fn unknown_placeholder(attribute: &str, name: &str, place: Span, fitting: &[&str]) -> Diagnostic {
    let diagnostic = refused(
        format!("`{attribute}` names no required property `{name}`"),
        place,
        "not a required property without a secret".to_owned(),
    );
    match (suggest::similar(name, fitting.iter().copied()), fitting) {
        (Some(near), _) => diagnostic.help(format!("did you mean `{{Config:{near}}}`?")),
        (None, []) => diagnostic,
        (None, fitting) => {
            let all: Vec<String> = fitting.iter().map(|name| format!("{{Config:{name}}}")).collect();
            diagnostic.help(format!("what can stand there is {}", wording::and_list(all.iter().map(String::as_str))))
        }
    }
}

/// `create` for an action type that only a partner can make.
pub fn not_to_create(place: Span, kind: Option<Span>) -> Diagnostic {
    let diagnostic = refused(
        "a partner's action type cannot be created".to_owned(),
        place,
        "CodePipeline creates action types of owner `Custom` only".to_owned(),
    )
    .help("remove `create`, or write `kind = custom`");
    match kind {
        Some(kind) => diagnostic.label(kind, "made by a partner"),
        None => diagnostic,
    }
}

/// An attribute without meaning for this kind of provider, or without `create`.
pub fn idle_attribute(attribute: &str, wanted: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0112,
        format!("{} has no effect without `{wanted}`", tick(attribute)),
        place,
        "goes nowhere".to_owned(),
    )
    .help(format!("add `{wanted}`, or remove {}", tick(attribute)))
}

/// What becomes of the attributes of a source that changes to a connection.
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
        format!("source `{}` reaches GitHub with a personal token", source.node),
        token,
        "may do more than CodePipeline needs",
    )
    .note("AWS recommends a connection, which needs no token of a person");
    let help = |name: &str| {
        let repository = fix.map_or("owner/name", |it| it.full_name.as_str());
        format!("write `connection = {name}` and `repository = \"{repository}\"` in place of `token` and `owner`")
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

/// Why an action type that `action` names is none.
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
    /// No provider of AWS has a name like it.
    Nothing,
}

/// An action type that CodePipeline does not have. `word`: what is wrong of it, as the file has it.
pub fn unlisted(provider: &str, word: &str, why: Unlisted<'_>, place: Span) -> Diagnostic {
    let new = |message: String, label: &str| Diagnostic::new(Code::W0130, message, place, label);
    match why {
        Unlisted::Owner(owner) => {
            new(format!("provider `{provider}` does not have the owner `{word}`"), "not its owner")
                .help(format!("write `owner = {owner}`"))
        }
        Unlisted::Version(version) => {
            new(format!("provider `{provider}` has no version `{word}`"), "not a version of it")
                .help(format!("write `version = \"{version}\"`, or leave it out where that is `\"1\"`"))
        }
        Unlisted::Category(categories) => {
            let other = categories.iter().map(|word| format!("category = {word}")).collect::<Vec<_>>();
            new(format!("provider `{provider}` has no `{word}` actions"), "not a category of this provider")
                .help(format!("write {}", wording::or_list(other.iter().map(String::as_str))))
        }
        Unlisted::Name(near) => new(format!("no provider named `{provider}`"), "unknown provider")
            .help(format!("did you mean `\"{near}\"`?"))
            .edit(place, format!("\"{near}\"")),
        Unlisted::Nothing => new(format!("AWS has no provider `{provider}` for `{word}` actions"), "unknown provider")
            .help("correct it, unless it is newer than this version of dotpipe"),
    }
}
