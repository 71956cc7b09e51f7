//! E0105, E0106, W0112, E0113, W0113, E0131 to W0134, W0140, E0141, E0156, E0212, W0411, E0411: the configuration of actions.

use crate::diagnostic::wording::number;
use crate::diagnostic::{Code, Diagnostic, wording};

use crate::source::{Span, Spanned};

/// What is said of an attribute besides its absence.
#[derive(Debug, Clone, Copy)]
pub struct Missing<'a> {
    /// The action or stack that needs it.
    pub owner: &'a str,
    /// The attribute's name.
    pub word: &'a str,
    /// The name of the owner.
    pub place: Span,
}

/// A key that other keys require. `cause`: the setting that does, and its place.
pub fn missing_key(missing: &Missing<'_>, example: &str, cause: Option<&(String, Span)>) -> Diagnostic {
    let Missing { owner, word, place } = *missing;
    let because = cause.map_or_else(String::new, |(shown, _)| format!(" with `{shown}`"));
    let diagnostic = Diagnostic::new(Code::E0105, format!("{owner} needs `{word}`{because}"), place, "");
    let diagnostic = diagnostic.help(format!("add `{word} = {example}`"));
    match cause {
        Some((_, span)) => diagnostic.label(*span, "requires it"),
        None => diagnostic,
    }
}

/// A key that has no attribute, because the action has another one of that name.
pub fn missing_raw_key(missing: &Missing<'_>, example: &str) -> Diagnostic {
    let Missing { owner, word, place } = *missing;
    Diagnostic::new(Code::E0105, format!("{owner} needs `{word}`"), place, "")
        .help(format!("add `{word} = {example}` to `configuration`"))
}

/// A file that the header should name.
pub fn missing_file(missing: &Missing<'_>) -> Diagnostic {
    let Missing { owner, word, place } = *missing;
    Diagnostic::new(Code::E0105, format!("{owner} needs a {word}"), place, "")
        .help("write `from Artifact::file` after the name")
}

/// Why a key has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ineffective<'a> {
    /// Because of another setting.
    With(&'a str),
    /// Because another setting is missing.
    Without(&'a str),
}

/// A key that AWS accepts and ignores.
pub fn ineffective(word: &str, why: Ineffective<'_>, place: Span, other: Option<Span>) -> Diagnostic {
    let (message, help) = match why {
        Ineffective::With(setting) => (format!("`{word}` has no effect with `{setting}`"), format!("remove `{word}`")),
        Ineffective::Without(setting) => {
            (format!("`{word}` has no effect without `{setting}`"), format!("add `{setting}`, or remove `{word}`"))
        }
    };
    let diagnostic = Diagnostic::new(Code::W0112, message, place, "ignored by AWS").help(help);
    match other {
        Some(span) => diagnostic.label(span, "because of this setting"),
        None => diagnostic,
    }
}

/// A raw key that is nearly one of the action type's, or the same but for its case.
pub fn unknown_key(key: &Spanned<String>, provider: &str, near: &str) -> Diagnostic {
    let code = if key.node.eq_ignore_ascii_case(near) { Code::E0113 } else { Code::W0113 };
    Diagnostic::new(code, format!("`{}` is not a known configuration key of {provider}", key.node), key.span, "")
        .suggest(key.span, Some(near))
}

/// A repository of a Git host that is not given as `owner/name`. `meant` is what a URL says.
pub fn not_owner_and_name(found: &str, place: Span, meant: Option<&str>) -> Diagnostic {
    let (message, label) = match meant {
        Some(_) => ("`repository` takes `owner/name`, not a URL".to_owned(), ""),
        None => (format!("`repository` takes `owner/name`, not `{found}`"), "has no owner"),
    };
    let diagnostic = Diagnostic::new(Code::E0106, message, place, label);
    match meant {
        Some(meant) => diagnostic.help(format!("write `\"{meant}\"`")).edit(place, format!("\"{meant}\"")),
        None => diagnostic.help("write the account or organization before it, as in the repository's URL"),
    }
}

/// A key that a well-known action type does not have, and that resembles none of its own.
pub fn foreign_key(key: &Spanned<String>, provider: &str) -> Diagnostic {
    Diagnostic::new(
        Code::W0113,
        format!("`{}` is not a known configuration key of {provider}", key.node),
        key.span,
        "CodePipeline rejects unknown keys",
    )
    .help("remove it, unless AWS added it after this version of dotpipe")
}

/// An artifact named in a string that the action does not read.
pub fn not_an_input(key: &str, artifact: &str, action: &str, place: Span, inputs: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0212,
        format!("`{key}` names `{artifact}`, which is not an input of `{action}`"),
        place,
        "",
    );
    match inputs {
        [] => diagnostic.help(format!("add `from {artifact}` to the header of the action")),
        [only] => {
            diagnostic.help(format!("write `{only}`, or add `{artifact}` after `from` in the header of the action"))
        }
        inputs => diagnostic.help(format!("use one of its inputs: {}", wording::or_list(inputs.iter().copied()))),
    }
}

