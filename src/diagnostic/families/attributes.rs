//! E0101 to E0107: attributes, and the types of their values.

use crate::catalog::ExampleValue;
use crate::diagnostic::{Code, Diagnostic, DocumentHelp, Phrase, PipeCode, phrase, suggest, wording};
use crate::source::{Span, Spanned};

/// An attribute that is set twice in one block.
pub fn attribute_twice(key: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0101,
        format!("attribute `{}` is specified twice", key.node),
        key.span,
        "specified again here",
    )
    .label(first, "first specified here")
    .help("remove one of them")
}

/// An attribute that its owner does not have.
pub fn unknown_attribute(
    key: &Spanned<String>,
    owner: &Phrase,
    valid: &[&str],
    aws_key_of: Option<&str>,
) -> Diagnostic {
    let diagnostic = no_attribute(key, owner, "");
    if let Some(word) = aws_key_of {
        return diagnostic.help(format!("write `{word}` instead")).edit(key.span, word);
    }
    if let Some(name) = similar_attribute(&key.node, valid) {
        return diagnostic.suggest(key.span, Some(name));
    }
    if let Some(help) = super::syntax::in_other_formats(&key.node).filter(|_| owner.as_text().starts_with("pipeline "))
    {
        return diagnostic.help(help);
    }
    match valid {
        [] => diagnostic.help(phrase![format!("remove `{}`; ", key.node), owner, " has no attributes"]),
        valid => {
            let diagnostic = diagnostic.help(format!("use {}", some_of(valid, MOST_ATTRIBUTES)));
            if valid.len() > MOST_ATTRIBUTES {
                return diagnostic;
            }
            diagnostic.help_in_document(DocumentHelp::OneOf(valid.iter().map(|word| (*word).to_owned()).collect()))
        }
    }
}

fn no_attribute(key: &Spanned<String>, owner: &Phrase, label: &str) -> Diagnostic {
    Diagnostic::new(Code::E0104, phrase![owner, format!(" has no attribute `{}`", key.node)], key.span, label)
        .message_in_document(phrase![owner, format!(" has no key `{}`", key.node)])
}

/// An attribute of projects in an action.
pub fn set_in_project(key: &Spanned<String>, owner: &Phrase) -> Diagnostic {
    no_attribute(key, owner, "an attribute of projects")
        .label_in_document("not a key of actions")
        .help("move this line to the block of the project")
        // The project may be in another document.
        .help_in_document("remove it, and set it in the build project")
}

/// A timeout of an action that is no manual approval.
pub fn no_timeout(key: &Spanned<String>, owner: &Phrase) -> Diagnostic {
    no_attribute(key, owner, "only manual approvals have a timeout").help(format!("remove `{}`", key.node))
}

/// The most attributes that a help lists. The reference contains all of them.
const MOST_ATTRIBUTES: usize = 16;

/// The most values that a help lists. Nothing else in the terminal lists them.
const MOST_VALUES: usize = 30;

/// Returns the words joined by "or", or the first `most` of them.
fn some_of(words: &[&str], most: usize) -> String {
    match words {
        few if few.len() <= most => wording::or_list(few.iter().copied()),
        many => {
            let some: Vec<String> = many.iter().take(12).map(|word| wording::tick(word)).collect();
            format!("one of {}, and {} more", some.join(", "), many.len() - 12)
        }
    }
}

/// The minimum length of an abbreviated word. With fewer letters, it is not clear which word is meant.
const SHORTEST_CUT: usize = 3;

/// Names for the variables of a build in other formats.
const ENVIRONMENTS: [&str; 4] = ["environment", "environment-variables", "environment_variables", "variables"];

