//! E0101 to E0110, W0191, E0301, E0302: names, attributes and the types of their values.

use crate::catalog::names::{Name, NameFault};
use crate::diagnostic::{Code, Diagnostic, suggest, wording};
use crate::source::{Span, Spanned};

/// Two things of one kind have one name.
pub fn duplicate(kind: &str, name: &Spanned<String>, first: Span) -> Diagnostic {
    if name.span == first {
        let message = format!("{kind} `{}` is declared twice", name.node);
        return Diagnostic::new(Code::E0101, message, name.span, "declared each time this is written out").help(
            if matches!(kind, "value" | "variable") {
                "declare it once, outside of what is written out several times"
            } else {
                "put what tells them apart in its name: `\"Name-${element}\"`"
            },
        );
    }
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

/// An element stands twice in a list whose elements differ.
pub fn element_twice(attribute: &str, shown: &str, place: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::E0101, format!("`{shown}` stands twice in `{attribute}`"), place, "given again here")
        .label(first, "first given here")
        .help("remove one of them")
}

/// A name breaks the rules of its kind. `edit`: the text to write, where that changes nothing else.
pub fn invalid_name(
    rules: &Name,
    name: &Spanned<String>,
    fault: &NameFault,
    mended: Option<&str>,
    edit: Option<String>,
) -> Diagnostic {
    let what = &rules.of;
    let bad = |message: String, label: String| {
        let mut diagnostic = Diagnostic::new(Code::E0102, message, name.span, label);
        if let Some(text) = mended {
            diagnostic = diagnostic.help(format!("write `{text}`"));
        }
        match edit {
            Some(text) => diagnostic.edit(name.span, text),
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

/// A stack whose name leaves too little room for what the names of its actions add.
pub fn no_room_for_action(action: &Spanned<String>, len: usize, max: usize) -> Diagnostic {
    let added = action.node.rsplit_once('.').map_or("", |(_, added)| added);
    Diagnostic::new(
        Code::E0103,
        format!("the name of action `...{added}` has {len} characters; at most {max} are allowed"),
        action.span,
        "the stack's name is a part of it",
    )
    .help("name the actions: `actions = { prepare = \"...\", execute = \"...\" }`")
}

fn shorten(name: &str) -> String {
    if name.chars().count() <= 20 {
        return name.to_owned();
    }
    let head: String = name.chars().take(17).collect();
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
    if let Some(name) = similar_attribute(&key.node, valid) {
        return diagnostic.suggest(key.span, Some(name));
    }
    match valid {
        [] => diagnostic.help(format!("{owner} takes no attributes")),
        few if few.len() <= 16 => {
            diagnostic.help(format!("valid attributes are {}", wording::and_list(few.iter().copied())))
        }
        many => {
            let some: Vec<String> = many.iter().take(12).map(|word| wording::tick(word)).collect();
            diagnostic.help(format!("valid attributes are {}, and {} more", some.join(", "), many.len() - 12))
        }
    }
}

/// Fewer letters do not tell which word was cut short.
const SHORTEST_CUT: usize = 3;

/// The attribute that a wrong word means: a near one, or the only one that begins alike.
pub fn similar_attribute<'v>(word: &str, valid: &[&'v str]) -> Option<&'v str> {
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

/// What other languages write as an attribute and the header of an action says here.
pub fn in_header(key: &Spanned<String>, owner: &str) -> Option<Diagnostic> {
    let help = match key.node.replace(['-', '_'], "").to_ascii_lowercase().as_str() {
        "from" | "input" | "inputs" | "inputartifact" | "inputartifacts" => {
            "inputs stand in the header, before the `{`: `from Artifact`"
        }
        "to" | "output" | "outputs" | "outputartifact" | "outputartifacts" => {
            "outputs stand in the header, before the `{`: `-> Artifact`"
        }
        "artifact" | "artifacts" => "artifacts stand in the header: inputs behind `from`, outputs behind `->`",
        "template" | "templatepath" | "templatefile" => {
            "the template stands in the header, before the `{`: `from Artifact::file.yaml`"
        }
        "order" | "runorder" | "dependson" | "needs" => {
            "actions run in the order written; put those that start together in `parallel { ... }`"
        }
        "provider" | "category" | "actiontypeid" => {
            "the header says what the action is, for example `build codebuild Name`"
        }
        _ => return None,
    };
    let message = format!("{owner} has no attribute `{}`", key.node);
    Some(Diagnostic::new(Code::E0104, message, key.span, "unknown attribute").help(help))
}

/// A required attribute is absent.
pub fn missing_attribute(owner: &str, attribute: &str, example: &str, place: Span, doc: &str) -> Diagnostic {
    Diagnostic::new(Code::E0105, format!("{owner} needs `{attribute}`"), place, format!("`{attribute}` is missing"))
        .note(as_note(doc))
        .help(format!("add `{attribute} = {example}`"))
}

/// A sentence of the catalogue as the text of a note.
pub(super) fn as_note(sentence: &str) -> String {
    let sentence = sentence.trim_end_matches('.');
    let (first, rest) = sentence.split_at(sentence.find(' ').unwrap_or(sentence.len()));
    let plain = ["A", "An", "Its", "The", "What", "When", "Where", "Whether", "Who", "How"].contains(&first);
    if plain { first.to_ascii_lowercase() + rest } else { sentence.to_owned() }
}

/// A value of another type than the attribute takes.
pub fn wrong_type(attribute: &str, expected: &str, found: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::E0106,
        format!("{} takes {expected}, not {found}", named(attribute)),
        place,
        format!("this is {found}"),
    )
}

