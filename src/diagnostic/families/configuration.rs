//! E0105, E0106, W0112, W0113, E0131 to W0134, W0140, E0141, E0156, E0212, W0411, E0411: the configuration of actions.

use crate::diagnostic::wording::number;
use crate::diagnostic::{Code, Diagnostic, wording};

use crate::source::{Span, Spanned};

use super::names::as_note;

/// What is said of an attribute besides its absence.
#[derive(Debug, Clone, Copy)]
pub struct Missing<'a> {
    /// The action or stack that needs it.
    pub owner: &'a str,
    /// The attribute's word.
    pub word: &'a str,
    /// What it is for.
    pub doc: &'a str,
    /// The name of the owner.
    pub place: Span,
}

/// A key that other keys ask for. `cause`: the setting that does, and its place.
pub fn missing_key(missing: &Missing<'_>, example: &str, cause: Option<&(String, Span)>) -> Diagnostic {
    let Missing { owner, word, doc, place } = *missing;
    let because = cause.map_or_else(String::new, |(shown, _)| format!(" with `{shown}`"));
    let diagnostic =
        Diagnostic::new(Code::E0105, format!("{owner} needs `{word}`{because}"), place, format!("`{word}` is missing"))
            .note(as_note(doc))
            .help(format!("add `{word} = {example}`"));
    match cause {
        Some((_, span)) => diagnostic.label(*span, "asks for it"),
        None => diagnostic,
    }
}

/// A key that has no attribute, because the action has another one of that word.
pub fn missing_raw_key(missing: &Missing<'_>, example: &str) -> Diagnostic {
    let Missing { owner, word, doc, place } = *missing;
    Diagnostic::new(Code::E0105, format!("{owner} needs `{word}`"), place, format!("`{word}` is missing"))
        .note(as_note(doc))
        .help(format!("add `{word} = {example}` to `configuration`"))
}

/// A file that the header should name.
pub fn missing_file(missing: &Missing<'_>) -> Diagnostic {
    let Missing { owner, word, doc, place } = *missing;
    Diagnostic::new(Code::E0105, format!("{owner} needs a {word}"), place, format!("no {word} named"))
        .note(as_note(doc))
        .help("write `from Artifact::file` behind the name")
}

/// Why a key has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ineffective<'a> {
    /// Because of another setting.
    With(&'a str),
    /// Because another setting is missing.
    Without(&'a str),
}

/// A key that AWS takes and ignores.
pub fn ineffective(word: &str, why: Ineffective<'_>, place: Span, other: Option<Span>) -> Diagnostic {
    let (message, help) = match why {
        Ineffective::With(setting) => (format!("`{word}` has no effect with `{setting}`"), format!("remove `{word}`")),
        Ineffective::Without(setting) => {
            (format!("`{word}` has no effect without `{setting}`"), format!("add `{setting}`, or remove `{word}`"))
        }
    };
    let diagnostic = Diagnostic::new(Code::W0112, message, place, "ignored by AWS").help(help);
    match other {
        Some(span) => diagnostic.label(span, "because of this"),
        None => diagnostic,
    }
}

/// A raw key that is nearly one of the action type's.
pub fn unknown_key(key: &Spanned<String>, provider: &str, near: &str) -> Diagnostic {
    Diagnostic::new(
        Code::W0113,
        format!("`{}` is not a known configuration key of {provider}", key.node),
        key.span,
        "unknown key",
    )
    .suggest(key.span, Some(near))
}

/// A repository of GitHub and its like that is not given as `owner/name`. `meant` is what an address says.
pub fn not_owner_and_name(found: &str, place: Span, meant: Option<&str>) -> Diagnostic {
    let (message, label) = match meant {
        Some(_) => ("`repository` takes `owner/name`, not an address".to_owned(), "this is an address"),
        None => (format!("`repository` takes `owner/name`, not `{found}`"), "owner or name is missing"),
    };
    let diagnostic = Diagnostic::new(Code::E0106, message, place, label);
    match meant {
        Some(meant) => diagnostic.help(format!("write `\"{meant}\"`")).edit(place, format!("\"{meant}\"")),
        None => diagnostic.help("write the account or organization before it, as in the repository's address"),
    }
}

/// A key that a well-known action type does not have, and that resembles none of its own.
pub fn foreign_key(key: &Spanned<String>, provider: &str) -> Diagnostic {
    Diagnostic::new(
        Code::W0113,
        format!("`{}` is not a known configuration key of {provider}", key.node),
        key.span,
        "CodePipeline refuses keys that the action type does not have",
    )
    .help("remove it, unless it is newer than this version of dotpipe")
}

/// An artifact named in text that the action does not read.
pub fn not_an_input(key: &str, artifact: &str, action: &str, place: Span, inputs: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0212,
        format!("`{key}` names `{artifact}`, which is not an input of `{action}`"),
        place,
        "not an input artifact",
    );
    match inputs {
        [] => diagnostic.help(format!("write `from {artifact}` in the header of the action")),
        [only] => diagnostic.help(format!("its input is `{only}`")),
        inputs => diagnostic.help(format!("its inputs are {}", wording::and_list(inputs.iter().copied()))),
    }
}