/// Returns the attribute that a wrong word means: a similar one, or the only one with the same start.
pub fn similar_attribute<'v>(word: &str, valid: &[&'v str]) -> Option<&'v str> {
    if let Some(meant) = ENVIRONMENTS.contains(&word).then(|| valid.iter().find(|known| **known == "env")).flatten() {
        return Some(meant);
    }
    let begins = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with('-'));
    let ends = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|rest| rest.ends_with('-'));
    suggest::similar(word, valid.iter().copied()).or_else(|| {
        let mut longer = valid.iter().filter(|known| begins(word, known) || ends(word, known));
        let mut shorter = valid.iter().filter(|known| begins(known, word));
        let mut cut = valid.iter().filter(|known| word.len() >= SHORTEST_CUT && known.starts_with(word));
        let only = longer.next().filter(|_| longer.next().is_none());
        let only = only.or_else(|| shorter.next().filter(|_| shorter.next().is_none()));
        only.or_else(|| cut.next().filter(|_| cut.next().is_none())).copied()
    })
}

/// An attribute of other languages that belongs in the header of an action here. `given` are the artifacts and files of
/// artifacts in its value, as a header contains them.
pub fn in_header(key: &Spanned<String>, given: &[String], owner: &Phrase) -> Option<Diagnostic> {
    let clause = |word: &str, example: &str| {
        let named = if given.is_empty() { example.to_owned() } else { given.join(", ") };
        let clause = PipeCode::Artifact { is_input: word == "from", name: named };
        phrase!["write ", clause, " in the header, before the `{`"]
    };
    let help = match key.node.replace(['-', '_'], "").to_ascii_lowercase().as_str() {
        "from" | "input" | "inputs" | "inputartifact" | "inputartifacts" => clause("from", "Artifact"),
        "to" | "output" | "outputs" | "outputartifact" | "outputartifacts" => clause("->", "Artifact"),
        "artifact" | "artifacts" => {
            "remove this line, and write input artifacts after `from` in the header, and output artifacts after `->`"
                .into()
        }
        "template" | "templatepath" | "templatefile" => clause("from", "Artifact::template.yaml"),
        "order" | "runorder" | "dependson" | "needs" => {
            "put the actions in the order in which they run; actions inside one `parallel { ... }` start together"
                .into()
        }
        "environment" | "account" => {
            "write `in` and the name of an environment in the header, before `from`, for example `in prod`".into()
        }
        "provider" | "category" | "actiontypeid" => {
            "write the category and the provider in the header, for example `build codebuild Name`".into()
        }
        _ => return None,
    };
    Some(no_attribute(key, owner, "").help(help))
}

/// A missing required attribute. `instead` is a statement that does not need it.
pub fn missing_attribute(
    owner: &Phrase,
    attribute: &str,
    example: &ExampleValue,
    place: Span,
    instead: Option<&str>,
) -> Diagnostic {
    let add = phrase!["add ", PipeCode::set(attribute, example)];
    let help = instead.map_or_else(|| add.clone(), |instead| phrase![instead, "; or ", &add]);
    Diagnostic::new(Code::E0105, phrase![owner, format!(" needs attribute `{attribute}`")], place, "")
        .help(help)
        .message_in_document(phrase![owner, format!(" needs `{attribute}`")])
        .help_in_document(add)
}

/// A value of a type that the attribute does not accept.
pub fn wrong_type(attribute: &str, expected: &str, found: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("{} takes {expected}, not {found}", named(attribute)), place, "")
}

/// Returns a key in backticks, or a description unchanged.
fn named(what: &str) -> String {
    if what.contains(' ') { what.to_owned() } else { wording::tick(what) }
}

/// A number outside its range.
pub fn out_of_range(attribute: &str, limits: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("{} must be {limits}", named(attribute)), place, "")
}

/// An empty list where AWS requires an element. `example` is an element; `required` is whether the list cannot be
/// omitted.
pub fn empty_list(attribute: &str, place: Span, example: Option<&str>, required: bool) -> Diagnostic {
    let such = example.map_or_else(String::new, |example| format!(", such as {}", wording::tick(example)));
    let or = if required { String::new() } else { format!(", or remove `{attribute}`") };
    Diagnostic::new(Code::E0106, format!("`{attribute}` needs at least one element"), place, "")
        .help(format!("add an element{such}{or}"))
}

/// Words that switch something on, and words that switch it off.
const SENSES: [&[&str]; 2] = [&["enabled", "on", "true", "yes"], &["disabled", "false", "no", "off"]];