/// A function of CodePipeline that reads an artifact which the action does not. `is_made`: some action produces it.
pub fn function_not_an_input(
    function: &str,
    artifact: &str,
    place: Span,
    inputs: &[&str],
    is_made: bool,
) -> Diagnostic {
    let message = format!("`{function}` reads `{artifact}`, which is not an input of the action");
    let diagnostic = Diagnostic::new(Code::E0212, message, place, "");
    match inputs {
        _ if is_made => diagnostic.help(format!("add `{artifact}` after `from` in the header of the action")),
        [] => diagnostic,
        [only] => diagnostic.help(format!("write `{only}`, the only input of the action")),
        inputs => diagnostic.help(format!("use one of its inputs: {}", wording::or_list(inputs.iter().copied()))),
    }
}

/// A value that cannot be combined with another key. `others`: those that can.
pub fn refused(setting: &str, cause: &str, place: Span, other: Option<Span>, others: &[&str]) -> Diagnostic {
    let message = format!("`{setting}` cannot be combined with `{cause}`");
    let diagnostic = Diagnostic::new(Code::E0107, message, place, "rejected when the action runs")
        .help(format!("write {}", wording::or_list(others.iter().copied())));
    match other {
        Some(span) => diagnostic.label(span, "conflicts with this"),
        None => diagnostic,
    }
}

/// A property that `raw` sets instead of an attribute.
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
    /// Where the attribute is given as well.
    pub given: Option<Span>,
}

/// `raw` sets what an attribute sets.
pub fn raw_for_attribute(raw: &RawProperty<'_>) -> Diagnostic {
    let RawProperty { property, key, value, attribute, given } = *raw;
    let message = format!("`raw` sets `{property}` instead of attribute `{attribute}`");
    let diagnostic = Diagnostic::new(Code::W0140, message, key.to(value), "not checked by dotpipe");
    match given {
        Some(given) => diagnostic.label(given, "overridden by `raw`").help("keep only the attribute"),
        None => diagnostic.help(format!("write `{attribute} = ...` instead")),
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

/// `raw` sets a property to a value that AWS rejects. `why` follows the name of the property.
pub fn raw_refused(property: &str, why: &str, said: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0141, format!("`{property}` {why}"), place, "the deployment would fail")
        .note(format!("AWS: \"{said}\""))
        .help("change the value, or remove it from `raw`")
}

/// `raw` sets what statements generate.
pub fn raw_for_statement(property: &str, statement: &str, place: Span) -> Diagnostic {
    let message = format!("`raw` sets `{property}` instead of a statement");
    Diagnostic::new(Code::W0140, message, place, "replaces what the file's statements generate")
        .help(format!("write it as `{statement}`"))
}

/// A string that does not name a file in an artifact: `artifact` is all it names, if anything.
pub fn no_artifact_file(key: &str, text: &str, artifact: Option<&str>, place: Span) -> Diagnostic {
    if let Some(artifact) = artifact {
        return Diagnostic::new(Code::E0212, format!("`{key}` does not name a file"), place, "only an artifact")
            .help(format!("add the file's path: `{artifact}::path`"));
    }
    Diagnostic::new(Code::E0212, format!("`{key}` does not name an artifact"), place, "only a path")
        .help(format!("write `Artifact::{text}`"))
}

/// An empty value.
pub fn empty(word: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("`{word}` must not be empty"), place, "")
        .note("AWS rejects empty configuration values")
        .help(format!("give it a value, or remove `{word}`"))
}