/// A key in backticks; a description as it is.
fn named(what: &str) -> String {
    if what.contains(' ') { what.to_owned() } else { wording::tick(what) }
}

/// `list.first`, `map[0]`: `parts` are "members" or "elements".
pub fn no_access(shown: &str, found: &str, parts: &str, place: Span) -> Diagnostic {
    let message = format!("`{shown}` is {found}, which has no {parts}");
    Diagnostic::new(Code::E0106, message, place, format!("not one of its {parts}")).help(if parts == "members" {
        "write an index for an element: `[0]`"
    } else {
        "write `.key` for an entry"
    })
}

/// An index that no element has.
pub fn no_element(count: usize, place: Span) -> Diagnostic {
    let message = format!("the list has {}, and no element with this index", wording::count(count, "element"));
    Diagnostic::new(Code::E0106, message, place, "the first element has the index 0")
}

/// An element of a list that is not text.
pub fn wrong_element(what: &str, found: &str, place: Span) -> Diagnostic {
    let message = format!("{what} must be text, not {found}");
    Diagnostic::new(Code::E0106, message, place, format!("this is {found}"))
}

/// Adds what to write in place of a value, if that is clear.
pub fn write_instead(diagnostic: Diagnostic, mended: Option<String>, place: Span) -> Diagnostic {
    match mended {
        Some(text) => diagnostic.help(format!("write `{text}`")).edit(place, text),
        None => diagnostic,
    }
}

/// The truth value that another spelling means.
pub fn flag(word: &str) -> Option<&'static str> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some("true"),
        "false" | "no" | "off" => Some("false"),
        _ => None,
    }
}

/// What stands behind the `=` of an imported thing is neither a name nor an ARN.
pub fn not_imported(word: &str, found: &str, is_map: bool, place: Span) -> Diagnostic {
    let message = format!("an imported {word} is given by its name or ARN, not by {found}");
    let diagnostic = Diagnostic::new(Code::E0106, message, place, format!("this is {found}"));
    if is_map {
        diagnostic.help(format!("leave the `=` out to declare {} {word}", wording::article(word)))
    } else {
        diagnostic
    }
}

/// `resources` without `file(...)`.
pub fn not_a_file(place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, "`resources` takes files of the repository", place, "not a file")
        .help("write `resources = file(\"extra.yaml\")`, or a list of such")
}

/// A number outside its range.
pub fn out_of_range(attribute: &str, limits: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("`{attribute}` must be {limits}"), place, "out of range")
}

/// A placeholder where a value belongs.
pub fn placeholder(text: &str, place: Span) -> Diagnostic {
    let help = match text.strip_prefix('<').and_then(|text| text.strip_suffix('>')) {
        Some(words) => format!("replace `{text}` with the value for \"{words}\""),
        None => format!("replace `{text}` with the owner and the name of your repository"),
    };
    Diagnostic::new(Code::W0191, format!("placeholder `{text}` is not replaced"), place, "AWS would take it literally")
        .help(help)
}

/// A list without elements where AWS wants one.
pub fn empty_list(attribute: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("`{attribute}` needs at least one element"), place, "an empty list")
}

/// A call with arguments it does not take.
pub fn wrong_arguments(function: &str, usage: &str, place: Span) -> Diagnostic {
    Diagnostic::new(Code::E0106, format!("`{function}` does not take these arguments"), place, "")
        .help(format!("write `{usage}`"))
}