/// A function of CodePipeline that reads an artifact which the action does not. `is_made`: some action makes it.
pub fn function_not_an_input(
    function: &str,
    artifact: &str,
    place: Span,
    inputs: &[&str],
    is_made: bool,
) -> Diagnostic {
    let message = format!("`{function}` reads `{artifact}`, which is not an input of the action");
    let diagnostic = Diagnostic::new(Code::E0212, message, place, "not an input artifact");
    match inputs {
        _ if is_made => diagnostic.help(format!("add `{artifact}` behind `from` in the header of the action")),
        [] => diagnostic,
        inputs => diagnostic.help(format!("its inputs are {}", wording::and_list(inputs.iter().copied()))),
    }
}

/// A value that does not go with another key. `others`: those that may.
pub fn refused(setting: &str, cause: &str, place: Span, other: Option<Span>, others: &[&str]) -> Diagnostic {
    let message = format!("`{setting}` does not go with `{cause}`");
    let diagnostic = Diagnostic::new(Code::E0107, message, place, "refused when the action runs")
        .help(format!("write {}", wording::or_list(others.iter().copied())));
    match other {
        Some(span) => diagnostic.label(span, "because of this"),
        None => diagnostic,
    }
}

/// A property that `raw` sets in place of an attribute.
#[derive(Debug)]
pub struct RawProperty<'a> {
    /// The property, with what it is part of.
    pub property: &'a str,
    /// Its place.
    pub key: Span,
    /// The place of its value.
    pub value: Span,
    /// The attribute.
    pub attribute: &'a str,
    /// Where the attribute is given all the same.
    pub given: Option<Span>,
}

/// `raw` sets what an attribute sets.
pub fn raw_for_attribute(raw: &RawProperty<'_>) -> Diagnostic {
    let RawProperty { property, key, value, attribute, given } = *raw;
    let message = format!("`raw` sets `{property}`, which attribute `{attribute}` is for");
    let diagnostic = Diagnostic::new(Code::W0140, message, key.to(value), "passed on without being checked");
    match given {
        Some(given) => diagnostic.label(given, "given here too, and lost").help("keep the attribute only"),
        None => diagnostic.help(format!("write `{attribute} = ...` in place of it")),
    }
}

/// `raw` sets a name, and what refers to the resource by name would miss it.
pub fn raw_for_name(property: &str, place: Span, given: Option<Span>) -> Diagnostic {
    let message = format!("`raw` sets `{property}`, the name that roles and other resources use");
    let diagnostic = Diagnostic::new(Code::E0156, message, place, "nothing else would use this name");
    match given {
        Some(given) => diagnostic.label(given, "named here").help(format!("remove `{property}` from `raw`")),
        None => diagnostic.help("write `name = ...` instead"),
    }
}

/// `raw` sets a property to what AWS refuses. `why` follows the name of the property.
pub fn raw_refused(property: &str, why: &str, said: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0141, format!("`{property}` {why}"), place, "refused when the template is deployed")
        .note(format!("AWS: \"{said}\""))
        .help("change it, or remove it from `raw`")
}

/// `raw` sets what statements make.
pub fn raw_for_statement(property: &str, statement: &str, place: Span) -> Diagnostic {
    let message = format!("`raw` sets `{property}`, which statements are for");
    Diagnostic::new(Code::W0140, message, place, "passed on without being checked, in place of what the file says")
        .help(format!("write it as `{statement}`"))
}

/// Text that names no file in an artifact: `artifact` is all it names, if anything.
pub fn no_artifact_file(key: &str, text: &str, artifact: Option<&str>, place: Span) -> Diagnostic {
    if let Some(artifact) = artifact {
        return Diagnostic::new(Code::E0212, format!("`{key}` names no file"), place, "only an artifact")
            .help(format!("write the file's path behind it: `{artifact}::path`"));
    }
    Diagnostic::new(Code::E0212, format!("`{key}` names no artifact"), place, "only a path")
        .help(format!("write `Artifact::{text}`"))
}