/// A value longer than AWS accepts.
pub fn too_long(word: &str, length: usize, most: usize, place: Span, parts: &[(String, usize)]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0411,
        format!("`{word}` has {} characters; AWS allows at most {}", number(length), number(most)),
        place,
        "exceeds the limit as written to AWS",
    );
    with_parts(diagnostic, parts, most)
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
    let least = stricter;
    let (stricter, looser) = (number(stricter), number(looser));
    let diagnostic = Diagnostic::new(
        Code::W0411,
        format!("`{word}` has {} characters; AWS documents two limits, {stricter} and {looser}", number(length)),
        place,
        format!("exceeds {stricter} as written to AWS"),
    )
    .note(format!("the user guide says {stricter}; the service's error message says {looser}"));
    with_parts(diagnostic, parts, least)
}

/// Says how to shorten a value to `most` characters, and lists the longest entries of a map.
fn with_parts(diagnostic: Diagnostic, parts: &[(String, usize)], most: usize) -> Diagnostic {
    let longest: Vec<String> =
        parts.iter().take(3).map(|(name, length)| format!("`{name}` {}", number(*length))).collect();
    if longest.is_empty() {
        return diagnostic.help(format!("shorten the value to at most {} characters", number(most)));
    }
    diagnostic
        .note(format!("longest entries: {} characters", longest.join(", ")))
        .help("move long values to a file in the artifact or to the project")
}

/// A timeout on an action that is not an approval.
pub fn timeout_of_other(action: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0131,
        format!("action `{action}` cannot have a timeout"),
        place,
        "only manual approvals have a timeout",
    )
    .help("remove `timeout`")
}

/// Two keys of which AWS allows one.
pub fn exclusive(word: &str, setting: &str, place: Span, other: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0132,
        format!("`{word}` and `{setting}` are mutually exclusive"),
        place,
        "CodePipeline allows only one of them",
    )
    .label(other, "conflicts with this")
    .help("remove one of them")
}

/// A list that is too long.
pub fn too_many_elements(word: &str, count: usize, most: u64, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0106,
        format!("`{word}` has {}; AWS allows at most {most}", wording::count(count, "element")),
        place,
        "exceeds the limit",
    )
}

/// A string that AWS parses as JSON.
pub fn not_json(key: &str, attribute: &str, is_list: bool, place: Span) -> Diagnostic {
    let form = if is_list { "a JSON list of variables" } else { "a JSON object" };
    Diagnostic::new(Code::E0133, format!("`{key}` is not {form}"), place, "AWS parses this as JSON")
        .help(format!("write a map, which dotpipe converts to JSON: `{attribute} = {{ NAME = \"value\" }}`"))
}

/// A value that is nothing but a parameter, whose default is empty.
pub fn empty_by_default(word: &str, place: Span, param: &Spanned<String>, default: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0134,
        format!("`{word}` is empty if parameter `{}` keeps its default", param.node),
        place,
        "AWS rejects an empty value",
    )
    .label(default, "the default is empty")
    .help(format!("give `{}` a non-empty default, or remove the default", param.node))
}

/// The value of a tag that is too long.
pub fn long_tag(key: &str, length: usize, most: usize, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0106,
        format!("the value of tag `{key}` has {}; AWS allows at most {most}", wording::count(length, "character")),
        place,
        "exceeds the limit",
    )
}

/// A canned ACL on objects of a bucket whose ACLs are disabled. `owned`: a bucket of this file; another one is unknown.
pub fn refused_acl(list: &str, span: Span, owned: Option<(&str, Span)>) -> Diagnostic {
    let help = "remove it; the bucket owner owns every object";
    if let Some((bucket, declared)) = owned {
        let message = format!("bucket `{bucket}` does not accept ACL `{list}`");
        Diagnostic::new(Code::E0877, message, span, "the deployment would fail with AccessControlListNotSupported")
            .label(declared, "the bucket owner owns every object, and ACLs are disabled")
            .help(help)
    } else {
        let message = format!("a bucket with ACLs disabled rejects `{list}`");
        Diagnostic::new(Code::W0877, message, span, "new buckets have ACLs disabled").help(help)
    }
}