/// A word outside an enumeration.
pub fn not_allowed(attribute: &str, found: &str, place: Span, allowed: &[&str], edit: bool) -> Diagnostic {
    let shown = if found.is_empty() { "an empty text".to_owned() } else { wording::tick(found) };
    let message = format!("{shown} is not a value of `{attribute}`");
    let diagnostic = Diagnostic::new(Code::E0107, message, place, "not a valid value");
    let written = |word: &str| if edit && is_word(word) { word.to_owned() } else { format!("\"{word}\"") };
    if let Some(near) = suggest::similar(found, allowed.iter().copied()) {
        let near = written(near);
        let diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        return if edit { diagnostic.edit(place, near) } else { diagnostic };
    }
    let shown: Vec<String> = allowed.iter().take(7).map(|word| written(word)).collect();
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    if allowed.len() <= 7 {
        return diagnostic.help(format!("write {}", wording::or_list(shown)));
    }
    diagnostic.help(format!("valid values include {}", wording::and_list(shown.into_iter().take(6))))
}

/// Whether a value can stand without quotes.
fn is_word(value: &str) -> bool {
    value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// A provider that nobody has heard of. `known`: those of the category; `meant`: those that AWS calls so.
pub fn unknown_provider(category: &str, provider: &Spanned<String>, known: &[&str], meant: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0108,
        format!("no provider named `{}`", provider.node),
        provider.span,
        "unknown provider",
    );
    match suggest::similar(&provider.node, known.iter().copied()) {
        Some(near) => diagnostic.suggest(provider.span, Some(near)),
        None if provider.node.eq_ignore_ascii_case("jenkins") => diagnostic
            .help("declare the one its server registers, `provider NAME { kind = jenkins }`, and write `NAME` here"),
        None if !meant.is_empty() => {
            let list = wording::or_list(meant.iter().copied());
            let help = diagnostic.help(format!("`{}` is written {list} here", provider.node));
            if let [only] = meant { help.edit(provider.span, *only) } else { help }
        }
        None => match known {
            [only] => diagnostic.help(format!("the provider of `{category}` is `{only}`")),
            several => {
                let list = wording::and_list(several.iter().copied());
                diagnostic.help(format!("providers of `{category}` are {list}"))
            }
        },
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
    let diagnostic = Diagnostic::new(Code::E0110, format!("no type named `{}`", name.node), name.span, "unknown type");
    let foreign = type_of_other_languages(&name.node).filter(|ty| known.contains(ty));
    match foreign.or_else(|| suggest::similar(&name.node, known.iter().copied())) {
        Some(near) => diagnostic.suggest(name.span, Some(near)),
        None => diagnostic.help(format!("write {}", wording::or_list(known.iter().copied()))),
    }
}

fn type_of_other_languages(name: &str) -> Option<&'static str> {
    match name.to_ascii_lowercase().as_str() {
        "int" | "integer" | "float" => Some("number"),
        "str" | "text" => Some("string"),
        "boolean" => Some("bool"),
        _ => None,
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

/// Says how a thing that nothing declares is declared, or named where it exists elsewhere.
pub fn declare_it(diagnostic: Diagnostic, kind: &str, name: &str) -> Diagnostic {
    let elsewhere = match kind {
        "environment" | "provider" => return diagnostic.help(format!("declare it with `{kind} {name} {{ ... }}`")),
        "role" | "topic" | "connection" | "key" => "by its ARN in quotes".to_owned(),
        _ => format!("in quotes: `\"{name}\"`"),
    };
    diagnostic.help(format!("declare it with `{kind} {name} {{ ... }}`; name one made elsewhere {elsewhere}"))
}

/// Adds how `${NAME}` gets into text as it is, to an unknown name for which nothing better is known.
pub fn or_shell_variable(unknown: &mut Diagnostic, name: &str, part: Span) {
    if unknown.code == Code::E0301 && unknown.help.is_none() {
        let written = format!("$${{{name}}}");
        let advised = unknown.clone().help(format!("for a variable of the shell, write `{written}`"));
        *unknown = advised.edit(part, written);
    }
}

/// `Artifact.Variable`: artifacts have no variables, but the action that makes one has.
pub fn variable_of_artifact(name: &Spanned<String>, maker: &str) -> Diagnostic {
    Diagnostic::new(
        Code::E0301,
        format!("`{}` is an artifact, which has no variables", name.node),
        name.span,
        format!("made by `{maker}`"),
    )
    .suggest(name.span, Some(maker))
}

/// An action that is made in a loop or a component, named outside of it. `stage`: one of those it is in.
pub fn action_of_loop(name: &Spanned<String>, stage: &str) -> Diagnostic {
    Diagnostic::new(
        Code::E0301,
        format!("action `{}` is not known here", name.node),
        name.span,
        "made in a loop or a component, and known only there",
    )
    .help(format!("name its stage too: `{stage}.{}`", name.node))
}

/// A call of a function that does not exist.
pub fn unknown_function(name: &Spanned<String>, similar: Option<&str>, known: &[&str]) -> Diagnostic {
    let diagnostic = unknown("function", name, similar, None);
    match similar {
        Some(_) => diagnostic,
        None => diagnostic.help(format!("functions are {}", wording::and_list(known.iter().copied()))),
    }
}

/// An unknown name where text is wanted.
pub fn unknown_or_text(name: &Spanned<String>, similar: Option<&str>) -> Diagnostic {
    let diagnostic = unknown("value", name, None, None);
    let quoted = format!("\"{}\"", name.node);
    match similar {
        Some(near) => diagnostic.help(format!("did you mean `{near}`, or the text `{quoted}`?")),
        None => diagnostic.help(format!("did you mean the text `{quoted}`?")).edit(name.span, quoted),
    }
}

/// An unknown name where `true` or `false` is wanted.
pub fn unknown_or_flag(name: &Spanned<String>, similar: Option<&str>) -> Diagnostic {
    if let Some(flag) = flag(&name.node) {
        return unknown("value", name, Some(flag), None);
    }
    let diagnostic = unknown("value", name, similar, None);
    if similar.is_none() { diagnostic.help("write `true` or `false`") } else { diagnostic }
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

/// Something declared that nothing uses.
pub fn unused(kind: &str, name: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(Code::W0304, format!("{kind} `{}` is never used", name.node), name.span, "nothing refers to it")
        .help(format!("use it, or remove the {kind}"))
}

/// A value that the command line gives: nothing in the file shows it.
pub fn set_outside(diagnostic: &mut Diagnostic, name: &str, text: &str) {
    diagnostic.notes.push(wording::bounded(format!("the value comes from `--set {name}={text}`")));
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
    .label(attribute, "not used")
    .help("keep one of the two")
}

/// A field of a map that does not fit its record type.
#[derive(Debug, Clone)]
pub struct WrongField {
    /// The field, with those it is inside of: `size`, `limits.size`.
    pub field: String,
    /// Its key, its value, or what lacks it.
    pub place: Span,
    /// What is wrong.
    pub fault: FieldFault,
}

/// What is wrong with a field.
#[derive(Debug, Clone)]
pub enum FieldFault {
    /// It is not there.
    Missing,
    /// The type has no such field.
    Unknown {
        /// The field that is probably meant.
        near: Option<String>,
    },
    /// Its value is of another type.
    Type {
        /// What it takes, in words.
        expected: String,
        /// What it is.
        found: String,
        /// The text that is probably meant.
        near: Option<String>,
    },
}

/// A map that is not of its record type.
pub fn wrong_field(name: &str, wrong: &WrongField) -> Diagnostic {
    let WrongField { field, place, .. } = wrong;
    let say = |problem: String, label: String| {
        Diagnostic::new(Code::E0106, format!("field `{field}` of `{name}` {problem}"), *place, label)
    };
    match &wrong.fault {
        FieldFault::Missing => say("is missing".to_owned(), format!("`{field}` is missing")),
        FieldFault::Unknown { near } => {
            say("is no field of its type".to_owned(), "unknown field".to_owned()).suggest(*place, near.as_deref())
        }
        FieldFault::Type { expected, found, near } => {
            let diagnostic = say(format!("takes {expected}, not {found}"), format!("this is {found}"));
            match near {
                Some(near) => diagnostic.suggest(*place, Some(&format!("\"{near}\""))),
                None => diagnostic,
            }
        }
    }
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

/// `cfn.ref` or `cfn.att` to something the template does not have.
pub fn unknown_logical_id(id: &str, place: Span, near: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E0301,
        format!("no resource or parameter with the logical id `{id}`"),
        place,
        "not in the template",
    );
    match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("declare what it stands for, or use `cfn.import(...)` for an export of another stack"),
    }
}