/// A value without a character.
pub fn empty(word: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("`{word}` must not be empty"), place, "no text")
        .note("AWS refuses a configuration value of length 0")
        .help(format!("give it a value, or remove `{word}`"))
}

/// A value over the length that AWS takes.
pub fn too_long(word: &str, length: usize, most: usize, place: Span, parts: &[(String, usize)]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0411,
        format!("`{word}` has {} characters; AWS takes at most {}", number(length), number(most)),
        place,
        "too long when written to AWS",
    );
    with_parts(diagnostic, parts)
}

/// A value between two published lengths.
pub fn perhaps_too_long(
    word: &str,
    length: usize,
    stricter: usize,
    looser: usize,
    place: Span,
    parts: &[(String, usize)],
) -> Diagnostic {
    let (stricter, looser) = (number(stricter), number(looser));
    let diagnostic = Diagnostic::new(
        Code::W0411,
        format!("`{word}` has {} characters; AWS names two limits, {stricter} and {looser}", number(length)),
        place,
        format!("more than {stricter} when written to AWS"),
    )
    .note(format!("the user guide says {stricter}, the service's own messages say {looser}"));
    with_parts(diagnostic, parts)
}

/// Lists the longest entries of a map.
fn with_parts(diagnostic: Diagnostic, parts: &[(String, usize)]) -> Diagnostic {
    let longest: Vec<String> =
        parts.iter().take(3).map(|(name, length)| format!("`{name}` {}", number(*length))).collect();
    if longest.is_empty() {
        return diagnostic;
    }
    diagnostic
        .note(format!("the longest entries: {} characters", longest.join(", ")))
        .help("move long values to a file in the artifact, or to the project")
}

/// A timeout on an action that waits for nobody.
pub fn timeout_of_other(action: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0131,
        format!("action `{action}` cannot have a timeout"),
        place,
        "CodePipeline takes one for manual approvals only",
    )
    .help("remove `timeout`")
}

/// Two keys of which AWS takes one.
pub fn exclusive(word: &str, setting: &str, place: Span, other: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0132,
        format!("`{word}` and `{setting}` exclude each other"),
        place,
        "CodePipeline takes one of the two",
    )
    .label(other, "the other one")
    .help("remove one of them")
}

/// A list that is too long.
pub fn too_many_elements(word: &str, count: usize, most: u64, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0106,
        format!("`{word}` has {}; AWS takes at most {most}", wording::count(count, "element")),
        place,
        "too many",
    )
}

/// Text that AWS reads as JSON.
pub fn not_json(key: &str, attribute: &str, is_list: bool, place: Span) -> Diagnostic {
    let form = if is_list { "a JSON list of variables" } else { "a JSON object" };
    Diagnostic::new(Code::E0133, format!("`{key}` is not {form}"), place, "AWS reads this as JSON")
        .help(format!("write a map, which becomes the JSON: `{attribute} = {{ NAME = \"value\" }}`"))
}

/// A value that is nothing but a parameter, whose default is empty.
pub fn empty_by_default(word: &str, place: Span, param: &Spanned<String>, default: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0134,
        format!("`{word}` is empty unless `{}` is given", param.node),
        place,
        "AWS refuses an empty value",
    )
    .label(default, "empty by default")
    .help(format!("give `{}` another default, or none", param.node))
}

/// The value of a tag that is too long.
pub fn long_tag(key: &str, length: usize, most: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0106,
        format!("tag `{key}` has {}; AWS takes at most {most}", wording::count(length, "character")),
        place,
        "too long",
    )
}

/// An access control list on objects of a bucket that takes none. `owned`: a bucket of this file; otherwise nobody knows.
pub fn refused_acl(list: &str, span: Span, owned: Option<(&str, Span)>) -> Diagnostic {
    let help = "remove it: the owner of the bucket owns every object";
    if let Some((bucket, declared)) = owned {
        let message = format!("bucket `{bucket}` takes no access control list such as `{list}`");
        Diagnostic::new(Code::E0877, message, span, "the deployment would fail with AccessControlListNotSupported")
            .label(declared, "its owner owns every object here, and access control lists are off")
            .help(help)
    } else {
        let message = format!("a bucket without access control lists refuses `{list}`");
        Diagnostic::new(Code::W0877, message, span, "new buckets have access control lists turned off").help(help)
    }
}