/// A word that is not in an enumeration.
pub fn not_allowed(attribute: &str, found: &str, place: Span, allowed: &[&str], edit: bool) -> Diagnostic {
    let shown = if found.is_empty() { "an empty string".to_owned() } else { wording::tick(found) };
    let message = format!("{shown} is not a valid value for `{attribute}`");
    let diagnostic = Diagnostic::new(Code::E0107, message, place, "");
    let written = |word: &str| if edit && is_word(word) { word.to_owned() } else { format!("\"{word}\"") };
    // `no` is similar to `on`.
    let same_sense = SENSES.iter().find(|words| words.contains(&found.to_ascii_lowercase().as_str()));
    let same_sense = same_sense.and_then(|words| allowed.iter().copied().find(|it| words.contains(it)));
    let near = same_sense.or_else(|| suggest::similar_term(found, allowed.iter().copied()));
    if let Some(near) = near.or_else(|| suggest::same_verb(found, allowed.iter().copied())) {
        let near = written(near);
        let diagnostic = diagnostic.did_you_mean(&near);
        return if edit { diagnostic.edit(place, near) } else { diagnostic };
    }
    let shown: Vec<String> = allowed.iter().map(|word| written(word)).collect();
    diagnostic.help(format!("write {}", some_of(&shown.iter().map(String::as_str).collect::<Vec<_>>(), MOST_VALUES)))
}

/// Returns whether a value can be written without quotes.
fn is_word(value: &str) -> bool {
    value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// A raw configuration key that overrides an attribute. `word` is the attribute; `None` if the value is in the header.
pub fn configuration_override(key: &Spanned<String>, word: Option<&str>, attribute: Span) -> Diagnostic {
    let remove = format!("remove `{}` from `configuration`", key.node);
    let is_derived = key.node == "ChangeSetName";
    let name = if is_derived { "the name that dotpipe derives from the header" } else { "the name in the header" };
    Diagnostic::new(
        Code::W0111,
        format!("`{}` in `configuration` overrides {}", key.node, word.map_or_else(|| name.to_owned(), wording::tick)),
        key.span,
        "this value is used",
    )
    .label(attribute, if is_derived { "used for the stack only" } else { "not used" })
    .help(match word {
        Some(word) => format!("remove `{word}`, or {remove}"),
        None => remove,
    })
}

/// A field of a map that does not match its record type.
#[derive(Debug, Clone)]
pub struct WrongField {
    /// The field, with its parents: `size`, `limits.size`.
    pub field: String,
    /// The span of its key, its value, or the map that lacks it.
    pub place: Span,
    /// The error.
    pub fault: FieldFault,
}

/// An error in a field.
#[derive(Debug, Clone)]
pub enum FieldFault {
    /// It is missing.
    Missing,
    /// The type has no such field.
    Unknown {
        /// The field that is probably meant.
        near: Option<String>,
    },
    /// Its value is of another type.
    Type {
        /// The expected type, in words.
        expected: String,
        /// The actual type.
        found: String,
        /// The value that is probably meant.
        near: Option<String>,
    },
}

/// A map that does not match its record type.
pub fn wrong_field(name: &str, wrong: &WrongField) -> Diagnostic {
    let WrongField { field, place, .. } = wrong;
    let say = |problem: String, label: String| {
        Diagnostic::new(Code::E0106, format!("field `{field}` of `{name}` {problem}"), *place, label)
    };
    match &wrong.fault {
        FieldFault::Missing => say("is missing".to_owned(), String::new()),
        FieldFault::Unknown { near } => {
            let message = format!("the type of `{name}` has no field `{field}`");
            Diagnostic::new(Code::E0106, message, *place, "").suggest(*place, near.as_deref())
        }
        FieldFault::Type { expected, found, near } => {
            let diagnostic = say(format!("takes {expected}, not {found}"), String::new());
            match near {
                Some(near) => diagnostic.suggest(*place, Some(&format!("\"{near}\""))),
                None => diagnostic,
            }
        }
    }
}
