//! E0101 to E0110, E0301, E0302: names, attributes and the types of their values.

use crate::catalog::names::{Name, NameFault};
use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::source::{Span, Spanned};

/// Two things of one kind have one name.
pub fn duplicate(kind: &str, name: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(Code::E0101, format!("{kind} `{}` is declared twice", name.node), name.span, "declared again here")
        .label(first, "first declared here")
        .help("rename one of them")
}

/// An attribute is given twice in one block.
pub fn attribute_twice(key: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(Code::E0101, format!("attribute `{}` is given twice", key.node), key.span, "given again here")
        .label(first, "first given here")
        .help("remove one of them")
}

/// A name breaks the rules of its kind.
pub fn invalid_name(rules: &Name, name: &Spanned<String>, fault: &NameFault, mended: Option<&str>) -> Diagnostic {
    let what = &rules.of;
    let bad = |message: String, label: String| {
        let diagnostic = Diagnostic::new(Code::E0102, message, name.span, label);
        match mended {
            Some(name_text) => diagnostic.help(format!("write `{name_text}`")),
            None => diagnostic,
        }
    };
    match fault {
        NameFault::TooLong { len, max } => Diagnostic::new(
            Code::E0103,
            format!("{what} has at most {max} characters; `{}` has {len}", shorten(&name.node)),
            name.span,
            "too long",
        ),
        NameFault::TooShort { min, .. } => {
            bad(format!("{what} has at least {}", wording::count(*min, "character")), "too short".to_owned())
        }
        NameFault::BadCharacter { character, .. } => {
            bad(format!("{what} cannot contain {}", show_character(*character)), format!("allowed are {}", rules.words))
        }
        NameFault::BadStart { character } => bad(
            format!("{what} cannot start with {}", show_character(*character)),
            rules.start_words.as_ref().map_or_else(String::new, |words| format!("it starts with {words}")),
        ),
        NameFault::BadEnd { character, .. } => bad(
            format!("{what} cannot end with {}", show_character(*character)),
            rules.end_words.as_ref().map_or_else(String::new, |words| format!("it ends with {words}")),
        ),
        NameFault::Reserved { text } => {
            bad(format!("{what} cannot be or start with `{text}`"), "AWS keeps this for itself".to_owned())
        }
    }
}

fn shorten(name: &str) -> String {
    if name.chars().count() <= 40 {
        return name.to_owned();
    }
    let head: String = name.chars().take(37).collect();
    format!("{head}...")
}

fn show_character(character: char) -> String {
    match character {
        ' ' => "a blank".to_owned(),
        c if c.is_control() => format!("the character U+{:04X}", c as u32),
        c => format!("`{c}`"),
    }
}

/// An attribute that the thing does not have.
pub fn unknown_attribute(key: &Spanned<String>, owner: &str, valid: &[&str], aws_key_of: Option<&str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::E0104, format!("{owner} has no attribute `{}`", key.node), key.span, "unknown attribute");
    if let Some(word) = aws_key_of {
        return diagnostic.help(format!("`{}` is written `{word}` here", key.node)).edit(key.span, word);
    }
    if let Some(name) = suggest::similar(&key.node, valid.iter().copied()) {
        return diagnostic.suggest(key.span, Some(name));
    }
    match valid {
        [] => diagnostic.help(format!("{owner} takes no attributes")),
        few => diagnostic.help(format!("valid attributes are {}", wording::and_list(few.iter().copied()))),
    }
}

/// A required attribute is absent.
pub fn missing_attribute(owner: &str, attribute: &str, example: &str, place: Span, doc: &str) -> Diagnostic {
    Diagnostic::new(Code::E0105, format!("{owner} needs `{attribute}`"), place, format!("`{attribute}` is missing"))
        .note(doc.trim_end_matches('.').to_owned())
        .help(format!("add `{attribute} = {example}`"))
}

/// A value of another type than the attribute takes.
pub fn wrong_type(attribute: &str, expected: &str, found: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0106,
        format!("`{attribute}` takes {expected}, not {found}"),
        place,
        format!("this is {found}"),
    )
}

/// A number outside its range.
pub fn out_of_range(attribute: &str, limits: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("`{attribute}` must be {limits}"), place, "out of range")
}

/// A call with arguments it does not take.
pub fn wrong_arguments(function: &str, usage: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("`{function}` does not take these arguments"), place, "")
        .help(format!("write `{usage}`"))
}

/// A word outside an enumeration.
pub fn not_allowed(attribute: &str, found: &str, place: Span, allowed: &[&str], edit: bool) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::E0107, format!("`{found}` is not a value of `{attribute}`"), place, "not a valid value");
    if let Some(near) = suggest::similar(found, allowed.iter().copied()) {
        let diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        return if edit { diagnostic.edit(place, near) } else { diagnostic };
    }
    if allowed.len() <= 7 {
        return diagnostic.help(format!("write {}", wording::or_list(allowed.iter().copied())));
    }
    let some: Vec<&str> = allowed.iter().copied().take(6).collect();
    diagnostic.help(format!("valid values include {}", wording::and_list(some)))
}

/// A provider that nobody has heard of.
pub fn unknown_provider(category: &str, provider: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0108,
        format!("no provider is called `{}`", provider.node),
        provider.span,
        "unknown provider",
    );
    match suggest::similar(&provider.node, known.iter().copied()) {
        Some(near) => diagnostic.suggest(provider.span, Some(near)),
        None => diagnostic.help(format!("providers of `{category}` are {}", wording::and_list(known.iter().copied()))),
    }
}

/// A provider that has no actions of the category.
pub fn wrong_category(category: &Spanned<String>, provider: &str, can: &[&str]) -> Diagnostic {
    Diagnostic::new(
        Code::E0109,
        format!("provider `{provider}` has no `{}` actions", category.node),
        category.span,
        "not a category of this provider",
    )
    .help(format!("write {}", wording::or_list(can.iter().copied())))
}

/// A type that does not exist.
pub fn unknown_type(name: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::E0110, format!("no type is called `{}`", name.node), name.span, "unknown type");
    match suggest::similar(&name.node, known.iter().copied()) {
        Some(near) => diagnostic.suggest(name.span, Some(near)),
        None => diagnostic.help(format!("write {}", wording::or_list(known.iter().copied()))),
    }
}

/// A name that nothing of the wanted kind has. `other` is a thing of another kind with that name.
pub fn unknown(kind: &str, name: &Spanned<String>, similar: Option<&str>, other: Option<(&str, Span)>) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::E0301, format!("no {kind} named `{}`", name.node), name.span, format!("unknown {kind}"));
    if let Some((other_kind, place)) = other {
        return diagnostic.label(place, format!("this is {} {other_kind}", wording::article(other_kind)));
    }
    diagnostic.suggest(name.span, similar)
}

/// A declared thing has no such member.
pub fn unknown_member(kind: &str, name: &str, member: &Spanned<String>, valid: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0301,
        format!("{kind} `{name}` has no member `{}`", member.node),
        member.span,
        "unknown member",
    );
    match suggest::similar(&member.node, valid.iter().copied()) {
        Some(near) => diagnostic.suggest(member.span, Some(near)),
        None if valid.is_empty() => diagnostic,
        None => diagnostic.help(format!("write {}", wording::or_list(valid.iter().copied()))),
    }
}

/// A name that could mean several actions.
pub fn ambiguous_action(name: &Spanned<String>, stages: &[&str]) -> Diagnostic {
    let full: Vec<String> = stages.iter().map(|stage| format!("{stage}.{}", name.node)).collect();
    Diagnostic::new(
        Code::E0301,
        format!("{} actions are named `{}`", stages.len(), name.node),
        name.span,
        "which of them is not clear",
    )
    .help(format!("write {}", wording::or_list(full.iter().map(String::as_str))))
}

/// A `let` that needs itself.
pub fn circular(path: &[&str], place: Span) -> Diagnostic {
    let first = path.first().copied().unwrap_or_default();
    Diagnostic::new(Code::E0302, format!("`{first}` needs its own value"), place, path.join(" -> "))
        .help("give one of them a value that does not depend on the others")
}

/// An `option` without a default that nobody gave a value.
pub fn option_without_value(name: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(
        Code::E0105,
        format!("option `{}` has no value", name.node),
        name.span,
        "no default, and none was given",
    )
    .help(format!("write `--set {}=...`, or give it a default", name.node))
}

/// A raw configuration key replaces an attribute.
pub fn configuration_override(key: &Spanned<String>, attribute: Span) -> Diagnostic {
    Diagnostic::new(
        Code::W0111,
        format!("`{}` in `configuration` replaces an attribute", key.node),
        key.span,
        "this value is used",
    )
    .label(attribute, "this one is not")
    .help("keep one of the two")
}

/// A map that is not of its record type.
pub fn wrong_field(name: &str, field: &str, problem: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0106,
        format!("field `{field}` of `{name}` {problem}"),
        place,
        "not of the type declared for it",
    )
}

/// A component, a type, an instance or a file where a value is needed.
pub fn no_value(name: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0106,
        format!("`{name}` is not a value"),
        place,
        "names a component, a type, an instance or a file",
    )
}
